/**
 * The threads of one search, seen from the calling one: who takes part in a piece of work, and the wait until all have
 * done it.
 */

import type { Model } from "../declaration/model.js";
import { BLOCK_STATES, CONTROL, type Command, type SearchMemory } from "../store/search-memory.js";
import type { Symmetry } from "../store/symmetry.js";
import type { Tuning } from "./exploration.js";
import { SearchThread } from "./search-thread.js";
import type { Turns } from "./turns.js";
import { WorkerPool } from "./worker-pool.js";

/** The calling thread works for so long before its event loop may take a turn. */
const SLICE_MS = 20;

/** The calling thread waits for so long for the others before its event loop may take a turn. */
const WAIT_MS = 2;

export class SearchThreads {
  /** The calling thread's own part. */
  readonly main: SearchThread;
  readonly #model: Model;
  readonly #isUpToSymmetry: boolean;
  readonly #threads: number;
  readonly #tuning: Tuning;
  readonly #turns: Turns;
  #memory: SearchMemory;
  #pool: WorkerPool | null = null;
  /** Workers that took part in the phase, and so may have something left to do. */
  readonly #inPhase = new Set<number>();
  #isLevelShared = false;

  constructor(
    model: Model,
    symmetry: Symmetry | null,
    memory: SearchMemory,
    threads: number,
    tuning: Tuning,
    turns: Turns,
  ) {
    this.main = new SearchThread(model, memory, 0, symmetry);
    this.#isUpToSymmetry = symmetry !== null;
    this.#model = model;
    this.#memory = memory;
    this.#threads = threads;
    this.#tuning = tuning;
    this.#turns = turns;
  }

  /** Everybody takes the new memory up before the next work. */
  attach(memory: SearchMemory): void {
    this.#memory = memory;
    this.main.attach(memory);
    this.#pool?.post(memory);
  }

  /** The states of the level, whose number is below `end`, are to be worked on from the start. */
  startPhase(first: number, end: number): void {
    const { control } = this.#memory;
    control[CONTROL.levelFirst] = first;
    control[CONTROL.levelEnd] = end;
    control[CONTROL.cursor] = Math.floor(first / BLOCK_STATES);
    control[CONTROL.phase]!++;
    this.#inPhase.clear();
  }

  /** Does the work until nothing is left of the phase or a pause is asked for; no thread is at work afterwards. */
  async work(command: Command): Promise<void> {
    const { control } = this.#memory;
    const dispatched = new Set<number>();
    let end: ReturnType<SearchThread["work"]>;
    do {
      this.#dispatch(command, dispatched);
      end = this.main.work(command, performance.now() + SLICE_MS);
      await this.#turns.take(control);
    } while (end === "late");
    while (this.#pool?.settle(WAIT_MS) === false) await this.#turns.take(control);
  }

  /**
   * The number past the last state found, to be asked for at the end of a level. Blocks that others have begun stay as
   * they are: the next level's states must not get among this one's.
   */
  endOfLog(): number {
    const { control } = this.#memory;
    if (!this.#isLevelShared) return this.main.position;
    this.#isLevelShared = false;
    control[CONTROL.era]!++;
    return control[CONTROL.nextBlock]! * BLOCK_STATES;
  }

  quit(): void {
    this.#pool?.quit();
  }

  /**
   * Sets those workers to work that are ready and have not been, if there is enough to do or something was left to
   * them.
   */
  #dispatch(command: Command, dispatched: Set<number>): void {
    const { control } = this.#memory;
    this.#startWorkers();
    if (this.#pool === null) return;
    const blocksLeft = Math.ceil(control[CONTROL.levelEnd]! / BLOCK_STATES) - control[CONTROL.cursor]!;
    const isWorthwhile = blocksLeft >= this.#tuning.parallelFromBlocks;
    for (const thread of this.#pool.ready) {
      if (dispatched.has(thread) || !(isWorthwhile || this.#inPhase.has(thread))) continue;
      dispatched.add(thread);
      this.#inPhase.add(thread);
      this.#isLevelShared = true;
      this.#pool.command(thread, command);
    }
  }

  #startWorkers(): void {
    const { descriptor } = this.#model;
    if (this.#pool !== null || this.#threads === 1 || descriptor === null) return;
    const { parallelFromStates, parallelFrom_ms } = this.#tuning;
    const isLarge = this.#memory.control[CONTROL.states]! >= parallelFromStates;
    if (!isLarge && this.#turns.elapsed_ms < parallelFrom_ms) return;
    this.#pool = new WorkerPool(descriptor, this.#isUpToSymmetry, this.#memory, this.#threads);
    if (this.#tuning.awaitsWorkers) this.#pool.awaitReady();
  }
}
