/**
 * Reduced ordered decision diagrams of monotone formulas: all families of one table, over one order of its servers.
 *
 * A node asks for one server: `low` is what remains to be satisfied without it, `high` with it. Equal subdiagrams are
 * one node, so that equal families are the same number; FALSE and TRUE are the ends. A threshold over 31 servers takes
 * a few hundred nodes where it has 300 million quorums.
 *
 * Source: R. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", 1986.
 */
import { hasServer, membersOf, type ServerSet } from "../server-set.js";
import type { Formula, Operand } from "./formula.js";
import { FALSE, type Node, TRUE } from "./node.js";
import { ThresholdBuilder } from "./threshold-builder.js";
import { NODES_MAX, STEPS_MAX, StepCounter, TooComplex } from "./too-complex.js";
import { TripleMap } from "./triple-map.js";

/** The level of both ends: below all servers. */
const END = 31;

/** The operations that are remembered; more are worked out again. */
const REMEMBERED_MAX = 500_000;

export class Diagrams {
  /** The servers by level: those asked first come first. */
  readonly order: readonly number[];
  readonly #levelOf: readonly number[];
  #nodesMax = NODES_MAX;
  #level = new Uint8Array(NODES_AT_FIRST).fill(END);
  #low = new Int32Array(NODES_AT_FIRST);
  #high = new Int32Array(NODES_AT_FIRST);
  #count = 2;
  readonly #nodes = new TripleMap();
  readonly #choices = new TripleMap();
  readonly #duals = new Map<Node, Node>([
    [FALSE, TRUE],
    [TRUE, FALSE],
  ]);
  readonly #built = new Map<Formula, Node>();
  readonly #work = new StepCounter(
    `takes more than ${STEPS_MAX.toLocaleString("en")} steps to turn into a decision diagram`,
  );

  /** @param order the index of every server, once */
  constructor(order: readonly number[]) {
    this.order = order;
    const levelOf: number[] = [];
    for (const [level, server] of order.entries()) levelOf[server] = level;
    this.#levelOf = levelOf;
  }

  /** Nodes so far, of all families, the ends included. */
  get size(): number {
    return this.#count;
  }

  level(node: Node): number {
    return this.#level[node]!;
  }

  low(node: Node): Node {
    return this.#low[node]!;
  }

  high(node: Node): Node {
    return this.#high[node]!;
  }

  /** What remains of the family at this level: nothing changes where its node asks for a later server. */
  lowAt(node: Node, level: number): Node {
    return this.#level[node] === level ? this.#low[node]! : node;
  }

  highAt(node: Node, level: number): Node {
    return this.#level[node] === level ? this.#high[node]! : node;
  }

  isSatisfiedBy(node: Node, set: ServerSet): boolean {
    let at = node;
    while (at > TRUE) {
      const server = this.order[this.#level[at]!]!;
      at = ((set >>> server) & 1) === 1 ? this.#high[at]! : this.#low[at]!;
    }
    return at === TRUE;
  }

  or(a: Node, b: Node): Node {
    return a < b ? this.#choice(a, TRUE, b) : this.#choice(b, TRUE, a);
  }

  and(a: Node, b: Node): Node {
    return a < b ? this.#choice(a, b, FALSE) : this.#choice(b, a, FALSE);
  }

  /** The family of the sets that meet every quorum: of the same size, since every set is turned into its complement. */
  dual(node: Node): Node {
    const known = this.#duals.get(node);
    if (known !== undefined) return known;
    const dual = this.#node(this.level(node), this.dual(this.high(node)), this.dual(this.low(node)));
    this.#duals.set(node, dual);
    return dual;
  }

  /** The family of the quorums that lie within the set. Throws TooComplex. */
  within(node: Node, set: ServerSet): Node {
    const known = new Map<Node, Node>();
    const visit = (at: Node): Node => {
      if (at <= TRUE) return at;
      const found = known.get(at);
      if (found !== undefined) return found;
      const level = this.level(at);
      const low = visit(this.low(at));
      const within = hasServer(set, this.order[level]!) ? this.#node(level, low, visit(this.high(at))) : low;
      known.set(at, within);
      return within;
    };
    return visit(node);
  }

  /** What remains of the family once it is settled whether the server is there. Throws TooComplex. */
  given(node: Node, server: number, isThere: boolean): Node {
    const asked = this.#levelOf[server]!;
    const known = new Map<Node, Node>();
    const visit = (at: Node): Node => {
      const level = this.level(at);
      if (level > asked) return at;
      if (level === asked) return isThere ? this.high(at) : this.low(at);
      const found = known.get(at);
      if (found !== undefined) return found;
      const given = this.#node(level, visit(this.low(at)), visit(this.high(at)));
      known.set(at, given);
      return given;
    };
    return visit(node);
  }

  /** The family whose quorums have server permutation[s] where those of this one have s. Throws TooComplex. */
  permuted(node: Node, permutation: readonly number[]): Node {
    const known = new Map<Node, Node>();
    const visit = (at: Node): Node => {
      if (at <= TRUE) return at;
      const found = known.get(at);
      if (found !== undefined) return found;
      const target = permutation[this.order[this.level(at)]!]!;
      const asks = this.#node(this.#levelOf[target]!, FALSE, TRUE);
      const permuted = this.#choice(asks, visit(this.high(at)), visit(this.low(at)));
      known.set(at, permuted);
      return permuted;
    };
    return visit(node);
  }

  /** Throws TooComplex before it has more nodes than `nodesMax`, which does not bound what is worked out later. */
  build(formula: Formula, nodesMax: number = NODES_MAX): Node {
    this.#nodesMax = nodesMax;
    try {
      return this.#builtOf(formula);
    } finally {
      this.#nodesMax = NODES_MAX;
    }
  }

  #builtOf(formula: Formula): Node {
    const known = this.#built.get(formula);
    if (known !== undefined) return known;
    const built = this.#build(formula);
    this.#built.set(formula, built);
    return built;
  }

  #build(formula: Formula): Node {
    switch (formula.kind) {
      case "server":
        return this.#node(this.#levelOf[formula.server]!, FALSE, TRUE);
      case "list":
        return this.#anyOf(formula.quorums.map((quorum) => this.#quorum(quorum)));
      case "threshold":
        return this.#threshold(formula.operands, formula.threshold);
    }
  }

  #quorum(quorum: ServerSet): Node {
    const levels = membersOf(quorum).map((server) => this.#levelOf[server]!);
    return levels.sort((a, b) => b - a).reduce((rest, level) => this.#node(level, FALSE, rest), TRUE);
  }

  /** By halves, so that most of the work is on small diagrams. */
  #anyOf(nodes: readonly Node[]): Node {
    if (nodes.length <= 1) return nodes[0] ?? FALSE;
    const half = nodes.length >>> 1;
    return this.or(this.#anyOf(nodes.slice(0, half)), this.#anyOf(nodes.slice(half)));
  }

  #threshold(operands: readonly Operand[], threshold: number): Node {
    const built = operands
      .map(({ weight, formula }) => ({ weight, node: this.#builtOf(formula) }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => this.level(a.node) - this.level(b.node) || b.weight - a.weight);
    return new ThresholdBuilder(built, (condition, then, otherwise) => {
      this.#work.step();
      return this.#choice(condition, then, otherwise);
    }).build(threshold);
  }

  /** `then` where the condition holds, else `otherwise`, which `then` follows from. */
  #choice(condition: Node, then: Node, otherwise: Node): Node {
    if (condition === TRUE || then === otherwise) return then;
    if (condition === FALSE) return otherwise;
    if (then === TRUE && otherwise === FALSE) return condition;
    const known = this.#choices.get(condition, then, otherwise);
    if (known !== null) return known;
    this.#work.step();
    const level = Math.min(this.level(condition), this.level(then), this.level(otherwise));
    const low = this.#choice(this.lowAt(condition, level), this.lowAt(then, level), this.lowAt(otherwise, level));
    const high = this.#choice(this.highAt(condition, level), this.highAt(then, level), this.highAt(otherwise, level));
    const chosen = this.#node(level, low, high);
    if (this.#choices.size >= REMEMBERED_MAX) this.#choices.clear();
    this.#choices.set(condition, then, otherwise, chosen);
    return chosen;
  }

  #node(level: number, low: Node, high: Node): Node {
    if (low === high) return low;
    const known = this.#nodes.get(level, low, high);
    if (known !== null) return known;
    if (this.#count >= this.#nodesMax) {
      throw new TooComplex(`needs a decision diagram of more than ${this.#nodesMax.toLocaleString("en")} nodes`);
    }
    if (this.#count === this.#low.length) this.#grow();
    const node = this.#count++;
    this.#level[node] = level;
    this.#low[node] = low;
    this.#high[node] = high;
    this.#nodes.set(level, low, high, node);
    return node;
  }

  #grow(): void {
    const doubled = <T extends Uint8Array | Int32Array>(before: T, after: T): T => {
      after.set(before);
      return after;
    };
    const length = 2 * this.#count;
    this.#level = doubled(this.#level, new Uint8Array(length));
    this.#low = doubled(this.#low, new Int32Array(length));
    this.#high = doubled(this.#high, new Int32Array(length));
  }
}

const NODES_AT_FIRST = 32;
