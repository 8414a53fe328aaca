/**
 * Finds out what is decided from what servers hold, without writing anything, no I/O.
 *
 * What a page of a row shows stays true, so pages count as they come, whatever happens to the rows meanwhile. A value
 * that a phase-2 quorum of one register set holds is decided. Nothing follows from what is not shown: a value may be
 * decided all the same, by servers that were not heard or a moment later.
 */
import { type QuorumTable, rangeOf } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { checkSameDecision, twoDecisions } from "./exclusive-reads.js";
import { Pages } from "./pages.js";
import { REGISTER_SET_LIMIT, type Reply, type Request, type RowReply } from "./protocol.js";
import { quorumsOf } from "./quorums.js";

/** A quorum was seen to hold the value, or a server was told so. */
export type Decision = { readonly value: Value } & (
  | { readonly registerSet: number; readonly servers: ServerSet }
  | { readonly toldTo: number }
);

/** Who holds a value in one register set. */
export interface Held {
  readonly registerSet: number;
  readonly value: Value;
  readonly servers: ServerSet;
}

export class Learner {
  readonly #table: QuorumTable;
  readonly #pages: readonly Pages[];
  /** By register set, the values that were seen in it, each with the servers that hold it. */
  readonly #holders = new Map<number, Map<Value, ServerSet>>();
  #greatest = -1;
  #decision: Decision | null = null;

  constructor(table: QuorumTable) {
    this.#table = table;
    this.#pages = table.servers.map(() => new Pages(REGISTER_SET_LIMIT));
  }

  /** The first decision that was found, or null while none is known. */
  get decision(): Decision | null {
    return this.#decision;
  }

  /** Servers whose rows were heard to their ends. */
  get heard(): ServerSet {
    return this.#pages.reduce(
      (heard, pages, server) => (pages.isWhole ? heard | singleton(server) : heard),
      NO_SERVERS,
    );
  }

  /** What was seen in the greatest register set that shows any value; several values only if it is open. */
  get greatest(): Held[] {
    const registerSet = this.#greatest;
    return [...(this.#holders.get(registerSet) ?? [])].map(([value, servers]) => ({ registerSet, value, servers }));
  }

  /** What the server is to be asked now, or null where it has told all, or all is known. */
  nextTo(server: number): Request | null {
    const pages = this.#pages[server]!;
    if (pages.isWhole || this.#decision !== null) return null;
    return { kind: "read", ...(pages.next > 0 && { from: pages.next }) };
  }

  /** A reply that does not fit changes nothing. Throws RulesBrokenError where two values are decided. */
  receive(server: number, reply: Reply): void {
    if (reply.kind === "row") this.#receiveRow(server, reply);
    if (reply.kind !== "decided") return;
    if (this.#decision !== null) {
      checkSameDecision(this.#table.servers[server]!, reply.value, this.#decision.value);
    }
    this.#decision ??= { value: reply.value, toldTo: server };
  }

  #receiveRow(server: number, page: RowReply): void {
    if (!this.#pages[server]!.take(page)) return;
    for (const [registerSet, value] of page.written) {
      if (rangeOf(this.#table, registerSet) === undefined) continue;
      const holders = this.#holders.get(registerSet) ?? new Map<Value, ServerSet>();
      this.#holders.set(registerSet, holders);
      const servers = (holders.get(value) ?? NO_SERVERS) | singleton(server);
      holders.set(value, servers);
      this.#greatest = Math.max(this.#greatest, registerSet);
      if (!quorumsOf(this.#table, registerSet).phase2.isQuorum(servers)) continue;
      if (this.#decision !== null && this.#decision.value !== value) throw twoDecisions(this.#decision.value, value);
      this.#decision ??= { value, registerSet, servers };
    }
  }
}
