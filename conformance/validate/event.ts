/**
 * What a log says that happened: one event a line. docs/validate.md is the format in prose, event-fields.ts says what
 * each has.
 */
import type { Written } from "../../impl/core/protocol.js";
import type { Register, Value } from "../../spec/register.js";
import type { ServerSet } from "../../spec/server-set.js";

/** It happened at some time from the first to the second; both are infinite where nothing is said. */
export interface Time {
  readonly from: number;
  readonly to: number;
}

export const ANY_TIME: Time = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

interface Common {
  /** Who says so: a server of the table by its name, or a client by any. */
  readonly node: string;
  /** Which file of the log, and which line of it, from 1 on. */
  readonly file: number;
  readonly line: number;
  readonly time: Time;
  /** Why it cannot follow its node's event before it, whatever happened elsewhere, in a sentence; null where it can. */
  readonly misplaced: string | null;
}

/** By a server, of itself. */
interface AtServer extends Common {
  /** Its index in the table. */
  readonly server: number;
}

/** It promised a client of the set: nothing below is unwritten any more. */
export interface FreezeEvent extends AtServer {
  readonly event: "freeze";
  readonly registerSet: number;
  /** All values that it told to be there; null where the log does not say. */
  readonly values: readonly Written[] | null;
}

/** This one register of it is nil, unless it holds a value. */
export interface FreezeRegisterEvent extends AtServer {
  readonly event: "freeze register";
  readonly registerSet: number;
}

export interface WriteEvent extends AtServer {
  readonly event: "write";
  readonly registerSet: number;
  readonly value: Value;
}

export interface VoteEvent extends AtServer {
  readonly event: "vote";
  readonly registerSet: number;
  readonly candidate: string;
}

/** It told somebody who wanted to write that the register is taken. */
export interface RefuseEvent extends AtServer {
  readonly event: "refuse";
  readonly registerSet: number;
  /** What it told; null where the log does not say. */
  readonly holds: Register | null;
}

/**
 * A process has started: its numbers begin anew. A server tells what it found on its disk; the index of a client is -1.
 */
export interface StartEvent extends AtServer {
  readonly event: "start";
  /** Null where the log does not say what was found. */
  readonly found: {
    /** Below, whatever holds no value is nil. */
    readonly frozenBelow: number;
    readonly values: readonly Written[];
    readonly votes: readonly (readonly [registerSet: number, candidate: string])[];
  } | null;
}

/** Somebody told it that the value is decided. */
export interface ToldEvent extends AtServer {
  readonly event: "told";
  readonly value: Value;
}

/** A client has heard the promise of a server. */
export interface LearnEvent extends Common {
  readonly event: "learn";
  readonly registerSet: number;
  readonly server: number;
  readonly values: readonly Written[];
}

export interface ProposeEvent extends Common {
  readonly event: "propose";
  readonly registerSet: number;
  readonly value: Value;
  /** Whose promises it had heard; null where the log does not say. */
  readonly heard: ServerSet | null;
  /** As whom it was elected: the node, unless the log says otherwise. */
  readonly candidate: string;
}

export interface OutputEvent extends Common {
  readonly event: "output";
  readonly value: Value;
  /** In which set it was decided; null where the log does not say. */
  readonly registerSet: number | null;
}

export type LogEvent =
  | FreezeEvent
  | FreezeRegisterEvent
  | WriteEvent
  | VoteEvent
  | RefuseEvent
  | StartEvent
  | ToldEvent
  | LearnEvent
  | ProposeEvent
  | OutputEvent;

export type EventKind = LogEvent["event"];

/** The same in words: `write A to R1 at S0`. */
export function formatEvent(event: LogEvent): string {
  switch (event.event) {
    case "freeze":
      return `freeze below R${event.registerSet} at ${event.node}`;
    case "freeze register":
      return `freeze R${event.registerSet} at ${event.node}`;
    case "write":
      return `write ${event.value} to R${event.registerSet} at ${event.node}`;
    case "vote":
      return `vote for ${event.candidate} in R${event.registerSet} at ${event.node}`;
    case "refuse":
      return `refuse a write to R${event.registerSet} at ${event.node}`;
    case "start":
      return `start of ${event.node}`;
    case "told":
      return `${event.node} told that ${event.value} is decided`;
    case "learn":
      return `${event.node} learns a promise for R${event.registerSet}`;
    case "propose":
      return `propose ${event.value} in R${event.registerSet}`;
    case "output":
      return `output ${event.value}`;
  }
}
