/**
 * What nodes of an adapter say that they did inside, in lines as `quorate validate` reads them. What is written once
 * stays, so each event must agree with what is held whenever it is looked at; and that is compared with the model.
 */
import type { Written } from "../../../impl/core/protocol.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { holding, type Register, sameRegister, type Value } from "../../../spec/register.js";
import { hasServer } from "../../../spec/server-set.js";
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";
import { type EventKind, formatEvent, type LogEvent } from "../../validate/event.js";
import { EventReader } from "../../validate/event-reader.js";
import { EventError } from "../../validate/field-reader.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import type { ClientState } from "./client-state.js";

/** Whose events they may be: a store knows registers one by one, and whoever sends messages of its own is a client. */
const KINDS: Readonly<Record<Adapter["role"], readonly EventKind[]>> = {
  acceptor: ["freeze", "write", "refuse", "start"],
  store: ["freeze register", "write", "refuse", "start"],
  proposer: ["learn", "propose", "output"],
  replica: [],
};

/** What a server is seen to hold. */
export interface Held {
  /** The register sets that can be looked at, ascending. */
  readonly observed: readonly number[];
  registerAt(registerSet: number): Register;
  /** Whether a value need not be told, since a greater one is. */
  readonly isGreatestEnough: boolean;
}

export class ToldEvents {
  readonly #adapter: Adapter;
  readonly #table: QuorumTable;

  constructor(adapter: Adapter, table: QuorumTable) {
    this.#adapter = adapter;
    this.#table = table;
  }

  /** Throws AdapterError where they are none, and ImplementationFault where they are not so. */
  checkServer(name: string, told: readonly Body[], held: Held): void {
    for (const event of this.#eventsIn(name, told)) {
      const odd = oddAtServer(event, held);
      if (odd !== null) throw new ImplementationFault(`${name} says "${formatEvent(event)}", and ${odd}`);
    }
  }

  /** The same of the client of the register set, in the state that it has come to. `nameOf` begins the sentence. */
  checkClient(nameOf: string, told: readonly Body[], state: ClientState, registerSet: number): void {
    for (const event of this.#eventsIn(this.#adapter.nodes[0]!, told)) {
      const odd = oddAtClient(event, state, registerSet);
      if (odd !== null) throw new ImplementationFault(`${nameOf} says "${formatEvent(event)}", and ${odd}`);
    }
  }

  #eventsIn(node: string, told: readonly Body[]): LogEvent[] {
    return told.flatMap((body) => this.#eventIn(node, body) ?? []);
  }

  /** Null for what is for people alone. */
  #eventIn(node: string, { type: _, msg_id: __, ...fields }: Body): LogEvent | null {
    if (fields.event === undefined && fields.note !== undefined) return null;
    // One event follows from no other here: nodes go back to where they were.
    const reader = new EventReader(this.#table, 0);
    let event: LogEvent;
    try {
      event = reader.read(JSON.stringify({ ...fields, node }), 1);
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      throw this.#adapter.fault(`sent an event that is none: ${error.message}${error.hint ? ` (${error.hint})` : ""}`);
    }
    const { role } = this.#adapter;
    if (KINDS[role].includes(event.event)) return event;
    throw this.#adapter.fault(`sent the event "${event.event}", where the role ${role} has ${KINDS[role].join(", ")}`);
  }
}

/** What does not fit, as the rest of a sentence; null where all does. */
function oddAtServer(event: LogEvent, held: Held): string | null {
  const holdsAt = (set: number): string => `holds ${phrase(held.registerAt(set))} in R${set}`;
  const isHeld = ([set, value]: Written): boolean => sameRegister(held.registerAt(set), holding(value));
  const oddOf = (values: readonly Written[]): string | null => {
    const odd = values.find((pair) => !isHeld(pair));
    return odd === undefined ? null : holdsAt(odd[0]);
  };
  const isUnwritten = (set: number): boolean => held.registerAt(set).state === "unwritten";
  switch (event.event) {
    case "write":
      return oddOf([[event.registerSet, event.value]]);
    case "freeze register":
      return isUnwritten(event.registerSet) ? holdsAt(event.registerSet) : null;
    case "freeze":
      return oddFrozen(event.registerSet, held, holdsAt) ?? oddTold(event, held, holdsAt, oddOf);
    case "refuse":
      if (isUnwritten(event.registerSet)) return holdsAt(event.registerSet);
      return event.holds === null || sameRegister(event.holds, held.registerAt(event.registerSet))
        ? null
        : holdsAt(event.registerSet);
    case "start":
      if (event.found === null) return null;
      return oddFrozen(event.found.frozenBelow, held, holdsAt) ?? oddOf(event.found.values);
    default:
      throw new Error(`a server says "${event.event}"`);
  }
}

const observedBelow = (registerSet: number, { observed }: Held): number[] =>
  observed.filter((set) => set < registerSet);

function oddFrozen(below: number, held: Held, holdsAt: (set: number) => string): string | null {
  const odd = observedBelow(below, held).find((set) => held.registerAt(set).state === "unwritten");
  return odd === undefined ? null : holdsAt(odd);
}

/** All values below, unless the greatest is enough. */
function oddTold(
  { registerSet, values }: Extract<LogEvent, { readonly event: "freeze" }>,
  held: Held,
  holdsAt: (set: number) => string,
  oddOf: (values: readonly Written[]) => string | null,
): string | null {
  if (values === null) return null;
  const told = new Set(values.map(([set]) => set));
  const holding = observedBelow(registerSet, held).filter((set) => held.registerAt(set).state === "value");
  const due = held.isGreatestEnough ? holding.slice(-1) : holding;
  const missing = due.find((set) => !told.has(set));
  return oddOf(values) ?? (missing === undefined ? null : `${holdsAt(missing)}, of which it says nothing`);
}

function oddAtClient(event: LogEvent, state: ClientState, registerSet: number): string | null {
  const { chosen, output, prepared, reads } = state;
  const named = (value: Value | null): string => value ?? "nothing";
  switch (event.event) {
    case "propose":
      if (event.registerSet === registerSet && event.value === chosen) return null;
      return `has proposed ${named(chosen)} in R${registerSet}`;
    case "output":
      return event.value === output ? null : `has output ${named(output)}`;
    case "learn": {
      if (event.registerSet !== registerSet || !hasServer(prepared, event.server)) return "has no such promise";
      const unread = event.values.find(([set, value]) => !hasServer(reads.get(set)?.get(value) ?? 0, event.server));
      return unread === undefined ? null : `was not told of ${unread[1]} in R${unread[0]}`;
    }
    default:
      throw new Error(`a client says "${event.event}"`);
  }
}
