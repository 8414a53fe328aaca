import fc from "fast-check";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it, vi } from "vitest";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { registersModel } from "../../registers/registers.js";
import { Workspace } from "../declaration/workspace.js";
import { SearchThread } from "../search/search-thread.js";
import { CompactSet, compactSlotBitsMin } from "../store/compact-set.js";
import { NumberedSet } from "../store/numbered-set.js";
import { RecentStates } from "../store/recent-states.js";
import { allocateMemory, CONTROL } from "../store/search-memory.js";
import { StateLog } from "../store/state-log.js";
import type { VisitedSet } from "../store/visited-set.js";
import { slotsAfter } from "../store/visited-set-choice.js";

const BATCH = 64;
const NO_ARRIVALS = new Uint8Array(BATCH);

interface Kind {
  readonly table: "compact" | "numbered";
  /** Whether other threads might insert, too. */
  readonly isShared: boolean;
}

const COMPACT: Kind = { table: "compact", isShared: false };

/** A set over this number of slots, with a log of its own that has room for `capacity` states. */
function setUp({ table, isShared }: Kind, width: number, highBits: number, slots: number, capacity = 1 << 16) {
  const sizes = { threads: 1, actions: 0, wordsPerState: width, statesCapacity: capacity, slots };
  const memory = allocateMemory(sizes);
  memory.control[CONTROL.blocksMax] = memory.fill.length;
  const log = new StateLog(memory, width);
  const set: VisitedSet =
    table === "compact"
      ? new CompactSet(memory.slots, width, highBits, BATCH, isShared)
      : new NumberedSet(memory.slots, width, capacity, BATCH, isShared);
  return { memory, log, set };
}

/** Inserts states one batch after another; false if there was no room for all. */
function insertAll(set: VisitedSet, log: StateLog, states: Int32Array, width: number): boolean {
  for (let offset = 0; offset < states.length; offset += BATCH * width) {
    const batch = states.slice(offset, offset + BATCH * width);
    if (set.insertAll(batch, NO_ARRIVALS, batch.length / width, log) < batch.length / width) return false;
  }
  return true;
}

const rowsOf = (states: Int32Array, width: number): string[] =>
  Array.from({ length: states.length / width }, (_, row) => states.slice(row * width, (row + 1) * width).join());

/** `count` different states of one or two words: counted up, as states of a model differ in few bits. */
function countedUp(count: number, width: number, highBits: number): Int32Array {
  const states = new Int32Array(count * width);
  for (let state = 0; state < count; state++) {
    states[state * width] = width === 1 ? state : Math.floor(state / 2 ** highBits);
    if (width === 2) states[state * width + 1] = state % 2 ** highBits;
  }
  return states;
}

