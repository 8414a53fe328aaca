/**
 * The decision trees of a model's steps, found by symbolic execution (symbolic-execution.ts) within bounds on the runs
 * that it takes. A step that has too many ways through it as a whole may have few through each of its conditions.
 */
import type { Action, Guard, Model } from "../declaration/model.js";
import { bothOf, type CellTests, eitherOf, NO_TESTS, onlyWhere, waysToHold } from "./cell-tests.js";
import { sizeOfSet } from "./content-set.js";
import { type Outcome, Outcomes } from "./outcomes.js";
import { PerInstance } from "./per-instance.js";
import { type DecisionTree, executeSymbolically, type RunBudget } from "./symbolic-execution.js";

/** Ways through a step that are executed before it counts as involved. */
const RUNS_MAX = 64;

/** Ways through a condition that are executed to see whether only one of them holds; such a condition has few. */
const PRODUCT_RUNS_MAX = 32;

/** Ways that are executed in all: about a tenth of a second. */
const RUNS_IN_ALL_MAX = 1 << 17;

/** What a step does, by what its effect asks of the state. */
export type Effect = DecisionTree<Outcome>;

export class StepTrees {
  readonly #model: Model;
  readonly #outcomes = new Outcomes();
  readonly #ways = new PerInstance<CellTests[] | null>();
  /** Code that had too many ways through it: it will have no fewer for other parameters, and trying costs time. */
  readonly #tooInvolved = new Set<unknown>();
  readonly #budget: RunBudget = { runsLeft: RUNS_IN_ALL_MAX };

  constructor(model: Model) {
    this.#model = model;
  }

  /** What the cells that were written since the last undo hold now. */
  written(): Outcome {
    const { workspace } = this.#model;
    return this.#outcomes.of(workspace.written(), workspace.cells);
  }

  /**
   * The tree of a step, null if it is too involved.
   * @param outcome takes it in the state at work, null where it is not enabled
   */
  ofStep(
    action: Action,
    parameters: readonly number[],
    outcome: () => Outcome | null,
  ): DecisionTree<Outcome | null> | null {
    return this.#treeOf(action, outcome, RUNS_MAX) ?? this.#byParts(action, parameters);
  }

  /**
   * The tree of a step whose conditions have a single way to hold, all together: they are executed one by one, and the
   * effect where they hold. That takes far fewer runs, if they ask different cells. Null if this is not so, or takes
   * too many all the same.
   */
  #byParts({ conditions, effect }: Action, parameters: readonly number[]): DecisionTree<Outcome | null> | null {
    let given: CellTests | null = new Map();
    for (const { holds, arity } of conditions) {
      const ways = this.#waysToHold(holds, parameters.slice(0, arity));
      if (ways === null || ways.length > 1) return null;
      given = ways.length === 0 ? null : bothOf(given, ways[0]!);
      if (given === null) return { outcome: null };
    }
    const tree = this.ofEffect(effect, parameters, given);
    return tree === null ? null : onlyWhere(given, tree, this.#model.workspace.layout.domains);
  }

  /** What the effect does where the tests hold; null if it is too involved. */
  ofEffect(effect: Action["effect"], parameters: readonly number[], given: CellTests = NO_TESTS): Effect | null {
    const run = (): Outcome => {
      effect(...parameters);
      return this.written();
    };
    return this.#treeOf(effect, run, RUNS_MAX, given);
  }

  /**
   * Tests that hold wherever the step is enabled, as far as its conditions can be executed; null if one never holds.
   */
  productOf({ conditions }: Action, parameters: readonly number[]): CellTests | null {
    let product: CellTests | null = new Map();
    for (const { holds, arity } of conditions) {
      const ways = this.#waysToHold(holds, parameters.slice(0, arity));
      if (ways === null) continue;
      if (ways.length === 0) return null;
      product = bothOf(product, ways.reduce(eitherOf));
      if (product === null) return null;
    }
    const { domains } = this.#model.workspace.layout;
    return new Map([...product].filter(([cell, contents]) => sizeOfSet(contents) < domains[cell]!));
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
}
