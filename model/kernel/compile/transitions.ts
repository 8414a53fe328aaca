/**
 * From a packed state to all of its transitions, in the order of their steps: the inner loop of the search that keeps
 * the graph.
 *
 * The same tables, masks and memories as in successors.ts, but that a bit stands for its command in the order of steps,
 * whatever its kind, and that every transition is taken down. Where most of them lead is copied from the graph so far,
 * and their successors are not written at all.
 *
 * Let state p be the first to be found from p' by step b, and let a commute with b. Then a is enabled at p' too, and
 * what it leads to there, p'', leads by b to the same state as p by a:
 *
 *     p' ──b──▶ p
 *     │         │
 *     a         a
 *     ▼         ▼
 *     p''──b──▶ ·
 *
 * States are expanded by number. So if p'' has a lower number than p, it has been expanded, and the target of its step
 * b is known: that of p's step a is the same. Nothing is lost by it, not even the order in which states are numbered
 * (proofs-notes.md, "Squares of the graph").
 */
import { checkedModel } from "../declaration/checked-model.js";
import type { Model } from "../declaration/model.js";
import type { CaseCommand, GuardedCommand, InvolvedGroup } from "./command-book.js";
import { type CommandData, CommandTables } from "./command-tables.js";
import { type CommandSet, Commuting } from "./commuting.js";
import { guardedCommandsOf } from "./guarded-commands.js";
import { SET_WORD_BITS } from "./product-tables.js";
import { TakenActions } from "./taken-actions.js";

/** The numbers of steps, one a transition. */
export type StepNumbers = Int32Array | Uint16Array | Uint8Array;

/** The transitions of states that have been expanded, one state after another, and room for more. */
export interface TransitionRows {
  /** The step of each transition (see actionInstanceOf). */
  readonly stepOf: StepNumbers;
  /**
   * The number of the state that each leads to; of the last ones maybe ~t instead: to where that transition of the same
   * state as t does which is of the step by which this state was found (transitions t has most often, or one nearby).
   */
  readonly targetOf: Int32Array;
  /** Where those of a state begin. One more than states that have been expanded, or are: those to come begin there. */
  readonly firstTransition: Int32Array;
  transitionCount: number;
}

/** How a state was found. */
export interface Discovery {
  /** The state that was found, by number. */
  state: number;
  /**
   * Where the state from which it was found goes by each step that is enabled there, by number. All these are known.
   */
  readonly targetBy: Int32Array;
  /** The commands that commute with the step. */
  commuting: CommandSet;
}

/**
 * Successors that wait for their numbers, packed, one after another, and transitions[n]: which of them leads to the
 * n-th.
 */
export interface WaitingSuccessors {
  readonly states: Int32Array;
  readonly transitions: Int32Array;
}

/**
 * Takes down all transitions of the state at `states[offset]`, in the order of their steps. Puts those of their
 * successors that must be looked up to be numbered among those that wait, from word `at` on, and returns where they
 * end.
 */
export type WriteTransitions = (
  states: Int32Array,
  offset: number,
  discovery: Discovery,
  rows: TransitionRows,
  waiting: WaitingSuccessors,
  at: number,
) => number;

/** What the code of WriteTransitions works with. */
interface TransitionsData extends CommandData {
  /** stepOf[n]: the step of command n, if it is a guarded command. */
  readonly commandStepOf: Int32Array;
  /** The set of commands that are no groups of involved steps: these may be enabled and lead nowhere. */
  readonly single: CommandSet;
  /** The set of commands that were enabled in some state, and led somewhere. */
  readonly everEnabled: CommandSet;
}

export class Transitions {
  readonly write: WriteTransitions;
  readonly commuting: Commuting;
  readonly #actions: number;
  readonly #taken: TakenActions;

