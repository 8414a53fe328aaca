/**
 * Canonical forms of states that are columns, one for each member of a set: members are never permuted, their columns
 * are sorted.
 *
 * Canonical is the least image under the group: first the rest is made least, then the columns, compared in the order
 * of the classes. Within a class of interchangeable members that is sorting; between the cosets that are left it is the
 * minimum. Source: C. N. Ip and D. L. Dill, "Better verification through symmetry", 1996, section 5.
 */
import {
  type CanonicalizeAll,
  generateCanonicalizeAll,
  generatePack,
  generateRelabelAndSort,
  generateUnpack,
  type Pack,
  type RelabelAndSort,
  type Unpack,
} from "./column-code.js";
import type { ColumnGroup, Columns } from "./columns.js";
import { ClassOrder, LeastArrangement } from "./least-arrangement.js";
import { type Layout, type PackedColumns, packedColumnsOf } from "./packed-columns.js";
import { RelabellingTables } from "./relabelling-tables.js";

/** Columns are compared and swapped as integers. */
export const COLUMN_BITS_MAX = 32;

export class FormsByColumns {
  readonly canonicalizeAll: CanonicalizeAll;
  /** Of cosets times relabellings. */
  readonly #ways: number;
  readonly #order: ClassOrder;
  readonly #tables: RelabellingTables;
  readonly #arrangement: LeastArrangement;
  readonly #unpack: Unpack;
  readonly #relabelAndSort: RelabelAndSort;
  readonly #pack: Pack;
  /** Scratch: a state's columns by place (see ClassOrder), as they are, and relabelled and sorted within classes. */
  readonly #columns: Int32Array;
  readonly #sorted: Int32Array;

  /**
   * Of columns of up to COLUMN_BITS_MAX bits, whose rows have up to LOOK_UP_BITS_MAX, and a rest of up to
   * REST_BITS_MAX.
   */
  constructor(layout: Layout, columns: Columns, { classes, representatives, relabellings }: ColumnGroup) {
    const isRelabelled = relabellings.length > 1;
    // With nothing to relabel, the rest is left where it is, however many bits it takes.
    const packed = packedColumnsOf(isRelabelled ? columns : { ...columns, rest: [] }, layout);
    // Where only sorting can move a column, a member that is alone in its class stays as it is.
    const canMove = representatives.length > 1 || isRelabelled;
    this.#ways = representatives.length * relabellings.length;
    this.#order = new ClassOrder(classes.filter((members) => canMove || members.length > 1));
    this.#tables = new RelabellingTables(relabellings, packed);
    this.#arrangement = new LeastArrangement(this.#order, representatives);
    this.#unpack = generateUnpack(packed, this.#order);
    this.#relabelAndSort = generateRelabelAndSort(this.#order, this.#tables);
    this.#pack = generatePack(packed, this.#order);
    this.#columns = new Int32Array(this.#order.members.length);
    this.#sorted = new Int32Array(this.#order.members.length);
    this.canonicalizeAll = this.#generate(packed, representatives.length);
  }

  /**
   * How many states are the same as the canonical one at `states[offset]` but for symmetry, itself included:
   * orbit–stabiliser.
   */
  orbitSizeAt(states: Int32Array, offset: number): number {
    const columns = this.#columns;
    const rest = this.#unpack(states, columns, offset);
    // Canonical forms have their columns sorted within classes; here that is all there is to them.
    if (this.#ways === 1) return this.#rearrangements(columns);
    let fixing = 0;
    for (const relabelling of this.#tables.bestFor(rest)) {
      this.#relabelAndSort(columns, this.#sorted, relabelling);
      fixing += this.#arrangement.countEqual(this.#sorted, columns);
    }
    return (this.#rearrangements(columns) * this.#ways) / fixing;
  }

  #generate(packed: PackedColumns, cosets: number): CanonicalizeAll {
    const width = packed.wordCount;
    const compareAll = (words: Int32Array, offset: number): void => this.#compareAll(words, offset);
    if (cosets === 1) return generateCanonicalizeAll(packed, this.#order, this.#tables, compareAll);
    return (states, first, end) => {
      for (let state = first; state < end; state++) compareAll(states, state * width);
    };
  }

  /** The least over all relabellings that make the rest least, and over all cosets. */
  #compareAll(words: Int32Array, offset: number): void {
    const rest = this.#unpack(words, this.#columns, offset);
    this.#arrangement.reset();
    const only = this.#tables.onlyBest[rest]!;
    if (only >= 0) {
      this.#relabelAndSort(this.#columns, this.#sorted, only);
      this.#arrangement.add(this.#sorted);
    } else {
      for (const relabelling of this.#tables.bestFor(rest)) {
        this.#relabelAndSort(this.#columns, this.#sorted, relabelling);
        this.#arrangement.add(this.#sorted);
      }
    }
    this.#pack(this.#arrangement.least, this.#tables.leastRest[rest]!, words, offset);
  }

  /** In how many ways the columns, sorted within classes, can be rearranged within them: multinomial coefficients. */
  #rearrangements(columns: Int32Array): number {
    const { bounds } = this.#order;
    let ways = 1;
    for (let index = 1; index < bounds.length; index++) {
      let equal = 0;
      for (let place = bounds[index - 1]!; place < bounds[index]!; place++) {
        equal = place > bounds[index - 1]! && columns[place] === columns[place - 1] ? equal + 1 : 1;
        // One more column, the last of `equal` alike: exact at every step, as binomial coefficients built up are.
        ways = (ways * (place - bounds[index - 1]! + 1)) / equal;
      }
    }
    return ways;
  }
}
