/**
 * One thread's part in a partitioned search: it owns the states whose hash falls to it, and nobody else looks them up.
 *
 * Its log and its visited set are its own. Successors that others own are put into rings (handover.ts). Everything that is not
 * about the distribution of states is the kernel's: successors, the judge, the memory of recent states, the tables and their
 * growth; compare kernel/participant.ts.
 */
import { stepCount } from "../kernel/expand.js";
import { inOrder } from "../kernel/independence.js";
import { generateJudge, type Judge } from "../kernel/judge.js";
import type { Model } from "../kernel/model.js";
import { RecentStates } from "../kernel/recent-states.js";
import { BLOCK_STATES, CONTROL, statesCapacityMax } from "../kernel/search-memory.js";
import { bytesMaxByDefault, SearchTables } from "../kernel/search-tables.js";
import { hashOf } from "../kernel/state-hash.js";
import { StateLog } from "../kernel/state-log.js";
import { Successors } from "../kernel/successors.js";
import type { VisitedSet } from "../kernel/visited-set.js";
import { slotsAfter, visitedSetOver } from "../kernel/visited-set-choice.js";
import { BATCH_STATES, Inbox, Outbox } from "./handover.js";
import { type PartitionMemory, ring, ringAll, SIGNAL, TOTAL } from "./partition-memory.js";

/** The kernel's first tables (concurrent-search.ts), of which all but the very first are divided among the threads. */
const FIRST_SLOTS = 1 << 16;
const NEXT_SLOTS = [1 << 20, 1 << 22];
const FIRST_LOG_STATES = 1 << 16;

/** Nobody rings when a ring has room again, or when a thread dies without a word: a sleeper looks up after so long. */
const SLEEP_MS = 1;

/** A limit that no count of states reaches. */
const NO_LIMIT = 2 ** 31 - 1;

export class Partition {
  readonly #model: Model;
  readonly #memory: PartitionMemory;
  readonly #thread: number;
  readonly #width: number;
  readonly #successors: Successors;
  readonly #judge: Judge;
  readonly #recent: RecentStates;
  readonly #tables: SearchTables;
  readonly #batchStatesMax: number;
  /** Successors of this thread's states, and states that others have handed over. */
  readonly #batch: Int32Array;
  readonly #arrivals: Uint8Array;
  readonly #received: Int32Array;
  readonly #receivedArrivals: Uint8Array;
  /** By thread; this thread's own stay empty. */
  readonly #outboxes: readonly Outbox[];
  readonly #inboxes: readonly Inbox[];
  #log: StateLog;
  #visited: VisitedSet;
  #failures = 0;
  #handedOver = 0;
  #transitions = 0;

