/**
 * One thread's part in a search: claims blocks of the level, judges and expands their states, inserts the successors.
 *
 * It can be stopped at any block and go on later, with larger tables in between; what is not done yet stays with it.
 *
 *              ┌──────┐       work(command)       ┌─────────┐ ──┐ claims a block, judges and
 *     start ──▶│ idle │ ────────────────────────▶ │ working │   │ expands its states, inserts
 *              └──────┘ ◀──────────────────────── └─────────┘ ◀─┘ what they lead to
 *                        finished, paused or late
 *
 * - finished: no block is left to claim. The next work is of another phase, or on what others have left.
 * - paused: some thread has raised the flag, for lack of room, at the bound on states, or since the search must stop.
 *   The rest of the claimed block and of the batch is kept; the main thread makes room (attach) and gives the same
 *   command again.
 * - late: the time is up, which only the main thread's ever is; its event loop takes a turn, and it goes on.
 *
 * What was kept is dropped when a new phase has begun.
 */

import { stepCount } from "../compile/expand.js";
import { inOrder, upTo } from "../compile/independence.js";
import { generateJudge, type Judge } from "../compile/judge.js";
import type { SpotCheck } from "../compile/spot-check.js";
import { Successors } from "../compile/successors.js";
import type { Model } from "../declaration/model.js";
import { collectGarbage } from "../platform.js";
import {
  BLOCK_STATES,
  COMMAND,
  CONTROL,
  COUNTER,
  type Command,
  isRaised,
  raise,
  type SearchMemory,
  statesCapacityMax,
  threadsOf,
} from "../store/search-memory.js";
import { StateLog } from "../store/state-log.js";
import type { Symmetry } from "../store/symmetry.js";
import type { VisitedSet } from "../store/visited-set.js";
import { visitedSetOver } from "../store/visited-set-choice.js";
import { refuseAnotherModel } from "./same-model.js";
import { Sieve } from "./sieve.js";

/**
 * Successors collected before they are inserted: enough for their cache misses to overlap, few enough to stay in the
 * cache.
 */
const BATCH_STATES = 256;

/** Tables of fewer bytes are left to the collector. */
const COLLECTED_BYTES_MIN = 1 << 24;

/**
 * finished: the phase has nothing left for this thread. paused: the main thread must act first. late: the time is up.
 */
export type WorkEnd = "finished" | "paused" | "late";

/** What is done with each state of a block. */
interface Task {
  readonly expands: boolean;
  readonly judges: boolean;
  /** Whether the states that it stands for are added up. */
  readonly counts: boolean;
}

export class SearchThread {
  readonly #model: Model;
  readonly #thread: number;
  readonly #symmetry: Symmetry | null;
  readonly #width: number;
  readonly #successors: Successors;
  readonly #judge: Judge;
  readonly #sieve: Sieve;
  readonly #batchStatesMax: number;
  #memory: SearchMemory;
  #log: StateLog;
  #visited: VisitedSet;
  /** The part of the claimed block that is still to be done. */
  #at = 0;
  #until = 0;
  #phase = 0;
  #era = 0;

