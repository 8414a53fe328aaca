import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasOwner } from "../../../spec/quorum-table.js";
import { tries } from "../../../spec/test/effort.js";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { Walk } from "../../kernel/index.js";
import { FIRST_VALUE } from "../../registers/facts.js";
import { type RegistersModel, registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import type { Permutation } from "../automorphisms.js";
import { Canonicalizer } from "../canonical-form.js";
import type { ScopeSymmetry } from "../scope-symmetry.js";
import { arbitrarySymmetricTable } from "./symmetry-tables.js";

/** A permutation of servers and one of values, applied together. */
interface StatePermutation {
  readonly servers: Permutation;
  readonly values: Permutation;
}

/** Every member of the group, from the classes and representatives that generate it. */
function membersOf({ servers: { classes, representatives }, values }: ScopeSymmetry): StatePermutation[] {
  let within: number[][] = [representatives[0]!.slice()];
  for (const members of classes) {
    within = within.flatMap((permutation) =>
      permutationsOf(members).map((arranged) => {
        const extended = [...permutation];
        for (const [place, server] of members.entries()) extended[server] = arranged[place]!;
        return extended;
      }),
    );
  }
  return representatives.flatMap((representative) =>
    within.flatMap((permutation) =>
      values.map((value) => ({ servers: permutation.map((server) => representative[server]!), values: value })),
    ),
  );
}

const permutationsOf = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, index) => permutationsOf(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));

/**
 * The image of a packed state, cell by cell through the model's variables: nothing in common with the code under
 * test.
 */
function imageOf(
  model: RegistersModel,
  scope: Scope,
  words: Int32Array,
  { servers, values }: StatePermutation,
): Int32Array {
  const { register, proposal } = model.variables;
  const { workspace } = model;
  workspace.load(words, 0);
  const sets = scope.registerSets.map((real, r) => ({ r, open: !hasOwner(scope.table, real) }));
  const registers = servers.map((_, s) => sets.map(({ r }) => register.at(s, r)));
  const proposals = sets.map(({ r }) => proposal.at(r));
  for (const { r, open } of sets) {
    for (const [s, target] of servers.entries()) {
      const content = registers[s]![r]!;
      register.set(content < FIRST_VALUE ? content : FIRST_VALUE + values[content - FIRST_VALUE]!, target, r);
    }
    const before = proposals[r]!;
    const isIn = (v: number): boolean => ((before >>> v) & 1) === 1;
    if (open)
      proposal.set(
        values.reduce((set, to, v) => set | (isIn(v) ? 1 << to : 0), 0),
        r,
      );
    else if (before > 0) proposal.set(1 + values[before - 1]!, r);
  }
  workspace.commit();
  return workspace.words.slice();
}

/** A state that the choices lead to: each takes one of the enabled steps. */
function reach(model: RegistersModel, choices: readonly number[]): Int32Array {
  const walk = new Walk(model);
  for (const choice of choices) {
    const enabled = walk.enabledSteps();
    if (enabled.length > 0) walk.take(enabled[choice % enabled.length]!);
  }
  return walk.words.slice();
}

