import { TooManyQuorums } from "./quorum-algebra.js";
import { meets, membersOf, minimalSets, NO_SERVERS, type ServerSet, singleton } from "./server-set.js";

/** Comparisons between sets that one derivation may cost: a second or two. */
const WORK_MAX = 1_000_000_000;

/**
 * All minimal sets of servers that meet every member of the family (the transversals of a hypergraph).
 *
 * Berge's algorithm: fold the members in one by one, extending each transversal that misses the new member and
 * keeping the minimal ones. Source: C. Berge, "Hypergraphs", 1989, section 2.1. Hitting an empty family takes no
 * server: `[NO_SERVERS]`. Throws TooManyQuorums rather than not end: there can be exponentially many.
 */
export function minimalHittingSets(family: readonly ServerSet[]): ServerSet[] {
  let transversals: ServerSet[] = [NO_SERVERS];
  let work = 0;
  for (const member of family) {
    const extended = transversals.flatMap((transversal) =>
      meets(transversal, member) ? [transversal] : membersOf(member).map((server) => transversal | singleton(server)),
    );
    work += extended.length * transversals.length;
    if (work > WORK_MAX) throw new TooManyQuorums();
    transversals = minimalSets(extended);
  }
  return transversals;
}
