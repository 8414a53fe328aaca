/** The full-information protocol of two processes that tell each other all they know, and cannot wait for an answer. */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  numbers,
  over,
  type WordedAction,
} from "../../language/index.js";
import { begin, haveBegun, inputOf, validity } from "../inputs.js";
import type { Instance } from "../system.js";

interface Scope {
  readonly process: IndexSet;
  readonly round: IndexSet;
  readonly value: IndexSet;
}

/** In a round: tell, and go on with what has arrived. */
const STEPS = 2;

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ process, round, value }: Scope) => ({
  input: inputOf(process, value),
  done: over([process], counter(STEPS * round.size)),
  // How many messages of the other had arrived when the process ended the round; what they told follows.
  arrived: over([process, round], counter(round.size)),
});

const otherThan = (p: number): number => 1 - p;

export function everyProtocol(scope: Scope): Instance {
  const { process, round, value } = scope;
  const worded = defineInWords({
    name: "flp, every protocol",
    variables: variablesOf(scope),
    picture: { rows: process, columns: round },
    actions: (variables) => actions(variables, scope),
  });
  const { input, done } = worded.variables;
  const final = {
    isOver: () => process.every((p) => done(p).is(STEPS * round.size)),
    views: () => process.members.map((p) => viewOf(worded.variables, scope, p, round.size)),
    ...validity(input, process, value),
  };
  return { worded, questions: [{ ask: "similarity", final }] };
}

function actions({ input, done, arrived }: Variables, { process, round, value }: Scope): WordedAction[] {
  const messages = numbers("messages", round.size + 1);
  /** A process has sent one in each round that it has begun. */
  const sentBy = (p: number): number => Math.ceil(done(p).get() / STEPS);
  return [
    begin(input, process, value),
    {
      name: "tell",
      parameters: { process, round },
      guard: (p, r) => haveBegun(input, process) && done(p).is(STEPS * r),
      effect: (p, r) => done(p).set(STEPS * r + 1),
      says: (p, r) => `round ${r}: ${p} tells the other all that it knows`,
    },
    {
      name: "go on",
      parameters: { process, round, messages },
      guard: [
        (p, r) => done(p).is(STEPS * r + 1),
        (p, r, count) => count <= sentBy(otherThan(p)) && (r === 0 || arrived(p, r - 1).get() <= count),
      ],
      effect: (p, r, count) => {
        arrived(p, r).set(count);
        done(p).set(STEPS * (r + 1));
      },
      says: (p, r, count) => `round ${r}: ${p} goes on, with ${arrivedWords(Number(count))}`,
    },
  ];
}

const arrivedWords = (count: number): string => {
  if (count === 0) return "nothing from the other";
  return count === 1 ? "the other's first message" : `the other's first ${count} messages`;
};

/**
 * All that the process knows after this number of rounds; the other's last message that arrived has those before in it.
 */
function viewOf(variables: Variables, scope: Scope, p: number, rounds: number): string {
  const { process, round } = scope;
  const told = round.members.slice(0, rounds).map((r) => {
    const count = variables.arrived(p, r).get();
    return ` (heard ${count === 0 ? "nobody" : viewOf(variables, scope, otherThan(p), count - 1)})`;
  });
  return `${process.nameOf(p)} with ${variables.input(p).text()}${told.join("")}`;
}
