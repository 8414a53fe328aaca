/** Which fields an event has, and what may stand in them: the one place that reader, JSON Schema and page agree on. */
import type { EventKind } from "./event.js";

export type FieldType =
  | "register set"
  | "value"
  | "value or null"
  | "values"
  | "servers"
  | "server"
  | "candidate"
  | "votes";

export interface Field {
  readonly type: FieldType;
  readonly isOptional: boolean;
}

const required = (type: FieldType): Field => ({ type, isOptional: false });
const optional = (type: FieldType): Field => ({ type, isOptional: true });

/** Besides `node`, `event`, `seq`, `at` and `note`, which all have. */
export const EVENT_FIELDS: Readonly<Record<EventKind, Readonly<Record<string, Field>>>> = {
  freeze: { registerSet: required("register set"), values: optional("values") },
  "freeze register": { registerSet: required("register set") },
  write: { registerSet: required("register set"), value: required("value") },
  vote: { registerSet: required("register set"), candidate: required("candidate") },
  refuse: { registerSet: required("register set"), holds: optional("value or null") },
  start: { frozenBelow: optional("register set"), values: optional("values"), votes: optional("votes") },
  told: { value: required("value") },
  learn: { registerSet: required("register set"), server: required("server"), values: required("values") },
  propose: {
    registerSet: required("register set"),
    value: required("value"),
    heard: optional("servers"),
    candidate: optional("candidate"),
  },
  output: { value: required("value"), registerSet: optional("register set") },
};

export const EVENT_KINDS = Object.keys(EVENT_FIELDS) as readonly EventKind[];

/** Of clients as well as of servers; the others are of servers. */
export const ANYBODYS_EVENTS: ReadonlySet<EventKind> = new Set(["start", "learn", "propose", "output"]);

export const COMMON_FIELDS = ["node", "event", "seq", "at", "note"] as const;
