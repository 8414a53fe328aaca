/**
 * Every quorum family over a few servers, and what renaming the servers makes of each.
 *
 * A family is a non-empty antichain of non-empty sets of servers: its minimal quorums. Those of n servers are the
 * monotone Boolean functions of n variables but the two constants, so there are as many as the Dedekind number less
 * two: 1, 4, 18, 166, 7,579 for n = 1 to 5; and 1, 3, 8, 28, 208 up to the names of the servers.
 */
import {
  allServers,
  contains,
  membersOf,
  minimalSets,
  NO_SERVERS,
  type ServerSet,
  singleton,
} from "../../spec/server-set.js";

export type Family = readonly ServerSet[];

export interface FamilyCatalogue {
  /** In a fixed order; a family is known by its place here. */
  readonly families: readonly Family[];
  /** images[g][f]: what the g-th permutation of the servers makes of family f. The identity comes first. */
  readonly images: readonly (readonly number[])[];
}

export function familyCatalogue(servers: number): FamilyCatalogue {
  const families = quorumFamilies(servers);
  const placeOf = new Map(families.map((family, place) => [keyOf(family), place]));
  const images = permutations(servers).map((permutation) =>
    families.map((family) => placeOf.get(keyOf(family.map((quorum) => imageOf(quorum, permutation))))!),
  );
  return { families, images };
}

/** In a fixed order. Each subset of the servers in turn joins the antichain or does not. */
export function quorumFamilies(servers: number): Family[] {
  const found: Family[] = [];
  const extend = (next: ServerSet, antichain: Family): void => {
    if (next > allServers(servers)) {
      if (antichain.length > 0) found.push(minimalSets(antichain));
      return;
    }
    extend(next + 1, antichain);
    if (!antichain.some((set) => contains(set, next) || contains(next, set))) extend(next + 1, [...antichain, next]);
  };
  extend(1, []);
  return found;
}

/** All orders of 0..count-1, the ascending one first. */
export function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  const last = count - 1;
  return permutations(last).flatMap((order) =>
    Array.from({ length: count }, (_, back) => order.toSpliced(last - back, 0, last)),
  );
}

const imageOf = (set: ServerSet, permutation: readonly number[]): ServerSet =>
  membersOf(set).reduce((image, server) => image | singleton(permutation[server]!), NO_SERVERS);

const keyOf = (family: Family): string => [...family].sort((a, b) => a - b).join();
