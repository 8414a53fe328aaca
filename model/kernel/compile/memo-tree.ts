/**
 * A decision tree in one array of integers, which grows by one path at a time: what has been found out about some
 * states is found again in every state in which the same look-ups have the same answers.
 *
 * A look-up is for the content of an asked cell, or for what a state function says. It takes a row of integers: which
 * bits of the state it depends on, and what comes next for each answer. What comes next is 0 while it is not known,
 * positive if it is the place of another look-up, and ~n if it is the result n.
 *
 *     place 0     1                                     7
 *     ┌─────────┐ ┌────┬─────┬────┬────┬──────┬──────┐ ┌────┬─────┬────┬────┬──────┬──────┐
 *     │ first 1 │ │word│shift│mask│base│ 0: 7 │1: ~5 │ │word│shift│mask│base│ 0: ~2│ 1: 0 │
 *     └────┬────┘ └────┴─────┴────┴────┴──┬───┴──────┘ └────┴─────┴────┴────┴──────┴──────┘
 *          └──────▲                       └────────────▲
 *
 * Read: the first look-up, at place 1, is of one bit of the state. Where that bit is 1, the result is 5. Where it is 0,
 * the look-up at place 7 goes on; if its answer is 0 too, the result is 2, and what follows on a 1 no state has needed
 * yet.
 */

import { Misuse, NOT_A_FUNCTION } from "../declaration/model-error.js";

/** Some neighbouring bits of a state, and what their content means: answers[base + content], in a table of answers. */
export interface LookUp {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly base: number;
}

/** Answers fit a byte. Contents that mean themselves stand first in the table of answers; cells are looked up there. */
export const ANSWERS_MAX = 1 << 8;

/** Fields of a look-up. Then follows, for each answer, what comes next. */
const WORD = 0;
const SHIFT = 1;
const MASK = 2;
const BASE = 3;
const NEXT = 4;

/** What comes next if no state has needed it yet. */
const UNKNOWN = 0;

/** A state that the tree does not know: no result has this number. */
export const NO_RESULT = -1;

const FIRST_INTS = 1 << 8;

/** What all trees of a model may still grow by. */
export interface TreeBudget {
  intsLeft: number;
}

export class MemoTree {
  readonly #budget: TreeBudget;
  #ints = new Int32Array(FIRST_INTS);
  /** Place 0 says what comes first. */
  #end = 1;
  /**
   * Where the path that is being followed goes on: `count` places from `first` on, but not `except`; none if there
   * is no room.
   */
  #first = 0;
  #count = 1;
  #except = -1;

  constructor(budget: TreeBudget) {
    this.#budget = budget;
  }

  /** Integers that it takes. */
  get ints(): number {
    return this.#end;
  }

  /** The result for the state at `states[offset]`. */
  find(states: Int32Array, offset: number, answers: Uint8Array): number {
    const ints = this.#ints;
    let next = ints[0]!;
    while (next > 0) {
      const content = (states[offset + ints[next + WORD]!]! >>> ints[next + SHIFT]!) & ints[next + MASK]!;
      next = ints[next + NEXT + answers[ints[next + BASE]! + content]!]!;
    }
    return ~next;
  }

  /** Follows a path from the start. */
  restart(): void {
    this.#goOn(0, 1, -1);
  }

  /** Follows the path where the look-up has this answer, of `answers`. */
  follow(lookUp: LookUp, answers: number, answer: number): void {
    const place = this.#placeOf(lookUp, answers);
    if (place > 0) this.#goOn(place + NEXT + answer, 1, -1);
  }

  /** Follows all paths at once where the look-up has any answer but this one. */
  followOthers(lookUp: LookUp, answers: number, but: number): void {
    const place = this.#placeOf(lookUp, answers);
    if (place > 0) this.#goOn(place + NEXT, answers, place + NEXT + but);
  }

  /** What the path that was followed leads to. False if there was no room to note it. */
  end(result: number): boolean {
    this.#fill(~result);
    return this.#count > 0;
  }

  /** Forgets everything, and leaves the room to others. */
  giveBack(): void {
    this.#budget.intsLeft += this.#end - 1;
    this.#ints = new Int32Array(FIRST_INTS);
    this.#end = 1;
  }

  /** Where the look-up stands that comes next on the path, or 0 if there is no room for it. */
  #placeOf(lookUp: LookUp, answers: number): number {
    if (this.#count === 0) return 0;
    // All places of the path are alike; the first may be the one that is not of it.
    const known = this.#ints[this.#first === this.#except ? this.#first + 1 : this.#first]!;
    if (known === UNKNOWN) return this.#append(lookUp, answers);
    // What comes up where the same answers were given before is the same look-up.
    if (!this.#stands(lookUp, known)) throw new Misuse(NOT_A_FUNCTION, true);
    return known;
  }

  #stands({ word, shift, base }: LookUp, place: number): boolean {
    const ints = this.#ints;
    return place > 0 && ints[place + WORD] === word && ints[place + SHIFT] === shift && ints[place + BASE] === base;
  }

  #append({ word, shift, mask, base }: LookUp, answers: number): number {
    const length = NEXT + answers;
    if (answers > ANSWERS_MAX || length > this.#budget.intsLeft) {
      this.#count = 0;
      return 0;
    }
    const place = this.#end;
    if (place + length > this.#ints.length) {
      const grown = new Int32Array(Math.max(2 * this.#ints.length, place + length));
      grown.set(this.#ints);
      this.#ints = grown;
    }
    this.#ints[place + WORD] = word;
    this.#ints[place + SHIFT] = shift;
    this.#ints[place + MASK] = mask;
    this.#ints[place + BASE] = base;
    this.#fill(place);
    this.#end += length;
    this.#budget.intsLeft -= length;
    return place;
  }

  #goOn(first: number, count: number, except: number): void {
    this.#first = first;
    this.#count = count;
    this.#except = except;
  }

  #fill(next: number): void {
    for (let place = this.#first; place < this.#first + this.#count; place++) {
      if (place !== this.#except) this.#ints[place] = next;
    }
  }
}
