/**
 * One server that knows nothing but write-once cells, as a client sees it: which cells are to be put for what a server
 * that knows its row would be asked in one request, and the answer that such a server would have given.
 *
 * To prepare a register set is to put nil into every lower register, one request for each, in any order; the server has
 * promised once all of them are known to hold something. That is as good as one step: what was learnt of a register
 * earlier stays true while the others are asked about. No I/O: whoever drives it delivers any of the pending requests,
 * as often as it likes.
 */
import {
  isRegisterSet,
  type PreparedReply,
  type PrepareRequest,
  type RefusedReply,
  type WriteRequest,
  type Written,
  type WrittenReply,
} from "./protocol.js";
import type { PutIfAbsent, PutIfAbsentReply, WrittenRegister } from "./register-storage.js";

type CellRequest = PrepareRequest | WriteRequest;

export class Cells {
  /** By register set: what is known to be there, which stays. */
  readonly #known = new Map<number, WrittenRegister>();
  /** All registers below are known. */
  #wholeBelow = 0;

  /** All registers below this one are known to hold something. */
  get wholeBelow(): number {
    return this.#wholeBelow;
  }

  /** All values that are known, ascending. */
  get written(): Written[] {
    return [...this.#known]
      .flatMap(([registerSet, register]): Written[] =>
        register.state === "value" ? [[registerSet, register.value]] : [],
      )
      .sort(([a], [b]) => a - b);
  }

  knows(registerSet: number): boolean {
    return this.#known.has(registerSet);
  }

  /**
   * Every put that the request takes and that has not been answered, by register set: to be sent now, or again, in any
   * order. Made one by one, since there can be very many.
   */
  *pending(request: CellRequest): Generator<PutIfAbsent> {
    const { registerSet } = request;
    if (request.kind === "write") {
      if (!this.#known.has(registerSet)) yield { registerSet, put: { state: "value", value: request.value } };
      return;
    }
    for (let below = this.#wholeBelow; below < registerSet; below++) {
      if (!this.#known.has(below)) yield { registerSet: below, put: { state: "nil" } };
    }
  }

  /** Takes an answer, in any order and any number of times. A rejection changes nothing. */
  receive(reply: PutIfAbsentReply): void {
    if (reply.kind === "rejected" || !isRegisterSet(reply.registerSet)) return;
    this.#known.set(reply.registerSet, reply.holds);
    while (this.#known.has(this.#wholeBelow)) this.#wholeBelow++;
  }

  /** What a server that knows its row would say, or null as long as that is not known. */
  answerTo(request: CellRequest): PreparedReply | WrittenReply | RefusedReply | null {
    const { registerSet } = request;
    if (request.kind === "prepare") {
      if (this.#wholeBelow < registerSet) return null;
      return { kind: "prepared", registerSet, written: this.written.filter(([set]) => set < registerSet) };
    }
    const holds = this.#known.get(registerSet);
    if (holds === undefined) return null;
    const isWritten = holds.state === "value" && holds.value === request.value;
    return isWritten ? { kind: "written", registerSet, value: holds.value } : { kind: "refused", registerSet, holds };
  }
}
