/**
 * A model's steps as guarded commands: which contents of which cells they need, and what they write.
 *
 * Every step (an action with its parameters filled in) is executed symbolically (symbolic-execution.ts). Each way
 * through it that ends in an effect is a guarded command: a product of sets of contents, and constants to be written.
 * Steps with too many ways through them are not written out: their closures are called where the part of their guards
 * that is a product holds, and what they say is remembered (involved-steps.ts).
 */
import { type Action, type Guard, instancesOf, type Model } from "../declaration/model.js";
import { type Cases, casesOf } from "./cases.js";
import {
  bothOf,
  type CellTests,
  cellsOf,
  forEachWay,
  hullOf,
  keyOf,
  NO_TESTS,
  onlyWhere,
  waysToHold,
} from "./cell-tests.js";
import { type Outcome, Outcomes } from "./outcomes.js";
import { PerInstance } from "./per-instance.js";
import { isLookedUp } from "./product-tables.js";
import { type DecisionTree, executeSymbolically, type RunBudget } from "./symbolic-execution.js";

export interface GuardedCommand {
  readonly tests: CellTests;
  /** The step whose guarded command it is, by number (see actionInstanceOf). */
  readonly step: number;
  readonly outcome: Outcome;
}

/** The cells on which it depends whether a step is enabled and what it does, and those that it writes in some state. */
export interface Footprint {
  readonly asked: ReadonlySet<number>;
  readonly written: ReadonlySet<number>;
}

/** A step that is enabled iff the tests hold; what it does depends on what one cell holds. */
export interface CaseCommand extends Cases {
  readonly step: number;
  readonly footprint: Footprint;
}

export interface InvolvedStep {
  /** Its number (see actionInstanceOf). */
  readonly step: number;
  /** What it leads to from the state at work, or null where it is not enabled. To be undone. */
  readonly outcome: () => Outcome | null;
  /** Takes it in the state at work, if it is enabled there. To be undone. */
  readonly take: () => boolean;
}

/** Steps of one action that can be enabled only where the tests hold. */
export interface InvolvedGroup {
  readonly tests: CellTests;
  readonly steps: readonly InvolvedStep[];
  /** Of all of its steps. Null if it is not known. */
  readonly footprint: Footprint | null;
  /**
   * The cells that effects of a persistent action ask or write; null if that cannot be told, or if the action is not
   * declared so.
   */
  readonly effectCells: ReadonlySet<number> | null;
}

export interface CommandBook {
  /** In the order of their steps. */
  readonly guarded: readonly GuardedCommand[];
  readonly cases: readonly CaseCommand[];
  /** In the order of their first steps. */
  readonly involved: readonly InvolvedGroup[];
}

/**
 * Which involved steps make a group. together: those of an action that have the same tests. inOrder: the same, but only if no
 * other step that may be enabled comes in between.
 */
export type Grouping = "together" | "inOrder";

/** Ways through a step that are executed before it counts as involved. */
const RUNS_MAX = 64;

/** Guarded commands of one step; all ways of freezing a row of five registers are 31. */
const COMMANDS_PER_STEP_MAX = 32;

/** Ways through a condition that are executed to see whether only one of them holds; such a condition has few. */
const PRODUCT_RUNS_MAX = 32;

/** Ways that are executed in all: about a tenth of a second. */
const RUNS_IN_ALL_MAX = 1 << 17;

