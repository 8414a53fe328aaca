/**
 * What a server's registers hold, and what its log on disk says that they do: read without the server, so that it
 * cannot mislead.
 */

import type { Reply } from "../../../impl/core/protocol.js";
import { recoverLog } from "../../../impl/encoding/log-format.js";
import { holding, NIL, type Register, UNWRITTEN, type Value } from "../../../spec/register.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";

/** The name of a server's log in its directory. */
export const LOG_FILE = "registers.log";

export interface Row {
  /** Registers below without a value are nil, those from here on unwritten. */
  readonly frozenBelow: number;
  readonly values: ReadonlyMap<number, Value>;
  /** By register set, whom the server has voted for; not told by the running server. */
  readonly votes: ReadonlyMap<number, number>;
}

export const EMPTY_ROW: Row = { frozenBelow: 0, values: new Map(), votes: new Map() };

/**
 * `log` holds the bytes that would survive a power cut now. Throws ImplementationFault where they are no history of
 * write-once registers, or not of the server `owner`.
 *
 * @param server for sentences
 */
export function durableRow(log: Uint8Array, server: string, owner = server): Row {
  let frozenBelow = 0;
  const values = new Map<number, Value>();
  const votes = new Map<number, number>();
  for (const record of recordsIn(log, server, owner)) {
    if (record.kind === "frozen") {
      frozenBelow = Math.max(frozenBelow, record.below);
      continue;
    }
    if (record.kind === "decided") {
      throw new ImplementationFault(`${server} has logged that ${record.value} is decided, which nobody told it`);
    }
    if (record.kind === "voted") {
      if (votes.has(record.registerSet)) {
        throw new ImplementationFault(`${server} has logged a second vote in R${record.registerSet}`);
      }
      votes.set(record.registerSet, record.candidate);
      continue;
    }
    const { registerSet, value } = record;
    if (values.has(registerSet) || registerSet < frozenBelow) {
      throw new ImplementationFault(`${server} has logged ${value} in R${registerSet}, which was not unwritten`);
    }
    values.set(registerSet, value);
  }
  return { frozenBelow, values, votes };
}

export function registerIn({ frozenBelow, values }: Row, registerSet: number): Register {
  const value = values.get(registerSet);
  if (value !== undefined) return holding(value);
  return registerSet < frozenBelow ? NIL : UNWRITTEN;
}

/** What a running server and its log on disk were last seen to hold. */
export interface ObservedRow {
  live: Row;
  durable: Row;
}

export const unobserved = (): ObservedRow => ({ live: EMPTY_ROW, durable: EMPTY_ROW });

/** What a server answered to a read. Throws ImplementationFault where that is no row. */
export function rowTold(reply: Reply, server: string): Row {
  if (reply.kind !== "row") throw new ImplementationFault(`${server} answered "${reply.kind}" to a read`);
  if (reply.next !== undefined) throw new ImplementationFault(`${server} told its row only below R${reply.next}`);
  return { frozenBelow: reply.frozenBelow, values: new Map(reply.written), votes: new Map() };
}

function recordsIn(log: Uint8Array, server: string, owner: string) {
  try {
    return recoverLog(log, owner, `the log of ${server}`).records;
  } catch (error) {
    throw new ImplementationFault((error as Error).message);
  }
}
