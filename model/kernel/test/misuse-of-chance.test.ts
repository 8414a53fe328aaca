/** What guards, effects and properties may depend on; with the sentence that says so, in every way of exploring. */
import { describe, expect, it } from "vitest";
import { defineModel } from "../declaration/model.js";
import { explore } from "../search/explore.js";
import { allSay, EXPLORATIONS, leaseOf, leaseWith, sentences, variables, WAYS } from "./misuse.js";

describe("guards, effects and properties are functions of the state", () => {
  const asks = (what: string) => `it asks ${what}, and may depend on nothing but variables and parameters`;

  it.each<readonly [what: string, ask: () => number, sentence: string]>([
    ["chance", () => Math.random(), asks("Math.random")],
    ["the clock", () => Date.now(), asks("Date.now")],
    ["the date", () => new Date().getFullYear(), asks("new Date() for the time")],
  ])("and not of %s", async (_, ask, sentence) => {
    const guard = () => leaseWith(({ term }) => ({ guard: () => term.at() < 2 && ask() >= 0 }));
    expect(await sentences(WAYS, guard)).toEqual(allSay(WAYS, `model "lease", guard of action "tick": ${sentence}`));
    const effect = () => leaseWith(({ term }) => ({ effect: () => term.set(ask() >= 0 ? 1 : 2) }));
    expect(await sentences(WAYS, effect)).toEqual(allSay(WAYS, `model "lease", effect of action "tick": ${sentence}`));
    const property = () => leaseOf(() => [{ name: "safe", holds: () => ask() >= 0 }]);
    expect(await sentences(EXPLORATIONS, property)).toEqual(
      allSay(EXPLORATIONS, `model "lease", property "safe": ${sentence}`),
    );
    expect(Math.random()).toBeLessThan(1);
    expect(Date.now()).toBeGreaterThan(1e12);
  });

  it("while a date that is given is none of the time", async () => {
    const make = () =>
      leaseWith(({ term }) => ({ guard: () => term.at() < 2 && new Date(2019, 1, 1).getFullYear() === 2019 }));
    for (const graphTransitionsMax of [0, 1e6]) {
      expect(await explore(make(), { graphTransitionsMax })).toMatchObject({ distinctStates: 3 });
    }
  });

  const again =
    "it says something else when it is run again in the same state; it may depend on nothing but variables and parameters";

  it("and not of what they remember: an effect", async () => {
    const make = () => {
      let turn = 0;
      return leaseWith(({ clock }) => ({ guard: () => true, effect: () => clock.set(turn++ % 5, 0) }));
    };
    for (const said of Object.values(await sentences(WAYS, make)))
      expect(said).toBe(`model "lease", action "tick": ${again}`);
  });

  it("a guard", async () => {
    const make = () => {
      let turn = 0;
      return leaseWith(({ term }) => ({ guard: () => turn++ % 3 > 0, effect: () => term.set(1) }));
    };
    for (const said of Object.values(await sentences(EXPLORATIONS, make))) {
      expect(said).toBe(`model "lease", action "tick": ${again}`);
    }
  });

  it("a guard that looks at another variable each time", async () => {
    const make = () => {
      let turn = 0;
      return leaseWith(({ clock }) => ({ guard: () => clock.at(turn++ % 3) === 0, effect: () => clock.set(1, 0) }));
    };
    for (const said of Object.values(await sentences(EXPLORATIONS, make))) {
      expect(said).toMatch(/^model "lease", (guard of )?action "tick": /);
      expect(said).toContain(again);
    }
  });

  it("one that begins to do so later, and is too involved for tables", async () => {
    let asked = 0;
    const model = leaseWith(({ clock }) => ({
      parameters: { node: 3 },
      guard: (node: number) => {
        const nodes = asked++ < 200 ? [0, 1, 2] : [2, 1, 0];
        return clock.at(node) < 4 && nodes.reduce((sum, other) => sum + clock.at(other), 0) < 12;
      },
      effect: (node: number) => clock.set(clock.at(node) + 1, node),
    }));
    await expect(explore(model)).rejects.toThrow(again);
  });

  it("a property", async () => {
    const make = () => {
      let turn = 0;
      return leaseOf(() => [{ name: "safe", holds: () => turn++ % 2 === 0 }]);
    };
    for (const said of Object.values(await sentences(EXPLORATIONS, make))) {
      expect(said).toBe(`model "lease", property "safe": ${again}`);
    }
  });

  it("nor of another model, which they do not change either", async () => {
    const other = defineModel({ name: "other", variables, actions: () => [], properties: () => [] });
    const sentence = 'it uses term of model "other", another one than its own';
    const guard = () => leaseWith(() => ({ guard: () => other.variables.term.at() === 0 }));
    expect(await sentences(WAYS, guard)).toEqual(allSay(WAYS, `model "lease", guard of action "tick": ${sentence}`));
    const effect = () => leaseWith(() => ({ effect: () => other.variables.term.set(1) }));
    expect(await sentences(WAYS, effect)).toEqual(allSay(WAYS, `model "lease", effect of action "tick": ${sentence}`));
    const property = () => leaseOf(() => [{ name: "safe", holds: () => other.variables.term.at() === 0 }]);
    expect(await sentences(EXPLORATIONS, property)).toEqual(
      allSay(EXPLORATIONS, `model "lease", property "safe": ${sentence}`),
    );
  });

  it("and an action that is declared persistent is so", async () => {
    const make = () =>
      defineModel({
        name: "lease",
        variables,
        actions: ({ term, clock }) => [
          { name: "expire", parameters: {}, guard: () => term.is(0), effect: () => term.set(1) },
          {
            name: "tick",
            parameters: { node: 3 },
            guard: (node) => term.is(0) && clock.at(node) < 2,
            effect: (node) => clock.set(clock.at(node) + 1, node),
            persistent: true,
          },
        ],
        properties: () => [],
      });
    const sentence = 'it is declared persistent, and action "expire" disables it without writing what it writes';
    expect(await sentences(EXPLORATIONS, make)).toEqual(
      allSay(EXPLORATIONS, `model "lease", action "tick" (node 0): ${sentence}`),
    );
  });
});
