/**
 * Steps whose guards or effects are too involved to be rules (rules.ts): a decision tree that grows as states ask for it.
 *
 * Where the tree does not know the answer, closures are run with every cell unknown to them, and what they ask of the state is
 * noted (as in trace.ts, for this one state only). What they say depends on nothing but the answers, so it is right for every
 * state that gives the same answers to the same questions: these become a branch of the tree. Soon hardly any state asks anew.
 */
import { firstBits } from "../declaration/bits.js";
import { Misuse, NOT_A_FUNCTION } from "../declaration/model-error.js";
import type { Answers, Question, Workspace } from "../declaration/workspace.js";
import { ANSWERS_MAX, type LookUp, type QuestionTables } from "./question-tables.js";
import type { InvolvedGroup, Outcome } from "./rules.js";

/** Numbers the outcomes of closures. */
export interface OutcomeNumbers {
  /** The number of these outcomes together. */
  readonly numberOf: (outcomes: readonly Outcome[]) => number;
}

/** Fields of a question in the tree, a LookUp. Then follows, for each answer, what comes next. */
const WORD = 0;
const SHIFT = 1;
const MASK = 2;
const BASE = 3;
const NEXT = 4;

/** What comes next: 0 if nobody knows yet, a positive number is where a question stands, and ~n is outcome number n. */
const UNKNOWN_YET = 0;

/** Integers that the tree may take: 16 MB. What is asked beyond is asked again every time. */
const TREE_MAX = 1 << 22;

/** Which of so many contents a cell does not have is remembered from one question to the next. */
const CONTENTS_TOLD = 32;

export class InvolvedSteps implements Answers {
  readonly #workspace: Workspace;
  readonly #group: InvolvedGroup;
  readonly #numbers: OutcomeNumbers;
  readonly #questions: QuestionTables;
  /** The first place is what comes before any question. */
  #tree = new Int32Array(1 << 14);
  #end = 1;
  /** What follows the last question that was asked is to be noted from this place in the tree on; -1 if it is not to be noted. */
  #place = 0;
  /** How many places there are for it, all alike, and which of them is for something else, if any. */
  #alike = 1;
  #unlike = -1;
  /** The question what a cell holds, by cell. */
  readonly #cellLookUps: readonly LookUp[];
  /** deniedOf[cell]: the contents that the cell is known not to have, bit c for content c. */
  readonly #deniedOf: Int32Array;
  /** What questions have been asked about the state, and the answers. */
  readonly #answered = new Map<LookUp, number>();
  #states: Int32Array;
  #offset = 0;

