/**
 * What closures may not write, and not ask of, variables; with the sentence that says so, in every way of exploring.
 */
import { describe, expect, it } from "vitest";
import { explore } from "../search/explore.js";
import { allSay, any, type Build, EXPLORATIONS, leaseOf, leaseWith, sentences, WAYS } from "./misuse.js";

describe("an effect that writes what its variable cannot hold is refused", () => {
  it.each<readonly [what: string, effect: Build<() => void>, sentence: string]>([
    [
      "the next after the greatest",
      ({ term }) =>
        () =>
          term.set(3),
      "term holds 0 to 2 and cannot be set to 3",
    ],
    [
      "in a row",
      ({ clock }) =>
        () =>
          clock.set(5, 1),
      "clock[1] holds 0 to 4 and cannot be set to 5",
    ],
    [
      "in a grid",
      ({ grid }) =>
        () =>
          grid.set(2, 1, 2),
      "grid[1][2] holds 0 to 1 and cannot be set to 2",
    ],
    [
      "less than 0",
      ({ term }) =>
        () =>
          term.set(-1),
      "term holds 0 to 2 and cannot be set to -1",
    ],
    [
      "a fraction",
      ({ term }) =>
        () =>
          term.set(0.5),
      "term holds 0 to 2 and cannot be set to 0.5",
    ],
    [
      "NaN",
      ({ term }) =>
        () =>
          term.set(Number.NaN),
      "term holds 0 to 2 and cannot be set to NaN",
    ],
    [
      "2 ** 32",
      ({ term }) =>
        () =>
          term.set(2 ** 32),
      "term holds 0 to 2 and cannot be set to 4294967296",
    ],
    [
      "a string",
      ({ term }) =>
        () =>
          term.set(any("1")),
      'term holds 0 to 2 and cannot be set to "1"',
    ],
    [
      "a boolean",
      ({ term }) =>
        () =>
          term.set(any(true)),
      "term holds 0 to 2 and cannot be set to true",
    ],
    [
      "nothing",
      ({ term }) =>
        () =>
          term.set(any(undefined)),
      "term holds 0 to 2 and cannot be set to undefined",
    ],
    [
      "null",
      ({ term }) =>
        () =>
          term.set(any(null)),
      "term holds 0 to 2 and cannot be set to null",
    ],
  ])("%s", async (_, effect, sentence) => {
    const make = () => leaseWith((variables) => ({ guard: () => true, effect: effect(variables) }));
    expect(await sentences(WAYS, make)).toEqual(allSay(WAYS, `model "lease", effect of action "tick": ${sentence}`));
  });

  it("with the parameters of the step that does so, after some steps that are right", async () => {
    const make = () =>
      leaseWith(({ clock }) => ({
        parameters: { node: 2, by: 3 },
        guard: (node: number, by: number) => node === 1 && by === 2,
        effect: (node: number, by: number) => clock.set(clock.at(node) + by, node),
      }));
    const sentence = "clock[1] holds 0 to 4 and cannot be set to 6";
    expect(await sentences(WAYS, make)).toEqual(
      allSay(WAYS, `model "lease", effect of action "tick" (node 1, by 2): ${sentence}`),
    );
  });

  it("where the effect is too involved for tables, too", async () => {
    const make = () =>
      leaseWith(({ clock }) => ({
        guard: () => true,
        effect: () => {
          const sum = clock.at(0) + clock.at(1) + clock.at(2);
          clock.set(sum < 4 ? sum + 1 : 7, sum % 3);
        },
      }));
    const said = Object.values(await sentences(WAYS, make));
    for (const sentence of said) {
      expect(sentence).toBe('model "lease", effect of action "tick": clock[0] holds 0 to 4 and cannot be set to 7');
    }
  });

  it("but not where no state leads there", async () => {
    const make = () =>
      leaseWith(({ term, clock }) => ({ guard: () => term.at() === 0, effect: () => term.set(1 + clock.at(0)) }));
    expect(await sentences(WAYS, make)).toEqual({ ...allSay(WAYS, ""), ...allSay(WAYS, null as never) });
    expect(await explore(make())).toMatchObject({ distinctStates: 2 });
  });
});

