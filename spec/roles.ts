/**
 * Servers that do less than others, and observers, which do nothing that consensus depends on.
 *
 * - An *observer*, or *learner*, is in no quorum, and no client asks it anything before it proposes. So whatever it
 *   holds makes no difference, and it is no server of the table (proofs-notes.md, "Observers").
 * - An *arbiter* votes and promises, and holds no values: nothing is written to it. So it is in no phase-2 quorum, and
 *   what it promises tells nothing (proofs-notes.md, "Arbiters").
 * - A *witness* acknowledges writes, and keeps what was written until others have it, but no state that could be served
 *   from it. Its registers are like anybody's (proofs-notes.md, "Witnesses").
 */
import type { QuorumTable } from "./quorum-table.js";
import { allServers, hasServer, NO_SERVERS, type ServerSet } from "./server-set.js";
import { phase2Family } from "./table-families.js";

/** The servers to which values are written: all but the arbiters. */
export const serversThatHold = ({ servers, arbiters = NO_SERVERS }: QuorumTable): ServerSet =>
  allServers(servers.length) & ~arbiters;

export const isArbiter = ({ arbiters = NO_SERVERS }: QuorumTable, server: number): boolean =>
  hasServer(arbiters, server);

/**
 * Whether the register set can be decided by witnesses alone: then nobody may be left that can serve what was decided.
 */
export const isDecidedByWitnesses = (table: QuorumTable, registerSet: number): boolean =>
  table.witnesses !== undefined && phase2Family(table, registerSet).isQuorum(table.witnesses);
