/**
 * Value permutations, applied to packed columns and packed proposals by table look-up, and chosen by the proposals
 * alone.
 *
 * The canonical form has the least proposals, so only the value permutations that make the proposals least need be
 * tried on the registers. Over exclusive sets that is one as soon as all values but one are proposed: the first
 * proposed value becomes value 0, the next one value 1, ….
 */
import { FIRST_VALUE } from "../registers/facts.js";
import type { Permutation } from "./automorphisms.js";
import type { PackedTable } from "./packed-table.js";

/** Proposals are looked up in tables with a place for each of their bit patterns. */
export const PROPOSAL_BITS_MAX = 20;

/**
 * A look-up relabels as many registers as fit into this many bits, so that the table stays in the processor's first
 * cache.
 */
const LOOK_UP_BITS_MAX = 12;

export class ValueRelabelling {
  readonly permutations: readonly Permutation[];
  /** relabelled[(permutation << lookUpBits) | registers]: the registers relabelled; permutations by number. */
  readonly relabelled: Int32Array;
  readonly lookUpBits: number;
  /** onlyBest[proposals]: the permutation that makes them least, or less than 0 if that is not known or several do. */
  readonly onlyBest: Int32Array;
  /** leastProposals[proposals]: what it makes of them. */
  readonly leastProposals: Int32Array;
  readonly #packed: PackedTable;
  readonly #open: readonly boolean[];
  readonly #best = new Map<number, readonly number[]>();

  /** @param open whether each explored set is open: its proposals are a set of values, bit v for value v */
  constructor(permutations: readonly Permutation[], packed: PackedTable, open: readonly boolean[]) {
    this.permutations = permutations;
    this.#packed = packed;
    this.#open = open;
    const { registerBits, columnBits, proposalWidths } = packed;
    this.lookUpBits = Math.min(columnBits, Math.floor(LOOK_UP_BITS_MAX / registerBits) * registerBits);
    this.relabelled = relabellingTable(permutations, registerBits, this.lookUpBits);
    const patterns = 2 ** proposalWidths.reduce((sum, width) => sum + width, 0);
    this.onlyBest = new Int32Array(patterns).fill(-1);
    this.leastProposals = new Int32Array(patterns);
  }

  relabelColumn(column: number, permutation: number): number {
    const { lookUpBits, relabelled } = this;
    const mask = 2 ** lookUpBits - 1;
    let image = 0;
    for (let shift = 0; shift < this.#packed.columnBits; shift += lookUpBits) {
      image |= relabelled[(permutation << lookUpBits) | ((column >>> shift) & mask)]! << shift;
    }
    return image;
  }

  /** An expression for the relabelled column; `permutation` and `relabelled` are names in its scope. */
  relabellingOf(column: string): string {
    const { lookUpBits } = this;
    const terms: string[] = [];
    for (let shift = 0; shift < this.#packed.columnBits; shift += lookUpBits) {
      const registers = `(${column} >>> ${shift}) & ${2 ** lookUpBits - 1}`;
      terms.push(`relabelled[(permutation << ${lookUpBits}) | (${registers})] << ${shift}`);
    }
    return terms.join(" | ");
  }

  relabelProposals(proposals: number, permutation: number): number {
    const to = this.permutations[permutation]!;
    let image = 0;
    let shift = 0;
    for (const [r, width] of this.#packed.proposalWidths.entries()) {
      const proposal = (proposals >>> shift) & (2 ** width - 1);
      if (!this.#open[r]) image |= (proposal === 0 ? 0 : 1 + to[proposal - 1]!) << shift;
      else for (const [v, w] of to.entries()) image |= ((proposal >>> v) & 1) << (shift + w);
      shift += width;
    }
    return image;
  }

  /** The permutations that make the proposals least, by number. */
  bestFor(proposals: number): readonly number[] {
    const known = this.#best.get(proposals);
    if (known !== undefined) return known;
    const images = this.permutations.map((_, permutation) => this.relabelProposals(proposals, permutation));
    const least = Math.min(...images);
    const best = [...images.keys()].filter((permutation) => images[permutation] === least);
    this.#best.set(proposals, best);
    this.leastProposals[proposals] = least;
    this.onlyBest[proposals] = best.length === 1 ? best[0]! : -2;
    return best;
  }
}

function relabellingTable(permutations: readonly Permutation[], registerBits: number, lookUpBits: number): Int32Array {
  const mask = 2 ** registerBits - 1;
  return Int32Array.from({ length: permutations.length << lookUpBits }, (_, index) => {
    const to = permutations[index >>> lookUpBits]!;
    let image = 0;
    for (let shift = 0; shift < lookUpBits; shift += registerBits) {
      const content = (index >>> shift) & mask;
      const value = to[content - FIRST_VALUE];
      image |= (value === undefined ? content : FIRST_VALUE + value) << shift;
    }
    return image;
  });
}
