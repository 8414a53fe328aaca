/**
 * Traces what a guard or an effect does, by running it on a state whose cells are unknown until it asks for them.
 *
 * Each cell that is asked splits the run: it is repeated once for every answer. What comes out is a decision tree that
 * says the same as the code for every state, as long as the code depends on nothing but the cells that it reads. From
 * such trees the kernel makes guarded commands, which are found by table look-up (guarded-commands.ts,
 * judge-tables.ts), so that a model is written plainly and still runs fast.
 */
import { Misuse, ModelError, NOT_A_FUNCTION } from "../declaration/model-error.js";
import { withoutChance } from "../declaration/no-chance.js";
import { type StateFunction, UNKNOWN, type Workspace } from "../declaration/workspace.js";
import {
  addContents,
  allContents,
  areEqualSets,
  type ContentSet,
  contentsIn,
  hasContent,
  isSingle,
  onlyContent,
  sizeOfSet,
  without,
} from "./content-set.js";

/** What a run comes to: the same object for the same outcome, so that trees can be compared by reference. */
export type DecisionTree<Outcome> = Decision<Outcome> | Result<Outcome>;

export interface Result<Outcome> {
  readonly outcome: Outcome;
}

/**
 * Asks for a cell's content, or a state function. The branches' contents are disjoint; a content in none of them cannot
 * occur here.
 */
export interface Decision<Outcome> {
  /**
   * From the number of cells on, a state function with its parameters: its content is the answer (see
   * StateFunctionNumbers).
   */
  readonly cell: number;
  readonly branches: readonly Branch<Outcome>[];
}

interface Branch<Outcome> {
  readonly contents: ContentSet;
  readonly tree: DecisionTree<Outcome>;
}

/** What a run asks, the sets of contents between which the answers tell, and the answer taken. */
interface Asked {
  readonly cell: number;
  readonly answers: readonly ContentSet[];
  taken: number;
}

/**
 * The ways that are allowed are meant for code whose cells have up to this number of contents. Code that asks a cell of
 * more for its content may have more ways, in proportion: twice as many for a cell of twice as many.
 */
const NARROW_CONTENTS = 30;

/** Cells of more contents than this are not asked for their content, only whether they have a certain one. */
const CONTENTS_MAX = 1 << 12;

/** Numbers state functions with their parameters, so that they can be asked as a whole, like cells. */
export interface StateFunctionNumbers {
  readonly numberOf: (stateFunction: StateFunction, parameters: readonly number[]) => number;
  /** By number. */
  readonly asked: readonly { readonly stateFunction: StateFunction }[];
}

/** What several executions together may take. */
export interface RunBudget {
  runsLeft: number;
}

export interface SymbolicOptions {
  /** Left out, state functions are run themselves. */
  readonly stateFunctions?: StateFunctionNumbers;
  readonly budget?: RunBudget;
  /** Only states are looked at in which cells have these contents. */
  readonly given?: ReadonlyMap<number, ContentSet>;
}

/**
 * Null if the code asks too much (more than `runsMax` ways through it), or throws in some state that cannot be. Throws
 * ModelError for what no state excuses: chance, a clock, guards that write, variables of other models.
 */
export function executeSymbolically<Outcome>(
  workspace: Workspace,
  run: () => Outcome,
  runsMax: number,
  options: SymbolicOptions = {},
): DecisionTree<Outcome> | null {
  const execution = new SymbolicExecution(workspace, run, runsMax, options);
  try {
    return withoutChance(() => workspace.withUnknownCells(execution, () => execution.treeFrom(0)));
  } catch (error) {
    if (error instanceof ModelError && error.isCertain) throw error;
    // Whatever went wrong, the code as written remains: if it is at fault in a reachable state, it will throw again
    // there.
    return null;
  }
}

class SymbolicExecution<Outcome> {
  readonly #workspace: Workspace;
  readonly #run: () => Outcome;
  readonly #runsMax: number;
  readonly #stateFunctions: StateFunctionNumbers | null;
  readonly #budget: RunBudget;
  readonly #given: ReadonlyMap<number, ContentSet>;
  #runsLeft: number;
  /** The most contents of a cell that has been asked for its content; NARROW_CONTENTS at least. */
  #widest = NARROW_CONTENTS;
  /**
   * What a run asks, and the answers that it is given: these are set for the first cells, and taken as they come for
   * others.
   */
  readonly #path: Asked[] = [];
  /** How many cells of the path the run has asked. */
  #asked = 0;
  /** possible[c]: the contents that cell c can have after the answers so far; absent while it has not been asked. */
  readonly #possible: (ContentSet | undefined)[] = [];
  /** The cells that have been. */
  readonly #known: number[] = [];

  constructor(
    workspace: Workspace,
    run: () => Outcome,
    runsMax: number,
    { stateFunctions, budget, given }: SymbolicOptions,
  ) {
    this.#workspace = workspace;
    this.#run = run;
    this.#runsMax = runsMax;
    this.#runsLeft = runsMax;
    this.#stateFunctions = stateFunctions ?? null;
    this.#budget = budget ?? { runsLeft: Number.POSITIVE_INFINITY };
    this.#given = given ?? new Map();
  }