const arbitraryScope: fc.Arbitrary<Scope> = fc
  .record({
    table: arbitrarySymmetricTable({ servers: { min: 1, max: 5 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
    values: fc.integer({ min: 1, max: 3 }),
    clients: fc.option(fc.integer({ min: 1, max: 3 })),
  })
  .map(({ table, values, clients }) => ({
    table,
    registerSets: compressedRegisterSets(table),
    values,
    clients: clients === null ? null : Math.min(clients, values),
  }));

describe("the canonical form", () => {
  it("is one state of the orbit, the same for all of them, and counts them", () => {
    fc.assert(
      fc.property(arbitraryScope, fc.array(fc.nat(), { maxLength: 30 }), (scope, choices) => {
        const model = registersModel(scope);
        const canonicalizer = new Canonicalizer(model, scope);
        const words = reach(model, choices);
        const canonical = words.slice();
        canonicalizer.canonicalize(canonical);
        const orbit = new Set<string>();
        const canonicalOfImage = words.slice();
        for (const member of membersOf(canonicalizer.symmetry)) {
          const image = imageOf(model, scope, words, member);
          canonicalizer.canonicalize(image, canonicalOfImage);
          expect(canonicalOfImage).toEqual(canonical);
          orbit.add(image.join());
        }
        expect(orbit).toContain(canonical.join());
        expect(canonicalizer.orbitSizeAt(canonical, 0)).toBe(orbit.size);
      }),
      { numRuns: tries(120, 300), seed: 1 },
    );
  });
});

describe("the values that a scope cannot tell apart", () => {
  const all = quorums("012");
  const table = tableOf(3, [
    { sets: [0, 0], decide: all, open: true },
    { sets: [1, 9], decide: all },
  ]);
  const valuesOf = (registerSets: number[], values: number, clients: number | null): number => {
    const scope = { table, registerSets, values, clients };
    return new Canonicalizer(registersModel(scope), scope).symmetry.values.length;
  };

  it.each([
    { inputs: "free", registerSets: [0, 1], values: 3, clients: null, permutations: 6 },
    {
      inputs: "of two clients, one of which owns an explored set",
      registerSets: [0, 1],
      values: 2,
      clients: 2,
      permutations: 1,
    },
    { inputs: "of two clients, over the open set only", registerSets: [0], values: 3, clients: 2, permutations: 2 },
    {
      inputs: "of one client, and two that no client has",
      registerSets: [1, 2],
      values: 3,
      clients: 1,
      permutations: 2,
    },
    {
      inputs: "of three clients, two of which own explored sets",
      registerSets: [1, 2],
      values: 4,
      clients: 3,
      permutations: 2,
    },
  ])("inputs $inputs: $permutations permutations", ({ registerSets, values, clients, permutations }) => {
    expect(valuesOf(registerSets, values, clients)).toBe(permutations);
  });
});

describe("symmetry beyond what the packed code handles", () => {
  const wide = (sets: number, values: number) => {
    const table = tableOf(2, [{ sets: [0, 99], decide: quorums("01") }]);
    const scope = { table, registerSets: Array.from({ length: sets }, (_, r) => r), values, clients: null };
    const model = registersModel(scope);
    return { model, canonicalizer: new Canonicalizer(model, scope) };
  };

  it("keeps servers and gives up values when proposals are too many", () => {
    const { canonicalizer } = wide(11, 2);
    expect(canonicalizer.symmetry.values).toHaveLength(1);
    expect(canonicalizer.symmetry.servers.classes).toEqual([[0, 1]]);
    expect(canonicalizer.symmetry.limits).toEqual(["values are not permuted: proposals take 22 bits, more than 20"]);
  });

  it("sorts columns of as many bits as a word has", () => {
    const { model, canonicalizer } = wide(16, 2);
    expect(canonicalizer.symmetry.servers.classes).toEqual([[0, 1]]);
    const { register } = model.variables;
    // Both ways: in the last set alone, values have the highest bit of a column or not.
    for (const [first, second] of [
      [2, 1],
      [1, 2],
      [3, 1],
      [1, 3],
    ] as const) {
      const forms = [
        [first, second],
        [second, first],
      ].map((contents) => {
        model.workspace.load(model.initial, 0);
        for (const [s, content] of contents.entries()) register.set(content!, s, 15);
        model.workspace.commit();
        const words = model.workspace.words.slice();
        canonicalizer.canonicalize(words);
        return { words: [...words], orbit: canonicalizer.orbitSizeAt(words, 0) };
      });
      expect(forms[0]).toEqual(forms[1]);
      expect(forms[0]!.orbit).toBe(2);
    }
  });

  it("gives up altogether when a server has too many registers, and leaves states alone", () => {
    const { model, canonicalizer } = wide(17, 2);
    expect(canonicalizer.symmetry.limits).toEqual([
      "no symmetry is used: a server's registers take 34 bits, more than 32",
    ]);
    const words = reach(model, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]);
    const canonical = words.slice();
    canonicalizer.canonicalize(canonical);
    expect(canonical).toEqual(words);
    expect(canonicalizer.orbitSizeAt(canonical, 0)).toBe(1);
  });

  it("permutes the first of many values only", () => {
    const { canonicalizer } = wide(2, 7);
    expect(canonicalizer.symmetry.values).toHaveLength(720);
    expect(canonicalizer.symmetry.limits).toEqual(["values have more permutations than the 720 that are used"]);
  });
});
