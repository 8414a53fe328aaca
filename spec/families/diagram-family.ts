/** Families by their decision diagrams: for formulas that have too many quorums to list, or few but far apart. */
import { allServers, NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import type { Diagrams } from "./diagrams.js";
import { Family } from "./family.js";
import { SmallestSizes } from "./joint-choice.js";
import { MinimalQuorums } from "./minimal-quorums.js";
import { FALSE, type Node, TRUE } from "./node.js";

/**
 * The families of one table: they share their diagrams, so that families that are satisfied by the same sets are the
 * same object.
 */
export class DiagramFamilies {
  readonly diagrams: Diagrams;
  readonly everybody: ServerSet;
  readonly #families = new Map<Node, DiagramFamily>();
  #minimal: MinimalQuorums | null = null;

  constructor(diagrams: Diagrams) {
    this.diagrams = diagrams;
    this.everybody = allServers(diagrams.order.length);
  }

  family(node: Node): DiagramFamily {
    const known = this.#families.get(node);
    if (known !== undefined) return known;
    const family = new DiagramFamily(this, node);
    this.#families.set(node, family);
    return family;
  }

  get minimal(): MinimalQuorums {
    this.#minimal ??= new MinimalQuorums(this.diagrams);
    return this.#minimal;
  }
}

export class DiagramFamily extends Family {
  readonly families: DiagramFamilies;
  readonly node: Node;

  constructor(families: DiagramFamilies, node: Node) {
    super(families.everybody);
    this.families = families;
    this.node = node;
  }

  isQuorum(set: ServerSet): boolean {
    return this.families.diagrams.isSatisfiedBy(this.node, set);
  }

  get dual(): DiagramFamily {
    return this.families.family(this.families.diagrams.dual(this.node));
  }

  within(set: ServerSet): DiagramFamily {
    return this.families.family(this.families.diagrams.within(this.node, set));
  }

  given(server: number, isThere: boolean): DiagramFamily {
    return this.families.family(this.families.diagrams.given(this.node, server, isThere));
  }

  permuted(permutation: readonly number[]): DiagramFamily {
    return this.families.family(this.families.diagrams.permuted(this.node, permutation));
  }

  /** Of several, the first in the order of servers. */
  get smallestOrNone(): ServerSet | null {
    const { diagrams } = this.families;
    const sizes = new SmallestSizes(diagrams);
    if (this.node === FALSE) return null;
    let set: ServerSet = NO_SERVERS;
    for (let node = this.node; node !== TRUE; ) {
      const isIn = 1 + sizes.of(diagrams.high(node)) === sizes.of(node);
      if (isIn) set |= singleton(diagrams.order[diagrams.level(node)]!);
      node = isIn ? diagrams.high(node) : diagrams.low(node);
    }
    return set;
  }

  get count(): bigint {
    return this.families.minimal.count(this.node);
  }

  /** Of one size, in the order of servers. */
  quorums(): Generator<ServerSet> {
    return this.families.minimal.all(this.node);
  }

  get members(): ServerSet {
    const { diagrams } = this.families;
    let members: ServerSet = NO_SERVERS;
    const seen = new Set<Node>();
    const visit = (node: Node): void => {
      if (node <= TRUE || seen.has(node)) return;
      seen.add(node);
      // The node tells low from high, so some minimal quorum of it needs its server.
      members |= singleton(diagrams.order[diagrams.level(node)]!);
      visit(diagrams.low(node));
      visit(diagrams.high(node));
    };
    visit(this.node);
    return members;
  }

  get tellingSets(): readonly ServerSet[] {
    return this.list();
  }

  get nodes(): number {
    return this.families.diagrams.size;
  }
}
