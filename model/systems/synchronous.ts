/**
 * Consensus in synchronous rounds, in which a process may crash in the middle of sending: its last messages reach some
 * of the others and not all. FloodSet, where each tells all that it has seen; and every other protocol of that many
 * rounds.
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
  over,
  type PowerSet,
  powerSet,
  single,
  values as valueSet,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import type { Question } from "../questions/index.js";
import { begin, haveBegun, inputOf, roundSet, validity } from "./inputs.js";
import { defineSystem, number } from "./system.js";

export const synchronous = defineSystem({
  name: "synchronous",
  about:
    "Clocks are perfect, rounds have an end, and whoever is not heard in a round has crashed. Even so consensus takes f + 1 rounds if f processes may crash, since a crash in mid-send reaches some and not others, and the next crash may hide that, round after round. In FloodSet each process tells all values that it has seen; after f + 1 rounds one round at least went by without a crash, and all have seen the same. With f rounds no protocol does it, whatever it sends, if two processes are left: views lead from one decision to the other, each the same as its neighbour to somebody.",
  source: "Lynch, Distributed Algorithms, 1996, chapter 6; Aguilera & Toueg 1999; Attiya & Ellen 2014, chapter 3",
  parameters: {
    processes: number("processes", 3, 1, 7),
    crashes: number("processes that may crash", 1, 0, 5),
    rounds: number("rounds", 2, 1, 6),
  },
  refuse: ({ processes, crashes }) =>
    crashes >= processes ? `crashes ${crashes} leave none of ${processes} processes` : null,
  variants: [
    {
      name: "sound",
      inShort: "one round more than may crash: somebody's round has no crash",
      pins: [
        { ask: "invariant", verdict: "holds", states: 639, transitions: 638, depth: 9 },
        { ask: "similarity", verdict: "solvable", states: 639, transitions: 638, depth: 9, components: 68 },
      ],
    },
    {
      name: "one-round-too-few",
      inShort: "as many rounds as processes that may crash",
      parameters: { rounds: 1 },
      mend: "One round more: of f + 1 rounds, f crashes leave one without.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "all have seen the same values",
          states: 231,
          transitions: 230,
          depth: 6,
          length: 6,
        },
        {
          ask: "similarity",
          verdict: "impossible",
          property: "a value for every component of views",
          states: 231,
          transitions: 230,
          depth: 6,
          components: 1,
        },
      ],
    },
  ],
  build: ({ processes, crashes, rounds }) => {
    const process = indexSet("process", processes);
    const scope: Scope = {
      process,
      round: roundSet(rounds),
      value: valueSet(2),
      reached: powerSet(process, 0, processes - 1),
      crashes,
    };
    const worded = defineInWords({
      name: "synchronous",
      variables: variablesOf(scope),
      picture: { rows: process, columns: scope.round },
      actions: (variables) => actions(variables, scope),
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: questions(worded.variables, scope) };
  },
});

interface Scope {
  readonly process: IndexSet;
  readonly round: IndexSet;
  readonly value: IndexSet;
  readonly reached: PowerSet;
  readonly crashes: number;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

function variablesOf({ process, round, value }: Scope) {
  return {
    input: inputOf(process, value),
    crashed: over([process], noneOr(memberOf(round))),
    // Whom a process heard in the round; what they told follows.
    heard: over([process, round, process], flag()),
    // Processes send one after another; none hears of a round before it is over, so their order is no matter.
    round: single(counter(round.size)),
    sender: single(counter(process.size - 1)),
  };
}

const isAlive = ({ crashed }: Variables, p: number): boolean => crashed(p).isNone();

function actions(variables: Variables, { process, round, value, reached, crashes }: Scope): WordedAction[] {
  const { input, crashed, heard, sender, round: at } = variables;
  const isTurnOf = (p: number): boolean => sender().is(p) && !at().is(round.size) && haveBegun(input, process);
  const tell = (p: number, others: readonly number[]): void => {
    for (const other of others) if (other !== p && isAlive(variables, other)) heard(other, at().get(), p).set(true);
  };
  /** Those that have crashed are passed over. */
  const endTurn = (p: number): void => {
    const next = process.members.find((other) => other > p && isAlive(variables, other));
    sender().set(next ?? process.members.find((other) => isAlive(variables, other)) ?? 0);
    if (next === undefined) at().set(at().get() + 1);
  };
  const roundNow = (): string => `round ${at().get() + 1}`;
  const crash: WordedAction = {
    name: "crash",
    parameters: { process, reached },
    guard: [
      isTurnOf,
      () => !process.atLeast(crashes, (p) => !isAlive(variables, p)),
      (p, set) => reached.contents[set]!.every((other) => other !== p && isAlive(variables, other)),
    ],
    effect: (p, set) => {
      tell(p, reached.contents[set]!);
      crashed(p).set(at().get());
      endTurn(p);
    },
    says: (p, set) => `${roundNow()}: ${p} crashes, having told ${set === "{}" ? "nobody" : set}`,
  };
  return [
    begin(input, process, value),
    {
      name: "send",
      parameters: { process },
      guard: isTurnOf,
      effect: (p) => {
        tell(p, process.members);
        endTurn(p);
      },
      says: (p) => `${roundNow()}: ${p} tells everybody what it has seen`,
    },
    ...(crashes > 0 ? [crash] : []),
  ];
}

