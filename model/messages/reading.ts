/**
 * Reads the message model's state in the terms of spec and of message-steps.ts: what replay compares after each step.
 */
import type { Value } from "../../spec/register.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { StateTable } from "../../spec/state-table.js";
import { registerOf } from "../registers/reading.js";
import type { Scope } from "../registers/scope.js";
import { valueName } from "../registers/values.js";
import { clientName } from "./message-steps.js";
import type { MessagesModel } from "./messages.js";
import { ACCEPTED, ACTIVE, IDLE, NO_PROPOSAL, OUTPUT, REFUSED, STOPPED } from "./state.js";

export interface MessageState {
  /** What is on the servers' disks. */
  readonly registers: StateTable;
  /** By explored register set: the servers that have sent a promise for it. */
  readonly promised: readonly ServerSet[];
  readonly clients: readonly ClientState[];
}

interface ClientState {
  /** As in message-steps.ts. */
  readonly client: string;
  /** The real index. */
  readonly registerSet: number;
  readonly phase: "idle" | "prepare" | "write" | "stopped" | "output";
  /** Sent to all servers, even if the client has stopped since. */
  readonly proposal: Value | null;
  /**
   * Servers that the client has heard promise (while it prepares) or accept (while it writes); forgotten afterwards.
   */
  readonly heard: ServerSet;
  /** Servers that it has heard refuse its proposal, while it writes. */
  readonly heardRefuse: ServerSet;
  /** Servers that have sent it their answer to its proposal. */
  readonly accepted: ServerSet;
  readonly refused: ServerSet;
}

/** The state in the model's workspace. */
export function messageStateOf(model: MessagesModel, scope: Scope): MessageState {
  const { register, promised } = model.variables;
  const { servers } = scope.table;
  return {
    registers: {
      registerSets: scope.registerSets,
      rows: scope.registerSets.map((_, r) => servers.map((_, s) => registerOf(register.at(s, r)))),
    },
    promised: scope.registerSets.map((_, r) => serversWhere(scope, (s) => promised.is(1, s, r))),
    clients: model.attempts.map((_, a) => clientStateOf(model, scope, a)),
  };
}

function clientStateOf({ attempts, variables }: MessagesModel, scope: Scope, a: number): ClientState {
  const { phase, proposal, heard, answer } = variables;
  const attempt = attempts[a]!;
  const proposed = proposal.at(a);
  return {
    client: clientName(attempt, scope),
    registerSet: scope.registerSets[attempt.registerSet]!,
    phase: phaseOf(phase.at(a), proposed),
    proposal: proposed === NO_PROPOSAL ? null : valueName(proposed - 1),
    heard: serversWhere(scope, (s) => heard.is(ACCEPTED, a, s)),
    heardRefuse: serversWhere(scope, (s) => heard.is(REFUSED, a, s)),
    accepted: serversWhere(scope, (s) => answer.is(ACCEPTED, s, a)),
    refused: serversWhere(scope, (s) => answer.is(REFUSED, s, a)),
  };
}

function phaseOf(phase: number, proposal: number): ClientState["phase"] {
  switch (phase) {
    case IDLE:
      return "idle";
    case ACTIVE:
      return proposal === NO_PROPOSAL ? "prepare" : "write";
    case STOPPED:
      return "stopped";
    case OUTPUT:
      return "output";
    default:
      throw new RangeError(`the message model has no phase ${phase}`);
  }
}

function serversWhere({ table }: Scope, holds: (server: number) => boolean): ServerSet {
  return table.servers.reduce((set, _, s) => (holds(s) ? set | singleton(s) : set), NO_SERVERS);
}
