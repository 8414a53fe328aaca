/**
 * What objects can do without waiting: for every protocol of a number of rounds, whether it can solve consensus among
 * processes that share registers and, besides, test-and-set or compare-and-swap.
 *
 * In a round of the full-information protocol a process writes all that it knows into its own register, uses the object
 * of the round, if there is one, and reads all registers at once. (Reading at once can be done with registers alone:
 * Afek et al., 1993. So what cannot be done with it cannot be done without.)
 */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  over,
  values as valueSet,
  type WordedAction,
} from "../language/index.js";
import { begin, haveBegun, inputOf, roundSet, validity } from "./inputs.js";
import { choice, defineSystem, number, type Pin, type Preset } from "./system.js";

const OBJECTS = ["registers", "test-and-set", "compare-and-swap"] as const;
type ObjectName = (typeof OBJECTS)[number];

/** Where it can be solved, a component is what was first, and with which input. */
const preset = (object: ObjectName, processes: number, verdict: Pin["verdict"], components: number): Preset => ({
  name: `${object}-${processes}`,
  inShort: `${processes} processes and ${object}`,
  parameters: { object, processes },
  pins: { "every-protocol": [{ ask: "similarity", verdict, components }] },
});

export const herlihy = defineSystem({
  name: "herlihy",
  about:
    "Wait-free consensus: every process decides after a bounded number of its own steps, however slow the others are, or dead. What it takes depends on what the memory can do. Registers that are read and written are not enough for two processes; test-and-set is enough for two and not for three; compare-and-swap is enough for any number. So an object has a consensus number, and none is built from objects of lower ones. The argument is about every protocol: a run in which all began with A is led, view by view, to one in which all began with B, and neighbours cannot tell where the change came.",
  source:
    'Herlihy, "Wait-free synchronization", 1991; Attiya & Ellen, Impossibility Results for Distributed Computing, 2014',
  parameters: {
    object: choice("what processes share besides registers", OBJECTS),
    processes: number("processes", 2, 1, 6),
    rounds: number("rounds of the protocol, each with an object of its own", 1, 1, 5),
  },
  presets: [
    preset("registers", 3, "impossible", 1),
    preset("test-and-set", 2, "solvable", 4),
    preset("test-and-set", 3, "impossible", 1),
    preset("compare-and-swap", 2, "solvable", 4),
    preset("compare-and-swap", 3, "solvable", 6),
    preset("compare-and-swap", 4, "solvable", 8),
  ],
  variants: [
    {
      name: "every-protocol",
      inShort: "whatever processes do with what they have seen",
      pins: [
        {
          ask: "similarity",
          verdict: "impossible",
          property: "a value for every component of views",
          states: 55,
          transitions: 62,
          depth: 6,
          components: 1,
        },
      ],
    },
  ],
  build: ({ object, processes, rounds }) => {
    const scope: Scope = {
      process: indexSet("process", processes),
      round: roundSet(rounds),
      value: valueSet(2),
      object,
    };
    const worded = defineInWords({
      name: `herlihy, ${object}`,
      variables: variablesOf(scope),
      picture: { rows: scope.process, columns: scope.round },
      actions: (variables) => actions(variables, scope),
    });
    const { input, done } = worded.variables;
    const { process, value } = scope;
    const final = {
      isOver: () => process.every((p) => done(p).is(STEPS * rounds)),
      views: () => process.members.map((p) => viewOf(worded.variables, scope, p, rounds)),
      ...validity(input, process, value),
    };
    return { worded, questions: [{ ask: "similarity", final }] };
  },
});

interface Scope {
  readonly process: IndexSet;
  readonly round: IndexSet;
  readonly value: IndexSet;
  readonly object: ObjectName;
}

/** In a round: write, use the object, read. */
const STEPS = 3;

type Variables = Accessors<ReturnType<typeof variablesOf>>;

function variablesOf({ process, round, value }: Scope) {
  return {
    input: inputOf(process, value),
    done: over([process], counter(STEPS * round.size)),
    // How many writes of the other the process saw in the round: what was in them follows.
    saw: over([process, round, process], counter(round.size)),
    first: over([round], noneOr(memberOf(process))),
  };
}

function actions({ input, done, saw, first }: Variables, { process, round, value, object }: Scope): WordedAction[] {
  const isAt = (p: number, r: number, step: number): boolean => done(p).is(STEPS * r + step);
  const advance = (p: number, r: number, step: number): void => done(p).set(STEPS * r + step + 1);
  const writesOf = (p: number): number => Math.ceil(done(p).get() / STEPS);
  const useObject: WordedAction = {
    name: "use the object",
    parameters: { process, round },
    guard: (p, r) => isAt(p, r, 1),
    effect: (p, r) => {
      if (first(r).isNone()) first(r).set(p);
      advance(p, r, 1);
    },
    says: (p, r) =>
      `${p} uses the ${object} of round ${r}, and is ${first(Number(r) - 1).isNone() ? "first" : "not first"}`,
  };
  const steps: WordedAction[] = [
    begin(input, process, value),
    {
      name: "write",
      parameters: { process, round },
      guard: (p, r) => haveBegun(input, process) && isAt(p, r, 0),
      effect: (p, r) => {
        advance(p, r, 0);
        // Nothing to use: the step is passed over.
        if (object === "registers") advance(p, r, 1);
      },
      says: (p, r) => `${p} writes all that it knows, in round ${r}`,
    },
    {
      name: "read",
      parameters: { process, round },
      guard: (p, r) => isAt(p, r, 2),
      effect: (p, r) => {
        for (const other of process.members) if (other !== p) saw(p, r, other).set(writesOf(other));
        advance(p, r, 2);
      },
      says: (p, r) => `${p} reads all registers, in round ${r}`,
    },
  ];
  return object === "registers" ? steps : [...steps, useObject];
}

/** All that the process knows after this number of rounds, the views of others in it that it has read. */
function viewOf(variables: Variables, scope: Scope, p: number, rounds: number): string {
  const { process, round, object } = scope;
  const seen = round.members.slice(0, rounds).map((r) => {
    const others = process.members.flatMap((other) => {
      const writes = variables.saw(p, r, other).get();
      return writes === 0 || other === p ? [] : [viewOf(variables, scope, other, writes - 1)];
    });
    const used = object === "registers" ? "" : `${outcomeOf(variables, scope, p, r)}, `;
    return ` (${used}saw ${others.length === 0 ? "nobody" : others.join(" and ")})`;
  });
  return `${process.nameOf(p)} with ${variables.input(p).text()}${seen.join("")}`;
}

/** What the object tells: of test-and-set whether one was first, of compare-and-swap who was. */
function outcomeOf({ first }: Variables, { process, object }: Scope, p: number, r: number): string {
  if (first(r).is(p)) return "was first";
  return object === "test-and-set" ? "was not first" : `${process.nameOf(first(r).get()!)} was first`;
}
