/**
 * What guards, effects and properties may not return or do; with the sentence that says so, in every way of exploring.
 */
import { describe, expect, it } from "vitest";
import { allSay, any, type Build, EXPLORATIONS, leaseOf, leaseWith, sentences, WAYS } from "./misuse.js";

describe("a guard says true or false, and changes nothing", () => {
  it.each<readonly [what: string, guard: Build<() => unknown>, sentence: string]>([
    [
      "a forgotten return",
      ({ term }) =>
        () => {
          term.at();
        },
      "it returns undefined, and must return true or false",
    ],
    [
      "a number",
      ({ term }) =>
        () =>
          term.at(),
      "it returns 0, and must return true or false",
    ],
    ["async", () => async () => true, "it returns a promise, and must return true or false"],
    [
      "writing",
      ({ clock }) =>
        () => {
          clock.set(1, 2);
          return true;
        },
      "it writes clock[2]; only effects write, and `initially`",
    ],
    [
      "throwing",
      () => () => {
        throw new TypeError("no such node");
      },
      "it throws: no such node",
    ],
    [
      "a predicate that says nothing",
      ({ term }) => {
        const isEarly = term.statePredicate(any(() => undefined));
        return () => !isEarly();
      },
      "it returns undefined, and must return true or false",
    ],
    [
      "a state function with another answer",
      ({ term }) => {
        const half = term.stateFunction(2, () => term.at() + 2);
        return () => half() > 0;
      },
      "a state function of term has answers 0 to 1 and is answered 2",
    ],
  ])("not %s", async (_, guard, sentence) => {
    const make = () => leaseWith((variables) => ({ guard: guard(variables) }));
    expect(await sentences(WAYS, make)).toEqual(allSay(WAYS, `model "lease", guard of action "tick": ${sentence}`));

    const inList = () => leaseWith((variables) => ({ parameters: { node: 2 }, guard: [() => true, guard(variables)] }));
    for (const said of Object.values(await sentences(WAYS, inList))) {
      expect(said).toMatch(/^model "lease", guard of action "tick"( \(node 0\))?: /);
      expect(said!.endsWith(`: ${sentence}`)).toBe(true);
    }

    const property = () => leaseOf((variables) => [{ name: "safe", holds: guard(variables) }]);
    expect(await sentences(EXPLORATIONS, property)).toEqual(
      allSay(EXPLORATIONS, `model "lease", property "safe": ${sentence}`),
    );

    const premise = () => leaseOf((variables) => [{ name: "safe", holds: () => true, premise: guard(variables) }]);
    for (const said of Object.values(await sentences(EXPLORATIONS, premise))) {
      expect(said).toBe(`model "lease", premise of property "safe": ${sentence}`);
    }

    const failing = () =>
      leaseOf((variables) => [{ name: "safe", parameters: { node: 2 }, fails: [guard(variables), () => false] }]);
    for (const said of Object.values(await sentences(EXPLORATIONS, failing))) {
      expect(said).toBe(`model "lease", property "safe": ${sentence}`);
    }
  });
});

describe("an effect writes, at once", () => {
  it.each<readonly [what: string, effect: Build<() => unknown>, sentence: string]>([
    [
      "async",
      ({ term }) =>
        async () => {
          term.set(1);
        },
      "it returns a promise; an effect writes variables with set, at once, and returns nothing",
    ],
    [
      "a new state in place of writes",
      () => () => ({ term: 1 }),
      "it returns an object; an effect writes variables with set, at once, and returns nothing",
    ],
    [
      "throwing",
      () => () => {
        throw new TypeError("no such node");
      },
      "it throws: no such node",
    ],
  ])("not %s", async (_, effect, sentence) => {
    const make = () => leaseWith((variables) => ({ effect: effect(variables) }));
    expect(await sentences(WAYS, make)).toEqual(allSay(WAYS, `model "lease", effect of action "tick": ${sentence}`));
  });
});
