/**
 * A run in the Informal Trace Format, as Apalache and Quint write it: a state a step, with the action that led there
 * and the parameters that it had, so that drivers for implementations can follow.
 *
 * Source: Apalache, ADR 015 (Informal Trace Format); Quint's `mbt::actionTaken` and `mbt::nondetPicks`.
 */
import { formatRegister } from "../../spec/register.js";
import type { StateTable } from "../../spec/state-table.js";
import type { Step } from "../../spec/trace.js";
import type { ShownRun } from "./shown-run.js";

/** One JSON object. Registers are "" (unwritten), "-" (nil) or a value, by server and register set. */
export function itfOf(run: ShownRun): string {
  const { table, tableFile, steps, states } = run;
  const trace = {
    "#meta": {
      format: "ITF",
      description: `a run of ${table.name}`,
      source: "quorate",
      ...(tableFile !== null && { table: tableFile }),
    },
    vars: ["registers", "proposals", "mbt::actionTaken", "mbt::nondetPicks"],
    states: states.map((state, index) => ({
      "#meta": { index },
      registers: registersOf(run, state),
      proposals: proposalsAfter(run, index),
      "mbt::actionTaken": index === 0 ? "init" : steps[index - 1]!.action,
      "mbt::nondetPicks": picksOf(index === 0 ? null : steps[index - 1]!),
    })),
  };
  return `${JSON.stringify(trace, null, 1)}\n`;
}

const int = (number: number): object => ({ "#bigint": `${number}` });

const map = (entries: readonly (readonly [unknown, unknown])[]): object => ({ "#map": entries });

const registersOf = ({ table, registerSets }: ShownRun, { rows }: StateTable): object =>
  map(
    table.servers.map((server, column) => [
      server,
      map(registerSets.map((registerSet, row) => [int(registerSet), formatRegister(rows[row]![column]!)])),
    ]),
  );

/** The values that were proposed so far, by register set. */
const proposalsAfter = ({ registerSets, steps }: ShownRun, count: number): object =>
  map(
    registerSets.map((registerSet) => {
      const proposed = steps
        .slice(0, count)
        .flatMap((step) => (step.action === "propose" && step.registerSet === registerSet ? [step.value] : []));
      return [int(registerSet), { "#set": [...new Set(proposed)].sort() }];
    }),
  );

/** What was chosen freely in the step; what it has no need of is none. */
function picksOf(step: Step | null): object {
  const has = (key: "server" | "registerSet" | "value"): unknown =>
    step !== null && key in step ? (step as unknown as Record<string, unknown>)[key] : undefined;
  const registerSet = has("registerSet");
  return {
    server: option(has("server")),
    registerSet: option(registerSet === undefined ? undefined : int(registerSet as number)),
    value: option(has("value")),
  };
}

const option = (value: unknown): object =>
  value === undefined ? { tag: "None", value: { "#tup": [] } } : { tag: "Some", value };
