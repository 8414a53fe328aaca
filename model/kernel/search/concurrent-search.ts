/**
 * Breadth-first search on one thread or several, level by level, over shared memory.
 *
 * The calling thread takes part as thread 0, in slices, so that its event loop stays alive; workers are started only
 * once the search has proved large. It alone decides what happens between two pieces of work: the next level, larger
 * tables, the end.
 *
 *               ┌── next level ──────────┐
 *               ▼                        │
 *     start ──▶ phase: all threads work ─┴─ no new states ──────────────────▶ result
 *               ▲  │ a thread pauses                                            ▲
 *               │  ▼                                                            │
 *               └─ larger tables, states put into them ── stopped, no room ──▶ finish: judge the rest
 */

import { SpotCheck, sampleOf } from "../compile/spot-check.js";
import type { Model } from "../declaration/model.js";
import { bytesMaxByDefault } from "../platform.js";
import {
  BLOCK_STATES,
  COMMAND,
  CONTROL,
  COUNTER,
  type Command,
  isRaised,
  lower,
  type SearchMemory,
  setSum,
} from "../store/search-memory.js";
import { SearchTables } from "../store/search-tables.js";
import type { Symmetry } from "../store/symmetry.js";
import { slotsAfter } from "../store/visited-set-choice.js";
import { DEFAULT_TUNING } from "./default-tuning.js";
import type { Exploration, ExploreOptions, Level, Progress, StopReason, Vacuity } from "./exploration.js";
import { isEmpty } from "./level-ranges.js";
import { refuseOptions } from "./options-check.js";
import { SearchFigures } from "./search-figures.js";
import { SearchThreads } from "./search-threads.js";
import { Turns } from "./turns.js";
import { vacuityOf } from "./vacuity.js";
import { Violations } from "./violations.js";

/** A limit that no count of states reaches. */
const NO_LIMIT = 2 ** 31 - 1;

/** With a symmetry: one state of every orbit. */
export interface OrbitExploration extends Exploration {
  /**
   * How many states those that were found stand for; `transitions` counts those of the expanded ones. 0 without a
   * symmetry.
   */
  readonly representedStates: number;
}

/** @param symmetry the symmetry up to which states are explored, or null: every state is */
export async function searchConcurrently(
  model: Model,
  options: ExploreOptions,
  symmetry: Symmetry | null = null,
): Promise<OrbitExploration> {
  refuseOptions(options);
  const search = new ConcurrentSearch(model, options, symmetry);
  try {
    return await search.run();
  } finally {
    search.quit();
  }
}

class ConcurrentSearch {
  readonly #model: Model;
  readonly #options: ExploreOptions;
  readonly #isUpToSymmetry: boolean;
  readonly #statesMax: number;
  readonly #tables: SearchTables;
  readonly #figures: SearchFigures;
  readonly #searchThreads: SearchThreads;
  readonly #turns: Turns;
  readonly #levels: Level[] = [];
  readonly #violations: Violations;
  #stoppedBy: StopReason | null = null;
  #depthCovered = 0;
  /** How many states those of the levels before the one at work stand for. */
  #representedBefore = 0;