/** By process: whether it has seen the value at the end, its own or told by somebody who had. */
function haveSeen({ input, heard }: Variables, { process, round }: Scope, value: number): boolean[] {
  let seen = process.members.map((p) => input(p).is(value));
  for (const r of round.members) {
    const before = seen;
    seen = before.map((has, p) => has || process.some((other) => before[other]! && heard(p, r, other).is(true)));
  }
  return seen;
}

/** As long as what one was told may be before it is told by number: views grow by a factor with each round. */
const TOLD_LENGTH_MAX = 300;

/**
 * By process: all that it knows at the end. A long view that others were told is a number in theirs, the same for the
 * same.
 */
function viewsAtEnd({ input, heard }: Variables, { process, round }: Scope, numbers: Map<string, number>): string[] {
  const toldAs = (view: string): string => {
    if (view.length <= TOLD_LENGTH_MAX) return view;
    if (!numbers.has(view)) numbers.set(view, numbers.size + 1);
    return `${view.slice(0, view.indexOf(" ("))} (view ${numbers.get(view)})`;
  };
  let views = process.members.map((p) => `${process.nameOf(p)} with ${input(p).text()}`);
  for (const r of round.members) {
    const before = views;
    views = before.map((view, p) => {
      const others = process.filter((other) => heard(p, r, other).is(true));
      return `${view} (heard ${others.length === 0 ? "nobody" : others.map((other) => toldAs(before[other]!)).join(" and ")})`;
    });
  }
  return views;
}

function properties(variables: Variables, scope: Scope): WordedProperty[] {
  const { process, round, value } = scope;
  const isOver = (): boolean => variables.round().is(round.size);
  return [
    {
      name: "all have seen the same values",
      premise: isOver,
      parameters: { process, other: process },
      fails: [
        (p) => isOver() && isAlive(variables, p),
        (_, other) => isAlive(variables, other),
        (p, other) =>
          value.some((v) => {
            const seen = haveSeen(variables, scope, v);
            return seen[p]! && !seen[other];
          }),
      ],
    },
  ];
}

function questions(variables: Variables, scope: Scope): Question[] {
  const { process, round, value } = scope;
  const numbers = new Map<string, number>();
  const final = {
    isOver: () => variables.round().is(round.size),
    views: () => viewsAtEnd(variables, scope, numbers).filter((_, p) => isAlive(variables, p)),
    ...validity(variables.input, process, value),
  };
  return [{ ask: "invariant" }, { ask: "similarity", final }];
}
