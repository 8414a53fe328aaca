/**
 * What clients ask of servers, and what servers answer.
 *
 * Every request is idempotent and every reply a stable fact about write-once registers, so lost, duplicated, delayed
 * and reordered messages do no harm; the frame around a message carries the id that matches a reply to its request.
 */
import type { Register, Value } from "../../spec/register.js";

/** Register sets are safe integers in [0, REGISTER_SET_LIMIT): six bytes on the wire and on disk. */
export const REGISTER_SET_LIMIT = 2 ** 48;

/** Longest value, in bytes of UTF-8. */
export const VALUE_BYTES_MAX = 64 * 1024;

/** Longest name of a server, in bytes of UTF-8. */
export const SERVER_NAME_BYTES_MAX = 255;

/** One written register of a row. */
export type Written = readonly [registerSet: number, value: Value];

/** Values in registers from `from` (0 unless given) on: all of them, or as many as come before `next`. */
export interface Page {
  readonly from?: number;
  readonly written: readonly Written[];
  /** Where the next page begins; none where this is the last one. */
  readonly next?: number;
}

/** Phase 1: turn every unwritten register below the register set into nil, and tell what is there, page by page. */
export interface PrepareRequest {
  readonly kind: "prepare";
  readonly registerSet: number;
  /** Where the page begins; 0 unless given. */
  readonly from?: number;
}

/** Phase 2: write the value unless the register is taken. */
export interface WriteRequest {
  readonly kind: "write";
  readonly registerSet: number;
  readonly value: Value;
}

/** Give the vote in the register set to the client of this number, unless it was given before. */
export interface VoteRequest {
  readonly kind: "vote";
  readonly registerSet: number;
  /** The client that asks. */
  readonly candidate: number;
  /** Whether the vote is a promise: with it every unwritten register below the register set is turned into nil. */
  readonly promise: boolean;
}

/** Tell the row, page by page; changes nothing. */
export interface ReadRequest {
  readonly kind: "read";
  /** Where the page begins; 0 unless given. */
  readonly from?: number;
}

/** Take note that the value is decided: from a client that has output it. */
interface DecidedRequest {
  readonly kind: "decided";
  readonly value: Value;
}

export type Request = PrepareRequest | WriteRequest | VoteRequest | ReadRequest | DecidedRequest;

/**
 * No register below the register set is unwritten any more; of those that the page covers, `written` is every value,
 * ascending, the rest is nil.
 */
export interface PreparedReply extends Page {
  readonly kind: "prepared";
  readonly registerSet: number;
}

/** The register holds the value that was asked for: newly, or from before. */
export interface WrittenReply {
  readonly kind: "written";
  readonly registerSet: number;
  readonly value: Value;
}

/** The server's vote in the register set is this client's, newly or from before, and for ever. */
export interface VotedReply {
  readonly kind: "voted";
  readonly registerSet: number;
  readonly candidate: number;
}

/** The register held nil or another value already, and always will. */
export interface RefusedReply {
  readonly kind: "refused";
  readonly registerSet: number;
  readonly holds: Register;
}

/** A page of the row: every value, ascending; unwritten registers below `frozenBelow` are nil. */
export interface RowReply extends Page {
  readonly kind: "row";
  readonly frozenBelow: number;
}

/** To every request, once the server was told: the value is decided, and the server keeps no registers any more. */
export interface DecidedReply {
  readonly kind: "decided";
  readonly value: Value;
}

/** The request itself was unacceptable; nothing changed, and nothing about registers follows from it. */
export interface RejectedReply {
  readonly kind: "rejected";
  readonly reason: string;
  /** Of a prepare that would freeze too far at once: the highest register set that could be prepared instead. */
  readonly preparesUpTo?: number;
}

export type Reply = PreparedReply | WrittenReply | VotedReply | RefusedReply | RowReply | DecidedReply | RejectedReply;

export const isRegisterSet = (candidate: number): boolean =>
  Number.isSafeInteger(candidate) && candidate >= 0 && candidate < REGISTER_SET_LIMIT;

/** Throws RangeError unless the register set is an integer in [0, REGISTER_SET_LIMIT). */
export function checkRegisterSet(registerSet: number): void {
  if (!isRegisterSet(registerSet)) {
    throw new RangeError(`register set ${registerSet} is not an integer in [0, 2^48)`);
  }
}

/** Throws RangeError for what cannot be the number of a client. */
export function checkCandidate(candidate: number): void {
  if (!isRegisterSet(candidate)) throw new RangeError(`client ${candidate} is not an integer in [0, 2^48)`);
}

/** Throws RangeError for a value that is too long, or that UTF-8 cannot carry: two such values would become one. */
export function checkValue(value: Value): void {
  const length_bytes = Buffer.byteLength(value, "utf8");
  if (length_bytes > VALUE_BYTES_MAX) {
    throw new RangeError(`a value has at most ${VALUE_BYTES_MAX} bytes of UTF-8, this one has ${length_bytes}`);
  }
  if (/\p{Surrogate}/u.test(value)) throw new RangeError("a value must be well-formed text: it has a lone surrogate");
}
