/**
 * What a client may do that was let in: write in its own register sets, up to a quota, over a number of connections.
 *
 * Agreement rests on one owner for each exclusive set. Where clients are known by certificates, none can pass for
 * another; where they are not, this still stops one that is mistaken about its number or its table.
 */

import type { QuorumTable } from "../../spec/quorum-table.js";
import type { LogRecord } from "../core/log-record.js";
import { ownerOf, UNNUMBERED_CLIENTS } from "../core/ownership.js";
import type { VoteRequest, WriteRequest } from "../core/protocol.js";
import type { ClientFacts } from "../encoding/handshake-messages.js";

export interface Quotas {
  /** What the registers of one client, or the open and elected ones together, may take, in bytes. */
  readonly registers_bytes: number;
  /** How many connections one client may have at a time. */
  readonly connections: number;
}

export const QUOTAS: Quotas = { registers_bytes: 16 * 1024 * 1024, connections: 64 };

/** About what a register takes besides its value, in bytes. */
const REGISTER_BYTES = 64;

export class Permissions {
  readonly #server: string;
  readonly #table: QuorumTable;
  readonly #quotas: Quotas;
  /** What registers take, in bytes, by owner. */
  readonly #held = new Map<number | "anybody" | null, number>();
  readonly #connections = new Map<number, number>();

  constructor(server: string, table: QuorumTable, quotas: Quotas = QUOTAS) {
    this.#server = server;
    this.#table = table;
    this.#quotas = quotas;
  }

  /** Takes note of what the server holds. `clientCount`: null as long as there was no client. */
  follow(record: LogRecord, clientCount: number | null): void {
    if (record.kind === "decided") this.#held.clear();
    if (record.kind !== "written") return;
    const owner = ownerOf(this.#table, record.registerSet, clientCount ?? 1);
    this.#held.set(owner, (this.#held.get(owner) ?? 0) + sizeOf(record.value));
  }

  /** Why a client of this certificate's name is not the one that it says, or null. Those who only read may have any. */
  certificateRefusal(client: ClientFacts | null, certified: string): string | null {
    if (client === null) return null;
    const expected = this.#nameOf(client);
    if (expected === null || expected === certified) return null;
    return `this client says that it is ${phrase(client)}, and its certificate is of ${certified}; give it one of ${expected}, with --tls-cert and --tls-key`;
  }

  /** Counts a connection of the client; why there is one too many, or null. */
  enter({ index }: ClientFacts): string | null {
    const { connections } = this.#quotas;
    const open = this.#connections.get(index) ?? 0;
    if (open >= connections) {
      return `client ${index} has ${connections} connections to ${this.#server}, and may have no more; end some of its processes`;
    }
    this.#connections.set(index, open + 1);
    return null;
  }

  leave({ index }: ClientFacts): void {
    const open = this.#connections.get(index)! - 1;
    if (open > 0) this.#connections.set(index, open);
    else this.#connections.delete(index);
  }

  /** Why the client may not ask for this vote, or null: none stands under another's number. */
  voteRefusal(client: ClientFacts, { registerSet, candidate }: VoteRequest): string | null {
    if (candidate === client.index) return null;
    return `${phrase(client)} asks for a vote in R${registerSet} as client ${candidate}, which it is not`;
  }

  /** Why the client may not write this, or null. `isNew`: the register is unwritten, so the value would take room. */
  writeRefusal(client: ClientFacts, { registerSet, value }: WriteRequest, isNew: boolean): string | null {
    const owner = ownerOf(this.#table, registerSet, client.count);
    if (owner !== "anybody" && owner !== client.index) {
      const whose = owner === null ? "is not in the table" : `belongs to client ${owner}`;
      return `R${registerSet} ${whose}, and ${phrase(client)} may not write there`;
    }
    const { registers_bytes } = this.#quotas;
    if (!isNew || (this.#held.get(owner) ?? 0) + sizeOf(value) <= registers_bytes) return null;
    const whose = owner === "anybody" ? "open and elected registers" : `the registers of client ${owner}`;
    return `${whose} take as much room at ${this.#server} as they may, ${registers_bytes} bytes; raise its --quota`;
  }

  /** What the client's certificate must be of; null where clients draw their numbers, which any of them may. */
  #nameOf({ index, count }: ClientFacts): string | null {
    return this.#table.clients[index] ?? (count === UNNUMBERED_CLIENTS ? null : `client-${index}`);
  }
}

const sizeOf = (value: string): number => REGISTER_BYTES + Buffer.byteLength(value, "utf8");

const phrase = ({ index, count }: ClientFacts): string =>
  count === UNNUMBERED_CLIENTS ? `client ${index}` : `client ${index} of ${count}`;
