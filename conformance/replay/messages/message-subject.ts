import { actionInstanceOf, stepCount, Walk } from "../../../model/kernel/index.js";
import { type MessageStep, messageStepsOf } from "../../../model/messages/message-steps.js";
import { messagesModel } from "../../../model/messages/messages.js";
import type { MessagesOptions } from "../../../model/messages/options.js";
import { ClientJudge } from "../../../model/registers/client-judge.js";
import type { Scope } from "../../../model/registers/scope.js";
import { beginningOf } from "../lockstep/beginning.js";
import type { Channel, Subject } from "../lockstep/lockstep-run.js";
import { observedIn } from "../systems/observed-sets.js";
import { MemoryMessageSystem, RememberedMessageSystem } from "./memory-message-system.js";
import { MessageRun } from "./message-run.js";
import type { MessageScript } from "./message-script.js";
import { TcpMessageSystem } from "./tcp-message-system.js";

/** The message model of a scope, beside servers in memory or over TCP. */
export interface MessageSubject extends MessageScript, Subject<MessageRun, MessageStep> {}

/**
 * Whose messages are replayed: servers that live, or are remembered and can be put back, in memory; processes over TCP.
 */
export type MessageServersKind = "memory" | "remembered" | "tcp";

export function messageSubject(scope: Scope, options: MessagesOptions, kind: MessageServersKind): MessageSubject {
  const model = messagesModel(scope, options);
  const script: MessageScript = {
    scope,
    options,
    model,
    walk: new Walk(model),
    judge: new ClientJudge(model, scope),
    instances: Array.from({ length: stepCount(model.actions) }, (_, step) => actionInstanceOf(model.actions, step)),
  };
  return {
    ...script,
    name: scope.table.name,
    channel: channelOf(kind),
    beginning: beginningOf(scope),
    steps: messageStepsOf(model, scope),
    start: starting(script, kind),
  };
}

/** The same with servers of another kind. */
export const withServers = (subject: MessageSubject, kind: MessageServersKind): MessageSubject => ({
  ...subject,
  channel: channelOf(kind),
  start: starting(subject, kind),
});

const channelOf = (kind: MessageServersKind): Channel => (kind === "tcp" ? "tcp" : "memory");

function starting(script: MessageScript, kind: MessageServersKind): MessageSubject["start"] {
  const { scope } = script;
  const { servers } = scope.table;
  const systems = {
    memory: () => MemoryMessageSystem.open(servers),
    remembered: () => RememberedMessageSystem.open(servers, observedIn(scope)),
    tcp: () => TcpMessageSystem.start(servers),
  };
  return async (turn, run) => new MessageRun(script, await systems[kind](), run, turn);
}