  constructor(model: Model, memory: PartitionMemory, thread: number) {
    const { threads, handovers } = memory;
    const width = model.workspace.layout.wordCount;
    this.#model = model;
    this.#memory = memory;
    this.#thread = thread;
    this.#width = width;
    this.#successors = new Successors(model, inOrder);
    this.#judge = generateJudge(model);
    this.#recent = new RecentStates(width);
    const divided = Math.floor(Math.log2(threads));
    this.#tables = new SearchTables(
      { threads: 1, properties: 0, wordsPerState: width, statesCapacity: FIRST_LOG_STATES, slots: FIRST_SLOTS },
      {
        statesMax: NO_LIMIT,
        bytesMax: bytesMaxByDefault() / threads,
        slotsAfter: (slots) =>
          NEXT_SLOTS.map((next) => next >> divided).find((next) => next > slots) ??
          slotsAfter(slots, model.workspace.layout),
      },
    );
    // One state's successors may overshoot a full batch.
    this.#batchStatesMax = Math.max(BLOCK_STATES, BATCH_STATES + stepCount(model.actions));
    this.#batch = new Int32Array(this.#batchStatesMax * width);
    this.#arrivals = new Uint8Array(this.#batchStatesMax);
    this.#received = new Int32Array(BATCH_STATES * width);
    this.#receivedArrivals = new Uint8Array(BATCH_STATES);
    const others = Array.from({ length: threads }, (_, other) => other);
    this.#outboxes = others.map((other) => new Outbox(handovers[thread * threads + other]!, width));
    this.#inboxes = others.map((other) => new Inbox(handovers[other * threads + thread]!, width));
    this.#log = new StateLog(this.#tables.memory, width);
    this.#visited = this.#visitedSet();
  }

  /**
   * Explores this thread's part until nobody finds anything new, and returns the depth. All threads must be in it at once.
   * Throws if another has failed, and RangeError if there is no memory left.
   */
  explore(): number {
    const initial = Int32Array.from(this.#model.initial);
    if (this.#ownerOf(initial, 0) === this.#thread) this.#insert(initial, new Uint8Array(1), 1);
    let first = 0;
    for (let depth = 0; ; depth++) {
      const end = this.#log.position;
      this.#expand(first, end);
      this.#endLevel(depth + 1, end);
      if (this.#foundByAll() === 0) return depth;
      first = end;
    }
  }

  #expand(first: number, end: number): void {
    const width = this.#width;
    const batch = this.#batch;
    const batchWords = BATCH_STATES * width;
    const successors = this.#successors;
    const judge = this.#judge;
    let batched = 0;
    // The log is replaced when it grows, so it is looked up anew after every batch.
    for (let at = first; at < end; ) {
      const { states, arrivals } = this.#tables.memory;
      for (; at < end && batched < batchWords; at++) {
        this.#failures |= judge(states, at * width);
        batched = successors.write(states, at * width, arrivals[at]!, batch, batched, this.#arrivals);
      }
      this.#distribute(batched / width);
      this.#receive();
      batched = 0;
    }
  }

  /** Inserts this thread's own of the states in the batch, and hands over the others. */
  #distribute(count: number): void {
    const width = this.#width;
    const batch = this.#batch;
    const arrivals = this.#arrivals;
    const kept = this.#recent.drop(batch, arrivals, 0, count);
    let own = 0;
    for (let state = 0; state < kept; state++) {
      const offset = state * width;
      const owner = this.#ownerOf(batch, offset);
      if (owner === this.#thread) {
        for (let word = 0; word < width; word++) batch[own * width + word] = batch[offset + word]!;
        arrivals[own++] = arrivals[state]!;
        continue;
      }
      const outbox = this.#outboxes[owner]!;
      while (!outbox.hasRoom) if (!this.#receive()) this.#sleep(this.#heard());
      if (outbox.put(batch, offset, arrivals[state]!)) ring(this.#memory.signals, owner);
    }
    this.#handedOver += kept - own;
    this.#insert(batch, arrivals, own);
  }

  /** Of the hash's upper bits: a table of numbered states (numbered-set.ts) uses the lower ones. */
  #ownerOf(states: Int32Array, offset: number): number {
    return ((hashOf(states, offset, this.#width) >>> 16) * this.#memory.threads) >>> 16;
  }

  /** Inserts what others have handed over by now; false if there was nothing. */
  #receive(): boolean {
    let hasReceived = false;
    for (const inbox of this.#inboxes) {
      for (let count = -1; count !== 0; ) {
        count = inbox.take(this.#received, this.#receivedArrivals);
        this.#insert(this.#received, this.#receivedArrivals, count);
        hasReceived ||= count > 0;
      }
    }
    return hasReceived;
  }

  #insert(states: Int32Array, arrivals: Uint8Array, count: number): void {
    let left = count;
    while (true) {
      const done = this.#visited.insertAll(states, arrivals, left, this.#log);
      if (done === left && this.#log.added < this.#tables.memory.control[CONTROL.statesLimit]!) return;
      states.copyWithin(0, done * this.#width, left * this.#width);
      arrivals.copyWithin(0, done, left);
      left -= done;
      this.#grow();
    }
  }

  /** Others need not stop: they write into the rings meanwhile. */
  #grow(): void {
    this.#log.publish();
    let isFull = true;
    while (isFull) {
      if (!this.#tables.grow()) throw new RangeError("no memory is left for a larger table");
      const log = new StateLog(this.#tables.memory, this.#width);
      log.continueFrom(this.#log);
      this.#log = log;
      this.#visited = this.#visitedSet();
      const { control, fill, states } = this.#tables.memory;
      isFull = false;
      for (let block = 0; block < control[CONTROL.nextBlock]! && !isFull; block++) {
        isFull = !this.#visited.insertLogged(states, block * BLOCK_STATES, fill[block]!);
      }
    }
  }

  /**
   * Waits until everybody has expanded the level and everybody has taken in all its successors: a state of the next level that
   * came sooner would get among this one's.
   *
   * @param levels the levels done with this one
   * @param first the number that this thread's first state of the next level has
   */
  #endLevel(levels: number, first: number): void {
    for (const [owner, outbox] of this.#outboxes.entries()) if (outbox.publish()) ring(this.#memory.signals, owner);
    this.#signal(SIGNAL.expanded, levels);
    for (let isAll = false; !isAll; ) {
      const heard = this.#heard();
      // Asked before the look into the inboxes: they hold everything of those who have expanded all.
      isAll = this.#haveAll(SIGNAL.expanded, levels);
      if (!this.#receive() && !isAll) this.#sleep(heard);
    }
    this.#memory.signals[this.#thread * SIGNAL.fields + SIGNAL.found] = this.#log.position - first;
    this.#writeTotals();
    this.#signal(SIGNAL.takenIn, levels);
    for (let heard = this.#heard(); !this.#haveAll(SIGNAL.takenIn, levels); heard = this.#heard()) this.#sleep(heard);
  }

  #writeTotals(): void {
    this.#transitions += this.#successors.takeCount();
    const { totals } = this.#memory;
    const first = this.#thread * TOTAL.fields;
    totals[first + TOTAL.states] = this.#log.added;
    totals[first + TOTAL.transitions] = this.#transitions;
    totals[first + TOTAL.handedOver] = this.#handedOver;
    totals[first + TOTAL.failures] = this.#failures;
    totals[first + TOTAL.bytes] = this.#tables.bytes;
  }

  #foundByAll(): number {
    const { signals, threads } = this.#memory;
    let found = 0;
    for (let thread = 0; thread < threads; thread++) found += signals[thread * SIGNAL.fields + SIGNAL.found]!;
    return found;
  }

  #signal(field: number, levels: number): void {
    Atomics.store(this.#memory.signals, this.#thread * SIGNAL.fields + field, levels);
    ringAll(this.#memory);
  }

  #haveAll(field: number, levels: number): boolean {
    const { signals, threads } = this.#memory;
    for (let thread = 0; thread < threads; thread++) {
      if (Atomics.load(signals, thread * SIGNAL.fields + SIGNAL.failed) === 1)
        throw new Error(`thread ${thread} failed`);
      if (Atomics.load(signals, thread * SIGNAL.fields + field) < levels) return false;
    }
    return true;
  }

  #heard(): number {
    return Atomics.load(this.#memory.signals, this.#thread * SIGNAL.fields + SIGNAL.bell);
  }

  /** Until the bell has been rung since it was heard like this. */
  #sleep(heard: number): void {
    Atomics.wait(this.#memory.signals, this.#thread * SIGNAL.fields + SIGNAL.bell, heard, SLEEP_MS);
  }

  #visitedSet(): VisitedSet {
    const { slots } = this.#tables.memory;
    const { layout } = this.#model.workspace;
    return visitedSetOver(slots, layout, statesCapacityMax(slots.length), this.#batchStatesMax, false);
  }
}
