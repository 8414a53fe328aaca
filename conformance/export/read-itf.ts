/**
 * A run from a trace in the Informal Trace Format, as `itf.ts` writes them, and as Apalache and Quint do for models
 * with the same names: actions in `mbt::actionTaken`, what was chosen in `mbt::nondetPicks`, and if they are there,
 * `registers`.
 *
 * Source: Apalache, ADR 015 (Informal Trace Format).
 */
import type { Step } from "../../spec/trace.js";

export interface ItfRun {
  /** The file of its table, where the trace says which. */
  readonly table: string | null;
  readonly steps: readonly ItfStep[];
  /** registers[n], before step n: by server and register set; null where the trace does not say. */
  readonly registers: readonly (ItfRegisters | null)[];
}

/** What an action and its choices say; nothing is known of it yet. */
export type ItfStep = { readonly action: string } & Partial<Record<"server" | "value", string>> & {
    readonly registerSet?: number;
  };

export type ItfRegisters = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Null for JSON that is no trace. Throws RangeError, in a clause, for a trace that cannot be read on. */
export function itfRunIn(object: unknown): ItfRun | null {
  if (!isRecord(object) || !Array.isArray(object.states) || object.states.length === 0) return null;
  const states: readonly unknown[] = object.states;
  if (!states.every(isRecord)) return null;
  const meta = isRecord(object["#meta"]) ? object["#meta"] : {};
  return {
    table: typeof meta.table === "string" ? meta.table : null,
    steps: states.slice(1).map((state, index) => stepIn(state, index + 1)),
    registers: states.map(({ registers }) => (registers === undefined ? null : registersIn(registers))),
  };
}

function stepIn(state: Readonly<Record<string, unknown>>, number: number): ItfStep {
  const action = state["mbt::actionTaken"];
  const picks = state["mbt::nondetPicks"];
  if (typeof action !== "string") throw new RangeError(`state ${number} has no mbt::actionTaken`);
  if (!isRecord(picks)) throw new RangeError(`state ${number} has no mbt::nondetPicks`);
  const [server, registerSet, value] = [picks.server, picks.registerSet, picks.value].map(picked);
  return {
    action,
    ...(typeof server === "string" && { server }),
    ...(registerSet !== undefined && { registerSet: numberIn(registerSet) }),
    ...(typeof value === "string" && { value }),
  };
}

/** An option of Quint's: `{ tag: "Some", value }`; whatever is no option stands for itself. */
function picked(pick: unknown): unknown {
  if (!isRecord(pick) || !("tag" in pick)) return pick;
  return pick.tag === "Some" ? pick.value : undefined;
}

function registersIn(registers: unknown): ItfRegisters {
  return new Map(
    entriesOf(registers).map(([server, row]) => [
      `${server}`,
      new Map(entriesOf(row).map(([registerSet, content]) => [numberIn(registerSet), `${content}`])),
    ]),
  );
}

/** A function is `{ "#map": [[key, value], …] }`. */
function entriesOf(map: unknown): (readonly [unknown, unknown])[] {
  const entries = isRecord(map) ? map["#map"] : undefined;
  if (!Array.isArray(entries) || !entries.every((entry) => Array.isArray(entry) && entry.length === 2)) {
    throw new RangeError('its "registers" are no maps by server and register set');
  }
  return entries as (readonly [unknown, unknown])[];
}

/** Integers are plain, or `{ "#bigint": "7" }`. */
function numberIn(integer: unknown): number {
  const number = Number(isRecord(integer) ? integer["#bigint"] : integer);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${JSON.stringify(integer)} is no register set`);
  return number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether the two are one step; what follows from the model alone is not compared. */
export const isSameStep = (step: Step, asked: ItfStep): boolean =>
  step.action === asked.action &&
  step.registerSet === asked.registerSet &&
  ("server" in step ? step.server : undefined) === asked.server &&
  ("value" in step ? step.value : undefined) === asked.value;
