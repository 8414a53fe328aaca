/**
 * A model's steps as guarded commands: which contents of which cells they need, and what they write.
 *
 * Every step (an action with its parameters filled in) is executed symbolically (step-trees.ts). Each way
 * through it that ends in an effect is a guarded command: a product of sets of contents, and constants to be written.
 * Steps with too many ways through them are not written out: their closures are called where the part of their guards
 * that is a product holds, and what they say is remembered (memoized-steps.ts).
 */
import { type Action, instancesOf, type Model } from "../declaration/model.js";
import { casesOf } from "./cases.js";
import { type CellTests, cellsOf, forEachWay, hullOf, keyOf } from "./cell-tests.js";
import type { CaseCommand, CommandBook, GuardedCommand, InvolvedGroup, InvolvedStep } from "./command-book.js";
import { effectCellsOf, footprintOf } from "./footprint.js";
import type { Outcome } from "./outcomes.js";
import { isLookedUp } from "./product-tables.js";
import { type Effect, StepTrees } from "./step-trees.js";
import type { DecisionTree } from "./symbolic-execution.js";

/**
 * Which involved steps make a group. together: those of an action that have the same tests. inOrder: the same, but only
 * if no other step that may be enabled comes in between.
 */
export type Grouping = "together" | "inOrder";

/** Guarded commands of one step; all ways of freezing a row of five registers are 31. */
const COMMANDS_PER_STEP_MAX = 32;

/** A group that more steps may join, and the effects of its steps, null where they are too involved to tell. */
interface OpenGroup {
  readonly tests: CellTests;
  readonly steps: InvolvedStep[];
  readonly effects: (Effect | null)[];
  readonly isPersistent: boolean;
}

export function guardedCommandsOf(model: Model, grouping: Grouping = "together"): CommandBook {
  const writer = new CommandWriter(model, grouping);
  for (const action of model.actions) writer.add(action);
  return writer.book();
}

class CommandWriter {
  readonly #model: Model;
  readonly #grouping: Grouping;
  readonly #guarded: GuardedCommand[] = [];
  readonly #cases: CaseCommand[] = [];
  readonly #groups: (InvolvedGroup | OpenGroup)[] = [];
  /** Groups of the action at work that more steps may join, by their tests. */
  readonly #open = new Map<string, OpenGroup>();
  /** Cells whose contents tables cannot tell. */
  readonly #wideCells: ReadonlySet<number>;
  readonly #trees: StepTrees;
  #steps = 0;

  constructor(model: Model, grouping: Grouping) {
    this.#model = model;
    this.#grouping = grouping;
    this.#trees = new StepTrees(model);
    const { layout } = model.workspace;
    this.#wideCells = new Set([...layout.domains.keys()].filter((cell) => !isLookedUp(cell, layout)));
  }

  book(): CommandBook {
    const closed = (group: InvolvedGroup | OpenGroup): InvolvedGroup =>
      "footprint" in group
        ? group
        : { ...group, footprint: null, effectCells: group.isPersistent ? effectCellsOf(group.effects) : null };
    return { guarded: this.#guarded, cases: this.#cases, involved: this.#groups.map(closed) };
  }

  add(action: Action): void {
    this.#open.clear();
    for (const parameters of instancesOf(Object.values(action.parameters))) {
      const step = this.#stepOf(action, parameters, this.#steps++);
      const tree = this.#trees.ofStep(action, parameters, step.outcome);
      if (tree === null) this.#addInvolved(action, parameters, step);
      else this.#addKnown(tree, step);
    }
  }

  /** A step that has been executed whole: by guarded commands if they are few, else by itself. */
  #addKnown(tree: DecisionTree<Outcome | null>, step: InvolvedStep): void {
    const ways = countWays(tree);
    if (ways === 0) return;
    if (this.#grouping === "inOrder") this.#open.clear();
    const areLookedUp = this.#areLookedUp(tree);
    if (areLookedUp && ways <= COMMANDS_PER_STEP_MAX) {
      forEachWay(tree, (outcome, tests) => {
        if (outcome !== null) this.#guarded.push({ tests, step: step.step, outcome });
      });
      return;
    }
    const footprint = footprintOf(tree);
    const cases = areLookedUp ? casesOf(tree, this.#model.workspace.layout.domains) : null;
    if (cases !== null) {
      this.#cases.push({ ...cases, step: step.step, footprint });
      return;
    }
    const tests = this.#lookedUp(hullOf(tree, (outcome) => outcome !== null)!);
    this.#groups.push({ tests, steps: [step], footprint, effectCells: null });
  }

  /** A step that is too involved to be executed whole. */
  #addInvolved(action: Action, parameters: readonly number[], step: InvolvedStep): void {
    const product = this.#trees.productOf(action, parameters);
    if (product === null) return;
    const tests = this.#lookedUp(product);
    const key = keyOf(tests);
    let group = this.#open.get(key);
    if (group === undefined) {
      if (this.#grouping === "inOrder") this.#open.clear();
      group = { tests, steps: [], effects: [], isPersistent: action.persistent === true };
      this.#open.set(key, group);
      this.#groups.push(group);
    }
    const effect = this.#trees.ofEffect(action.effect, parameters);
    group.effects.push(effect);
    group.steps.push({ ...step, outcome: this.#shorter(action, parameters, effect) ?? step.outcome });
  }

  #stepOf({ conditions, effect }: Action, parameters: readonly number[], step: number): InvolvedStep {
    const take = (): boolean => {
      for (const { holds } of conditions) if (!holds(...parameters)) return false;
      effect(...parameters);
      return true;
    };
    return { step, take, outcome: () => (take() ? this.#trees.written() : null) };
  }

  /** What the step leads to if that does not depend on the state: no effect need be run to know it. */
  #shorter(
    { conditions }: Action,
    parameters: readonly number[],
    effect: Effect | null,
  ): InvolvedStep["outcome"] | null {
    if (effect === null || !("outcome" in effect)) return null;
    const { outcome } = effect;
    return () => {
      for (const { holds } of conditions) if (!holds(...parameters)) return null;
      return outcome;
    };
  }

  /** Whether tables can tell all that the tree asks. */
  #areLookedUp(tree: DecisionTree<unknown>): boolean {
    return this.#wideCells.size === 0 || ![...cellsOf(tree)].some((cell) => this.#wideCells.has(cell));
  }

  /** Those of the tests that tables can tell. */
  #lookedUp(tests: CellTests): CellTests {
    if (this.#wideCells.size === 0) return tests;
    return new Map([...tests].filter(([cell]) => !this.#wideCells.has(cell)));
  }
}

/** Ways through a tree that end in an effect. */
const countWays = (tree: DecisionTree<Outcome | null>): number =>
  "outcome" in tree
    ? Number(tree.outcome !== null)
    : tree.branches.reduce((sum, branch) => sum + countWays(branch.tree), 0);
