/**
 * The diagram of a threshold over weighted operands, built from the last operand up. Subdiagrams stay the same over a
 * range of missing weights, and are found again by that range.
 *
 * Source: M. Behle, "On threshold BDDs and the optimal variable ordering problem", 2008.
 */
import { FALSE, type Node, TRUE } from "./node.js";

interface BuiltOperand {
  readonly weight: number;
  readonly node: Node;
}

/** What the operands from some place on make of a missing weight, for every missing weight in (above, upTo]. */
interface Interval {
  readonly above: number;
  readonly upTo: number;
  readonly node: Node;
}

export class ThresholdBuilder {
  readonly #operands: readonly BuiltOperand[];
  readonly #choice: (condition: Node, then: Node, otherwise: Node) => Node;
  /** left[i]: the weight of the operands from i on. */
  readonly #left: readonly number[];
  /** By place, ascending and without overlap. */
  readonly #known: readonly Interval[][];

  constructor(operands: readonly BuiltOperand[], choice: (condition: Node, then: Node, otherwise: Node) => Node) {
    this.#operands = operands;
    this.#choice = choice;
    const left = [0];
    for (const { weight } of operands.toReversed()) left.unshift(left[0]! + weight);
    this.#left = left;
    this.#known = operands.map(() => []);
  }

  build(threshold: number): Node {
    return this.#from(0, threshold).node;
  }

  #from(place: number, missing: number): Interval {
    if (missing <= 0) return { above: Number.NEGATIVE_INFINITY, upTo: 0, node: TRUE };
    const left = this.#left[place]!;
    if (missing > left) return { above: left, upTo: Number.POSITIVE_INFINITY, node: FALSE };
    const known = this.#known[place]!;
    const at = firstReaching(known, missing);
    const found = known[at];
    if (found !== undefined && found.above < missing) return found;
    const { weight, node } = this.#operands[place]!;
    const without = this.#from(place + 1, missing);
    const withIt = this.#from(place + 1, missing - weight);
    const interval = {
      above: Math.max(without.above, withIt.above + weight),
      upTo: Math.min(without.upTo, withIt.upTo + weight),
      node: this.#choice(node, withIt.node, without.node),
    };
    known.splice(at, 0, interval);
    return interval;
  }
}

/** The first interval that ends at `missing` or later. */
function firstReaching(intervals: readonly Interval[], missing: number): number {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intervals[middle]!.upTo < missing) low = middle + 1;
    else high = middle;
  }
  return low;
}
