/**
 * Which register sets a client may propose in: its own, open ones, and elected ones if it is elected. Rule 3 ("current
 * decision") for exclusive sets.
 */
import { type Allocation, type QuorumTable, rangeOf } from "../../spec/quorum-table.js";
import { REGISTER_SET_LIMIT } from "./protocol.js";

/** Who a client is, among all the clients there will ever be of these servers. */
export interface ClientIdentity {
  /** In [0, count). Two clients must never share it. */
  readonly index: number;
  /** Number of clients that take turns; the same for all of them, always. */
  readonly count: number;
  /** The client's name in the table, where sets are allocated by name. */
  readonly name?: string;
}

/**
 * How many numbers there are for clients that have none and draw one. Two clients of one number could get two values
 * decided; among these, even a thousand clients draw different ones but for one time in ten thousand, and servers tell
 * those apart (network/handshake.ts).
 */
export const UNNUMBERED_CLIENTS = 2 ** 32;

/**
 * How far above all that a server knows to be in use it lets a prepare freeze at once.
 *
 * A client's next set is less than one turn of all clients above the sets that it knows to be in use, or above the
 * first set of a range; no turn is longer than that of clients without a number. A server that was away, or that lost
 * messages, is behind by a turn for each attempt that it missed. So this is room for 256 attempts missed, or for
 * thousands of millions by clients that are numbered; and a client lifts a server that is further behind step by step
 * (ClientCore). What it stops is one request that leaves no register set to anybody: only 2^48 there are, 256 times as
 * many as this.
 */
export const FREEZES_AHEAD_MAX = 256 * UNNUMBERED_CLIENTS;

/** Throws RangeError unless 0 <= index < count, both integers. */
export function checkIdentity({ index, count }: ClientIdentity): void {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`there cannot be ${count} clients`);
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`client ${index} is not one of the ${count} clients 0 to ${count - 1}`);
  }
}

/**
 * Whose a register set is among `count` clients: one client's, by its number; anybody's, where it is open, or elected,
 * which is for votes to say; or no client's where there is none.
 */
export function ownerOf(table: QuorumTable, registerSet: number, count: number): number | "anybody" | null {
  const allocation = rangeOf(table, registerSet)?.allocation;
  switch (allocation?.kind) {
    case undefined:
      return null;
    case "elected":
    case "open":
      return "anybody";
    case "client":
      return table.clients.indexOf(allocation.client);
    case "round-robin":
      return registerSet % count;
  }
}

/**
 * The lowest register set, from the given one on, that the client may propose in; null if none is left.
 * `acceptable` narrows the choice; it is asked about one set of each range, the sets of a range being alike.
 */
export function nextOwnedSet(
  table: QuorumTable,
  from: number,
  client: ClientIdentity,
  acceptable: (registerSet: number) => boolean = () => true,
): number | null {
  for (const range of table.ranges) {
    if (range.last < from) continue;
    const owned = firstOwned(range.allocation, Math.max(range.first, from), client);
    if (owned === null || owned > range.last || owned >= REGISTER_SET_LIMIT) continue;
    if (acceptable(owned)) return owned;
  }
  return null;
}

/**
 * Round-robin: client c of C owns the sets r with r mod C = c, whatever their range. In an elected set anybody may
 * stand.
 */
function firstOwned(allocation: Allocation, from: number, client: ClientIdentity): number | null {
  switch (allocation.kind) {
    case "elected":
    case "open":
      return from;
    case "client":
      return allocation.client === client.name ? from : null;
    case "round-robin":
      return from + ((client.index - (from % client.count) + client.count) % client.count);
  }
}