describe.each([
  COMPACT,
  { table: "compact", isShared: true },
  { table: "numbered", isShared: false },
  { table: "numbered", isShared: true },
] satisfies Kind[])("the $table set, shared with other threads: $isShared", (kind) => {
  it("holds what a Set of strings holds, whatever is inserted", () => {
    const highBits = 9;
    const word = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(1 << 31, 1 << 30, 0xffff));
    const state = fc.tuple(
      word,
      word.map((high) => high & (2 ** highBits - 1)),
    );
    fc.assert(
      fc.property(fc.array(state, { maxLength: 3000 }), (rows) => {
        const states = Int32Array.from(rows.flat());
        const { memory, log, set } = setUp(kind, 2, highBits, 2 ** compactSlotBitsMin(highBits));
        expect(insertAll(set, log, states, 2)).toBe(true);
        const logged = rowsOf(memory.states.slice(0, 2 * log.added), 2);
        expect(logged).toEqual([...new Set(rowsOf(states, 2))]);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it.each([
    { width: 1, highBits: 0 },
    { width: 2, highBits: 1 },
    { width: 2, highBits: 12 },
  ])("tells 50,000 states of $width words with $highBits bits in the second apart, twice", ({ width, highBits }) => {
    const states = countedUp(50_000, width, highBits);
    const { log, set } = setUp(kind, width, highBits, 2 ** Math.max(17, compactSlotBitsMin(highBits)));
    expect(insertAll(set, log, states, width)).toBe(true);
    expect(log.added).toBe(50_000);
    expect(insertAll(set, log, states, width)).toBe(true);
    expect(log.added).toBe(50_000);
  });

  it("says where it stopped when it is full, and a larger one takes over from there", () => {
    const small = setUp(kind, 1, 0, 1 << 8);
    const states = countedUp(400, 1, 0);
    expect(insertAll(small.set, small.log, states, 1)).toBe(false);
    const { added } = small.log;
    expect(added).toBeGreaterThan(128);
    expect(added).toBeLessThanOrEqual(256);

    const large = setUp(kind, 1, 0, 1 << 12);
    large.memory.states.set(small.memory.states);
    for (let first = 0; first < added; first += BATCH) {
      expect(large.set.insertLogged(large.memory.states, first, Math.min(BATCH, added - first))).toBe(true);
    }
    large.log.continueFrom(small.log);
    expect(insertAll(large.set, large.log, states, 1)).toBe(true);
    expect(large.log.added).toBe(400);
    expect([...large.memory.states.slice(0, 400)]).toEqual([...states]);
  });

  it(`inserts ${kind.isShared ? "by exchanges that no other thread can get between" : "without a lock"}`, () => {
    const exchange = vi.spyOn(Atomics, "compareExchange");
    const { log, set, memory } = setUp(kind, 1, 0, 1 << 12);
    expect(insertAll(set, log, countedUp(100, 1, 0), 1)).toBe(true);
    expect(exchange.mock.calls.length).toBe(kind.isShared ? 100 : 0);
    memory.slots.fill(0);
    expect(set.insertLogged(memory.states, 0, BATCH)).toBe(true);
    expect(exchange.mock.calls.length > 100).toBe(kind.isShared);
    exchange.mockRestore();
  });

  it("is full before it takes one state for another", () => {
    const random = xoroshiro128plus(7);
    for (let table = 0; table < 200; table++) {
      const states = Int32Array.from({ length: 320 }, () => uniformInt(random, -(2 ** 31), 2 ** 31 - 1));
      const { log, set, memory } = setUp(kind, 1, 0, 1 << 8, 512);
      let given = 0;
      for (let done = BATCH; given < states.length && done === BATCH; given += done) {
        done = set.insertAll(states.slice(given, given + BATCH), NO_ARRIVALS, BATCH, log);
      }
      expect([...memory.states.slice(0, log.added)]).toEqual([...new Set(states.slice(0, given))]);
    }
  });

  it("stops when the log is full", () => {
    const { log, set, memory } = setUp(kind, 1, 0, 1 << 12, 512);
    expect(insertAll(set, log, countedUp(600, 1, 0), 1)).toBe(false);
    expect(log.added).toBe(512);
    expect([...memory.fill]).toEqual([512]);
  });

  it("does not take logged states for which it has no room", () => {
    const { set, memory } = setUp(kind, 1, 0, 1 << 8);
    memory.states.set(countedUp(512, 1, 0));
    const done = Array.from({ length: 8 }, (_, batch) => set.insertLogged(memory.states, batch * BATCH, BATCH));
    expect(done).toContain(false);
  });
});

describe("a compact table of three fourths of a power of two", () => {
  const highBits = 8;

  it.each([
    { highBits: 0, width: 1 },
    { highBits: 1, width: 2 },
    { highBits: 12, width: 2 },
  ])("tells states of $highBits more bits than a word apart, twice", ({ highBits, width }) => {
    const slots = 1.5 * 2 ** compactSlotBitsMin(highBits);
    const count = Math.min(200_000, Math.floor(0.8 * slots));
    const states = countedUp(count, width, highBits);
    const { log, set } = setUp(COMPACT, width, highBits, slots, count);
    expect(insertAll(set, log, states, width)).toBe(true);
    expect(log.added).toBe(count);
    expect(insertAll(set, log, states, width)).toBe(true);
    expect(log.added).toBe(count);
  });

  it("holds what a Set of strings holds, whatever is inserted", () => {
    const state = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.nat({ max: 2 ** highBits - 1 }));
    fc.assert(
      fc.property(fc.array(state, { maxLength: 3000 }), (rows) => {
        const states = Int32Array.from(rows.flat());
        const { memory, log, set } = setUp(COMPACT, 2, highBits, 1.5 * 2 ** compactSlotBitsMin(highBits));
        expect(insertAll(set, log, states, 2)).toBe(true);
        expect(rowsOf(memory.states.slice(0, 2 * log.added), 2)).toEqual([...new Set(rowsOf(states, 2))]);
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});

it.each([2 ** 18, 1.5 * 2 ** 18])(
  "a compact table of %d slots becomes 0.85 full before any state finds no place",
  (slots) => {
    const { log, set, memory } = setUp(COMPACT, 2, 8, slots, slots);
    insertAll(set, log, countedUp(slots, 2, 8), 2);
    expect(log.added / memory.slots.length).toBeGreaterThan(0.85);
  },
);

it("large compact tables grow by halves and thirds, all others are doubled", () => {
  const layout = new Workspace(Array.from({ length: 20 }, () => 4)).layout;
  const wide = new Workspace(Array.from({ length: 80 }, () => 4)).layout;
  expect(slotsAfter(1 << 16, layout)).toBe(1 << 17);
  expect(slotsAfter(1 << 24, layout)).toBe(3 << 23);
  expect(slotsAfter(3 << 23, layout)).toBe(1 << 25);
  expect(slotsAfter(1 << 24, wide)).toBe(1 << 25);
});

describe("recent states", () => {
  it.each([1, 2, 3])("drop only what was there before, %i words a state", (width) => {
    const word = fc.integer({ min: -1, max: 2 });
    const states = fc.array(fc.array(word, { minLength: width, maxLength: width }), { maxLength: 200 });
    fc.assert(
      fc.property(states, (rows) => {
        const recent = new RecentStates(width);
        const batch = Int32Array.from(rows.flat());
        const sleepSets = Uint8Array.from(rows, (row) => row[0]!);
        const end = recent.drop(batch, sleepSets, 0, rows.length);
        const kept = rowsOf(batch.slice(0, end * width), width);
        // Few states and many places: hardly any is forgotten.
        expect(new Set(kept)).toEqual(new Set(rows.map((row) => row.join())));
        // What came with a state stays with it.
        for (let state = 0; state < end; state++) expect(sleepSets[state]).toBe(batch[state * width]! & 255);
        expect(recent.drop(Int32Array.from(rows.flat()), sleepSets, 0, rows.length)).toBeLessThanOrEqual(kept.length);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe("a thread's table", () => {
  it.each([1, 2])("is locked iff there are others: %s threads", (threads) => {
    const model = registersModel({
      table: tableOf(1, [{ sets: [0, 0], decide: quorums("0") }]),
      registerSets: [0],
      values: 2,
      clients: null,
    });
    const memory = allocateMemory({
      threads,
      actions: 3,
      wordsPerState: 1,
      statesCapacity: 512,
      slots: 1 << 8,
    });
    memory.control[CONTROL.blocksMax] = memory.fill.length;
    memory.control[CONTROL.statesLimit] = 512;
    const exchange = vi.spyOn(Atomics, "compareExchange");
    new SearchThread(model, memory, 0, null).start(model.initial);
    expect(exchange.mock.calls.length).toBe(threads - 1);
    exchange.mockRestore();
  });
});
