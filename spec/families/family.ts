/** A quorum family that answers questions without listing its quorums. */
import { allServers, type ServerSet, singleton, sizeOf } from "../server-set.js";
import { Diagrams } from "./diagrams.js";
import { type Formula, orderOfMention } from "./formula.js";
import { cheapestChoice, type JointChoice, type MembershipCost, SmallestSizes } from "./joint-choice.js";
import { MinimalQuorums } from "./minimal-quorums.js";
import { FALSE, type Node, TRUE } from "./node.js";
import { TooComplex } from "./too-complex.js";

/** More quorums than this are never listed. */
export const LISTED_MAX = 10_000;

/** The families of one table: they share their diagrams, so that they can be compared. */
export class FamilySpace {
  readonly diagrams: Diagrams;
  readonly everybody: ServerSet;
  readonly #families = new Map<Node, Family>();
  #minimal: MinimalQuorums | null = null;

  constructor(diagrams: Diagrams) {
    this.diagrams = diagrams;
    this.everybody = allServers(diagrams.order.length);
  }

  /** Families that are satisfied by the same sets are the same object. Throws TooComplex. */
  familyOf(formula: Formula): Family {
    return this.family(this.diagrams.build(formula));
  }

  family(node: Node): Family {
    const known = this.#families.get(node);
    if (known !== undefined) return known;
    const family = new Family(this, node);
    this.#families.set(node, family);
    return family;
  }

  /** A quorum of any of the families, of which there is at least one. Throws TooComplex. */
  anyOf(families: readonly Family[]): Family {
    return this.family(families.reduce((node, family) => this.diagrams.or(node, family.node), FALSE));
  }

  /** A quorum of every one of the families, of which there is at least one. Throws TooComplex. */
  allOf(families: readonly Family[]): Family {
    return this.family(families.reduce((node, family) => this.diagrams.and(node, family.node), TRUE));
  }

  get minimal(): MinimalQuorums {
    this.#minimal ??= new MinimalQuorums(this.diagrams);
    return this.#minimal;
  }
}

export class Family {
  readonly space: FamilySpace;
  readonly node: Node;
  #listed: readonly ServerSet[] | null = null;

  constructor(space: FamilySpace, node: Node) {
    this.space = space;
    this.node = node;
  }

  /** Whether the set contains a quorum: whether these servers are enough. */
  isQuorum(set: ServerSet): boolean {
    return this.space.diagrams.isSatisfiedBy(this.node, set);
  }

  /** Whether the set has a server of every quorum: whether the rest is no quorum. */
  meetsEvery(set: ServerSet): boolean {
    return !this.isQuorum(this.space.everybody & ~set);
  }

  /** The sets that meet every quorum, as a family; its dual is this one again. */
  get dual(): Family {
    return this.space.family(this.space.diagrams.dual(this.node));
  }

  /** Whether every two quorums share a server: whether each of them meets all. Throws TooComplex. */
  get meetsItself(): boolean {
    return this.space.anyOf([this, this.dual]) === this.dual;
  }

  /** The quorums that lie within the set: none, perhaps. Throws TooComplex. */
  within(set: ServerSet): Family {
    return this.space.family(this.space.diagrams.within(this.node, set));
  }

  /** What else is needed once it is settled whether the server is there. Throws TooComplex. */
  given(server: number, isThere: boolean): Family {
    return this.space.family(this.space.diagrams.given(this.node, server, isThere));
  }

  /** The family whose quorums have server permutation[s] where those of this one have s. Throws TooComplex. */
  permuted(permutation: readonly number[]): Family {
    return this.space.family(this.space.diagrams.permuted(this.node, permutation));
  }

  /** A smallest quorum, the first in the order of servers. Not for a family without quorums. */
  get smallest(): ServerSet {
    const { diagrams } = this.space;
    const sizes = new SmallestSizes(diagrams);
    let set: ServerSet = 0;
    for (let node = this.node; node !== TRUE; ) {
      const isIn = 1 + sizes.of(diagrams.high(node)) === sizes.of(node);
      if (isIn) set |= singleton(diagrams.order[diagrams.level(node)]!);
      node = isIn ? diagrams.high(node) : diagrams.low(node);
    }
    return set;
  }

  /** How many minimal quorums there are, exactly. Throws TooComplex. */
  get count(): bigint {
    return this.space.minimal.count(this.node);
  }

  /** Minimal quorums one by one, smallest first, and of one size in the order of servers. Throws TooComplex. */
  quorums(): Generator<ServerSet> {
    return this.space.minimal.all(this.node);
  }

  /** The servers that are in some minimal quorum. */
  get members(): ServerSet {
    const { diagrams } = this.space;
    let members: ServerSet = 0;
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

  /**
   * All minimal quorums, smallest first, and of one size by their bits, for those who ask for a short list. Throws
   * TooManyQuorums if there are more than LISTED_MAX.
   */
  list(): readonly ServerSet[] {
    if (this.#listed !== null) return this.#listed;
    const listed: ServerSet[] = [];
    for (const quorum of this.quorums()) {
      if (listed.length === LISTED_MAX) throw new TooManyQuorums();
      listed.push(quorum);
    }
    this.#listed = listed.sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
    return this.#listed;
  }
}

/** A list was asked for of more than LISTED_MAX quorums. */
export class TooManyQuorums extends Error {
  override readonly name = "TooManyQuorums";

  constructor() {
    super(`there are more than ${LISTED_MAX.toLocaleString("en")} minimal quorums to list`);
  }
}

/** joint-choice.ts, for families. */
export const cheapestFrom = (
  families: readonly Family[],
  memberships: readonly number[],
  cost: MembershipCost,
): JointChoice | null =>
  cheapestChoice(
    families[0]!.space.diagrams,
    families.map(({ node }) => node),
    memberships,
    cost,
  );

/** Diagrams this small are good enough, for any order of servers. */
const SMALL = 2000;

/**
 * A space in which these formulas are built. The order of servers decides how large diagrams are: files name servers group
 * by group, and where they do not, expressions do. Throws TooComplex if no order that was tried will do.
 */
export function spaceFor(formulas: readonly Formula[], serverCount: number): FamilySpace {
  const asListed = Array.from({ length: serverCount }, (_, server) => server);
  let best: Diagrams | null = null;
  let reason: unknown = null;
  for (const order of [() => asListed, () => orderOfMention(formulas, serverCount)]) {
    try {
      const diagrams = new Diagrams(order());
      for (const formula of formulas) diagrams.build(formula);
      if (best === null || diagrams.size < best.size) best = diagrams;
      if (best.size <= SMALL) break;
    } catch (error) {
      if (!(error instanceof TooComplex)) throw error;
      reason ??= error;
    }
  }
  if (best === null) throw reason;
  return new FamilySpace(best);
}