  /** @param symmetry the symmetry up to which states are explored, or null */
  constructor(model: Model, memory: SearchMemory, thread: number, symmetry: Symmetry | null) {
    this.#model = model;
    this.#thread = thread;
    this.#symmetry = symmetry;
    this.#width = model.workspace.layout.wordCount;
    this.#successors = new Successors(model, symmetry === null ? inOrder : upTo(symmetry.orbitOf));
    this.#judge = generateJudge(model);
    // One state's successors may overshoot a full batch.
    this.#batchStatesMax = Math.max(BLOCK_STATES, BATCH_STATES + stepCount(model.actions));
    this.#sieve = new Sieve(this.#width, this.#batchStatesMax, symmetry);
    this.#memory = memory;
    this.#log = new StateLog(memory, this.#width);
    this.#visited = this.#setOver(memory);
    refuseAnotherModel(model, this.#successors.fingerprint, { control: memory.control, thread });
  }

  /** The number that this thread's next new state gets. */
  get position(): number {
    return this.#log.position;
  }

  /**
   * Memory has been replaced: larger tables, or a larger copy of the log. The former is freed once every thread has let
   * go of it.
   */
  attach(memory: SearchMemory): void {
    const formerBytes = this.#memory.slots.byteLength;
    const log = new StateLog(memory, this.#width);
    log.continueFrom(this.#log);
    this.#memory = memory;
    this.#log = log;
    this.#visited = this.#setOver(memory);
    if (formerBytes >= COLLECTED_BYTES_MIN) collectGarbage();
  }

  /** Inserts one state that nothing steps to. */
  start(initial: Int32Array): void {
    this.#sieve.batch.states.set(initial);
    this.#sieve.end = this.#width;
    this.#flush();
    this.#log.publish();
  }

  /** Throws ModelError unless closures say what this thread works with, in the state of this number. */
  check(spot: SpotCheck, state: number): void {
    const { states } = this.#memory;
    const offset = state * this.#width;
    const steps = stepCount(this.#model.actions);
    const batch = { states: new Int32Array(steps * this.#width), sleepSets: new Uint8Array(steps) };
    const end = this.#successors.write(states, offset, 0, batch, 0);
    // These were counted when the state was expanded.
    this.#successors.takeCount();
    spot.look(states, offset, batch.states, end, this.#judge(states, offset));
  }

  /** Works until `deadline_ms` on the clock of performance.now, about. */
  work(command: Command, deadline_ms: number): WorkEnd {
    const end = command === COMMAND.rehash ? this.#rehash(deadline_ms) : this.#advance(command, deadline_ms);
    this.#log.publish();
    this.#memory.counters[this.#thread * COUNTER.fields + COUNTER.transitions]! += this.#successors.takeCount();
    this.#successors.noteActions(this.#memory.takenActions);
    return end;
  }

  #advance(command: Command, deadline_ms: number): WorkEnd {
    const { control } = this.#memory;
    this.#forgetOldPhase();
    const task = this.#taskOf(command);
    while (true) {
      if (!this.#doBlock(task)) return "paused";
      if (isRaised(control, CONTROL.pause)) {
        this.#flush();
        return "paused";
      }
      if (!this.#claim()) return this.#flush() ? "finished" : "paused";
      if (performance.now() > deadline_ms) return "late";
    }
  }

  #taskOf(command: Command): Task {
    const expands = command === COMMAND.expand || command === COMMAND.expandAndJudge;
    const judges = command === COMMAND.judge || command === COMMAND.expandAndJudge;
    return { expands, judges, counts: this.#symmetry !== null && (expands || command === COMMAND.count) };
  }

  /** False if something must be done about the tables, or about a bound, before it can go on. */
  #doBlock({ expands, judges, counts }: Task): boolean {
    const { states, sleepSets } = this.#memory;
    const successors = this.#successors;
    const judge = this.#judge;
    const symmetry = this.#symmetry;
    const width = this.#width;
    const sieve = this.#sieve;
    const { batch } = sieve;
    const batchWords = BATCH_STATES * width;
    if (sieve.end >= batchWords && !this.#flush()) return false;
    let at = this.#at;
    let isGoingOn = true;
    for (; at < this.#until && isGoingOn; at++) {
      const offset = at * width;
      if (judges) {
        const failures = judge(states, offset);
        if (failures !== 0) this.#note(failures);
      }
      if (expands) {
        sieve.end = successors.write(states, offset, sleepSets[at]!, batch, sieve.end);
      }
      if (counts) this.#countOrbit(symmetry!.orbitSizeAt(states, offset));
      if (sieve.end >= batchWords) isGoingOn = this.#flush();
    }
    if (expands) this.#count(at - this.#at);
    this.#at = at;
    return isGoingOn;
  }

  #count(expanded: number): void {
    this.#memory.counters[this.#thread * COUNTER.fields + COUNTER.expanded]! += expanded;
  }

  /** A canonical form was expanded, or only counted, that stands for this number of states. */
  #countOrbit(size: number): void {
    const { counters } = this.#memory;
    const first = this.#thread * COUNTER.fields;
    counters[first + COUNTER.represented]! += size;
    counters[first + COUNTER.transitions]! += size * this.#successors.takeCount();
  }

  /** Inserts what is in the batch. False if some of it could not be, or a bound has been reached. */
  #flush(): boolean {
    if (this.#sieve.end === 0) return true;
    const { control } = this.#memory;
    const { added } = this.#log;
    const isEmpty = this.#sieve.empty(this.#visited, this.#log);
    const found = this.#log.added - added;
    const states = Atomics.add(control, CONTROL.states, found) + found;
    if (isEmpty && states < control[CONTROL.statesLimit]!) return true;
    if (!isEmpty) raise(control, this.#log.isFull ? CONTROL.logFull : CONTROL.tableFull);
    raise(control, CONTROL.pause);
    return false;
  }

  /** Takes the next block of the level; false if there is none. */
  #claim(): boolean {
    const { control, fill } = this.#memory;
    const end = control[CONTROL.levelEnd]!;
    const block = Atomics.add(control, CONTROL.cursor, 1);
    const first = block * BLOCK_STATES;
    if (first >= end) return false;
    this.#at = Math.max(first, control[CONTROL.levelFirst]!);
    this.#until = Math.min(end, first + fill[block]!);
    return true;
  }

  #forgetOldPhase(): void {
    const { control } = this.#memory;
    if (control[CONTROL.phase] !== this.#phase) {
      this.#phase = control[CONTROL.phase]!;
      this.#at = 0;
      this.#until = 0;
      this.#sieve.clear();
    }
    if (control[CONTROL.era] !== this.#era) {
      this.#era = control[CONTROL.era]!;
      this.#log.close();
    }
  }

  #note(failures: number): void {
    const { control } = this.#memory;
    if ((failures & ~control[CONTROL.failures]!) !== 0) Atomics.or(control, CONTROL.failures, failures);
  }

  /** Puts logged states into the new table, block by block. */
  #rehash(deadline_ms: number): WorkEnd {
    const { control, fill, states } = this.#memory;
    const blocks = Math.min(control[CONTROL.nextBlock]!, fill.length);
    while (performance.now() < deadline_ms) {
      if (isRaised(control, CONTROL.pause)) return "paused";
      const block = Atomics.add(control, CONTROL.cursor, 1);
      if (block >= blocks) return "finished";
      if (this.#visited.insertLogged(states, block * BLOCK_STATES, fill[block]!)) continue;
      raise(control, CONTROL.tableFull);
      raise(control, CONTROL.pause);
      return "paused";
    }
    return "late";
  }

  #setOver({ slots, control }: SearchMemory): VisitedSet {
    const { layout } = this.#model.workspace;
    return visitedSetOver(slots, layout, statesCapacityMax(slots.length), this.#batchStatesMax, threadsOf(control) > 1);
  }
}