  constructor(workspace: Workspace, group: InvolvedGroup, numbers: OutcomeNumbers, questions: QuestionTables) {
    this.#workspace = workspace;
    this.#group = group;
    this.#numbers = numbers;
    this.#questions = questions;
    const { wordOf, shiftOf, bitsOf } = workspace.layout;
    this.#cellLookUps = bitsOf.map((bits, cell) => ({
      word: wordOf[cell]!,
      shift: shiftOf[cell]!,
      mask: firstBits(bits),
      base: 0,
    }));
    this.#deniedOf = new Int32Array(workspace.cells.length);
    this.#states = workspace.words;
  }

  /** The number of the outcomes of the group's steps in the state at `states[offset]`. */
  outcomesIn(states: Int32Array, offset: number): number {
    const tree = this.#tree;
    const { answers } = this.#questions;
    let next = tree[0]!;
    while (next > 0) {
      const content = (states[offset + tree[next + WORD]!]! >>> tree[next + SHIFT]!) & tree[next + MASK]!;
      next = tree[next + NEXT + answers[tree[next + BASE]! + content]!]!;
    }
    return next === UNKNOWN_YET ? this.#ask(states, offset) : ~next;
  }

  #ask(states: Int32Array, offset: number): number {
    this.#states = states;
    this.#offset = offset;
    this.#goOn(0, 1, -1);
    this.#deniedOf.fill(0);
    this.#answered.clear();
    const workspace = this.#workspace;
    const outcomes = workspace.withUnknownCells(this, () => {
      const enabled: Outcome[] = [];
      for (const step of this.#group.steps) {
        const outcome = step();
        if (outcome !== null) enabled.push(outcome);
        workspace.undo();
      }
      return enabled;
    });
    const number = this.#numbers.numberOf(outcomes);
    this.#fill(~number);
    return number;
  }

  contentOf(cell: number): number {
    const content = this.#contentOf(cell);
    this.#workspace.cells[cell] = content;
    const question = this.#questionAboutCell(cell);
    if (question >= 0) this.#goOn(question + NEXT + content, 1, -1);
    return content;
  }

  answerTo(asked: Question, parameters: readonly number[]): number | null {
    const lookUp = this.#questions.lookUp(asked, parameters);
    if (lookUp === null) return null;
    const known = this.#answered.get(lookUp);
    if (known !== undefined) return known;
    const { word, shift, mask, base } = lookUp;
    const answer = this.#questions.answers[base + ((this.#states[this.#offset + word]! >>> shift) & mask)]!;
    const question = this.#questionAbout(lookUp, asked.answers);
    if (question >= 0) this.#goOn(question + NEXT + answer, 1, -1);
    this.#answered.set(lookUp, answer);
    return answer;
  }

  isContent(cell: number, content: number): boolean {
    const held = this.#contentOf(cell);
    // Not asked again: closures often come back to a cell.
    if (content < CONTENTS_TOLD && ((this.#deniedOf[cell]! >>> content) & 1) === 1) return false;
    const question = this.#questionAboutCell(cell);
    const next = question + NEXT;
    if (held === content) {
      this.#workspace.cells[cell] = held;
      if (question >= 0) this.#goOn(next + content, 1, -1);
      return true;
    }
    if (content < CONTENTS_TOLD) this.#deniedOf[cell]! |= 1 << content;
    if (question >= 0) this.#goOn(next, contentsOf(this.#cellLookUps[cell]!), next + content);
    return false;
  }

  #contentOf(cell: number): number {
    const { word, shift, mask } = this.#cellLookUps[cell]!;
    return (this.#states[this.#offset + word]! >>> shift) & mask;
  }

  #questionAboutCell(cell: number): number {
    const lookUp = this.#cellLookUps[cell]!;
    return this.#questionAbout(lookUp, contentsOf(lookUp));
  }

  /** Where the question that has come up stands in the tree, or -1 if it is not to be noted. */
  #questionAbout(lookUp: LookUp, answers: number): number {
    if (this.#place < 0) return -1;
    // The first place may be the one that is for something else.
    const known = this.#tree[this.#place === this.#unlike ? this.#place + 1 : this.#place]!;
    if (known !== UNKNOWN_YET) return this.#asBefore(known, lookUp);
    if (this.#append(lookUp, answers)) return this.#end - NEXT - answers;
    this.#place = -1;
    return -1;
  }

  /** What comes up where the same answers were given before is the same question. */
  #asBefore(question: number, { word, shift, base }: LookUp): number {
    const tree = this.#tree;
    const isSame =
      question > 0 &&
      tree[question + WORD] === word &&
      tree[question + SHIFT] === shift &&
      tree[question + BASE] === base;
    if (!isSame) throw new Misuse(NOT_A_FUNCTION, true);
    return question;
  }

  #goOn(place: number, alike: number, unlike: number): void {
    this.#place = place;
    this.#alike = alike;
    this.#unlike = unlike;
  }

  #fill(next: number): void {
    if (this.#place < 0) return;
    for (let place = this.#place; place < this.#place + this.#alike; place++) {
      if (place !== this.#unlike) this.#tree[place] = next;
    }
  }

  /** A question with so many answers. False if it takes too much. */
  #append({ word, shift, mask, base }: LookUp, answers: number): boolean {
    const question = this.#end;
    const end = question + NEXT + answers;
    if (answers > ANSWERS_MAX || end > TREE_MAX) return false;
    if (end > this.#tree.length) {
      const grown = new Int32Array(this.#tree.length * 2);
      grown.set(this.#tree);
      this.#tree = grown;
    }
    this.#tree[question + WORD] = word;
    this.#tree[question + SHIFT] = shift;
    this.#tree[question + MASK] = mask;
    this.#tree[question + BASE] = base;
    this.#fill(question);
    this.#end = end;
    return true;
  }
}

/** How many contents a cell has that is looked up so. */
const contentsOf = ({ mask }: LookUp): number => (mask >>> 0) + 1;
