/**
 * Values and numbers that code is careless with, carried by a node of an adapter: what it took it must hold as it was,
 * after a crash, too. What it does not take, and says so, is told of as not tried: it has misled no client.
 */
import { isDeepStrictEqual } from "node:util";
import { VALUE_BYTES_MAX, type Written } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import { AdapterError } from "../../adapter/adapter-error.js";
import type { Body } from "../../adapter/messages.js";
import { quotedValue } from "../../words/quoted-value.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { AWKWARD_VALUES, NOT_TEXT } from "../systems/awkward-values.js";
import { textIn } from "./contents.js";
import type { Foreign } from "./foreign.js";
import { CRASH, ForeignNodes, type Happening } from "./foreign-server.js";
import { rowIn, valuesIn } from "./row-answers.js";
import { UNSEEN } from "./snapshots.js";

/** Where numbers get another length; each leaves room for two promises above it. */
const REGISTER_SETS = [2 ** 31 - 1, 2 ** 31 + 2, 2 ** 32 - 1, 2 ** 32 + 2, 2 ** 47, Number.MAX_SAFE_INTEGER - 2];

const LONG_CHARACTERS = 1000;

/** Where a crash costs a process, one comes after this number of values. */
const VALUES_A_KILL = 5;

const UNTRIED = "Values and numbers that code is careless with, or some of them: the work ended before.";

interface Awkward {
  readonly registerSet: number;
  readonly value: Value;
}

/** They are carried one after the other; each group begins with a node that is as it was at first. */
interface Group {
  readonly awkward: readonly Awkward[];
  /** What they are, where an adapter may end for them: it has said so. Null where it has to answer. */
  readonly tooMuch: string | null;
  readonly isText: boolean;
}

/** What a node tells of what it holds. */
type Told = readonly Written[];

export class ForeignAwkwardValues {
  readonly #foreign: Foreign;
  readonly #name: string;

  constructor(foreign: Foreign, name: string) {
    this.#foreign = foreign;
    this.#name = name;
  }

  /**
   * The node has to be reset afterwards. Aborting the signal ends it early. Throws ImplementationFault where it takes
   * one and holds another, and AdapterError.
   */
  async check(signal: AbortSignal): Promise<void> {
    const { adapter, untried } = this.#foreign;
    for (const group of this.#withinLimits()) {
      try {
        await this.#carry(group, signal);
      } catch (error) {
        if (!(error instanceof AdapterError) || group.tooMuch === null) throw error;
        untried.add(`${group.tooMuch}: ${error.message}.`);
        if (!adapter.isKillable) return;
        await adapter.startAnew(this.#name);
      }
    }
  }

  #withinLimits(): Group[] {
    const { adapter, untried } = this.#foreign;
    const { limits } = adapter;
    if (limits.value_bytes < VALUE_BYTES_MAX) {
      untried.add(`Values of more than ${limits.value_bytes} bytes: the adapter says that it takes none.`);
    }
    if (limits.register < Number.MAX_SAFE_INTEGER) {
      untried.add(`Register sets above R${limits.register}: the adapter says that it knows none.`);
    }
    const isWithin = ({ registerSet, value }: Awkward) =>
      Buffer.byteLength(value) <= limits.value_bytes && registerSet + 2 <= limits.register;
    return GROUPS.map((group) => ({ ...group, awkward: group.awkward.filter(isWithin) }));
  }

