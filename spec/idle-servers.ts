/**
 * Servers that are in no quorum of any register set: no decision needs them. They are explored all the same: in an open
 * set such a server may hold a value that a client reads and takes, so that a table may be unsafe because of it.
 */
import { electionFamily, isElected, phase1Family, phase2Family, type QuorumTable } from "./quorum-table.js";
import { allServers, NO_SERVERS, namesOf } from "./server-set.js";

/** Their names, in the table's order. */
export function idleServers(table: QuorumTable): string[] {
  let busy = NO_SERVERS;
  for (const { first, last } of table.ranges) {
    busy |= phase2Family(table, first).members;
    if (isElected(table, first)) busy |= electionFamily(table, first).members;
    // Phase 1 of set 0 asks no server.
    for (const set of [first, Math.min(first + 1, last)]) busy |= phase1Family(table, set).members;
  }
  return namesOf(allServers(table.servers.length) & ~busy, table.servers);
}
