/**
 * Masters by number: requests that carry the number of the master they were sent to, and numbers that others outgrow.
 */
import {
  type Accessors,
  counter,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  oneOf,
  over,
  single,
  type TransitionProperty,
  type WordedAction,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "no-epoch-check" | "no-boost";

export const masterEpochs = defineSystem({
  name: "master-epochs",
  about:
    "A master is elected with a number that is greater than those before. An operation that began under one master and takes effect under another may have been built on what no longer holds, so that requests carry the master's epoch, and are refused in another. And a replica that is cut off goes on asking for mastership, with greater and greater numbers; when it is back, its number is beyond the master's, and would depose it, again and again. So a master boosts its own number by a full round now and then. Only the order of numbers matters: a replica is ahead of the master, or is not.",
  source: "Chandra, Griesemer & Redstone, Paxos Made Live, 2007, sections 5.2 and 5.4 (epoch numbers; master churn)",
  parameters: {
    replicas: number("replicas that may be masters", 2, 2, 3),
    failures: number("failures of masters", 1, 0, 2),
  },
  variants: [
    {
      name: "sound",
      inShort: "requests carry the epoch, and masters boost their numbers",
      pins: [
        { ask: "invariant", verdict: "holds", states: 104, transitions: 304, depth: 10 },
        { ask: "lasso", verdict: "holds", states: 104, transitions: 304, depth: 10 },
      ],
    },
    {
      name: "no-epoch-check",
      inShort: "an operation that spans a loss of mastership takes effect",
      mend: "A request carries the epoch of the master it was sent to, and is refused in another.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "an operation takes effect in the epoch in which it began",
          states: 112,
          transitions: 324,
          depth: 10,
          length: 5,
        },
        { ask: "lasso", verdict: "holds", states: 112, transitions: 324, depth: 10 },
      ],
    },
    {
      name: "no-boost",
      inShort: "whoever returns with a greater number deposes the master",
      mend: "The master learns of greater numbers by full rounds, and takes one that is greater still, without a loss of mastership.",
      pins: [
        { ask: "invariant", verdict: "holds", states: 130, transitions: 393, depth: 10 },
        {
          ask: "lasso",
          verdict: "broken",
          property: "the operation is done",
          states: 130,
          transitions: 393,
          depth: 10,
          length: 1,
          cycle: 17,
        },
      ],
    },
  ],
  build: ({ replicas, failures }, variant) => {
    const scope: Scope = { replica: indexSet("replica", replicas, { symmetric: true }), failures, variant };
    const worded = defineInWords({
      name: `master-epochs, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.replica },
      actions: (variables) => [...operation(variables, scope), ...mastership(variables, scope)],
      transitions: ({ operation, isStale }): TransitionProperty[] => [
        {
          name: "an operation takes effect in the epoch in which it began",
          note: () => (operation().is("begun") && isStale().is(true) ? "stale" : "fresh"),
          holds: (before) => before === "fresh" || !operation().is("done"),
        },
      ],
    });
    const goal = { name: "the operation is done", holds: () => worded.variables.operation().is("done") };
    return { worded, questions: [{ ask: "invariant" }, { ask: "lasso", goal }] };
  },
});

interface Scope {
  readonly replica: IndexSet;
  readonly failures: number;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ replica, failures }: Scope) => ({
  master: single(noneOr(memberOf(replica))),
  isCutOff: over([replica], flag()),
  // Its number is beyond the master's.
  isAhead: over([replica], flag()),
  operation: single(oneOf("none", "begun", "done")),
  // Mastership was lost since it began.
  isStale: single(flag()),
  failed: single(counter(failures)),
});

function operation({ master, operation, isStale }: Variables, { variant }: Scope): WordedAction[] {
  return [
    {
      name: "begin",
      parameters: {},
      guard: () => operation().is("none") && !master().isNone(),
      effect: () => operation().set("begun"),
      says: () => `a client's operation begins at ${master().text()}`,
      fairness: "weak",
    },
    {
      name: "take effect",
      parameters: {},
      guard: () =>
        operation().is("begun") && !master().isNone() && (variant === "no-epoch-check" || isStale().is(false)),
      effect: () => operation().set("done"),
      says: () => `the operation takes effect at ${master().text()}`,
      fairness: "weak",
    },
    {
      name: "refuse",
      parameters: {},
      guard: () => operation().is("begun") && isStale().is(true),
      effect: () => {
        operation().set("none");
        isStale().set(false);
      },
      says: () => "the operation is refused, for its epoch is over, and the client will try again",
      fairness: "weak",
    },
  ];
}

function mastership(variables: Variables, { replica, failures, variant }: Scope): WordedAction[] {
  const { master, isCutOff, isAhead, operation, isStale, failed } = variables;
  const loseMastership = (): void => {
    master().set(null);
    if (operation().is("begun")) isStale().set(true);
  };
  const isBack = (r: number): boolean => isAhead(r).is(true) && isCutOff(r).is(false);
  const own: WordedAction =
    variant === "no-boost"
      ? {
          name: "depose",
          parameters: { replica },
          guard: (r) => !master().isNone() && isBack(r),
          effect: loseMastership,
          says: (r) => `${r} is back with a greater number, and ${master().text()} is master no more`,
        }
      : {
          name: "boost",
          parameters: { replica },
          guard: (r) => !master().isNone() && isBack(r),
          effect: (r) => isAhead(r).set(false),
          says: (r) => `${master().text()} hears of ${r}'s number in a full round, and takes a greater one`,
          fairness: "weak",
        };
  return [
    {
      name: "elect",
      parameters: { replica },
      guard: (r) => master().isNone() && isCutOff(r).is(false),
      effect: (r) => {
        master().set(r);
        for (const other of replica.members) if (other === r || isCutOff(other).is(false)) isAhead(other).set(false);
      },
      says: (r) => `${r} becomes master, with the greatest number that it has heard of`,
      // Being cut off now and then is no excuse for ever.
      fairness: "strong",
    },
    {
      name: "fail",
      parameters: {},
      guard: () => !master().isNone() && !failed().is(failures),
      effect: () => {
        failed().set(failed().get() + 1);
        loseMastership();
      },
      says: () => `${master().text()} fails as a master`,
    },
    {
      name: "be cut off",
      parameters: { replica },
      guard: (r) =>
        isCutOff(r).is(false) && !master().is(r) && replica.some((other) => other !== r && isCutOff(other).is(false)),
      effect: (r) => isCutOff(r).set(true),
      says: (r) => `${r} is cut off`,
    },
    {
      name: "ask",
      parameters: { replica },
      guard: (r) => isCutOff(r).is(true) && isAhead(r).is(false),
      effect: (r) => isAhead(r).set(true),
      says: (r) => `${r} asks for mastership, unheard, with greater and greater numbers`,
    },
    {
      name: "be back",
      parameters: { replica },
      guard: (r) => isCutOff(r).is(true),
      effect: (r) => isCutOff(r).set(false),
      says: (r) => `${r} is back`,
    },
    own,
  ];
}