  async #carry({ awkward, tooMuch, isText }: Group, signal: AbortSignal): Promise<void> {
    const { adapter, freedoms, untried } = this.#foreign;
    const nodes = new ForeignNodes(adapter, UNSEEN, false);
    const history: Happening[] = [];
    const ask = async (requests: readonly Body[]): Promise<readonly Body[]> => {
      const { answers } = await nodes.ask(this.#name, { history: [...history], requests });
      history.push(...requests);
      return answers;
    };
    const sets: number[] = [];
    for (const [index, { registerSet, value }] of awkward.entries()) {
      if (signal.aborted) {
        untried.add(UNTRIED);
        return;
      }
      const [first] = await ask([this.#writeOf(registerSet, value)]);
      if (first!.type === "error") {
        const what = tooMuch ?? `Values such as ${quotedValue(value)}`;
        if (isText) untried.add(`${what}: ${this.#name} answers "error" (${textIn(first!)}).`);
        continue;
      }
      this.#expectTaken(first!, `the write of ${quotedValue(value)} to R${registerSet}, which was unwritten`, true);
      sets.push(registerSet);
      const [late] = await ask([this.#writeOf(registerSet, "late")]);
      this.#expectTaken(late!, `a late write to R${registerSet}, which holds ${quotedValue(value)}`, false);
      const told = this.#toldIn(await ask(this.#looks(sets, registerSet + 1)), sets, registerSet + 1);
      const isAltered = !told.some(([set, found]) => set === registerSet && found === value);
      if (isAltered && isText)
        throw this.#fault(`tells ${shown(told)} where R${registerSet} holds ${quotedValue(value)}`);
      if (isAltered) freedoms.take("alters half characters");
      if (!this.#crashesAfter(index, awkward.length)) continue;
      history.push(CRASH);
      const again = this.#toldIn(await ask(this.#looks(sets, registerSet + 2)), sets, registerSet + 2);
      if (isDeepStrictEqual(again, told)) continue;
      throw this.#fault(`tells ${shown(again)} after a crash where it told ${shown(told)} before`);
    }
  }

  #crashesAfter(index: number, count: number): boolean {
    const { crashes } = this.#foreign.adapter;
    if (crashes === "killed") return index === count - 1 || index % VALUES_A_KILL === VALUES_A_KILL - 1;
    return crashes === "itself";
  }

  get #isStore(): boolean {
    return this.#foreign.adapter.role === "store";
  }

  #writeOf(register: number, value: Value): Body {
    return { type: this.#isStore ? "put" : "write", register, value };
  }

  /** What shows all that there is. */
  #looks(sets: readonly number[], promised: number): Body[] {
    if (this.#isStore) return sets.map((register) => ({ type: "read", register }));
    const observe = this.#foreign.adapter.can("observe") ? [{ type: "observe" }] : [];
    return [{ type: "prepare", register: promised }, ...observe];
  }

  #expectTaken({ type }: Body, asked: string, isTaken: boolean): void {
    const request = this.#isStore ? "put" : "write";
    if (type === (isTaken ? `${request}_ok` : "refused")) return;
    if ([`${request}_ok`, "refused", "error"].includes(type)) throw this.#fault(`answered "${type}" to ${asked}`);
    throw this.#foreign.adapter.fault(`answered "${request}" with "${type}"`);
  }

  #toldIn(answers: readonly Body[], sets: readonly number[], promised: number): Told {
    const { adapter } = this.#foreign;
    if (this.#isStore) {
      return sets.flatMap((set, index): Written[] => {
        const { holds } = answers[index]!;
        return typeof holds === "string" ? [[set, holds]] : [];
      });
    }
    const [prepared, observed] = answers;
    if (prepared!.type !== "prepare_ok")
      throw this.#fault(`answered "${prepared!.type}" to the prepare of R${promised}`);
    const told = [...valuesIn(prepared!, adapter)].sort(([a], [b]) => a - b);
    if (observed === undefined) return told;
    const { frozenBelow } = rowIn(observed, adapter);
    if (frozenBelow === promised) return told;
    throw this.#fault(`says that it is frozen below R${frozenBelow} once it has promised R${promised}`);
  }

  #fault(what: string): ImplementationFault {
    return new ImplementationFault(`${this.#name}, asked to carry awkward values, ${what}`);
  }
}

const SHOWN_MAX = 2;

const shown = (told: Told): string => {
  const last = told.slice(-SHOWN_MAX).map(([registerSet, value]) => `${quotedValue(value)} in R${registerSet}`);
  return last.length === 0 ? "nothing" : last.join(" and ");
};

/** With room for two promises above each. */
const apart = (values: readonly Value[]): Awkward[] =>
  values.map((value, index) => ({ registerSet: 3 * index, value }));

const isLong = (value: Value): boolean => value.length > LONG_CHARACTERS;

const GROUPS: readonly Group[] = [
  { awkward: apart(AWKWARD_VALUES.filter((value) => !isLong(value))), tooMuch: null, isText: true },
  {
    awkward: REGISTER_SETS.map((registerSet) => ({ registerSet, value: `of R${registerSet}` })),
    ...{ tooMuch: "Register sets of 31 bits and more", isText: true },
  },
  { awkward: apart(NOT_TEXT), tooMuch: "Values that are no Unicode text", isText: false },
  { awkward: apart(AWKWARD_VALUES.filter(isLong)), tooMuch: `Values of ${VALUE_BYTES_MAX} bytes`, isText: true },
];
