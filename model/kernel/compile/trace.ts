/**
 * Traces what a guard or an effect does, by running it on a state whose cells are unknown until it asks for them.
 *
 * Each question splits the run: it is repeated once for every answer. What comes out is a decision tree that says the same as
 * the code for every state, as long as the code depends on nothing but the cells that it reads. From such trees the kernel makes
 * rules, which are found by table look-up (rules.ts, judge-tables.ts), so that a model is written plainly and still runs fast.
 */
import { firstBits } from "../declaration/bits.js";
import { Misuse, ModelError, NOT_A_FUNCTION } from "../declaration/model-error.js";
import { withoutChance } from "../declaration/no-chance.js";
import { type Question, UNKNOWN, type Workspace } from "../declaration/workspace.js";

/** What a traced run comes to: the same object for the same outcome, so that trees can be compared by reference. */
export type DecisionTree<Outcome> = Decision<Outcome> | Result<Outcome>;

export interface Result<Outcome> {
  readonly outcome: Outcome;
}

/** Asks for a cell's content, or a question. The branches' contents are disjoint; a content in none of them cannot occur here. */
export interface Decision<Outcome> {
  /** From the number of cells on, a question with its parameters: its content is the answer (see QuestionNumbers). */
  readonly cell: number;
  readonly branches: readonly Branch<Outcome>[];
}

interface Branch<Outcome> {
  /** A set of contents: bit c for content c. */
  readonly contents: number;
  readonly tree: DecisionTree<Outcome>;
}

/** What one run asked, the sets of contents between which the answers tell, and the answer taken. */
interface Asked {
  readonly cell: number;
  readonly answers: readonly number[];
  readonly taken: number;
}

/** Sets of contents are bits of one word. */
const DOMAIN_MAX = 30;

/** Numbers questions with their parameters, so that they can be asked as a whole, like cells. */
export interface QuestionNumbers {
  readonly numberOf: (question: Question, parameters: readonly number[]) => number;
  /** By number. */
  readonly asked: readonly { readonly question: Question }[];
}

/**
 * Null if the code asks too much (more than `runsMax` ways through it, a large domain), or throws in some state that cannot be.
 * Throws ModelError for what no state excuses: chance, a clock, guards that write, variables of other models.
 */
export function trace<Outcome>(
  workspace: Workspace,
  run: () => Outcome,
  runsMax: number,
  questions: QuestionNumbers | null = null,
): DecisionTree<Outcome> | null {
  try {
    return withoutChance(() => new Tracer(workspace, run, runsMax, questions).treeFrom([]));
  } catch (error) {
    if (error instanceof ModelError && error.isCertain) throw error;
    // Whatever went wrong, the code as written remains: if it is at fault in a reachable state, it will throw again there.
    return null;
  }
}

class Tracer<Outcome> {
  readonly #workspace: Workspace;
  readonly #run: () => Outcome;
  readonly #questions: QuestionNumbers | null;
  #runsLeft: number;
  #script: readonly Asked[] = [];
  #asked: Asked[] = [];
  /** possible[c]: the contents that cell c can have after the answers so far; absent while all are possible. */
  readonly #possible = new Map<number, number>();

  constructor(workspace: Workspace, run: () => Outcome, runsMax: number, questions: QuestionNumbers | null) {
    this.#workspace = workspace;
    this.#run = run;
    this.#runsLeft = runsMax;
    this.#questions = questions;
  }

  /** The tree of all runs that begin with these answers. */
  treeFrom(script: readonly Asked[]): DecisionTree<Outcome> {
    if (this.#runsLeft-- === 0) throw new RangeError("too many ways through the code");
    this.#script = script;
    this.#asked = [];
    this.#possible.clear();
    const outcome = this.#workspace.withUnknownCells(this, this.#run);
    const asked = this.#asked;
    let tree: DecisionTree<Outcome> = { outcome };
    for (let index = asked.length - 1; index >= script.length; index--) {
      const { cell, answers } = asked[index]!;
      const trees = answers.map((_, taken) =>
        taken === 0 ? tree : this.treeFrom([...asked.slice(0, index), { cell, answers, taken }]),
      );
      tree = decision(cell, answers, trees);
    }
    return tree;
  }

  contentOf(cell: number): number {
    const contents = membersOf(this.#possibleIn(cell));
    return greatestOf(
      this.#answer(
        cell,
        contents.map((content) => 1 << content),
      ),
    );
  }

  isContent(cell: number, content: number): boolean {
    const possible = this.#possibleIn(cell);
    const wanted = possible & (1 << content);
    if (wanted === 0 || wanted === possible) return wanted !== 0;
    return this.#answer(cell, [wanted, possible & ~wanted]) === wanted;
  }

  answerTo(question: Question, parameters: readonly number[]): number | null {
    if (this.#questions === null) return null;
    return this.contentOf(this.#workspace.cells.length + this.#questions.numberOf(question, parameters));
  }

  #possibleIn(cell: number): number {
    const { domains } = this.#workspace.layout;
    const domain =
      cell < domains.length ? domains[cell]! : this.#questions!.asked[cell - domains.length]!.question.answers;
    if (domain > DOMAIN_MAX) throw new RangeError(`a domain of ${domain} is too large to tell all contents apart`);
    return this.#possible.get(cell) ?? firstBits(domain);
  }

  #answer(cell: number, answers: readonly number[]): number {
    const question = this.#script[this.#asked.length] ?? { cell, answers, taken: 0 };
    if (question.cell !== cell) throw new Misuse(NOT_A_FUNCTION, true);
    this.#asked.push(question);
    const contents = answers[question.taken]!;
    this.#possible.set(cell, contents);
    const isKnown = (contents & (contents - 1)) === 0;
    // Questions are asked again each time, and answered by what is possible.
    if (cell < this.#workspace.cells.length) this.#workspace.cells[cell] = isKnown ? greatestOf(contents) : UNKNOWN;
    return contents;
  }
}

/** Answers that lead to the same make one branch, and a question whose answer does not matter none. */
function decision<Outcome>(
  cell: number,
  answers: readonly number[],
  trees: readonly DecisionTree<Outcome>[],
): DecisionTree<Outcome> {
  const branches: { contents: number; tree: DecisionTree<Outcome> }[] = [];
  answers.forEach((contents, index) => {
    const same = branches.find(({ tree }) => areEqual(tree, trees[index]!));
    if (same === undefined) branches.push({ contents, tree: trees[index]! });
    else same.contents |= contents;
  });
  return branches.length === 1 ? branches[0]!.tree : { cell, branches };
}

function areEqual<Outcome>(a: DecisionTree<Outcome>, b: DecisionTree<Outcome>): boolean {
  if ("outcome" in a || "outcome" in b) return "outcome" in a && "outcome" in b && a.outcome === b.outcome;
  return (
    a.cell === b.cell &&
    a.branches.length === b.branches.length &&
    a.branches.every(
      (branch, index) =>
        branch.contents === b.branches[index]!.contents && areEqual(branch.tree, b.branches[index]!.tree),
    )
  );
}

/** The greatest content in a set of contents. */
const greatestOf = (contents: number): number => 31 - Math.clz32(contents);

/** The contents in a set of contents, ascending. */
export function membersOf(contents: number): number[] {
  const members: number[] = [];
  for (let content = 0; contents >>> content !== 0; content++) if ((contents >>> content) & 1) members.push(content);
  return members;
}
