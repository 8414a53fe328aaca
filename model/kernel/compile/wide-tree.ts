/**
 * A decision tree (memo-tree.ts) read several look-ups at a time.
 *
 * Closures ask for one cell after another, and cells that are asked together are often neighbours. A node here stands for a
 * look-up of the tree and for those below it that are for bits nearby, and has an entry for each content of all these bits:
 * what comes next, found by following the tree. Entries are filled when a state needs them first. What is known in the tree never
 * changes, so they stay right while it grows.
 *
 *     place 0     1                                      17
 *     ┌─────────┐ ┌────┬─────┬────┬───────┬─────────────┐ ┌────
 *     │ first 1 │ │word│shift│mask│in tree│ 16 entries  │ │ ..
 *     └────┬────┘ └────┴─────┴────┴───────┴──────┬──────┘ └────
 *          └──────▲                              └────────▲
 */
import { firstBits } from "../declaration/bits.js";
import { type LookUp, type MemoTree, NO_RESULT, type TreeBudget } from "./memo-tree.js";

/** Fields of a node. Then follows, for each content, what comes next: as in the tree, and here 0 as well while none has asked. */
const WORD = 0;
const SHIFT = 1;
const MASK = 2;
const IN_TREE = 3;
const NEXT = 4;

const UNKNOWN = 0;

/** The bits of a node: more would be fewer nodes on the way, and less of them in the processor's caches. */
const NODE_BITS_MAX = 6;

/** Look-ups below one that are considered for its node. */
const CONSIDERED_MAX = 64;

const FIRST_INTS = 1 << 8;

export class WideTree {
  readonly #tree: MemoTree;
  readonly #budget: TreeBudget;
  #ints = new Int32Array(FIRST_INTS);
  #end = 1;

  constructor(tree: MemoTree, budget: TreeBudget) {
    this.#tree = tree;
    this.#budget = budget;
  }

  /** As the tree's own; NO_RESULT also where there was no room to read it so. */
  find(states: Int32Array, offset: number, answers: Uint8Array): number {
    const ints = this.#ints;
    let next = ints[0]!;
    while (next > 0) {
      next = ints[next + NEXT + ((states[offset + ints[next + WORD]!]! >>> ints[next + SHIFT]!) & ints[next + MASK]!)]!;
    }
    return next === UNKNOWN ? this.#fill(states, offset, answers) : ~next;
  }

  /** Forgets everything, and leaves the room to others. */
  giveBack(): void {
    this.#budget.intsLeft += this.#end - 1;
    this.#ints = new Int32Array(FIRST_INTS);
    this.#end = 1;
  }

  /** Finds, and fills the entries on the way. */
  #fill(states: Int32Array, offset: number, answers: Uint8Array): number {
    if (this.#ints[0] === UNKNOWN) this.#ints[0] = this.#nodeFor(this.#tree.first, answers);
    let next = this.#ints[0]!;
    while (next > 0) {
      const node = next;
      const [word, shift, mask, inTree] = this.#ints.subarray(node, node + NEXT) as unknown as readonly number[];
      const content = (states[offset + word!]! >>> shift!) & mask!;
      next = this.#ints[node + NEXT + content]!;
      if (next !== UNKNOWN) continue;
      next = this.#nodeFor(this.#tree.nextIn(inTree!, content, shift!, mask!, answers), answers);
      this.#ints[node + NEXT + content] = next;
    }
    return next === UNKNOWN ? NO_RESULT : ~next;
  }

  /** The node for this place in the tree; what is no place stands for itself. */
  #nodeFor(place: number, answers: Uint8Array): number {
    if (place <= 0) return place;
    const { word, shift, mask } = this.#bitsFor(place, answers);
    const length = NEXT + mask + 1;
    if (length > this.#budget.intsLeft) return UNKNOWN;
    this.#budget.intsLeft -= length;
    const node = this.#end;
    this.#end += length;
    if (this.#end > this.#ints.length) {
      const grown = new Int32Array(Math.max(2 * this.#ints.length, this.#end));
      grown.set(this.#ints);
      this.#ints = grown;
    }
    this.#ints[node + WORD] = word;
    this.#ints[node + SHIFT] = shift;
    this.#ints[node + MASK] = mask;
    this.#ints[node + IN_TREE] = place;
    return node;
  }

  /** The bits of the look-up at this place, and of others of the same word below it as far as there is room. */
  #bitsFor(place: number, answers: Uint8Array): Omit<LookUp, "base"> {
    const { word, shift, mask } = this.#tree.lookUpAt(place);
    let [first, end] = [shift, shift + 32 - Math.clz32(mask)];
    const places = [place];
    for (let index = 0; index < places.length && index < CONSIDERED_MAX; index++) {
      const below = this.#tree.lookUpAt(places[index]!);
      const from = Math.min(first, below.shift);
      const to = Math.max(end, below.shift + 32 - Math.clz32(below.mask));
      if (below.word !== word || to - from > Math.max(NODE_BITS_MAX, end - first)) continue;
      [first, end] = [from, to];
      places.push(...this.#tree.placesBelow(places[index]!, answers));
    }
    return { word, shift: first, mask: firstBits(end - first) };
  }
}
