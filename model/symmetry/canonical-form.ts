/**
 * One state to stand for all that differ from it by a symmetry: the canonical form, and how many states it stands for.
 *
 * Canonical is the least image under the group: first the proposals are made least, then the servers' columns,
 * compared in the order of the classes. Within a class of interchangeable servers that is sorting; between the cosets
 * that are left it is the minimum. Source: Ip & Dill 1996 (see automorphisms.ts), section 5.
 */
import { hasOwner } from "../../spec/quorum-table.js";
import type { Symmetry } from "../kernel/index.js";
import { electedSets } from "../registers/facts.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { identity, type Permutation } from "./automorphisms.js";
import {
  type CanonicalizeAll,
  generateCanonicalizeAll,
  generatePack,
  generateRelabelAndSort,
  generateUnpack,
  type Pack,
  type RelabelAndSort,
  type Unpack,
} from "./canonical-code.js";
import { ClassOrder, LeastArrangement } from "./least-arrangement.js";
import { type PackedTable, packedTableOf } from "./packed-table.js";
import { type ScopeSymmetry, type StatePermutation, symmetryOf } from "./scope-symmetry.js";
import { PROPOSAL_BITS_MAX, ValueRelabelling } from "./value-relabelling.js";

/** Columns are compared and swapped as small integers. */
const COLUMN_BITS_MAX = 30;

export class Canonicalizer implements Symmetry {
  readonly symmetry: ScopeSymmetry;
  readonly canonicalizeAll: CanonicalizeAll;
  readonly orbitOf: readonly number[];
  readonly #order: ClassOrder;
  readonly #values: ValueRelabelling;
  readonly #arrangement: LeastArrangement;
  readonly #unpack: Unpack;
  readonly #relabelAndSort: RelabelAndSort;
  readonly #pack: Pack;
  /** Scratch: a state's columns by place (see ClassOrder), as they are, and relabelled and sorted within classes. */
  readonly #columns: Int32Array;
  readonly #sorted: Int32Array;

  constructor(model: RegistersModel, scope: Scope) {
    const whole = packedTableOf(model, scope);
    this.symmetry = withinReach(symmetryOf(scope), whole);
    const { servers, values } = this.symmetry;
    // With nothing to relabel, proposals are left where they are, however many bits they take.
    const packed = values.length > 1 ? whole : { ...whole, proposals: [], proposalWidths: [] };
    const open = scope.registerSets.map((real) => !hasOwner(scope.table, real));
    // Where only sorting can move a column, a server that is alone in its class stays as it is.
    const canMove = servers.representatives.length > 1 || values.length > 1;
    this.#order = new ClassOrder(servers.classes.filter((members) => canMove || members.length > 1));
    this.#values = new ValueRelabelling(values, packed, open);
    this.#arrangement = new LeastArrangement(this.#order, servers.representatives);
    this.#unpack = generateUnpack(packed, this.#order);
    this.#relabelAndSort = generateRelabelAndSort(this.#order, this.#values);
    this.#pack = generatePack(packed, this.#order);
    this.#columns = new Int32Array(this.#order.servers.length);
    this.#sorted = new Int32Array(this.#order.servers.length);
    this.canonicalizeAll = this.#generate(packed);
    this.orbitOf = cellOrbits(scope);
  }

  /** Writes the canonical form of the packed state `words` to `into`, which may be `words` itself (the default). */
  canonicalize(words: Int32Array, into: Int32Array = words): void {
    if (into !== words) into.set(words);
    this.canonicalizeAll(into, 0, 1);
  }

