/** What a declaration may not say; with the sentence that says so. */
import { describe, expect, it } from "vitest";
import { defineModel } from "../declaration/model.js";
import { type Build, leaseOf, leaseWith, sentenceOf, type Variables, variables } from "./misuse.js";

describe("a declaration that cannot be meant so is refused", () => {
  const declaring = (declaration: object) => () =>
    defineModel({ name: "lease", variables, actions: () => [], properties: () => [], ...declaration } as never);

  const ofVariable = (clock: object) => declaring({ variables: { ...variables, clock } });
  const domain = "a domain is a whole number of contents, 1 to 2147483648, not";
  const length = "a row or a column has a whole number of places, 1 at least, not";

  it.each<readonly [what: string, declare: () => unknown, sentence: string]>([
    ["a domain of 2 ** 32", ofVariable({ shape: [3], domain: 2 ** 32 }), `variable clock: ${domain} 4294967296`],
    ["of nothing", ofVariable({ shape: [3], domain: 0 }), `variable clock: ${domain} 0`],
    ["of less", ofVariable({ shape: [3], domain: -1 }), `variable clock: ${domain} -1`],
    ["of a fraction", ofVariable({ shape: [3], domain: 2.5 }), `variable clock: ${domain} 2.5`],
    ["NaN", ofVariable({ shape: [3], domain: Number.NaN }), `variable clock: ${domain} NaN`],
    ["a word", ofVariable({ shape: [3], domain: "bool" }), `variable clock: ${domain} "bool"`],
    ["none at one place", ofVariable({ shape: [3], domain: (i: number) => 2 - i }), `variable clock: ${domain} 0`],
    ["a row of nothing", ofVariable({ shape: [0], domain: 2 }), `variable clock: ${length} 0`],
    ["of a fraction", ofVariable({ shape: [2.5], domain: 2 }), `variable clock: ${length} 2.5`],
    ["a grid of less", ofVariable({ shape: [2, -1], domain: 2 }), `variable clock: ${length} -1`],
    [
      "three indices",
      ofVariable({ shape: [2, 2, 2], domain: 2 }),
      "variable clock: its shape is [], [rows] or [rows, columns], not [2,2,2]",
    ],
    [
      "a number for a shape",
      ofVariable({ shape: 3, domain: 2 }),
      "variable clock: its shape is [], [rows] or [rows, columns], not 3",
    ],
    [
      "too many places",
      ofVariable({ shape: [1e6, 1e6], domain: 2 }),
      "variable clock: with it there are 1000000000001 places, more than the 65536 that a state may have",
    ],
    [
      "an unknown key",
      ofVariable({ shape: [3], domain: 2, initial: 1 }),
      'variable clock: it has no key "initial"; keys are shape, domain',
    ],
    ["no variables", declaring({ variables: {} }), "it has no variables, and needs one at least"],
    [
      "a number for a name",
      declaring({ variables: { 1: { shape: [], domain: 2 } } }),
      "variable 1: a name is no number: JavaScript would put it before all other names",
    ],
    [
      "a key of another checker",
      declaring({ init: () => {} }),
      'it has no key "init"; keys are name, descriptor, variables, initially, actions, properties',
    ],
    ["a list for actions", declaring({ actions: [] }), "actions is a function from variables to a list, not a list"],
    ["no list of actions", declaring({ actions: () => undefined }), "actions returns a list of actions, not undefined"],
    [
      "no list of properties",
      declaring({ properties: () => ({}) }),
      "properties returns a list of properties, not an object",
    ],
    [
      "31 properties",
      declaring({ properties: () => Array.from({ length: 31 }, (_, n) => ({ name: `p${n}`, holds: () => true })) }),
      "it has 31 properties, more than 30",
    ],
    [
      "an initial content outside of its domain",
      declaring({ initially: ({ clock }: Variables) => clock.set(5, 0) }),
      "initially: clock[0] holds 0 to 4 and cannot be set to 5",
    ],
    [
      "a write while actions are declared",
      declaring({ actions: ({ term }: Variables) => [term.set(1)] }),
      "actions: it writes term; only effects write, and `initially`",
    ],
  ])("%s", async (_, declare, sentence) => {
    const said = await sentenceOf(declare);
    expect([`model "lease": ${sentence}`, `model "lease", ${sentence}`]).toContain(said);
  });

  const instance = "takes a whole number of values, 1 at least, not";

  it.each<readonly [what: string, wrong: Build<object>, sentence: string]>([
    ["no name", () => ({ name: "" }), 'action "": the name of an action is a text that is not empty'],
    ["no guard", () => ({ guard: undefined }), 'action "tick": its guard is a function, not undefined; write () => …'],
    [
      "a guard that was asked already",
      ({ term }) => ({ guard: term.at() < 2 }),
      'action "tick": its guard is a function, not true; write () => …',
    ],
    ["no effect", () => ({ effect: 0 }), 'action "tick": its effect is a function, not 0; write () => …'],
    [
      "an unknown key",
      () => ({ gaurd: () => true }),
      'action "tick": it has no key "gaurd"; keys are name, parameters, guard, effect, persistent',
    ],
    ["persistent as a word", () => ({ persistent: "yes" }), 'action "tick": persistent is true or false, not "yes"'],
    [
      "no parameters",
      () => ({ parameters: undefined }),
      'action "tick": parameters are an object of names and sizes, {} if there are none, not undefined',
    ],
    [
      "a number for a parameter's name",
      () => ({ parameters: { 2: 3 } }),
      'action "tick": parameter 2: a name is no number, since JavaScript would put it first',
    ],
    [
      "a parameter without values",
      () => ({ parameters: { node: 0 } }),
      `action "tick": parameter node ${instance} 0: else it has no instances`,
    ],
    [
      "a parameter of a fraction",
      () => ({ parameters: { node: 1.5 } }),
      `action "tick": parameter node ${instance} 1.5: else it has no instances`,
    ],
    [
      "a parameter of a list",
      () => ({ parameters: { node: ["S0", "S1"] } }),
      `action "tick": parameter node ${instance} a list: else it has no instances`,
    ],
    [
      "more steps than there is room for",
      () => ({ parameters: { a: 2 ** 20, b: 2 ** 20 } }),
      'action "tick": its parameters have 1099511627776 values together; all actions may have 1048576 steps',
    ],
    [
      "a guard of more parameters than there are",
      () => ({ parameters: { node: 2 }, guard: (a: number, b: number) => a < b }),
      'action "tick": its guard takes 2 parameters, and there are 1',
    ],
    [
      "a condition of more",
      () => ({ parameters: { node: 2 }, guard: [(a: number, b: number) => a < b] }),
      'action "tick": a condition of its guard takes 2 parameters, and there are 1',
    ],
    [
      "an effect of more",
      () => ({ effect: (node: number) => node }),
      'action "tick": its effect takes 1 parameters, and there are 0',
    ],
    [
      "a condition that takes parameters which do not count",
      () => ({ parameters: { node: 2 }, guard: [(...nodes: number[]) => nodes[0] === 0] }),
      'action "tick": a condition of its guard is asked with the parameters that it names, so it takes none by "..." or with a default',
    ],
    [
      "one with a default",
      () => ({ parameters: { a: 2, b: 2 }, guard: [(a: number, b = Math.max(0, 1)) => a === b] }),
      'action "tick": a condition of its guard is asked with the parameters that it names, so it takes none by "..." or with a default',
    ],
  ])("an action with %s", async (_, wrong, sentence) => {
    expect(await sentenceOf(() => leaseWith(wrong))).toBe(`model "lease", ${sentence}`);
  });

  it.each<readonly [what: string, property: object, sentence: string]>([
    ["no name", { holds: () => true }, "property undefined: the name of a property is a text that is not empty"],
    [
      "a truth for a predicate",
      { name: "safe", holds: true },
      'property "safe": its predicate `holds` is a function, not true; write () => …',
    ],
    [
      "a misspelt key",
      { name: "safe", holds: () => true, always: true },
      'property "safe": it has no key "always"; keys are name, holds, premise',
    ],
    [
      "a truth for a premise",
      { name: "safe", holds: () => true, premise: true },
      'property "safe": its premise is a function, not true; write () => …',
    ],
    [
      "a premise of more parameters",
      { name: "safe", parameters: { node: 2 }, fails: [() => true], premise: (node: number) => node > 0 },
      'property "safe": its premise takes 1 parameters, and there are 0',
    ],
    [
      "nothing that could fail",
      { name: "safe", parameters: {}, fails: [] },
      'property "safe": it needs `holds`, or a list `fails` of at least one condition',
    ],
    [
      "a condition of more parameters",
      { name: "safe", parameters: {}, fails: [(a: number) => a > 0] },
      'property "safe": a condition in `fails` takes 1 parameters, and there are 0',
    ],
  ])("a property with %s", async (_, property, sentence) => {
    expect(await sentenceOf(() => leaseOf(() => [property]))).toBe(`model "lease", ${sentence}`);
  });

  it("two actions, or two properties, of one name", async () => {
    const action = { name: "tick", parameters: {}, guard: () => true, effect: () => {} };
    expect(await sentenceOf(declaring({ actions: () => [action, action] }))).toBe(
      'model "lease", action "tick": two actions have this name; each needs its own',
    );
    const property = { name: "safe", holds: () => true };
    expect(await sentenceOf(declaring({ properties: () => [property, property] }))).toBe(
      'model "lease", property "safe": two properties have this name; each needs its own',
    );
  });
});
