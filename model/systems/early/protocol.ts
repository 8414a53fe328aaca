/**
 * Early protocols: the register model in words, with one thing wrong, over three servers with majorities.
 *
 * The sound one needs no bookkeeping of clients and no history, because a register that is nil or written stays so. Some
 * flaws take just that away; then the state must say what somebody knows of registers that have changed since: `answer`,
 * what phase 1 of a set has heard from a server, and `told`, which values a register ever held (each write is
 * acknowledged, so whoever got a value acknowledged by a majority outputs it).
 */
import {
  type Accessors,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  over,
  record,
  single,
  subsetOf,
  values as valueSet,
  type WordedAction,
  type WordedProperty,
} from "../../language/index.js";
import type { Instance } from "../system.js";

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

interface Scope extends Protocol {
  readonly server: IndexSet;
  readonly set: IndexSet;
  readonly value: IndexSet;
}

export function earlyProtocol(protocol: Protocol, values: number): Instance {
  const scope: Scope = {
    ...protocol,
    server: indexSet("server", 3, { symmetric: true }),
    set: indexSet("register set", protocol.sets, { prefix: "R" }),
    value: valueSet(values),
  };
  const worded = defineInWords({
    name: `early protocol, ${protocol.flaw}`,
    variables: variablesOf(scope),
    picture: { rows: scope.server, columns: scope.set },
    actions: (variables) => {
      const facts = new Facts(variables, scope);
      return [...phase1(facts), propose(facts), write(facts), ...crashes(facts), ...elections(facts)];
    },
    properties: (variables) => properties(new Facts(variables, scope)),
  });
  const facts = new Facts(worded.variables, scope);
  const goal = { name: "a value can still be decided", holds: () => scope.value.some((v) => facts.isOutput(v)) };
  return { worded, questions: [{ ask: "invariant" }, { ask: "stuck", goal }] };
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ server, set, value }: Scope) => ({
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

class Facts {
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

/** Whoever reads registers that can change afterwards notes what it read, and hears from each server once. */
function phase1(facts: Facts): WordedAction[] {
  const { server, set, flaw, sets } = facts.scope;
  const { answer, proposed } = facts.v;
  if (flaw === "no phase 1" || sets === 1) return [];
  const freezes = flaw !== "no freeze";
  const says = (s: string, r: string) =>
    freezes
      ? `${s} freezes what is below ${r}, and tells its client what it holds`
      : `${s} tells the client of ${r} what it holds`;
  if (!facts.keepsAnswers) {
    return [
      {
        name: "freeze",
        parameters: { server, set },
        guard: (s, r) => facts.mayAct(r) && !facts.isPrepared(s, r),
        effect: (s, r) => facts.freezeBelow(s, r),
        says,
      },
    ];
  }
  return [
    {
      name: freezes ? "freeze" : "read",
      parameters: { server, set },
      guard: (s, r) => r > 0 && facts.mayAct(r) && proposed(r).isEmpty() && answer(s, r).isNone(),
      effect: (s, r) => {
        answer(s, r).set({ seen: facts.seenNow(s, r) });
        if (freezes) facts.freezeBelow(s, r);
      },
      says,
    },
  ];
}

function propose(facts: Facts): WordedAction {
  const { set, value, sets } = facts.scope;
  const { proposed, hasForgotten } = facts.v;
  return {
    name: "propose",
    parameters: { set, value },
    guard: [
      (r) => facts.mayAct(r),
      (r, v) => (sets === 1 ? !proposed(r).has(v) : proposed(r).isEmpty() || hasForgotten(r).get()),
      (r, v) => facts.phase1Allows(r, v),
    ],
    effect: (r, v) => {
      proposed(r).add(v);
      hasForgotten(r).set(false);
    },
    says: (r, v) => (sets === 1 ? `a client proposes ${v}` : `the client of ${r} proposes ${v}`),
  };
}

/** Arrives at any time after the proposal, whoever may act by then. */
function write(facts: Facts): WordedAction {
  const { server, set, value, flaw } = facts.scope;
  const { proposed, register, told } = facts.v;
  return {
    name: "write",
    parameters: { set, value, server },
    guard: [
      (r, v) => proposed(r).has(v),
      (r, v, s) => (flaw === "overwrite" ? !facts.holds(s, r, v) : register(s, r).isNone()),
    ],
    effect: (r, v, s) => {
      register(s, r).set({ value: v });
      if (facts.keepsHistory) told(s, r).add(v);
    },
    says: (r, v, s) => `${s} takes ${v} into ${r}`,
  };
}

/** Crashes after which nothing is forgotten are no steps: whoever recovers everything was merely slow. */
function crashes({ v, scope }: Facts): WordedAction[] {
  const { server, set, flaw } = scope;
  const { register, proposed, hasForgotten } = v;
  if (flaw === "proposal forgotten") {
    return [
      {
        name: "restart",
        parameters: { set },
        guard: (r) => !proposed(r).isEmpty() && !hasForgotten(r).get(),
        effect: (r) => hasForgotten(r).set(true),
        says: (r) => `the client of ${r} crashes, and comes back not knowing that it has proposed`,
      },
    ];
  }
  const [losesNils, losesValues] = [flaw !== "values forgotten", flaw !== "nils forgotten"];
  const forgets = (s: number, r: number): boolean => {
    if (register(s, r).isNone()) return false;
    return register(s, r).value.isNone() ? losesNils : losesValues;
  };
  if (!flaw.endsWith("s forgotten")) return [];
  return [
    {
      name: "crash",
      parameters: { server },
      guard: (s) => set.some((r) => forgets(s, r)),
      effect: (s) => {
        for (const r of set.members) if (forgets(s, r)) register(s, r).set(null);
      },
      says: (s) => `${s} crashes, and comes back with ${flaw}`,
    },
  ];
}

/** The lease ends, and the client of a later term gets the next. */
const elections = ({ v: { term }, scope: { set, leases } }: Facts): WordedAction[] =>
  leases !== true
    ? []
    : [
        {
          name: "elect",
          parameters: { set },
          guard: (r) => set.some((before) => before < r && term().is(before)),
          effect: (r) => term().set(r),
          says: (r) => `the lease ends, and the client of ${r} leads`,
        },
      ];

function properties(facts: Facts): WordedProperty[] {
  const { value } = facts.scope;
  return [
    {
      name: "agreement",
      premise: () => value.some((v) => facts.isOutput(v)),
      parameters: { value, other: value },
      fails: [(v) => facts.isOutput(v), (v, other) => v < other && facts.isOutput(other)],
    },
  ];
}
