/**
 * Properties judged by look-ups, and those that are too involved for that written out as code: the same verdicts as by
 * their closures.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateJudge } from "../compile/judge.js";
import { judgeByTables } from "../compile/judge-tables.js";
import { defineModel, type Guard, instancesOf, type Model } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";

const CELLS = 4;
const DOMAIN = 4;

/** Cells that keep still, so that the others end with the top bit of a word. */
const STILL = 12;

/**
 * A condition as a tree: by what a cell holds, one of several goes on; at its ends stands what it comes to, or one more
 * cell to ask.
 */
type Drawn =
  | boolean
  | { readonly cell: number; readonly next: readonly Drawn[] }
  | { readonly isCell: number; readonly content: number };

const { drawn } = fc.letrec<{ drawn: Drawn }>((tie) => ({
  drawn: fc.oneof(
    { maxDepth: 3, depthIdentifier: "tree" },
    fc.boolean(),
    fc.record({ isCell: fc.nat(CELLS - 1), content: fc.nat(DOMAIN - 1) }),
    fc.record({
      cell: fc.nat(CELLS - 1),
      next: fc.array(tie("drawn"), { minLength: DOMAIN, maxLength: DOMAIN, depthIdentifier: "tree" }),
    }),
  ),
}));

function follow(tree: Drawn, cell: Variable, shift = 0): boolean {
  if (typeof tree === "boolean") return tree;
  if ("content" in tree) return cell.is(tree.content, (tree.isCell + shift) % CELLS);
  return follow(tree.next[cell.at((tree.cell + shift) % CELLS)]!, cell, shift);
}

/** No two states are alike to it, so that there are far too many ways through it. */
const isInvolved = (cell: Variable): boolean => {
  let number = 0;
  for (let c = 0; c < CELLS; c++) number = DOMAIN * number + cell.at(c);
  return number % 3 === 1;
};

/**
 * Each property fails where all of its conditions hold, for some shift of the cells where it has that as a parameter.
 */
interface DrawnProperty {
  readonly conditions: readonly Drawn[];
  readonly shifts: number;
  /** Whether the involved condition is one of them, and whether it comes first. */
  readonly involved: "first" | "last" | "none";
}

const drawnProperty: fc.Arbitrary<DrawnProperty> = fc.record({
  conditions: fc.array(drawn, { minLength: 1, maxLength: 2 }),
  shifts: fc.constantFrom(1, 3),
  involved: fc.constantFrom("first", "last", "none", "none"),
});

function modelOf(properties: readonly DrawnProperty[], isByTables: boolean): Model {
  return defineModel({
    name: "written out",
    variables: { still: { shape: [STILL], domain: DOMAIN }, cell: { shape: [CELLS], domain: DOMAIN } },
    actions: () => [],
    properties: ({ cell }) => [
      { name: "involved", parameters: {}, fails: [() => (isByTables ? cell.is(1, 0) : isInvolved(cell))] },
      ...properties.map(({ conditions, shifts, involved }, index) => {
        const own = conditions.map(
          (tree, place): Guard => (place === 0 ? () => follow(tree, cell) : (s) => follow(tree, cell, s)),
        );
        const extra: Guard = () => isInvolved(cell);
        const fails =
          involved === "none" || isByTables ? own : involved === "first" ? [extra, ...own] : [...own, extra];
        return { name: `property${index}`, parameters: { shift: shifts }, fails };
      }),
    ],
  });
}

describe("a judge", () => {
  it.each([
    ["by look-ups", true],
    ["written out", false],
  ])("%s says of every state what the closures say", (_, isByTables) => {
    const seen = { fails: 0, holds: 0, involved: 0 };
    fc.assert(
      fc.property(fc.array(drawnProperty, { minLength: 1, maxLength: 5 }), (properties) => {
        const model = modelOf(properties, isByTables);
        const { workspace } = model;
        const isTooInvolved = judgeByTables(model) === null;
        // Few trees have too many ways for look-ups.
        if (isTooInvolved) seen.involved++;
        if (!isByTables) expect(isTooInvolved).toBe(true);
        const judge = generateJudge(model);
        const wrong: number[][] = [];
        for (const contents of instancesOf(Array(CELLS).fill(DOMAIN) as number[])) {
          workspace.load(model.initial, 0);
          for (const [cell, content] of contents.entries()) workspace.write(STILL + cell, content);
          workspace.commit();
          const state = workspace.words.slice();
          const expected = model.properties.map(({ holds }) => !holds());
          const failures = judge(state, 0);
          if (expected.some((fails, index) => fails !== (((failures >>> index) & 1) === 1))) wrong.push([...contents]);
          for (const fails of expected.slice(1)) seen[fails ? "fails" : "holds"]++;
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(Math.min(seen.fails, seen.holds)).toBeGreaterThan(1000);
    if (isByTables) expect(seen.involved).toBeLessThan(30);
  });

  it.each([
    ["always", [() => true], 0b1],
    ["never", [() => false], 0b0],
    ["for one value of its parameter", [(value: number) => value === 2], 0b1],
    ["for no value that it has", [(value: number) => value === 3], 0b0],
  ] as const)("tells a property that fails %s, whatever the state", (_, fails, expected) => {
    const model = defineModel({
      name: "constant",
      variables: { cell: { shape: [], domain: 2 } },
      actions: () => [],
      properties: () => [{ name: "constant", parameters: { value: 3 }, fails }],
    });
    expect(judgeByTables(model)!(model.initial, 0)).toBe(expected);
    expect(generateJudge(model)(Int32Array.from([1]), 0)).toBe(expected);
    expect(model.properties[0]!.holds()).toBe(expected === 0);
  });

  it("judges as many properties as a word has room for, and refuses more", () => {
    const withProperties = (count: number): Model =>
      defineModel({
        name: "many",
        variables: { cell: { shape: [CELLS], domain: DOMAIN } },
        actions: () => [],
        properties: ({ cell }) =>
          Array.from({ length: count }, (_, index) => ({
            name: `property${index}`,
            holds: () => !(isInvolved(cell) && cell.at(0) === index % DOMAIN),
          })),
      });
    const model = withProperties(30);
    const judge = generateJudge(model);
    model.workspace.load(model.initial, 0);
    model.workspace.write(3, 1);
    // Number 1 is involved, and its first cell holds 0.
    const failing = Array.from({ length: 30 }, (_, index) => index).filter((index) => index % DOMAIN === 0);
    expect(failing.reduce((bits, index) => bits | (1 << index), 0)).toBe(judge(model.workspace.words.slice(), 0));
    expect(() => withProperties(31)).toThrow('model "many": it has 31 properties, more than 30');
  });
});