  constructor(model: Model, options: ExploreOptions, symmetry: Symmetry | null) {
    const tuning = { ...DEFAULT_TUNING, ...options.tuning };
    const threads = model.descriptor === null ? 1 : Math.max(1, options.workers ?? 1);
    this.#model = model;
    model.workspace.walker = null;
    this.#options = options;
    this.#isUpToSymmetry = symmetry !== null;
    this.#violations = new Violations(model.properties);
    this.#statesMax = options.statesMax ?? NO_LIMIT;
    this.#tables = new SearchTables(
      {
        threads,
        actions: model.actions.length,
        wordsPerState: this.#width,
        statesCapacity: tuning.logStates,
        slots: tuning.slots,
      },
      {
        statesMax: this.#statesMax,
        bytesMax: options.bytesMax ?? bytesMaxByDefault(),
        slotsAfter: (slots) =>
          tuning.nextSlots.find((next) => next > slots) ?? slotsAfter(slots, model.workspace.layout),
      },
    );
    this.#figures = new SearchFigures(this.#tables);
    this.#turns = new Turns(options, () => this.#progress());
    this.#searchThreads = new SearchThreads(model, symmetry, this.#memory, threads, tuning, this.#turns);
  }

  async run(): Promise<OrbitExploration> {
    this.#searchThreads.main.start(this.#model.initial);
    let [first, end] = [0, this.#searchThreads.endOfLog()];
    while (first < end) {
      this.#levels.push({ first, end });
      const statesBefore = this.#figures.distinctStates;
      this.#representedBefore = this.#figures.represented;
      if (!(await this.#doLevel(first, end))) break;
      [first, end] = [end, this.#searchThreads.endOfLog()];
      if (this.#figures.distinctStates === statesBefore) break;
      this.#depthCovered++;
    }
    if (this.#stoppedBy !== null) await this.#finish();
    this.#check();
    return this.#result(await this.#vacuity());
  }

  async #vacuity(): Promise<Vacuity | null> {
    if (this.#stoppedBy !== null) return null;
    return vacuityOf(this.#model, this.#figures.states(this.#levels), this.#memory.takenActions, this.#turns);
  }

  /** Of a model whose closures change their minds, nothing that was found would mean anything. */
  #check(): void {
    const { fill } = this.#memory;
    const spot = new SpotCheck(this.#model);
    for (const place of sampleOf(this.#searchThreads.endOfLog())) {
      const block = Math.floor(place / BLOCK_STATES);
      if (fill[block] === 0) continue;
      this.#searchThreads.main.check(spot, block * BLOCK_STATES + ((place % BLOCK_STATES) % fill[block]!));
    }
    this.#model.workspace.load(this.#model.initial, 0);
  }

  quit(): void {
    this.#searchThreads.quit();
  }

  /** False if the search ends with this level: everything to be said about it has been noted. */
  async #doLevel(first: number, end: number): Promise<boolean> {
    if (!this.#options.stopAtViolation) return this.#doPhase(COMMAND.expandAndJudge, first, end);
    if (!(await this.#doPhase(COMMAND.judge, first, end))) return false;
    if (!this.#violations.areNone) {
      this.#stoppedBy = "violation";
      return false;
    }
    return this.#doPhase(COMMAND.expand, first, end);
  }

  /** Judges or expands, or both, the states of a level. False if a bound or an abort ends it early. */
  async #doPhase(command: Command, first: number, end: number): Promise<boolean> {
    const { control } = this.#memory;
    this.#searchThreads.startPhase(first, end);
    while (true) {
      await this.#searchThreads.work(command);
      this.#violations.note(control[CONTROL.failures]!, this.#levels.length - 1);
      if (!isRaised(control, CONTROL.pause)) return true;
      this.#stoppedBy = this.#turns.stop;
      if (this.#stoppedBy !== null || !(await this.#makeRoom())) return false;
    }
  }

  /** After a thread has asked for a pause: larger tables, or the reason why there cannot be any. */
  async #makeRoom(): Promise<boolean> {
    const { control } = this.#memory;
    const isLogFull = isRaised(control, CONTROL.logFull);
    if (this.#figures.distinctStates >= this.#statesMax) this.#stoppedBy = "states";
    else if (isLogFull && !this.#tables.canLogGrow) this.#stoppedBy = "memory";
    if (this.#stoppedBy !== null) return false;
    const cursor = control[CONTROL.cursor]!;
    do {
      if (!this.#tables.grow()) {
        this.#stoppedBy = "memory";
        return false;
      }
      this.#searchThreads.attach(this.#memory);
      this.#clearPause();
      control[CONTROL.cursor] = 0;
      await this.#searchThreads.work(COMMAND.rehash);
      this.#stoppedBy ??= this.#turns.stop;
      if (this.#stoppedBy !== null) return false;
    } while (isRaised(control, CONTROL.tableFull));
    control[CONTROL.cursor] = cursor;
    return true;
  }

  #clearPause(): void {
    const { control } = this.#memory;
    lower(control, CONTROL.tableFull);
    lower(control, CONTROL.logFull);
    lower(control, CONTROL.pause);
  }

  /** An early end leaves states that were found and not expanded: what they show, and stand for, must not be lost. */
  async #finish(): Promise<void> {
    const { control } = this.#memory;
    const { first, end } = this.#levels.at(-1)!;
    const endOfLog = this.#searchThreads.endOfLog();
    const rest = [
      { first, end },
      { first: end, end: endOfLog },
    ];
    this.#turns.ignoreStops();
    this.#clearPause();
    control[CONTROL.statesLimit] = NO_LIMIT;
    if (this.#stoppedBy !== "violation") {
      for (const [beyond, level] of rest.entries()) {
        await this.#doAll(level, COMMAND.judge);
        this.#violations.note(control[CONTROL.failures]!, this.#levels.length - 1 + beyond);
      }
    }
    if (this.#isUpToSymmetry) {
      // It is not known which states of the last level have been counted.
      setSum(this.#memory.counters, COUNTER.represented, this.#representedBefore);
      for (const level of rest) await this.#doAll(level, COMMAND.count);
    }
    if (!isEmpty(this.#memory, end, endOfLog)) this.#levels.push({ first: end, end: endOfLog });
  }

  async #doAll({ first, end }: Level, command: Command): Promise<void> {
    this.#searchThreads.startPhase(first, end);
    await this.#searchThreads.work(command);
  }

  #progress(): Progress {
    const { distinctStates, expanded, represented, transitions, bytes } = this.#figures;
    return {
      distinctStates: this.#isUpToSymmetry ? represented : distinctStates,
      transitions,
      depth: this.#levels.length - 1,
      frontier: distinctStates - expanded,
      bytes,
      elapsed_ms: this.#turns.elapsed_ms,
    };
  }

  #result(vacuity: Vacuity | null): OrbitExploration {
    const { distinctStates, represented, transitions, bytes } = this.#figures;
    return {
      model: this.#model,
      states: this.#figures.states(this.#levels),
      distinctStates,
      transitions,
      depth: this.#levels.length - 1,
      complete: this.#stoppedBy === null,
      stoppedBy: this.#stoppedBy,
      depthCovered: this.#depthCovered,
      violations: this.#violations.inOrder(),
      vacuity,
      graph: null,
      representedStates: represented,
      bytes,
    };
  }

  get #memory(): SearchMemory {
    return this.#tables.memory;
  }

  get #width(): number {
    return this.#model.workspace.layout.wordCount;
  }
}
