/**
 * Which commands may be left to other states, in models of many cells and of several words, and with orders that are no
 * numbering.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import type { GuardedCommand } from "../compile/command-book.js";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { type CommandOrder, independenceOf, inOrder, noneLeft } from "../compile/independence.js";
import { defineModel, type Model } from "../declaration/model.js";
import { levelsInOrder, levelsOf } from "./levels.js";

const CELLS = 100;

const command = (tests: readonly number[], written: readonly number[]): GuardedCommand => ({
  tests: new Map(tests.map((cell) => [cell, [0, 1]])),
  step: 0,
  outcome: { cells: written, contents: written.map(() => 0) },
});

/** Few cells, the ones at the ends of words of 31 and of 32 bits among them. */
const cell = fc.constantFrom(0, 1, 30, 31, 32, 61, 62, 63, 64, 92, 93, CELLS - 1);
const cells = (min: number): fc.Arbitrary<number[]> => fc.array(cell, { minLength: min, maxLength: 2 });

const meet = (a: Iterable<number>, b: Iterable<number>): boolean => {
  const others = new Set(b);
  return [...a].some((member) => others.has(member));
};

describe("the commands that a state leaves to others", () => {
  it("are those that come earlier in the order and commute, whatever the order, whichever cells count as one", () => {
    const order: fc.Arbitrary<CommandOrder> = fc
      .record({
        ranks: fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
        orbits: fc.constantFrom(CELLS, 70, 33, 5),
      })
      .map(({ ranks, orbits }) => ({
        rankOf: (_, index) => ranks[index]!,
        cellOf: (cell) => cell % orbits,
        leavesSteps: true,
      }));
    const guarded = fc.array(fc.tuple(cells(0), cells(0)), { minLength: 1, maxLength: 12 });
    const seen = { left: 0, equal: 0, kept: 0 };
    fc.assert(
      fc.property(guarded, order, cells(1), (drawn, order, effectCells) => {
        const written = drawn.map(([, cells]) => cells.map(order.cellOf));
        const touched = drawn.map(([tests, cells]) => [...tests, ...cells].map(order.cellOf));
        const book = drawn.map(([tests, cells]) => command(tests, cells));
        const ranks = book.map((command, index) => order.rankOf(command.outcome.cells, index));
        const involved = [new Set(effectCells), null].map((effectCells) => ({ effectCells, footprint: null }));
        const { sleepSetOf, left } = independenceOf({ guarded: book, cases: [], involved }, order);
        const wrong: [number, number][] = [];
        for (const last of book.keys()) {
          const sleepSet = sleepSetOf[last]!;
          for (const other of book.keys()) {
            const commute = !meet(written[last]!, touched[other]!) && !meet(written[other]!, touched[last]!);
            const isLeft = commute && ranks[other]! < ranks[last]!;
            if (left[sleepSet]![other] !== isLeft) wrong.push([last, other]);
            seen[isLeft ? "left" : commute && other !== last && ranks[other] === ranks[last] ? "equal" : "kept"]++;
          }
        }
        expect(wrong).toEqual([]);
        const afterGroup = touched.map((cells) => !meet(cells, effectCells.map(order.cellOf)));
        const leftTo = sleepSetOf.slice(book.length).map((sleepSet) => left[sleepSet]!.slice(0, book.length));
        expect(leftTo).toEqual([afterGroup, book.map(() => false)]);
      }),
      { numRuns: tries(120, 300), seed: 1 },
    );
    expect(Math.min(seen.left, seen.equal, seen.kept)).toBeGreaterThan(100);
  });

  it("are none where all cells count as one", () => {
    const guarded = [command([0], [1]), command([40], [41])];
    const involved = [{ effectCells: new Set([99]), footprint: null }];
    expect(independenceOf({ guarded, cases: [], involved }, noneLeft).sleepSetOf).toEqual([0, 0, 0]);
  });
});

/** Steps over some of a row's cells, whose domain says how many words a state takes; the other cells keep still. */
const modelOf = (domain: number, live: readonly number[], steps: readonly (readonly number[])[]): Model =>
  defineModel({
    name: "wide",
    variables: { cell: { shape: [CELLS], domain } },
    actions: ({ cell }) =>
      steps.map(([tested, content, ...writes], index) => ({
        name: `step${index}`,
        parameters: {},
        guard: () => cell.is(content! % domain, live[tested!]),
        effect: () => {
          for (let at = 0; at < writes.length; at += 2) cell.set(writes[at + 1]! % domain, live[writes[at]!]);
        },
      })),
    properties: () => [],
  });

describe("a model of many cells", () => {
  it.each([
    { words: 4, domain: 2, live: [0, 31, 32, 63, 64, 95, 99] },
    { words: 7, domain: 3, live: [0, 31, 40, 62, 93] },
    { words: 7, domain: 3, live: [30, 31, 32, 33, 34] },
    { words: 4, domain: 2, live: [29, 30, 31, 32, 33, 61, 62] },
  ])("has every state at its distance: $words words, cells $live", ({ words, domain, live }) => {
    const place = fc.nat(live.length - 1);
    const content = fc.nat(2);
    const step = fc.oneof(
      fc.tuple(place, content, place, content),
      fc.tuple(place, content, place, content, place, content),
    );
    let [left, all] = [0, 0];
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 12 }), (steps) => {
        const model = modelOf(domain, live, steps);
        expect(model.initial).toHaveLength(words);
        const whole = levelsInOrder(model, noneLeft);
        const fewer = levelsInOrder(model, inOrder);
        expect(whole.levels).toEqual(levelsOf(model));
        expect(fewer.levels).toEqual(whole.levels);
        expect(fewer.counted).toBe(whole.counted);
        left += whole.written - fewer.written;
        all += whole.written;
      }),
      { numRuns: tries(120, 300), seed: 1 },
    );
    expect(left / all).toBeGreaterThan(0.05);
  });

  it("has every state at its distance where a persistent step that is no guarded command writes far cells", () => {
    const model = defineModel({
      name: "far",
      variables: { cell: { shape: [CELLS], domain: 2 } },
      actions: ({ cell }) => [
        { name: "set", parameters: { c: 9 }, guard: (c) => cell.is(0, c), effect: (c) => cell.set(1, c) },
        {
          name: "put",
          parameters: { c: 2 },
          guard: (c) =>
            Array.from({ length: 9 }, (_, b) => cell.at(b)).filter((bit) => bit === 1).length >= 5 &&
            cell.is(0, 40 + 31 * c),
          effect: (c) => cell.set(1, 40 + 31 * c),
          persistent: true,
        },
        {
          name: "turn",
          parameters: { c: 2 },
          guard: (c) => cell.is(1, 40 + 31 * c),
          effect: (c) => cell.set(1, 98 + c),
        },
      ],
      properties: () => [],
    });
    expect(guardedCommandsOf(model).involved.length).toBeGreaterThan(0);
    expect(levelsInOrder(model, inOrder).levels).toEqual(levelsOf(model));
  });
});
