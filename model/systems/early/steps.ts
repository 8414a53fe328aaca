/** The steps of an early protocol, with its flaw. */
import type { WordedAction } from "../../language/index.js";
import type { Facts } from "./facts.js";

export const actions = (facts: Facts): WordedAction[] => [
  ...phase1(facts),
  propose(facts),
  write(facts),
  ...crashes(facts),
  ...elections(facts),
];

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
