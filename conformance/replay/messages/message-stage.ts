import { type ActionInstance, actionInstanceOf, stepCount, Walk } from "../../../model/kernel/index.js";
import { type MessageStep, messageStepsOf } from "../../../model/messages/message-steps.js";
import { type MessagesModel, messagesModel } from "../../../model/messages/messages.js";
import type { MessagesOptions } from "../../../model/messages/options.js";
import { ClientJudge } from "../../../model/registers/client-judge.js";
import type { Scope } from "../../../model/registers/scope.js";
import { MemoryDriver } from "./memory-driver.js";
import type { MessageDriver } from "./message-driver.js";
import { TcpDriver } from "./tcp-driver.js";

/** What is replayed, and where: the message model of a scope, and how to start servers of the implementation. */
export interface MessageStage {
  readonly scope: Scope;
  readonly options: MessagesOptions;
  readonly model: MessagesModel;
  /** Walks the model. */
  readonly walk: Walk;
  readonly judge: ClientJudge;
  /** Every step of the model by its number: as actions with parameters, and for people. */
  readonly instances: readonly ActionInstance[];
  readonly steps: readonly MessageStep[];
  readonly driver: MessageDriver["name"];
  readonly startDriver: () => Promise<MessageDriver>;
}

export function messageStage(scope: Scope, options: MessagesOptions, driver: MessageDriver["name"]): MessageStage {
  const { servers } = scope.table;
  const model = messagesModel(scope, options);
  return {
    scope,
    options,
    model,
    walk: new Walk(model),
    judge: new ClientJudge(model, scope),
    instances: Array.from({ length: stepCount(model.actions) }, (_, step) => actionInstanceOf(model.actions, step)),
    steps: messageStepsOf(model, scope),
    driver,
    startDriver: () => (driver === "memory" ? MemoryDriver.start(servers) : TcpDriver.start(servers)),
  };
}
