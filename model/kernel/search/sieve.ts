/**
 * Successors on their way into the log: those that repeat what came before are dropped, with a symmetry the others
 * become canonical forms, and what the visited set does not know is appended.
 */
import type { SuccessorBatch } from "../compile/successors.js";
import { RecentStates } from "../store/recent-states.js";
import type { StateLog } from "../store/state-log.js";
import type { Symmetry } from "../store/symmetry.js";
import type { VisitedSet } from "../store/visited-set.js";

export class Sieve {
  /** Room for successors, to be put in from word `end` on. */
  readonly batch: SuccessorBatch;
  /** Words that stand in the batch. Whoever puts successors in says so here. */
  end = 0;
  /** How many of these are known not to repeat what came before. */
  #sifted = 0;
  readonly #width: number;
  readonly #symmetry: Symmetry | null;
  readonly #recent: RecentStates;
  /**
   * The same before canonical forms are found, which takes longer than all else: many successors come as they did
   * before.
   */
  readonly #recentImages: RecentStates | null;

  /**
   * @param width words of a state
   * @param statesMax states for which there is room in the batch
   * @param symmetry the symmetry up to which states are explored, or null
   */
  constructor(width: number, statesMax: number, symmetry: Symmetry | null) {
    this.batch = { states: new Int32Array(statesMax * width), sleepSets: new Uint8Array(statesMax) };
    this.#width = width;
    this.#symmetry = symmetry;
    this.#recent = new RecentStates(width);
    this.#recentImages = symmetry === null ? null : new RecentStates(width);
  }

  clear(): void {
    this.end = 0;
    this.#sifted = 0;
  }

  /** Empties the batch into the log. False if the table or the log is full before that: the rest stays. */
  empty(visited: VisitedSet, log: StateLog): boolean {
    const width = this.#width;
    const { states, sleepSets } = this.batch;
    const first = this.#sifted / width;
    const end = this.#canonical(first, this.end / width);
    const count = this.#recent.drop(states, sleepSets, first, end);
    const done = visited.insertAll(states, sleepSets, count, log);
    states.copyWithin(0, done * width, count * width);
    sleepSets.copyWithin(0, done, count);
    this.end = (count - done) * width;
    this.#sifted = this.end;
    return done === count;
  }

  /**
   * Puts canonical forms in the place of the states from `first` on in the batch, fewer where some are repeats; their
   * end.
   */
  #canonical(first: number, end: number): number {
    if (this.#symmetry === null) return end;
    const { states, sleepSets } = this.batch;
    const kept = this.#recentImages!.drop(states, sleepSets, first, end);
    this.#symmetry.canonicalizeAll(states, first, kept);
    return kept;
  }
}