  /** How many states are the same as this canonical one but for symmetry, itself included: orbit–stabiliser. */
  orbitSizeAt(states: Int32Array, offset: number): number {
    const columns = this.#columns;
    const proposals = this.#unpack(states, columns, offset);
    if (this.#isSortingAll) return this.#rearrangements(columns);
    let fixing = 0;
    for (const permutation of this.#values.bestFor(proposals)) {
      this.#relabelAndSort(columns, this.#sorted, permutation);
      fixing += this.#arrangement.countEqual(this.#sorted, columns);
    }
    const { servers, values } = this.symmetry;
    return (this.#rearrangements(columns) * servers.representatives.length * values.length) / fixing;
  }

  /** A member of the group that takes the state to its canonical form. */
  permutationTo(words: Int32Array): StatePermutation {
    const canonical = words.slice();
    this.canonicalize(canonical);
    const image = words.slice();
    for (const value of this.#values.bestFor(this.#unpack(words, this.#columns))) {
      for (const representative of this.symmetry.servers.representatives) {
        const permutation = {
          servers: this.#sortingPermutation(words, representative, value),
          values: this.symmetry.values[value]!,
        };
        this.permute(words, permutation, image);
        if (image.every((word, index) => word === canonical[index])) return permutation;
      }
    }
    throw new Error("the canonical form is not in the orbit: symmetry is inconsistent");
  }

  /** The image of a state under a member of the group. */
  permute(words: Int32Array, permutation: StatePermutation, into: Int32Array = words): void {
    const { servers } = this.#order;
    const value = this.symmetry.values.findIndex((known) => known.every((to, v) => to === permutation.values[v]));
    if (value < 0) throw new RangeError("this permutation of values is no symmetry");
    const proposals = this.#unpack(words, this.#columns);
    const placeOf = new Map(servers.map((server, place) => [server, place]));
    for (const [place, server] of servers.entries()) {
      const target = placeOf.get(permutation.servers[server]!)!;
      this.#sorted[target] = this.#values.relabelColumn(this.#columns[place]!, value);
    }
    if (into !== words) into.set(words);
    this.#pack(this.#sorted, this.#values.relabelProposals(proposals, value), into, 0);
  }

  /** Sorts the relabelled columns within classes, and then moves the classes as the representative does. */
  #sortingPermutation(words: Int32Array, representative: Permutation, value: number): Permutation {
    const { bounds, servers } = this.#order;
    this.#unpack(words, this.#columns);
    const columns = Array.from(this.#columns, (column) => this.#values.relabelColumn(column, value));
    const permutation = [...identity(representative.length)];
    for (let index = 1; index < bounds.length; index++) {
      const places = identity(bounds[index]! - bounds[index - 1]!).map((place) => place + bounds[index - 1]!);
      const sorted = places.toSorted((a, b) => columns[a]! - columns[b]!);
      for (const [rank, place] of sorted.entries()) {
        permutation[servers[place]!] = representative[servers[places[rank]!]!]!;
      }
    }
    return permutation;
  }

  /** Whether canonical forms have their columns sorted within classes, and that is all there is to them. */
  get #isSortingAll(): boolean {
    return this.symmetry.servers.representatives.length === 1 && this.symmetry.values.length === 1;
  }

  #generate(packed: PackedTable): CanonicalizeAll {
    const width = packed.wordCount;
    const compareAll = (words: Int32Array, offset: number): void => this.#compareAll(words, offset);
    if (this.symmetry.servers.representatives.length === 1) {
      return generateCanonicalizeAll(packed, this.#order, this.#values, compareAll);
    }
    return (states, first, end) => {
      for (let state = first; state < end; state++) compareAll(states, state * width);
    };
  }

  /** The least over all value permutations that make the proposals least, and over all cosets. */
  #compareAll(words: Int32Array, offset: number): void {
    const proposals = this.#unpack(words, this.#columns, offset);
    this.#arrangement.reset();
    const only = this.#values.onlyBest[proposals]!;
    if (only >= 0) {
      this.#relabelAndSort(this.#columns, this.#sorted, only);
      this.#arrangement.add(this.#sorted);
    } else {
      for (const permutation of this.#values.bestFor(proposals)) {
        this.#relabelAndSort(this.#columns, this.#sorted, permutation);
        this.#arrangement.add(this.#sorted);
      }
    }
    this.#pack(this.#arrangement.least, this.#values.leastProposals[proposals]!, words, offset);
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

/** Cells come in the order of their declaration: register[s][r], proposal[r], vote[s][e]. A symmetry keeps r, and so e. */
function cellOrbits({ table, registerSets }: Scope): number[] {
  const [sets, votes] = [registerSets.length, electedSets({ table, registerSets }).length];
  return [
    ...table.servers.flatMap(() => registerSets.map((_, r) => r)),
    ...registerSets.map((_, r) => sets + r),
    ...table.servers.flatMap(() => Array.from({ length: votes }, (_, e) => 2 * sets + e)),
  ];
}

/** The part of the symmetry that canonical forms can handle, with a word on what had to be left out. */
function withinReach(symmetry: ScopeSymmetry, { columns, columnBits, proposalWidths }: PackedTable): ScopeSymmetry {
  const { servers, values, limits } = symmetry;
  const proposalBits = proposalWidths.reduce((sum, width) => sum + width, 0);
  if (columnBits > COLUMN_BITS_MAX) {
    return {
      servers: { classes: columns.map((_, s) => [s]), representatives: [identity(columns.length)], isWhole: false },
      values: [values[0]!],
      limits: [
        ...limits,
        `no symmetry is used: a server's registers take ${columnBits} bits, more than ${COLUMN_BITS_MAX}`,
      ],
    };
  }
  if (values.length === 1 || proposalBits <= PROPOSAL_BITS_MAX) return symmetry;
  const limit = `values are not permuted: proposals take ${proposalBits} bits, more than ${PROPOSAL_BITS_MAX}`;
  return { servers, values: [values[0]!], limits: [...limits, limit] };
}