describe("a place that there is not is refused", () => {
  it.each<readonly [what: string, read: Build<() => unknown>, sentence: string]>([
    [
      "past the end of a row",
      ({ clock }) =>
        () =>
          clock.at(3),
      "clock has places 0 to 2 and no place 3",
    ],
    [
      "before its beginning",
      ({ clock }) =>
        () =>
          clock.at(-1),
      "clock has places 0 to 2 and no place -1",
    ],
    [
      "between two",
      ({ clock }) =>
        () =>
          clock.at(1.5),
      "clock has places 0 to 2 and no place 1.5",
    ],
    [
      "NaN",
      ({ clock }) =>
        () =>
          clock.is(1, Number.NaN),
      "clock has places 0 to 2 and no place NaN",
    ],
    [
      "a string",
      ({ clock }) =>
        () =>
          clock.at(any("1")),
      'clock has places 0 to 2 and no place "1"',
    ],
    [
      "a row below the grid",
      ({ grid }) =>
        () =>
          grid.at(2, 0),
      "grid has places 0, 0 to 1, 2 and no place 2, 0",
    ],
    [
      "a column beside it",
      ({ grid }) =>
        () =>
          grid.is(1, 0, 3),
      "grid has places 0, 0 to 1, 2 and no place 0, 3",
    ],
    [
      "no index for a row",
      ({ clock }) =>
        () =>
          clock.at(),
      "clock is a row and takes one index, as in clock.at(0)",
    ],
    [
      "two",
      ({ clock }) =>
        () =>
          clock.at(0, 1),
      "clock is a row and takes one index, as in clock.at(0)",
    ],
    [
      "one for a grid",
      ({ grid }) =>
        () =>
          grid.at(1),
      "grid is a grid and takes two indices, as in grid.at(0, 0)",
    ],
    [
      "one for a single",
      ({ term }) =>
        () =>
          term.at(1),
      "term is a single content and takes no index, as in term.at()",
    ],
  ])("%s", async (_, read, sentence) => {
    const guard = () => leaseWith((variables) => ({ guard: () => read(variables)() !== "?" }));
    expect(await sentences(WAYS, guard)).toEqual(allSay(WAYS, `model "lease", guard of action "tick": ${sentence}`));

    const effect = () =>
      leaseWith((variables) => ({
        effect: () => {
          read(variables)();
        },
      }));
    expect(await sentences(WAYS, effect)).toEqual(allSay(WAYS, `model "lease", effect of action "tick": ${sentence}`));

    const property = () => leaseOf((variables) => [{ name: "safe", holds: () => read(variables)() !== "?" }]);
    expect(await sentences(EXPLORATIONS, property)).toEqual(
      allSay(EXPLORATIONS, `model "lease", property "safe": ${sentence}`),
    );
  });

  it("to write to, as well", async () => {
    const make = () => leaseWith(({ clock }) => ({ effect: () => clock.set(1, 3) }));
    expect(await sentences(WAYS, make)).toEqual(
      allSay(WAYS, 'model "lease", effect of action "tick": clock has places 0 to 2 and no place 3'),
    );
  });

  it("whatever the index depends on", async () => {
    const make = () =>
      leaseWith(({ term, clock }) => ({ guard: () => clock.at(2 * term.at()) === 0 && term.at() < 2 }));
    expect(await sentences(WAYS, make)).toEqual(
      allSay(WAYS, 'model "lease", guard of action "tick": clock has places 0 to 2 and no place 4'),
    );
  });
});

describe("a content that no variable can hold is not asked for", () => {
  it.each([
    [Number.NaN, "NaN"],
    [-1, "-1"],
    [0.5, "0.5"],
    ["1", '"1"'],
    [true, "true"],
  ])("%s", async (content, shown) => {
    const make = () => leaseWith(({ term }) => ({ guard: () => !term.is(any(content)) && term.at() < 2 }));
    const sentence = `term holds 0 to 2 and is never ${shown}`;
    expect(await sentences(WAYS, make)).toEqual(allSay(WAYS, `model "lease", guard of action "tick": ${sentence}`));
  });

  it("while one of a larger domain is just not held", async () => {
    const make = () => leaseWith(({ term }) => ({ guard: () => !term.is(32) && !term.is(33) && term.at() < 2 }));
    for (const graphTransitionsMax of [0, 1e6]) {
      expect(await explore(make(), { graphTransitionsMax })).toMatchObject({ distinctStates: 3 });
    }
  });
});
