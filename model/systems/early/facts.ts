/** What there is to know of an early protocol: its registers, what phase 1 has heard, what clients can output. */
import {
  type Accessors,
  flag,
  type IndexSet,
  memberOf,
  noneOr,
  over,
  record,
  single,
  subsetOf,
} from "../../language/index.js";

export type Flaw =
  | "none"
  | "no quorum"
  | "overwrite"
  | "no phase 1"
  | "no freeze"
  | "own value"
  | "nils forgotten"
  | "values forgotten"
  | "registers forgotten"
  | "proposal forgotten";

export interface Protocol {
  readonly flaw: Flaw;
  /** Register sets; of one alone, any client may propose in it, and of two each is one client's. */
  readonly sets: 1 | 2;
  /** Whether only the client of the current term acts; what it has sent may arrive later. */
  readonly leases?: boolean;
}

/** Flaws under which a register changes after phase 1 has read it, and of these, those that lose a value. */
const UNDOES_READS: readonly Flaw[] = [
  "no freeze",
  "overwrite",
  "nils forgotten",
  "values forgotten",
  "registers forgotten",
];
const LOSES_VALUES: readonly Flaw[] = ["overwrite", "values forgotten", "registers forgotten"];

export interface Scope extends Protocol {
  readonly server: IndexSet;
  readonly set: IndexSet;
  readonly value: IndexSet;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

export const variablesOf = ({ server, set, value }: Scope) => ({
  // Unwritten, nil for ever, or a value.
  register: over([server, set], noneOr(record({ value: noneOr(memberOf(value), "nil") }))),
  proposed: over([set], subsetOf(value)),
  answer: over(
    [server, set],
    noneOr(record({ seen: noneOr(record({ from: memberOf(set), value: memberOf(value) }), "nothing") })),
  ),
  told: over([server, set], subsetOf(value)),
  hasForgotten: over([set], flag()),
  term: single(memberOf(set)),
});

/** What a server tells in phase 1: a value with its register set, or that it holds none below. */
type Seen = { readonly from: number; readonly value: number } | null;

export class Facts {
  readonly v: Variables;
  readonly scope: Scope;
  readonly keepsAnswers: boolean;
  readonly keepsHistory: boolean;

  constructor(variables: Variables, scope: Scope) {
    this.v = variables;
    this.scope = scope;
    this.keepsAnswers = UNDOES_READS.includes(scope.flaw);
    this.keepsHistory = LOSES_VALUES.includes(scope.flaw);
  }

  mayAct(set: number): boolean {
    return this.scope.leases !== true || this.v.term().is(set);
  }

  holds(server: number, set: number, value: number): boolean {
    return this.v.register(server, set).value.is(value);
  }

  /** It has no unwritten register below. */
  isPrepared(server: number, set: number): boolean {
    return this.scope.set.every((below) => below >= set || !this.v.register(server, below).isNone());
  }

  freezeBelow(server: number, set: number): void {
    for (const below of this.scope.set.members) {
      if (below < set && this.v.register(server, below).isNone()) this.v.register(server, below).set({ value: null });
    }
  }

  seenNow(server: number, set: number): Seen {
    for (let below = set - 1; below >= 0; below--) {
      const value = this.scope.value.members.find((v) => this.holds(server, below, v));
      if (value !== undefined) return { from: below, value };
    }
    return null;
  }

  /** Whether phase 1 can have heard what lets its client propose the value, if that is its input. */
  phase1Allows(set: number, value: number): boolean {
    const { server, flaw } = this.scope;
    if (set === 0 || flaw === "no phase 1") return true;
    const hasHeard = (s: number) => (this.keepsAnswers ? !this.v.answer(s, set).isNone() : this.isPrepared(s, set));
    if (flaw === "own value") return server.majority(hasHeard);
    if (this.keepsAnswers)
      return server.majority(hasHeard) && this.#greatestAllows(server.filter(hasHeard), set, value);
    return [2, 3].some((size) =>
      server.someSubset(size, (heard) => heard.every(hasHeard) && this.#greatestAllows(heard, set, value)),
    );
  }

  /** The value of the greatest set seen, or the input where none is. */
  #greatestAllows(heard: readonly number[], set: number, value: number): boolean {
    const told = heard.flatMap(
      (s) => (this.keepsAnswers ? this.v.answer(s, set).seen.get() : this.seenNow(s, set)) ?? [],
    );
    if (told.length === 0) return true;
    const greatest = Math.max(...told.map(({ from }) => from));
    return told.some((seen) => seen.from === greatest && seen.value === value);
  }

  /** Some client can output the value, or could: enough servers hold it, or have told that they did. */
  isOutput(value: number): boolean {
    const { server, set, flaw } = this.scope;
    const enough = flaw === "no quorum" ? 1 : server.majoritySize;
    return set.some((r) =>
      server.atLeast(enough, (s) => (this.keepsHistory ? this.v.told(s, r).has(value) : this.holds(s, r, value))),
    );
  }
}
