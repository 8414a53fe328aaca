/** What commands do to a state, by number, in flat arrays: generated code applies them by masks. */
import { firstBits } from "../declaration/bits.js";
import type { Layout } from "../declaration/workspace.js";
import type { Taken, TakenNumbers } from "./memoized-steps.js";
import type { Outcome } from "./outcomes.js";

/** Outcomes have numbers below this. */
const OUTCOMES_END = 2 ** 31;

export class OutcomeTable implements TakenNumbers {
  /** Word w of the state after outcome n: (word & keep[n * width + w]) | set[n * width + w]. */
  keep = new Int32Array(64);
  set = new Int32Array(64);
  /** What is taken together: members first[n] up to first[n + 1], numbers of outcomes and of steps. */
  first = new Int32Array(64);
  members = new Int32Array(64);
  memberSteps = new Int32Array(64);
  readonly none: number;
  readonly #layout: Layout;
  readonly #width: number;
  #count = 0;
  #listCount = 0;
  #memberCount = 0;
  readonly #numbers = new Map<Outcome, number>();
  readonly #lists = new Map<string | number, number>();
  /** An outcome that is another one each time, and the list of it alone. */
  readonly #state: number;
  readonly #stateList: number;

  /** @param first the outcomes from number 0 on, null for numbers that are not used */
  constructor(layout: Layout, first: readonly (Outcome | null)[]) {
    this.#layout = layout;
    this.#width = layout.wordCount;
    this.addAll(first);
    this.none = this.numberOf([]);
    this.#state = this.#add(null);
    this.keep.fill(0, this.#state * this.#width, (this.#state + 1) * this.#width);
    this.#stateList = this.#addList([[0, this.#state]]);
  }

  /** The number of the first; the others follow. */
  addAll(outcomes: readonly (Outcome | null)[]): number {
    const first = this.#count;
    for (const outcome of outcomes) this.#add(outcome);
    return first;
  }

  numberOf(taken: readonly Taken[]): number {
    const members = taken.map(({ step, outcome }) => [step, this.#numberOf(outcome)] as const);
    const [only] = members;
    const key = members.length === 1 ? only![0] * OUTCOMES_END + only![1] : members.join();
    const number = this.#lists.get(key) ?? this.#addList(members);
    this.#lists.set(key, number);
    return number;
  }

  numberOfState(step: number, words: Int32Array): number {
    for (let word = 0; word < this.#width; word++) this.set[this.#state * this.#width + word] = words[word]!;
    this.memberSteps[this.first[this.#stateList]!] = step;
    return this.#stateList;
  }

  #numberOf(outcome: Outcome): number {
    const number = this.#numbers.get(outcome) ?? this.#add(outcome);
    this.#numbers.set(outcome, number);
    return number;
  }

  /** Null changes nothing. */
  #add(outcome: Outcome | null): number {
    const row = this.#count * this.#width;
    this.keep = withRoom(this.keep, row + this.#width);
    this.set = withRoom(this.set, row + this.#width);
    this.keep.fill(-1, row, row + this.#width);
    if (outcome !== null) this.#mask(outcome, row);
    return this.#count++;
  }

  #mask({ cells, contents }: Outcome, row: number): void {
    const { wordOf, shiftOf, bitsOf } = this.#layout;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      const place = row + wordOf[cell]!;
      this.keep[place]! &= ~(firstBits(bitsOf[cell]!) << shiftOf[cell]!);
      this.set[place]! |= contents[index]! << shiftOf[cell]!;
    }
  }

  #addList(members: readonly (readonly [step: number, outcome: number])[]): number {
    this.first = withRoom(this.first, this.#listCount + 2);
    this.members = withRoom(this.members, this.#memberCount + members.length);
    this.memberSteps = withRoom(this.memberSteps, this.#memberCount + members.length);
    for (const [step, outcome] of members) {
      this.memberSteps[this.#memberCount] = step;
      this.members[this.#memberCount++] = outcome;
    }
    this.first[this.#listCount + 1] = this.#memberCount;
    return this.#listCount++;
  }
}

function withRoom(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const grown = new Int32Array(2 * length);
  grown.set(array);
  return grown;
}
