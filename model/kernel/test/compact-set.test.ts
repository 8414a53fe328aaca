/**
 * The compact set, filled with states that are made to meet in it: which bucket and which stored bits a state has is
 * chosen.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompactSet, compactSlotBitsMin } from "../store/compact-set.js";
import { allocateMemory, CONTROL } from "../store/search-memory.js";
import { StateLog } from "../store/state-log.js";

/** A state as the set mixes it: 32 bits, of which the top ones choose a bucket, and those of a second word. */
interface Mixed {
  readonly low: number;
  readonly high: number;
}

/** The inverse of x ^= x >>> shift. */
function unfold(folded: number, shift: number): number {
  let x = folded;
  for (let known = shift; known < 32; known += shift) x = folded ^ (x >>> shift);
  return x;
}

/** The inverse of a multiplication by an odd number, modulo 2 ** 32. */
function unmultiply(product: number, factor: number): number {
  let inverse = 1;
  for (let bits = 1; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(factor, inverse));
  return Math.imul(product, inverse);
}

/** The state that compact-set.ts mixes to this: its lines backward. */
function unmixed({ low: mixed, high: mixedHigh }: Mixed, highBits: number): [low: number, high: number] {
  const mask = 2 ** highBits - 1;
  let low = unmultiply(unfold(mixed, 15), 0x85ebca6b);
  low = unfold(low, 15) ^ Math.imul(mixedHigh, 0x9e3779b1);
  const high = (mixedHigh ^ (low >>> 9) ^ (low << 3)) & mask;
  low = unfold(unmultiply(low, 0x735a2d97), 15);
  return [unfold(unmultiply(low, 0x21f0aaad), 16), high];
}

interface Table {
  readonly slots: number;
  readonly highBits: number;
}

const BUCKET_SLOTS = 16;
const DISPLACEMENTS = 15;

/** A set with its log, and the number of states that it took for new. */
function setUp({ slots, highBits }: Table, capacity: number) {
  const width = highBits === 0 ? 1 : 2;
  const sizes = { threads: 1, actions: 0, wordsPerState: width, statesCapacity: capacity, slots };
  const memory = allocateMemory(sizes);
  memory.control[CONTROL.blocksMax] = memory.fill.length;
  const log = new StateLog(memory, width);
  const set = new CompactSet(memory.slots, width, highBits, 1, false);
  return {
    memory,
    /** What came of inserting the state: true, it was added; false, it was known; "full". */
    insert(mixed: Mixed): boolean | "full" {
      const before = log.added;
      const state = Int32Array.from(unmixed(mixed, highBits).slice(0, width));
      return set.insertAll(state, new Uint8Array(1), 1, log) === 0 ? "full" : log.added > before;
    },
  };
}

/** Bits that choose a bucket. A table in thirds has three of every four buckets. */
const bucketBitsOf = ({ slots }: Table): number => Math.ceil(Math.log2(slots / BUCKET_SLOTS));

/**
 * The state that belongs in this bucket and leaves these bits to be stored: those of `low` that choose no bucket, below
 * all of `high`.
 */
function stateIn(table: Table, bucket: number, rest: number, high = 0): Mixed {
  const restBits = 32 - bucketBitsOf(table);
  return { low: (bucket << restBits) | rest, high };
}

const TABLES: readonly Table[] = [
  { slots: 2 ** compactSlotBitsMin(0), highBits: 0 },
  { slots: 2 ** (compactSlotBitsMin(0) + 3), highBits: 0 },
  { slots: 2 ** compactSlotBitsMin(7), highBits: 7 },
  { slots: 1.5 * 2 ** compactSlotBitsMin(0), highBits: 0 },
  { slots: 1.5 * 2 ** (compactSlotBitsMin(0) + 3), highBits: 0 },
  { slots: 1.5 * 2 ** compactSlotBitsMin(7), highBits: 7 },
];

const inWords = ({ slots, highBits }: Table): string => `${slots} slots, ${highBits} bits in the second word`;

it.each(TABLES.map((table) => [inWords(table), table] as const))(
  "crafted states land where they are meant to: %s",
  (_, table) => {
    const restBits = 32 - bucketBitsOf(table);
    for (const bucket of [0, 1, 2, 4, 9]) {
      const { memory, insert } = setUp(table, 512);
      const high = table.highBits === 0 ? 0 : 5;
      expect(insert(stateIn(table, bucket, 0x123, high))).toBe(true);
      const isInThirds = table.slots % 3 === 0;
      const place = isInThirds ? 3 * (bucket >>> 2) + (bucket & 3) : bucket;
      const slot = memory.slots.findIndex((entry) => entry !== 0);
      expect(slot >>> 4).toBe(place);
      expect(memory.slots[slot]).toBe(((((high << restBits) | 0x123) << 4) + 1) | 0);
    }
  },
);

