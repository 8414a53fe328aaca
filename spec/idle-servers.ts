/**
 * Servers that are in no quorum of any register set: no decision needs them. They are explored all the same: in an open
 * set such a server may hold a value that a client reads and takes, so that a table may be unsafe because of it.
 */
import { isElected, type QuorumTable } from "./quorum-table.js";
import { representatives } from "./rules/representatives.js";
import { allServers, NO_SERVERS, namesOf } from "./server-set.js";
import { electionFamily, phase1Family, phase2Family } from "./table-families.js";

/** Their names, in the table's order. */
export function idleServers(table: QuorumTable): string[] {
  let busy = NO_SERVERS;
  for (const { registerSet } of representatives(table)) {
    busy |= phase2Family(table, registerSet).members;
    if (isElected(table, registerSet)) busy |= electionFamily(table, registerSet).members;
    // Phase 1 of set 0 asks no server.
    busy |= phase1Family(table, registerSet).members;
  }
  return namesOf(allServers(table.servers.length) & ~busy, table.servers);
}
