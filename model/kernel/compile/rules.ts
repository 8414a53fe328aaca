/**
 * A model's steps as rules: which contents of which cells they need, and what they write.
 *
 * Every step (an action with its parameters filled in) is traced (trace.ts). Each way through it that ends in an effect is a rule:
 * a product of sets of contents, and constants to be written. Steps with too many ways through them stay involved: their closures
 * are called where the part of their guards that is a product holds, and what they say is remembered (involved-steps.ts).
 */
import { firstBits } from "../declaration/bits.js";
import { type Action, type Guard, instancesOf, type Model } from "../declaration/model.js";
import { PerInstance } from "./per-instance.js";
import { type DecisionTree, trace } from "./trace.js";

/** Cell → the contents that it may have, bit c for content c. Cells that are not in it may have any. */
export type CellTests = ReadonlyMap<number, number>;

/** What a step does to each word of the state: the bits in `keep` are kept, then those in `set` are set. */
export interface WordChange {
  readonly keep: number;
  readonly set: number;
}

/** What a step leads to from some states. The same object for the same outcome, as tracing wants. */
export interface Outcome {
  /** Cell → content. */
  readonly written: ReadonlyMap<number, number>;
  readonly changes: readonly WordChange[];
}

export interface Rule extends Outcome {
  readonly tests: CellTests;
}

/** What an involved step leads to from the state at work, or null where it is not enabled. */
export type InvolvedStep = () => Outcome | null;

/** Steps of one action that can be enabled only where the tests hold. */
export interface InvolvedGroup {
  readonly tests: CellTests;
  readonly steps: readonly InvolvedStep[];
  /** The cells that effects of a persistent action ask or write; null if that cannot be told, or if the action is not declared so. */
  readonly effectCells: ReadonlySet<number> | null;
}

/** What a step does, by what its effect asks of the state. */
type Effect = DecisionTree<Outcome>;

export interface RuleBook {
  readonly rules: readonly Rule[];
  readonly involved: readonly InvolvedGroup[];
}

/** Ways through a step that are traced before it counts as involved. */
const RUNS_MAX = 64;

/** Rules of one step; all ways of freezing a row of five registers are 31. */
const RULES_PER_STEP_MAX = 32;

/** Ways through a condition that are traced to see whether only one of them holds; such a condition has few. */
const PRODUCT_RUNS_MAX = 32;

/** An action with more instances than this is not traced. */
const INSTANCES_MAX = 1024;

export function rulesOf(model: Model): RuleBook {
  const writer = new RuleWriter(model);
  for (const action of model.actions) writer.add(action);
  return writer;
}

class RuleWriter implements RuleBook {
  readonly rules: Rule[] = [];
  readonly involved: InvolvedGroup[] = [];
  readonly #model: Model;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #ways = new PerInstance<CellTests[] | null>();
  /** Code that had too many ways through it: it will have no fewer for other parameters, and trying costs time. */
  readonly #tooInvolved = new Set<unknown>();

  constructor(model: Model) {
    this.#model = model;
  }

  add(action: Action): void {
    const sizes = Object.values(action.parameters);
    const instances = instancesOf(sizes);
    const isTraced = instances.length <= INSTANCES_MAX;
    const groups = new Map<string, { tests: CellTests; steps: InvolvedStep[]; effects: (Effect | null)[] }>();
    for (const parameters of instances) {
      const step = this.#stepOf(action, parameters);
      const rules = isTraced ? this.#rulesOf(action, step) : null;
      if (rules !== null) {
        this.rules.push(...rules);
        continue;
      }
      const tests = isTraced ? this.#productOf(action, parameters) : new Map<number, number>();
      if (tests === null) continue;
      const key = [...tests].join();
      const group = groups.get(key) ?? { tests, steps: [], effects: [] };
      const effect = this.#effectOf(action, parameters);
      group.steps.push(this.#shorter(action, parameters, effect) ?? step);
      group.effects.push(effect);
      groups.set(key, group);
    }
    for (const { tests, steps, effects } of groups.values()) {
      this.involved.push({ tests, steps, effectCells: action.persistent ? cellsOf(effects) : null });
    }
  }

  #stepOf({ conditions, effect }: Action, parameters: readonly number[]): InvolvedStep {
    const { workspace } = this.#model;
    return () => {
      for (const { holds } of conditions) if (!holds(...parameters)) return null;
      effect(...parameters);
      return this.#outcomeOf(workspace.written());
    };
  }