describe.each(TABLES.map((table) => [inWords(table), table] as const))("a compact set of %s", (_, table) => {
  const { highBits } = table;
  const restBits = 32 - bucketBitsOf(table);
  const ones = 2 ** restBits - 1;
  const highOnes = 2 ** highBits - 1;

  it("tells states apart that differ in one bit only, of those that choose a bucket too", () => {
    const rests = [0, 1, 2, 0x10, 0x11, ones - 1, ones, ones ^ 0x10];
    const states = [0, highOnes].flatMap((high) =>
      Array.from({ length: 16 }, (_, bucket) => rests.map((rest) => stateIn(table, bucket, rest, high))).flat(),
    );
    // Without a second word, both are the same.
    const distinct = highBits === 0 ? states.slice(0, states.length / 2) : states;
    const { insert } = setUp(table, 512);
    expect(distinct.map(insert)).toEqual(distinct.map(() => true));
    expect(distinct.map(insert)).toEqual(distinct.map(() => false));
  });

  // How far on the next bucket is, the lowest stored bits say. Where they are alike, states go through the same
  // buckets.
  const stepBits = Math.floor(Math.log2(table.slots / BUCKET_SLOTS));
  const alike = (step: number, count: number): Mixed[] =>
    Array.from({ length: count }, (_, n) => stateIn(table, 0, ones - 2 ** stepBits * (n + 1) + step + 1, highOnes));

  it.each([1, 5, 2 ** stepBits - 1])("is full for a state whose buckets are, %i on from one to the next", (step) => {
    const buckets = table.slots / BUCKET_SLOTS;
    // A small table in thirds comes back to the first one sooner: 15 on, eight times, is five times around 24.
    const around = step % 3 === 0 && buckets % 3 === 0 ? buckets / 3 : buckets;
    const count = Math.min(DISPLACEMENTS, around) * BUCKET_SLOTS;
    const states = alike(step, count + 1).reverse();
    const last = states.pop()!;
    const { insert, memory } = setUp(table, 1024);
    for (const state of states) expect(insert(state)).toBe(true);
    expect(memory.slots.filter((entry) => entry !== 0)).toHaveLength(count);
    expect(insert(last)).toBe("full");
    for (const state of states) expect(insert(state)).toBe(false);
    expect(insert(last)).toBe("full");
  });

  it("takes no state for another, however full it becomes, among states that crowd in few buckets", () => {
    const state = fc
      .record({
        bucket: fc.nat(3),
        near: fc.nat(3),
        step: fc.constantFrom(0, 1, 2 ** stepBits - 1),
        side: fc.constantFrom(0, 1),
        high: fc.constantFrom(0, 1, highOnes),
      })
      .map(({ bucket, near, step, side, high }) => {
        const rest = side === 0 ? near * 2 ** stepBits + step : ones - near * 2 ** stepBits - step;
        return stateIn(table, bucket, rest, high & highOnes);
      });
    const seen = { full: 0, known: 0, added: 0 };
    fc.assert(
      fc.property(fc.array(state, { minLength: 200, maxLength: 400, size: "max" }), (states) => {
        const { insert } = setUp(table, 1024);
        const known = new Set<string>();
        for (const mixed of states) {
          const key = `${mixed.low},${mixed.high}`;
          const outcome = insert(mixed);
          if (outcome === "full") expect(known).not.toContain(key);
          else expect(outcome).toBe(!known.has(key));
          if (outcome === true) known.add(key);
          seen[outcome === "full" ? "full" : outcome ? "added" : "known"]++;
        }
      }),
      { numRuns: 20, seed: 1 },
    );
    expect(Math.min(seen.known, seen.added)).toBeGreaterThan(100);
  });
});

describe("a compact table in thirds", () => {
  const table: Table = { slots: 1.5 * 2 ** compactSlotBitsMin(0), highBits: 0 };

  it("tells the states of the bucket that it does not have from those of the three that it has", () => {
    const { insert } = setUp(table, 1024);
    // Each of the missing bucket goes where one with the same rest stands already.
    const states = Array.from({ length: 24 }, (_, rest) =>
      [0, 1, 2, 3].map((quarter) => stateIn(table, quarter, rest)),
    ).flat();
    expect(states.map(insert)).toEqual(states.map(() => true));
    expect(states.map(insert)).toEqual(states.map(() => false));
  });
});

it("dense fills count every state once", () => {
  for (const table of TABLES.filter(({ highBits }) => highBits === 0)) {
    const { insert, memory } = setUp(table, table.slots + 512);
    let added = 0;
    for (let n = 0; ; n++) {
      const state = stateIn(table, n % 2 ** bucketBitsOf(table), Math.floor(n / 2 ** bucketBitsOf(table)));
      const outcome = insert(state);
      if (outcome === "full") break;
      expect(outcome).toBe(true);
      added++;
    }
    expect(memory.slots.filter((entry) => entry !== 0)).toHaveLength(added);
    expect(added / table.slots).toBeGreaterThan(0.7);
  }
});
