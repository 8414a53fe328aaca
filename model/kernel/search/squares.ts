/**
 * Where most transitions lead, by squares of the graph (compile/transitions.ts): by which transition each state was
 * found, and the copies of targets that were known before.
 *
 *     p' ──b──▶ p p was found from p' by b. Its transition by a leads to where that of p'' by b does: it is marked with
 *     p'' │ │ when p is expanded, and given its target some hundred states later, when all transitions before it a a
 *     have theirs. Loads from all over the graph, in a loop of their own, wait less for each other. ▼ ▼ p''──b──▶ ·
 */
import type { Commuting } from "../compile/commuting.js";
import type { Discovery } from "../compile/transitions.js";
import { enlarged } from "../store/enlarged.js";
import type { GraphRecorder } from "../store/graph.js";

/** States whose transitions may wait for targets. */
const WAITING_MAX = 1 << 10;

/** How many shifts are remembered: 16 kB, which stay in the processor's first cache. */
const SHIFTS = 1 << 13;

export class Squares {
  readonly #recorder: GraphRecorder;
  readonly #commuting: Commuting;
  readonly #statesMax: number;
  readonly #fromState: number;
  /** #discoveries[n]: the transition by which state n was found. */
  #discoveries = new Int32Array(1 << 10);
  /** The state from which the last one that was looked up was found, and its transitions. */
  #source = -1;
  #sourceFirst = 0;
  #sourceEnd = 0;
  readonly #discovery: { -readonly [Field in keyof Discovery]: Discovery[Field] };
  /**
   * Of the states whose transitions wait for targets, from this one on: the step by which each was found, which of the
   * transitions of p' that was, and how many p' has.
   */
  #firstWaiting = 0;
  readonly #steps = new Int32Array(WAITING_MAX);
  readonly #ranks = new Int32Array(WAITING_MAX);
  readonly #lengths = new Int32Array(WAITING_MAX);
  /**
   * How many places further on p'' had the step b than p' had it, the last time for a, b and how many more transitions
   * p'' has. In the register model of 4 servers and 4 sets the next time is the same in 98 of 100.
   */
  readonly #shifts = new Int16Array(SHIFTS);

  /**
   * @param recorder the graph so far
   * @param steps how many steps the model has
   * @param statesMax how many states there may ever be
   * @param fromState the first state whose targets are copied
   */
  constructor(recorder: GraphRecorder, commuting: Commuting, steps: number, statesMax: number, fromState: number) {
    this.#recorder = recorder;
    this.#commuting = commuting;
    this.#statesMax = statesMax;
    // No transition led to the initial state.
    this.#fromState = Math.max(1, fromState);
    this.#discovery = { state: 0, targetBy: new Int32Array(steps), commuting: commuting.none };
  }

  /** Whether no further state may be expanded before targets are copied. */
  areFull(expanded: number): boolean {
    return expanded - this.#firstWaiting === WAITING_MAX;
  }

  /**
   * Gives the first `count` of the transitions, in their order, their targets, of which those from `firstNew` to before
   * `end` are new. The first transition that leads to a state is that by which it was found.
   */
  note(transitions: Int32Array, numbers: Int32Array, count: number, firstNew: number, end: number): void {
    const { length } = this.#discoveries;
    // One more, for what is written after the last one.
    if (end + 1 > length) this.#discoveries = enlarged(this.#discoveries, end + 1, this.#statesMax);
    const { targetOf } = this.#recorder;
    const discoveries = this.#discoveries;
    let next = firstNew;
    for (let index = 0; index < count; index++) {
      const number = numbers[index]!;
      const transition = transitions[index]!;
      targetOf[transition] = number;
      discoveries[next] = transition;
      next += Number(number === next);
    }
  }

  /** How the state that is expanded next was found: the same object each time. */
  discoveryOf(state: number): Discovery {
    const discovery = this.#discovery;
    if (state < this.#fromState) return discovery;
    const transition = this.#discoveries[state]!;
    if (transition >= this.#sourceEnd) this.#turnTo(transition);
    const step = this.#recorder.stepOf[transition]!;
    const waiting = state - this.#firstWaiting;
    this.#steps[waiting] = step;
    this.#ranks[waiting] = transition - this.#sourceFirst;
    this.#lengths[waiting] = this.#sourceEnd - this.#sourceFirst;
    discovery.state = state;
    discovery.commuting = this.#commuting.with(step);
    return discovery;
  }

  /** To the state that has this transition. */
  #turnTo(transition: number): void {
    const { stepOf, targetOf, firstTransition } = this.#recorder;
    const { targetBy } = this.#discovery;
    let source = this.#source + 1;
    while (firstTransition[source + 1]! <= transition) source++;
    const end = firstTransition[source + 1]!;
    for (let edge = firstTransition[source]!; edge < end; edge++) targetBy[stepOf[edge]!] = targetOf[edge]!;
    this.#source = source;
    this.#sourceFirst = firstTransition[source]!;
    this.#sourceEnd = end;
  }

  /** Gives all others of the states before `end` theirs. */
  copyTargets(end: number): void {
    const { stepOf, targetOf, firstTransition } = this.#recorder;
    const [steps, ranks, lengths, shifts] = [this.#steps, this.#ranks, this.#lengths, this.#shifts];
    const first = this.#firstWaiting;
    this.#firstWaiting = end;
    const from = Math.max(first, this.#fromState);
    if (from >= end) return;
    let transition = firstTransition[from]!;
    for (let state = from; state < end; state++) {
      const step = steps[state - first]!;
      const rank = ranks[state - first]!;
      const last = firstTransition[state + 1]!;
      for (; transition < last; transition++) {
        const target = targetOf[transition]!;
        if (target >= 0) continue;
        const begin = firstTransition[~target]!;
        const length = firstTransition[-target]! - begin;
        const known = shiftOf(stepOf[transition]!, step, length - lengths[state - first]!);
        let place = rank + shifts[known]!;
        if (place < 0 || place >= length || stepOf[begin + place] !== step) {
          place = 0;
          while (stepOf[begin + place]! < step) place++;
          shifts[known] = place - rank;
        }
        targetOf[transition] = targetOf[begin + place]!;
      }
    }
  }
}

/** Where it is remembered; others may share the place. */
const shiftOf = (a: number, b: number, lengthened: number): number =>
  (Math.imul(Math.imul(a, 61) + b, 8) + (lengthened & 7)) & (SHIFTS - 1);
