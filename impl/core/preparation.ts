/**
 * One server's part in phase 1, as its client sees it: how much of its promise has come, and how it is brought to
 * promise.
 *
 * A server that is far behind freezes only so far at once. It is lifted step by step: a prepare of any register set,
 * whoever owns it, does nothing but turn registers into nil, which agreement never forbids.
 */
import { Pages } from "./pages.js";
import {
  isRegisterSet,
  type PreparedReply,
  type PrepareRequest,
  type RejectedReply,
  type Written,
} from "./protocol.js";

export class Preparation {
  readonly #registerSet: number;
  readonly #pages: Pages;
  /** A register set below the client's that is to be prepared first; null while the server goes all the way. */
  #step: number | null = null;

  constructor(registerSet: number) {
    this.#registerSet = registerSet;
    this.#pages = new Pages(registerSet);
  }

  /** Whether the server is on its way up to where it can promise. */
  get isLifting(): boolean {
    return this.#step !== null;
  }

  get request(): PrepareRequest {
    if (this.#step !== null) return { kind: "prepare", registerSet: this.#step };
    const from = this.#pages.next;
    return { kind: "prepare", registerSet: this.#registerSet, ...(from > 0 && { from }) };
  }

  /**
   * All values below, ascending, with the last page of the promise; else null. A reply that does not fit changes
   * nothing.
   */
  take(reply: PreparedReply): readonly Written[] | null {
    if (reply.registerSet === this.#step) this.#step = null;
    if (reply.registerSet !== this.#registerSet || !this.#pages.take(reply)) return null;
    return this.#pages.isWhole ? this.#pages.written : null;
  }

  rejected({ preparesUpTo }: RejectedReply): void {
    if (preparesUpTo === undefined || !isRegisterSet(preparesUpTo) || preparesUpTo >= this.#registerSet) return;
    this.#step = preparesUpTo;
  }
}