  /**
   * The tree of all runs that are given the answers of the path, which is so long. Cells must be unknown when it is
   * called first.
   */
  treeFrom(length: number): DecisionTree<Outcome> {
    if (this.#runsLeft-- <= 0 || this.#budget.runsLeft-- <= 0) throw new RangeError("too many ways through the code");
    this.#forget();
    const path = this.#path;
    const outcome = this.#run();
    if (this.#asked < length) throw new Misuse(NOT_A_FUNCTION);
    let tree: DecisionTree<Outcome> = { outcome };
    for (let index = path.length - 1; index >= length; index--) {
      const { cell, answers } = path[index]!;
      const trees: DecisionTree<Outcome>[] = [tree];
      for (let taken = 1; taken < answers.length; taken++) {
        path[index]!.taken = taken;
        trees.push(this.treeFrom(index + 1));
      }
      path.length = index;
      tree = decision(cell, answers, trees);
    }
    return tree;
  }

  contentOf(cell: number): number {
    const known = this.#path[this.#asked];
    return this.#answer(cell, known?.answers ?? this.#singleContents(cell))[0]!;
  }

  isContent(cell: number, content: number): boolean {
    const possible = this.#possibleIn(cell);
    if (!Number.isInteger(content) || !hasContent(possible, content)) return false;
    if (isSingle(possible)) return true;
    const known = this.#path[this.#asked];
    const contents = this.#answer(cell, known?.answers ?? [onlyContent(content), without(possible, content)]);
    return isSingle(contents) && contents[0] === content;
  }

  answerTo(stateFunction: StateFunction, parameters: readonly number[]): number | null {
    if (this.#stateFunctions === null) return null;
    return this.contentOf(this.#workspace.cells.length + this.#stateFunctions.numberOf(stateFunction, parameters));
  }

  /** As before the first run: what the last one wrote and learned is gone. */
  #forget(): void {
    const { cells } = this.#workspace;
    this.#workspace.undo();
    for (let cell = this.#known.pop(); cell !== undefined; cell = this.#known.pop()) {
      this.#possible[cell] = undefined;
      if (cell < cells.length) cells[cell] = UNKNOWN;
    }
    this.#asked = 0;
  }

  #possibleIn(cell: number): ContentSet {
    return this.#possible[cell] ?? this.#given.get(cell) ?? allContents(this.#domainOf(cell));
  }

  #domainOf(cell: number): number {
    const { domains } = this.#workspace.layout;
    return cell < domains.length
      ? domains[cell]!
      : this.#stateFunctions!.asked[cell - domains.length]!.stateFunction.answers;
  }

  /** Every content that the cell can have, as a set of its own. */
  #singleContents(cell: number): ContentSet[] {
    const possible = this.#possibleIn(cell);
    const size = sizeOfSet(possible);
    if (size > CONTENTS_MAX) throw new RangeError(`${size} contents are too many to tell all of them apart`);
    if (size > this.#widest) {
      this.#runsLeft += Math.ceil((this.#runsMax * (size - this.#widest)) / NARROW_CONTENTS);
      this.#widest = size;
    }
    return contentsIn(possible).map(onlyContent);
  }

  #answer(cell: number, answers: readonly ContentSet[]): ContentSet {
    const asked = this.#path[this.#asked] ?? { cell, answers, taken: 0 };
    if (asked.cell !== cell) throw new Misuse(NOT_A_FUNCTION, true);
    this.#path[this.#asked++] = asked;
    const contents = asked.answers[asked.taken]!;
    this.#possible[cell] = contents;
    this.#known.push(cell);
    // State functions are asked again each time, and answered by what is possible.
    if (cell < this.#workspace.cells.length) {
      this.#workspace.cells[cell] = isSingle(contents) ? contents[0]! : UNKNOWN;
    }
    return contents;
  }
}

/** Answers that lead to the same make one branch, and a cell whose content does not matter none. */
function decision<Outcome>(
  cell: number,
  answers: readonly ContentSet[],
  trees: readonly DecisionTree<Outcome>[],
): DecisionTree<Outcome> {
  const branches: { contents: number[]; tree: DecisionTree<Outcome> }[] = [];
  // A cell of a thousand contents may have a thousand outcomes.
  const branchOf = new Map<Outcome, { contents: number[] }>();
  for (let index = 0; index < answers.length; index++) {
    const tree = trees[index]!;
    const same =
      "outcome" in tree
        ? branchOf.get(tree.outcome)
        : branches.find((branch) => !("outcome" in branch.tree) && areEqual(branch.tree, tree));
    if (same !== undefined) {
      addContents(same.contents, answers[index]!);
      continue;
    }
    const branch = { contents: [...answers[index]!], tree };
    branches.push(branch);
    if ("outcome" in tree) branchOf.set(tree.outcome, branch);
  }
  return branches.length === 1 ? branches[0]!.tree : { cell, branches };
}

/** The tree of what outcomes come to: fewer branches, if several come to the same. */
export function mapOutcomes<Outcome, Result>(
  tree: DecisionTree<Outcome>,
  map: (outcome: Outcome) => Result,
): DecisionTree<Result> {
  if ("outcome" in tree) return { outcome: map(tree.outcome) };
  return decision(
    tree.cell,
    tree.branches.map(({ contents }) => contents),
    tree.branches.map((branch) => mapOutcomes(branch.tree, map)),
  );
}

function areEqual<Outcome>(a: DecisionTree<Outcome>, b: DecisionTree<Outcome>): boolean {
  if (a === b) return true;
  if ("outcome" in a || "outcome" in b) return "outcome" in a && "outcome" in b && a.outcome === b.outcome;
  return (
    a.cell === b.cell &&
    a.branches.length === b.branches.length &&
    a.branches.every((branch, index) => {
      const other = b.branches[index]!;
      return areEqualSets(branch.contents, other.contents) && areEqual(branch.tree, other.tree);
    })
  );
}
