import { actionInstanceOf, stepCount, Walk } from "../../../model/kernel/index.js";
import { type MessageStep, messageStepsOf } from "../../../model/messages/message-steps.js";
import { messagesModel } from "../../../model/messages/messages.js";
import type { MessagesOptions } from "../../../model/messages/options.js";
import { ClientJudge } from "../../../model/registers/client-judge.js";
import type { Scope } from "../../../model/registers/scope.js";
import { beginningOf } from "../lockstep/beginning.js";
import type { Channel, Subject } from "../lockstep/lockstep-run.js";
import { MemoryMessageSystem } from "./memory-message-system.js";
import { MessageRun } from "./message-run.js";
import type { MessageScript } from "./message-script.js";
import { TcpMessageSystem } from "./tcp-message-system.js";

/** The message model of a scope, beside servers in memory or over TCP. */
export interface MessageSubject extends MessageScript, Subject<MessageRun, MessageStep> {}

export function messageSubject(scope: Scope, options: MessagesOptions, channel: Channel): MessageSubject {
  const { servers, name } = scope.table;
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
    name,
    channel,
    beginning: beginningOf(scope),
    steps: messageStepsOf(model, scope),
    start: async (turn, run) => {
      const system =
        channel === "memory" ? await MemoryMessageSystem.open(servers) : await TcpMessageSystem.start(servers);
      return new MessageRun(script, system, run, turn);
    },
  };
}