  /** The same step, if what it leads to does not depend on the state, so that no effect need be run to know it. */
  #shorter({ conditions }: Action, parameters: readonly number[], effect: Effect | null): InvolvedStep | null {
    if (effect === null || !("outcome" in effect)) return null;
    const { outcome } = effect;
    return () => {
      for (const { holds } of conditions) if (!holds(...parameters)) return null;
      return outcome;
    };
  }

  #effectOf({ effect }: Action, parameters: readonly number[]): Effect | null {
    const { workspace } = this.#model;
    const run = (): Outcome => {
      effect(...parameters);
      return this.#outcomeOf(workspace.written());
    };
    return this.#trace(effect, run, RUNS_MAX);
  }

  /** Null if there are too many. */
  #rulesOf(action: Action, step: InvolvedStep): Rule[] | null {
    const tree = this.#trace(action, step, RUNS_MAX);
    if (tree === null) return null;
    const rules: Rule[] = [];
    forEachWay(tree, new Map(), (outcome, tests) => {
      if (outcome !== null) rules.push({ tests, ...outcome });
    });
    return rules.length <= RULES_PER_STEP_MAX ? rules : null;
  }

  /** What those conditions of a step ask that have a single way to hold; null if one of them never does. */
  #productOf({ conditions }: Action, parameters: readonly number[]): CellTests | null {
    let product: Map<number, number> | null = new Map<number, number>();
    for (const { holds, arity } of conditions) {
      const ways = this.#waysToHold(holds, parameters.slice(0, arity));
      if (ways === null) continue;
      if (ways.length === 0) return null;
      if (ways.length === 1) product = intersection(product, ways[0]!);
      if (product === null) return null;
    }
    return product;
  }

  /** Null if there are too many. */
  #waysToHold(holds: Guard, parameters: readonly number[]): CellTests[] | null {
    return this.#ways.of(holds, parameters, () => {
      const tree = this.#trace(holds, () => holds(...parameters), PRODUCT_RUNS_MAX);
      return tree === null ? null : waysToHold(tree);
    });
  }

  #trace<Result>(code: unknown, run: () => Result, runsMax: number): DecisionTree<Result> | null {
    if (this.#tooInvolved.has(code)) return null;
    const tree = trace(this.#model.workspace, run, runsMax);
    if (tree === null) this.#tooInvolved.add(code);
    return tree;
  }

  #outcomeOf(written: ReadonlyMap<number, number>): Outcome {
    const { wordCount, wordOf, shiftOf, bitsOf } = this.#model.workspace.layout;
    const changes = Array.from({ length: wordCount }, () => ({ keep: -1, set: 0 }));
    let key = "";
    for (const [cell, content] of written) {
      const change = changes[wordOf[cell]!]!;
      change.keep &= ~(firstBits(bitsOf[cell]!) << shiftOf[cell]!);
      change.set |= content << shiftOf[cell]!;
      key += `${cell}=${content},`;
    }
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const outcome = { written, changes };
    this.#outcomes.set(key, outcome);
    return outcome;
  }
}

/** Null if one of the effects is too involved to tell. */
function cellsOf(effects: readonly (Effect | null)[]): ReadonlySet<number> | null {
  const cells = new Set<number>();
  for (const effect of effects) {
    if (effect === null) return null;
    forEachWay(effect, new Map(), ({ written }, asked) => {
      for (const cell of [...asked.keys(), ...written.keys()]) cells.add(cell);
    });
  }
  return cells;
}

/** Every way from the root of a tree to a result, with the contents that lead there. */
function forEachWay<Result>(
  tree: DecisionTree<Result>,
  tests: CellTests,
  visit: (outcome: Result, tests: CellTests) => void,
): void {
  if ("outcome" in tree) {
    visit(tree.outcome, tests);
    return;
  }
  // A cell that is asked again on the way is asked between fewer contents, so the later test implies the earlier.
  for (const branch of tree.branches) forEachWay(branch.tree, new Map(tests).set(tree.cell, branch.contents), visit);
}

/** The tests of each way in which a condition holds. */
export function waysToHold(tree: DecisionTree<boolean>): CellTests[] {
  const ways: CellTests[] = [];
  forEachWay(tree, new Map(), (isTrue, tests) => {
    if (isTrue) ways.push(tests);
  });
  return ways;
}

/** Null if they contradict each other. */
function intersection(a: CellTests, b: CellTests): Map<number, number> | null {
  const both = new Map(a);
  for (const [cell, contents] of b) {
    const common = (both.get(cell) ?? -1) & contents;
    if (common === 0) return null;
    both.set(cell, common);
  }
  return both;
}
