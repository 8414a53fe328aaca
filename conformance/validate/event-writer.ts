/**
 * Writes what a server or a client does to a file, event by event, for `quorate validate`. Each line is handed to the
 * system before the reply or request that it is about leaves: a process that is killed has told all that others know of
 * it. It is not synced: a machine that loses its power may have lost the end.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { LogRecord } from "../../impl/core/log-record.js";
import type { Reply, Request } from "../../impl/core/protocol.js";

/** What an event has besides who and when. */
export interface EventFields {
  readonly event: string;
  readonly [field: string]: unknown;
}

const LINE_FEED = 10;

const TAIL_BYTES = 64 * 1024;

export class EventWriter {
  readonly #file: string;
  readonly #node: string;
  readonly #complain: (sentence: string) => void;
  /** Null once it cannot be written. */
  #descriptor: number | null;
  #seq = 0;
  /** A clock that is set back must not turn the order around. */
  #latest_ms = 0;

  /** Appends to the file; what a crash left of a last line is cut off. Throws the system's errors. */
  constructor(file: string, node: string, complain: (sentence: string) => void) {
    this.#file = file;
    this.#node = node;
    this.#complain = complain;
    // Appending, and reading for what was torn.
    this.#descriptor = openSync(file, "a+");
    cutTornLine(this.#descriptor);
  }

  /** Milliseconds since 1970, never less than before. */
  now(): number {
    this.#latest_ms = Math.max(this.#latest_ms, Date.now());
    return this.#latest_ms;
  }

  /** @param began_ms when it began to happen: it is over now */
  write(fields: EventFields, began_ms?: number): void {
    if (this.#descriptor === null) return;
    const to = this.now();
    const { event, ...others } = fields;
    const line = { node: this.#node, seq: this.#seq++, at: [Math.min(began_ms ?? to, to), to], event, ...others };
    try {
      writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    } catch (error) {
      this.close();
      this.#complain(`no more events are written to ${this.#file}: ${(error as Error).message}`);
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function cutTornLine(descriptor: number): void {
  const { size, isFile } = statOf(descriptor);
  if (!isFile) return;
  const buffer = Buffer.alloc(TAIL_BYTES);
  for (let end = size; end > 0; end -= TAIL_BYTES) {
    const start = Math.max(0, end - TAIL_BYTES);
    const length = readSync(descriptor, buffer, 0, end - start, start);
    const at = buffer.subarray(0, length).lastIndexOf(LINE_FEED);
    if (at < 0 && start > 0) continue;
    const complete = at < 0 ? 0 : start + at + 1;
    if (complete < size) ftruncateSync(descriptor, complete);
    return;
  }
}

function statOf(descriptor: number): { size: number; isFile: boolean } {
  const stat = fstatSync(descriptor);
  return { size: stat.size, isFile: stat.isFile() };
}

/** What a server with this history tells when it starts: `start`, and `told` where it knows what is decided. */
export function startEvents(history: Iterable<LogRecord>): EventFields[] {
  const values: [number, string][] = [];
  const votes: [number, string][] = [];
  let frozenBelow = 0;
  for (const record of history) {
    if (record.kind === "decided") return [{ event: "start" }, { event: "told", value: record.value }];
    if (record.kind === "written") values.push([record.registerSet, record.value]);
    else if (record.kind === "voted") votes.push([record.registerSet, String(record.candidate)]);
    else frozenBelow = Math.max(frozenBelow, record.below);
  }
  return [{ event: "start", frozenBelow, values, votes }];
}

/** What a server's answer tells about its registers; null for nothing. */
export function answerEvent(request: Request, reply: Reply): EventFields | null {
  switch (reply.kind) {
    case "prepared": {
      const isWhole = (reply.from ?? 0) === 0 && reply.next === undefined;
      return { event: "freeze", registerSet: reply.registerSet, ...(isWhole && { values: reply.written }) };
    }
    case "written":
      return { event: "write", registerSet: reply.registerSet, value: reply.value };
    case "voted":
      return { event: "vote", registerSet: reply.registerSet, candidate: String(reply.candidate) };
    case "refused": {
      const { registerSet, holds } = reply;
      return { event: "refuse", registerSet, holds: holds.state === "value" ? holds.value : null };
    }
    case "decided":
      return request.kind === "decided" ? { event: "told", value: reply.value } : null;
    default:
      return null;
  }
}
