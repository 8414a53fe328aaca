/** The fewest votes that elect a client, or two in one register set. */
import { quorumsApart } from "../families/apart.js";
import { isElected, type QuorumTable } from "../quorum-table.js";
import { type ServerSet, sizeOf } from "../server-set.js";
import { electionFamily } from "../table-families.js";

/** The votes that no plan does without that has this number of clients elected in the register set; 0 where none is. */
export function leastVotes(table: QuorumTable, registerSet: number, clients: 1 | 2): number {
  if (!isElected(table, registerSet)) return 0;
  if (clients === 1) return sizeOf(electionFamily(table, registerSet).smallest);
  return rivalVoters(table, registerSet).reduce((sum, voters) => sum + sizeOf(voters), 0);
}

/** Two election quorums of a contested set that share no server, with the fewest servers. */
export function rivalVoters(table: QuorumTable, registerSet: number): readonly ServerSet[] {
  const voters = electionFamily(table, registerSet);
  return quorumsApart([voters, voters])!;
}
