/**
 * What the client of a gated register set waits for: to know that a value was decided in the range before.
 *
 * It has servers tell their rows, and asks again as long as nothing is decided: what a page shows to be held stays
 * held, so pages count as they come. All that this opens is the gate. What the client then proposes follows from phase
 * 1 alone, as in any other set: a gate stands for a decision that came before in time, of this value or of another
 * entry of a log.
 */
import { type QuorumTable, type RegisterRange, rangesWaitedFor } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { ReadRequest, RowReply } from "./protocol.js";
import { quorumsOf } from "./quorums.js";

export class Gate {
  readonly #table: QuorumTable;
  readonly #before: RegisterRange;
  /** By register set of the range before, the values that were seen in it, each with the servers that hold it. */
  readonly #holders = new Map<number, Map<Value, ServerSet>>();
  /** By server, where the next page of its row begins. */
  readonly #next: number[];
  #isOpen = false;

  /** Of a gated register set. */
  constructor(table: QuorumTable, registerSet: number) {
    this.#table = table;
    this.#before = rangesWaitedFor(table, registerSet).at(-1)!;
    this.#next = table.servers.map(() => this.#before.first);
  }

  /** Whether a phase-2 quorum of one set of the range before was seen to hold one value. Once open, it stays so. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the server is to be asked now. */
  requestTo(server: number): ReadRequest {
    const from = this.#next[server]!;
    return { kind: "read", ...(from > 0 && { from }) };
  }

  /** Whether it could open if no server but these answered from now on. */
  couldOpenWith(answering: ServerSet): boolean {
    return quorumsOf(this.#table, this.#before.first).phase2.isQuorum(answering);
  }

  hear(server: number, { from = 0, written, next }: RowReply): void {
    for (const [registerSet, value] of written) this.#see(server, registerSet, value);
    if (from !== this.#next[server]) return;
    // After the last page that is of interest the row is read anew.
    const isMore = next !== undefined && next > from && next <= this.#before.last;
    this.#next[server] = isMore ? next : this.#before.first;
  }

  #see(server: number, registerSet: number, value: Value): void {
    const { first, last } = this.#before;
    if (!(first <= registerSet && registerSet <= last)) return;
    const holders = this.#holders.get(registerSet) ?? new Map<Value, ServerSet>();
    this.#holders.set(registerSet, holders);
    const servers = (holders.get(value) ?? NO_SERVERS) | singleton(server);
    holders.set(value, servers);
    if (quorumsOf(this.#table, registerSet).phase2.isQuorum(servers)) this.#isOpen = true;
  }
}
