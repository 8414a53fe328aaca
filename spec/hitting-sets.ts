import { meets, membersOf, minimalSets, NO_SERVERS, type ServerSet, singleton } from "./server-set.js";

/**
 * All minimal sets of servers that meet every member of the family (the transversals of a hypergraph).
 *
 * Berge's algorithm: fold the members in one by one, extending each transversal that misses the new member and keeping the
 * minimal ones. Source: C. Berge, "Hypergraphs", 1989, section 2.1. Hitting an empty family takes nobody: `[NO_SERVERS]`.
 */
export function minimalHittingSets(family: readonly ServerSet[]): ServerSet[] {
  let transversals: ServerSet[] = [NO_SERVERS];
  for (const member of family) {
    const extended = transversals.flatMap((transversal) =>
      meets(transversal, member) ? [transversal] : membersOf(member).map((server) => transversal | singleton(server)),
    );
    transversals = minimalSets(extended);
  }
  return transversals;
}
