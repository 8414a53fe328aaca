/**
 * From a packed state to all of its transitions, in the order of their steps: the inner loop of the search that keeps
 * the graph.
 *
 * The same tables, masks and memories as in successors.ts, but that a bit stands for its command in the order of steps,
 * whatever its kind, and that none is left out.
 */
import { checkedModel } from "../declaration/checked-model.js";
import type { Model } from "../declaration/model.js";
import type { CaseCommand, GuardedCommand, InvolvedGroup } from "./command-book.js";
import { type CommandData, CommandTables } from "./command-tables.js";
import { guardedCommandsOf } from "./guarded-commands.js";
import { SET_WORD_BITS } from "./product-tables.js";

/** The numbers of steps, one a transition. */
export type StepNumbers = Int32Array | Uint16Array | Uint8Array;

/**
 * Writes the successors of the state at `states[offset]` one after another into `successors` from `at` on, and returns where they
 * end. That of the n-th enabled step comes n-th, with repeats, and its step (see actionInstanceOf) is put into steps[stepAt + n].
 */
export type WriteTransitions = (
  states: Int32Array,
  offset: number,
  successors: Int32Array,
  at: number,
  steps: StepNumbers,
  stepAt: number,
) => number;

/** What the code of WriteTransitions works with. */
interface TransitionsData extends CommandData {
  /** stepOf[n]: the step of command n, if it is a guarded command. */
  readonly stepOf: Int32Array;
}

export function transitionsOf(model: Model): WriteTransitions {
  const { guarded, cases, involved } = guardedCommandsOf(checkedModel(model), "inOrder");
  const inOrder = [...guarded, ...cases, ...involved].sort((a, b) => firstStepOf(a) - firstStepOf(b));
  const commands = new CommandTables(model.workspace, inOrder);
  const data: TransitionsData = { ...commands.data, stepOf: Int32Array.from(inOrder, firstStepOf) };
  const source = sourceOf(commands, cases.length > 0, involved.length > 0);
  return new Function("data", source)(data) as WriteTransitions;
}

const firstStepOf = (command: GuardedCommand | CaseCommand | InvolvedGroup): number =>
  "steps" in command ? command.steps[0]!.step : command.step;

function sourceOf(commands: CommandTables, hasCases: boolean, hasMemoized: boolean): string {
  const plain = `steps[stepAt++] = stepOf[command];
        outcome = command;
        ${hasCases ? `if (caseFirst[command] >= 0) ${commands.codeOfCase()}` : ""}
        ${commands.codeOfSuccessor()}`;
  return `return function writeTransitions(states, offset, successors, at, steps, stepAt) {
    const { tables, outcomes, memoized, enabledIn, stepOf } = data;
    ${hasCases ? "const { caseFirst, caseWord, caseShift, caseMask } = data;" : ""}
    const { keep, set } = outcomes;
    let enabled = 0, command = 0, outcome = 0;
    ${commands.codeOfEnabled()}
    for (let setWord = 0; setWord < ${commands.setWordCount}; setWord++) {
      enabled = enabledIn[setWord];
      while (enabled !== 0) {
        // The lowest bit comes first.
        command = setWord * ${SET_WORD_BITS} + 31 - Math.clz32(enabled & -enabled);
        enabled &= enabled - 1;
        ${hasMemoized ? memoizedOr(commands, plain) : plain}
      }
    }
    return at;
  };`;
}

const memoizedOr = (commands: CommandTables, plain: string): string => `let steppers = memoized[command];
        if (steppers === null) {
          ${plain}
        }
        while (steppers !== null) {
          // There may be another one afterwards.
          const { next } = steppers;
          const taken = steppers.takenIn(states, offset);
          const { keep, set, first, members, memberSteps } = outcomes;
          for (let member = first[taken]; member < first[taken + 1]; member++) {
            steps[stepAt++] = memberSteps[member];
            outcome = members[member];
            ${commands.codeOfSuccessor()}
          }
          steppers = next;
        }`;