  constructor(model: Model) {
    const { guarded, cases, involved } = guardedCommandsOf(checkedModel(model), "inOrder");
    const inOrder = [...guarded, ...cases, ...involved].sort((a, b) => firstStepOf(a) - firstStepOf(b));
    const commands = new CommandTables(model.workspace, inOrder);
    this.#actions = model.actions.length;
    this.#taken = new TakenActions(model.actions, inOrder);
    const single = new Int32Array(commands.setWordCount);
    for (const [number, command] of inOrder.entries()) {
      if (!("steps" in command)) single[number >>> 5]! |= 1 << (number & 31);
    }
    const data: TransitionsData = {
      ...commands.data,
      commandStepOf: Int32Array.from(inOrder, firstStepOf),
      single,
      everEnabled: this.#taken.everEnabled,
    };
    const source = sourceOf(commands, cases.length > 0, involved.length > 0);
    this.write = new Function("data", source)(data) as WriteTransitions;
    this.commuting = new Commuting(model, inOrder);
  }

  /** takenActions[a]: 1 if action a was enabled in some state that was written. */
  takenActions(): Uint8Array {
    const takenActions = new Uint8Array(this.#actions);
    this.#taken.note(takenActions);
    return takenActions;
  }
}

const firstStepOf = (command: GuardedCommand | CaseCommand | InvolvedGroup): number =>
  "steps" in command ? command.steps[0]!.step : command.step;

function sourceOf(commands: CommandTables, hasCases: boolean, hasMemoized: boolean): string {
  const plain = `step = commandStepOf[command];
        ${CODE_OF_KNOWN}
        outcome = command;
        ${hasCases ? `if (caseFirst[command] >= 0) ${commands.codeOfCase()}` : ""}
        ${codeOfWaiting(commands)}`;
  return `return function writeTransitions(states, offset, discovery, rows, waiting, at) {
    // Local, so that the compiler need not suspect that anybody changes them meanwhile.
    const { tables, outcomes, memoized, enabledIn, commandStepOf, single, everEnabled } = data;
    ${hasCases ? "const { caseFirst, caseWord, caseShift, caseMask } = data;" : ""}
    const { keep, set } = outcomes;
    const { stepOf, targetOf } = rows;
    const { states: successors, transitions } = waiting;
    const { state, targetBy, commuting } = discovery;
    let transition = rows.transitionCount;
    let enabled = 0, commutes = 0, bit = 0, command = 0, outcome = 0, step = 0, other = 0;
    ${commands.codeOfEnabled()}
    for (let setWord = 0; setWord < ${commands.setWordCount}; setWord++) {
      enabled = enabledIn[setWord];
      commutes = commuting[setWord];
      everEnabled[setWord] |= enabled & single[setWord];
      while (enabled !== 0) {
        // The lowest bit comes first.
        bit = 31 - Math.clz32(enabled & -enabled);
        command = setWord * ${SET_WORD_BITS} + bit;
        enabled &= enabled - 1;
        ${hasMemoized ? memoizedOr(commands, plain) : plain}
      }
    }
    rows.transitionCount = transition;
    return at;
  };`;
}

/**
 * Code that goes on with the next transition if this one's target is known, or waits for its number already: `other` is
 * p'' of the square (see the top). A step has nearly the same place among the transitions of both.
 */
const CODE_OF_KNOWN = `stepOf[transition] = step;
        other = targetBy[step];
        if (((commutes >>> bit) & ((other - state) >>> 31)) !== 0) {
          targetOf[transition++] = ~other;
          continue;
        }`;

const codeOfWaiting = (commands: CommandTables): string => `
        transitions[${commands.codeOfIndex()}] = transition++;
        ${commands.codeOfSuccessor()}`;

const memoizedOr = (commands: CommandTables, plain: string): string => `let steppers = memoized[command];
        if (steppers === null) {
          ${plain}
        }
        while (steppers !== null) {
          // There may be another one afterwards.
          const { next } = steppers;
          const taken = steppers.takenIn(states, offset);
          const { keep, set, first, members, memberSteps } = outcomes;
          if (first[taken + 1] > first[taken]) everEnabled[setWord] |= 1 << bit;
          for (let member = first[taken]; member < first[taken + 1]; member++) {
            step = memberSteps[member];
            ${CODE_OF_KNOWN}
            outcome = members[member];
            ${codeOfWaiting(commands)}
          }
          steppers = next;
        }`;
