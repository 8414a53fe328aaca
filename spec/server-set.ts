/**
 * Sets of servers as bit masks: bit i stands for the i-th server of the table's `servers`.
 *
 * Quorums are intersected millions of times while rules are judged and states explored, so a set is one machine word.
 */
export type ServerSet = number;

/** A mask keeps its sign bit clear, so that sets compare and sort as plain numbers. */
export const SERVERS_MAX = 31;

export const NO_SERVERS: ServerSet = 0;

export const allServers = (count: number): ServerSet => 2 ** count - 1;

export const singleton = (server: number): ServerSet => 1 << server;

export const contains = (set: ServerSet, subset: ServerSet): boolean => (set & subset) === subset;

export const meets = (a: ServerSet, b: ServerSet): boolean => (a & b) !== 0;

export const hasServer = (set: ServerSet, server: number): boolean => ((set >>> server) & 1) === 1;

/** Number of servers in the set. */
export function sizeOf(set: ServerSet): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Indices of the set's servers, ascending. */
export function membersOf(set: ServerSet): number[] {
  const members: number[] = [];
  for (let server = 0; set >>> server !== 0; server++) if (hasServer(set, server)) members.push(server);
  return members;
}

/** The set's servers by name, e.g. `["S0", "S2"]`. */
export const namesOf = (set: ServerSet, servers: readonly string[]): string[] =>
  membersOf(set).map((server) => servers[server]!);

/** The set as people write it, e.g. `{S0, S2}`. */
export const formatServers = (set: ServerSet, servers: readonly string[]): string =>
  `{${namesOf(set, servers).join(", ")}}`;

/** Whether the set contains some member of the family, e.g. whether a quorum has answered. */
export function containsSome(set: ServerSet, family: readonly ServerSet[]): boolean {
  for (const member of family) if (contains(set, member)) return true;
  return false;
}

/**
 * The members of the family that contain no other member (an antichain), smallest first. Supersets never matter to a
 * quorum system.
 */
export function minimalSets(family: Iterable<ServerSet>): ServerSet[] {
  const bySize = [...new Set(family)].sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  const minimal: ServerSet[] = [];
  for (const set of bySize) if (!containsSome(set, minimal)) minimal.push(set);
  return minimal;
}
