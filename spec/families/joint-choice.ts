/**
 * One set of servers from each of several families, such that no server is in sets that must not share one: which is
 * how every intersection rule fails. The search walks down all diagrams together, server by server, and asks about the
 * same rest of the families once.
 *
 * A *membership* says of which of the sets a server is a member: bit i for the set from family i.
 */
import { NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import type { Diagrams } from "./diagrams.js";
import { FALSE, type Node, TRUE } from "./node.js";
import { STEPS_MAX, StepCounter } from "./too-complex.js";
import { TripleMap } from "./triple-map.js";

export interface JointChoice {
  readonly cost: number;
  /** By family: a superset of one of its quorums, and a minimal quorum itself if every membership costs something. */
  readonly sets: readonly ServerSet[];
}

/**
 * What it costs to have a server in these sets: a whole number, Infinity where that may not be. In none of them costs
 * 0.
 */
export type MembershipCost = (server: number, membership: number) => number;

/** Whether sets can be chosen so that every server has one of these memberships, or less. Throws TooComplex. */
function canChoose(diagrams: Diagrams, nodes: readonly Node[], memberships: readonly number[]): boolean {
  const walk = new JointWalk(diagrams, nodes.length);
  const failed = new TripleMap();
  const search = (rest: readonly Node[]): boolean => {
    if (rest.includes(FALSE)) return false;
    if (rest.every((node) => node === TRUE)) return true;
    const id = walk.idOf(rest);
    if (failed.get(id, 0, 0) !== null) return false;
    const level = walk.level(rest);
    if (memberships.some((membership) => search(walk.below(rest, level, membership)))) return true;
    failed.set(id, 0, 0, 1);
    return false;
  };
  return search(nodes);
}

/**
 * The choice that costs least, or null if there is none. Of several, the one that puts the first server into the sets
 * that come first in `memberships`, then the second, and so on. Throws TooComplex.
 *
 * Depth first within a cost that rises from a lower bound until it is enough; what was not enough is remembered as the
 * better bound. Source: A. Reinefeld & T. Marsland, "Enhanced Iterative-Deepening Search", 1994.
 *
 * @param memberships all that a server may have, but for none
 */
export function cheapestChoice(
  diagrams: Diagrams,
  nodes: readonly Node[],
  memberships: readonly number[],
  cost: MembershipCost,
): JointChoice | null {
  if (!canChoose(diagrams, nodes, memberships)) return null;
  const search = new CheapestSearch(diagrams, nodes, memberships, cost);
  return search.cheapest(nodes);
}

/** The families' nodes as they are walked down together. */
class JointWalk {
  readonly #diagrams: Diagrams;
  readonly #families: number;
  readonly #ids = new TripleMap();
  readonly #steps = new StepCounter(`takes more than ${STEPS_MAX.toLocaleString("en")} steps to judge`);

  constructor(diagrams: Diagrams, families: number) {
    this.#diagrams = diagrams;
    this.#families = families;
  }

  step(): void {
    this.#steps.step();
  }

  /** One number for the nodes together. */
  idOf(nodes: readonly Node[]): number {
    let id = nodes[0]!;
    for (let family = 1; family < this.#families; family++) {
      const known = this.#ids.get(id, nodes[family]!, family);
      if (known === null) this.step();
      const next = known ?? this.#ids.size;
      if (known === null) this.#ids.set(id, nodes[family]!, family, next);
      id = next;
    }
    return id;
  }

  level(nodes: readonly Node[]): number {
    return Math.min(...nodes.map((node) => this.#diagrams.level(node)));
  }

  below(nodes: readonly Node[], level: number, membership: number): Node[] {
    return nodes.map((node, family) =>
      ((membership >>> family) & 1) === 1 ? this.#diagrams.highAt(node, level) : this.#diagrams.lowAt(node, level),
    );
  }
}

/** Costs are counted in parts that two, three, four or five sets can share: fractions would never add up exactly. */
const SHARES = 60;

class CheapestSearch {
  readonly #diagrams: Diagrams;
  readonly #walk: JointWalk;
  readonly #memberships: readonly number[];
  readonly #cost: MembershipCost;
  /** shares[i]: what membership in set i costs at least, if the cost of a membership is shared by its sets. */
  readonly #shares: readonly number[];
  readonly #smallest: SmallestSizes;
  readonly #bounds: number[] = [];

  constructor(diagrams: Diagrams, nodes: readonly Node[], memberships: readonly number[], cost: MembershipCost) {
    this.#diagrams = diagrams;
    this.#walk = new JointWalk(diagrams, nodes.length);
    this.#memberships = [...memberships, 0];
    this.#cost = cost;
    this.#smallest = new SmallestSizes(diagrams);
    this.#shares = nodes.map((_, family) => this.#shareOf(family));
  }

  cheapest(nodes: readonly Node[]): JointChoice | null {
    for (;;) {
      const within = this.#boundOf(nodes);
      if (within === Number.POSITIVE_INFINITY) return null;
      const taken = new Map<number, number>();
      if (this.#search(nodes, within, taken)) return { cost: within / SHARES, sets: setsOf(nodes.length, taken) };
    }
  }

  /** Fills in the memberships by server. */
  #search(nodes: readonly Node[], within: number, taken: Map<number, number>): boolean {
    const atLeast = this.#boundOf(nodes);
    if (atLeast > within || atLeast === Number.POSITIVE_INFINITY) return false;
    this.#walk.step();
    if (nodes.every((node) => node === TRUE)) return true;
    const level = this.#walk.level(nodes);
    const server = this.#diagrams.order[level]!;
    let bound = Number.POSITIVE_INFINITY;
    for (const membership of this.#memberships) {
      const cost = membership === 0 ? 0 : SHARES * this.#cost(server, membership);
      if (cost === Number.POSITIVE_INFINITY) continue;
      const below = this.#walk.below(nodes, level, membership);
      if (this.#search(below, within - cost, taken)) {
        taken.set(server, membership);
        return true;
      }
      bound = Math.min(bound, cost + this.#boundOf(below));
    }
    const id = this.#walk.idOf(nodes);
    this.#bounds[id] = Math.max(this.#bounds[id] ?? 0, bound);
    return false;
  }

  /** What these nodes cost at least. */
  #boundOf(nodes: readonly Node[]): number {
    const learnt = this.#bounds[this.#walk.idOf(nodes)];
    if (learnt !== undefined) return learnt;
    let bound = 0;
    for (const [family, node] of nodes.entries()) {
      const size = this.#smallest.of(node);
      if (size > 0) bound += size === Number.POSITIVE_INFINITY ? size : size * this.#shares[family]!;
    }
    return bound;
  }

  #shareOf(family: number): number {
    let share = Number.POSITIVE_INFINITY;
    for (const membership of this.#memberships) {
      if (((membership >>> family) & 1) === 0) continue;
      const sharers = sizeOfMembership(membership);
      for (const server of this.#diagrams.order) {
        share = Math.min(share, Math.floor((SHARES * this.#cost(server, membership)) / sharers));
      }
    }
    return share;
  }
}

/** The size of each family's smallest quorum. */
export class SmallestSizes {
  readonly #diagrams: Diagrams;
  readonly #sizes = new Map<Node, number>([
    [FALSE, Number.POSITIVE_INFINITY],
    [TRUE, 0],
  ]);

  constructor(diagrams: Diagrams) {
    this.#diagrams = diagrams;
  }

  of(node: Node): number {
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    const size = Math.min(this.of(this.#diagrams.low(node)), 1 + this.of(this.#diagrams.high(node)));
    this.#sizes.set(node, size);
    return size;
  }
}

function setsOf(families: number, taken: ReadonlyMap<number, number>): ServerSet[] {
  return Array.from({ length: families }, (_, family) => {
    let set = NO_SERVERS;
    for (const [server, membership] of taken) if (((membership >>> family) & 1) === 1) set |= singleton(server);
    return set;
  });
}

function sizeOfMembership(membership: number): number {
  let size = 0;
  for (let rest = membership; rest !== 0; rest &= rest - 1) size++;
  return size;
}