/** What a step does, by what its effect asks of the state. */
type Effect = DecisionTree<Outcome>;

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
  readonly #outcomes = new Outcomes();
  /** Cells whose contents tables cannot tell. */
  readonly #wideCells: ReadonlySet<number>;
  readonly #ways = new PerInstance<CellTests[] | null>();
  /** Code that had too many ways through it: it will have no fewer for other parameters, and trying costs time. */
  readonly #tooInvolved = new Set<unknown>();
  readonly #budget: RunBudget = { runsLeft: RUNS_IN_ALL_MAX };
  #steps = 0;

  constructor(model: Model, grouping: Grouping) {
    this.#model = model;
    this.#grouping = grouping;
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
      const tree = this.#treeOf(action, step.outcome, RUNS_MAX) ?? this.#treeByParts(action, parameters);
      if (tree === null) this.#addInvolved(action, parameters, step);
      else this.#addKnown(tree, step);
    }
  }

  /**
   * The tree of a step whose conditions have a single way to hold, all together: they are executed one by one, and the effect where
   * they hold. That takes far fewer runs, if they ask different cells. Null if this is not so, or takes too many all the same.
   */
  #treeByParts({ conditions, effect }: Action, parameters: readonly number[]): DecisionTree<Outcome | null> | null {
    let given: CellTests | null = new Map();
    for (const { holds, arity } of conditions) {
      const ways = this.#waysToHold(holds, parameters.slice(0, arity));
      if (ways === null || ways.length > 1) return null;
      given = ways.length === 0 ? null : bothOf(given, ways[0]!);
      if (given === null) return { outcome: null };
    }
    const tree = this.#effectOf(effect, parameters, given);
    return tree === null ? null : onlyWhere(given, tree, this.#model.workspace.layout.domains);
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
    const product = this.#productOf(action, parameters);
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
    const effect = this.#effectOf(action.effect, parameters);
    group.effects.push(effect);
    group.steps.push({ ...step, outcome: this.#shorter(action, parameters, effect) ?? step.outcome });
  }

  #stepOf({ conditions, effect }: Action, parameters: readonly number[], step: number): InvolvedStep {
    const { workspace } = this.#model;
    const take = (): boolean => {
      for (const { holds } of conditions) if (!holds(...parameters)) return false;
      effect(...parameters);
      return true;
    };
    const { cells } = workspace;
    return { step, take, outcome: () => (take() ? this.#outcomes.of(workspace.written(), cells) : null) };
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

  #effectOf(effect: Action["effect"], parameters: readonly number[], given: CellTests = NO_TESTS): Effect | null {
    const { workspace } = this.#model;
    const run = (): Outcome => {
      effect(...parameters);
      return this.#outcomes.of(workspace.written(), workspace.cells);
    };
    return this.#treeOf(effect, run, RUNS_MAX, given);
  }

  /** What those conditions of a step ask that have a single way to hold; null if one of them never does. */
  #productOf({ conditions }: Action, parameters: readonly number[]): CellTests | null {
    let product: CellTests | null = new Map();
    for (const { holds, arity } of conditions) {
      const ways = this.#waysToHold(holds, parameters.slice(0, arity));
      if (ways === null) continue;
      if (ways.length === 0) return null;
      if (ways.length === 1) product = bothOf(product, ways[0]!);
      if (product === null) return null;
    }
    return product;
  }

  /** Null if there are too many. */
  #waysToHold(holds: Guard, parameters: readonly number[]): CellTests[] | null {
    return this.#ways.of(holds, parameters, () => {
      const tree = this.#treeOf(holds, () => holds(...parameters), PRODUCT_RUNS_MAX);
      return tree === null ? null : waysToHold(tree);
    });
  }

  #treeOf<Result>(
    code: unknown,
    run: () => Result,
    runsMax: number,
    given: CellTests = NO_TESTS,
  ): DecisionTree<Result> | null {
    if (this.#tooInvolved.has(code)) return null;
    const tree = executeSymbolically(this.#model.workspace, run, runsMax, { budget: this.#budget, given });
    if (tree === null) this.#tooInvolved.add(code);
    return tree;
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

const footprintOf = (tree: DecisionTree<Outcome | null>): Footprint => ({
  asked: cellsOf(tree),
  written: cellsWritten(tree),
});

function cellsWritten(tree: DecisionTree<Outcome | null>, cells = new Set<number>()): Set<number> {
  if (!("outcome" in tree)) for (const branch of tree.branches) cellsWritten(branch.tree, cells);
  else for (const cell of tree.outcome?.cells ?? []) cells.add(cell);
  return cells;
}

/** The cells that effects ask and write; null if one of them is too involved to tell. */
function effectCellsOf(effects: readonly (Effect | null)[]): ReadonlySet<number> | null {
  const cells = new Set<number>();
  for (const effect of effects) {
    if (effect === null) return null;
    const { asked, written } = footprintOf(effect);
    for (const cell of [...asked, ...written]) cells.add(cell);
  }
  return cells;
}
