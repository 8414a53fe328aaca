/**
 * Actions that are declared persistent (model.ts) are: the search leaves out what it would otherwise have to look at.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Selection } from "../../../spec/quorum-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { reducedRegistersModel } from "../../registers/reduced.js";
import { registersModel } from "../../registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { PLAIN, type Variant } from "../../registers/variant.js";
import { actionInstanceOf, generateExpand } from "../compile/expand.js";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { type ActionDeclaration, defineModel, type Model } from "../declaration/model.js";

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];
const VARIANTS: readonly Variant[] = [
  PLAIN,
  { freezes: "register", writesFreezeBelow: false },
  { freezes: "row", writesFreezeBelow: true },
];

interface Successor {
  readonly state: string;
  /** The cells that have another content now. */
  readonly changed: readonly number[];
}

/** Every reachable state, with its enabled steps and what they lead to, by the closures themselves. */
function graphOf(model: Model): Map<string, Map<number, Successor>> {
  const { workspace } = model;
  const expand = generateExpand(model);
  const graph = new Map<string, Map<number, Successor>>();
  const states = [model.initial];
  for (let state = states.pop(); state !== undefined; state = states.pop()) {
    if (graph.has(state.join())) continue;
    workspace.load(state, 0);
    const before = workspace.cells.slice();
    const successors = new Map<number, Successor>();
    expand((step) => {
      const changed = [...workspace.cells.keys()].filter((cell) => workspace.cells[cell] !== before[cell]);
      successors.set(step, { state: workspace.words.join(), changed });
      states.push(workspace.words.slice());
    });
    graph.set(state.join(), successors);
  }
  return graph;
}

/** Pairs of steps "a stops b", where b is of a persistent action and a changes none of the cells that b would. */
function stoppedSteps(model: Model): Set<string> {
  const graph = graphOf(model);
  const persistent = new Set(model.actions.filter(({ persistent }) => persistent).map(({ name }) => name));
  const nameOf = (step: number): string => actionInstanceOf(model.actions, step).action;
  const stopped = new Set<string>();
  for (const successors of graph.values()) {
    for (const [b, { changed }] of successors) {
      if (!persistent.has(nameOf(b))) continue;
      for (const [a, other] of successors) {
        if (other.changed.some((cell) => changed.includes(cell)) || graph.get(other.state)!.has(b)) continue;
        stopped.add(`${nameOf(a)} stops ${nameOf(b)}`);
      }
    }
  }
  return stopped;
}

/** Two bits that may be set, and a step that needs the first and wants the second to be clear. */
const withWatcher = (watch: Pick<ActionDeclaration, "persistent">): Model =>
  defineModel({
    name: "watcher",
    variables: { bit: { shape: [2], domain: 2 }, seen: { shape: [], domain: 2 } },
    actions: ({ bit, seen }) => [
      { name: "set", parameters: { b: 2 }, guard: (b) => bit.is(0, b), effect: (b) => bit.set(1, b) },
      {
        name: "watch",
        parameters: {},
        guard: () => seen.is(0) && bit.is(1, 0) && bit.is(0, 1),
        effect: () => seen.set(1),
        ...watch,
      },
    ],
    properties: () => [],
  });

describe("persistent actions", () => {
  const scope = fc
    .record({
      table: arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
      selection: fc.constantFrom(...SELECTIONS),
      clients: fc.constantFrom(null, 2),
      variant: fc.constantFrom(...VARIANTS),
    })
    .map(
      ({ table, selection, clients, variant }): Scope => ({
        table: { ...table, selection },
        registerSets: compressedRegisterSets(table).slice(0, 3),
        values: 2,
        clients,
        variant,
      }),
    );

  it("a client of the register model that may propose can still propose later, in random tables", () => {
    fc.assert(
      fc.property(scope, (scope) => {
        const model = registersModel(scope);
        expect(model.actions.filter(({ persistent }) => persistent).map(({ name }) => name)).toEqual(["propose"]);
        expect(stoppedSteps(model)).toEqual(new Set());
      }),
      { numRuns: 15, seed: 4 },
    );
  });

  it("none is left in the reduced register model, where a proposal loses its purpose", () => {
    fc.assert(
      fc.property(scope, ({ variant: _, ...scope }) => {
        fc.pre(scope.table.selection !== "decision-table");
        expect(reducedRegistersModel(scope).actions.filter(({ persistent }) => persistent)).toEqual([]);
      }),
      { numRuns: 20, seed: 4 },
    );
  });

  it("one that is declared so and is not is told", () => {
    expect(stoppedSteps(withWatcher({ persistent: true }))).toEqual(new Set(["set stops watch"]));
    expect(stoppedSteps(withWatcher({}))).toEqual(new Set());
  });

  it("say which cells their effects touch, or the search makes no use of them", () => {
    const any2 = quorums("01", "02", "12");
    const table = tableOf(3, [{ sets: [0, FOREVER], decide: any2, open: true }], { selection: "strict" });
    const scope: Scope = { table, registerSets: [0, 1], values: 2, clients: null, variant: PLAIN };
    expect(guardedCommandsOf(registersModel(scope)).involved.some(({ effectCells }) => effectCells !== null)).toBe(
      true,
    );
  });
});
