/**
 * The minimal quorums of a family, counted or one by one, without the ones that are not asked for.
 *
 * A minimal quorum of f without f's first server is one of `low`; with it, the rest is a minimal quorum of `high` that
 * does not satisfy `low`. So the question is asked about pairs: the minimal quorums of f that do not satisfy g.
 */
import { type ServerSet, singleton } from "../server-set.js";
import type { Diagrams } from "./diagrams.js";
import { FALSE, type Node, TRUE } from "./node.js";
import { STEPS_MAX, StepCounter } from "./too-complex.js";
import { TripleMap } from "./triple-map.js";

export class MinimalQuorums {
  readonly #diagrams: Diagrams;
  readonly #counts = new Map<number, bigint>();
  readonly #sizes = new TripleMap();
  readonly #steps = new StepCounter(`takes more than ${STEPS_MAX.toLocaleString("en")} steps to count the quorums of`);

  constructor(diagrams: Diagrams) {
    this.#diagrams = diagrams;
  }

  /** Exact. Throws TooComplex. */
  count(f: Node, g: Node = FALSE): bigint {
    if (f === FALSE || g === TRUE || f === g) return 0n;
    if (f === TRUE) return 1n;
    const key = f * 2 ** 26 + g;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    this.#steps.step();
    const { without, rest, excluded, lowExcluded } = this.#split(f, g);
    const count = this.count(without, lowExcluded) + this.count(rest, excluded);
    this.#counts.set(key, count);
    return count;
  }

  /** Bit k: there is a minimal quorum of k servers. Throws TooComplex. */
  sizes(f: Node, g: Node = FALSE): number {
    if (f === FALSE || g === TRUE || f === g) return 0;
    if (f === TRUE) return 1;
    const known = this.#sizes.get(f, g, 0);
    if (known !== null) return known >>> 0;
    this.#steps.step();
    const { without, rest, excluded, lowExcluded } = this.#split(f, g);
    const sizes = this.sizes(without, lowExcluded) | (this.sizes(rest, excluded) << 1);
    this.#sizes.set(f, g, 0, sizes);
    return sizes;
  }

  /** Smallest first, and of one size in the order of the servers. Throws TooComplex. */
  *all(f: Node): Generator<ServerSet> {
    const sizes = this.sizes(f);
    for (let size = 0; size < 32; size++) if (((sizes >>> size) & 1) === 1) yield* this.#ofSize(f, FALSE, size, 0);
  }

  *#ofSize(f: Node, g: Node, size: number, chosen: ServerSet): Generator<ServerSet> {
    if (((this.sizes(f, g) >>> size) & 1) === 0) return;
    if (f === TRUE) {
      yield chosen;
      return;
    }
    const { server, without, rest, excluded, lowExcluded } = this.#split(f, g);
    if (size > 0) yield* this.#ofSize(rest, excluded, size - 1, chosen | singleton(server));
    yield* this.#ofSize(without, lowExcluded, size, chosen);
  }

  #split(f: Node, g: Node) {
    const diagrams = this.#diagrams;
    const level = Math.min(diagrams.level(f), diagrams.level(g));
    const without = diagrams.lowAt(f, level);
    // A server that f does not ask for is in no minimal quorum.
    const asks = diagrams.level(f) === level;
    return {
      server: diagrams.order[level]!,
      without,
      lowExcluded: diagrams.lowAt(g, level),
      rest: asks ? diagrams.high(f) : FALSE,
      excluded: asks ? diagrams.or(without, diagrams.highAt(g, level)) : TRUE,
    };
  }
}
