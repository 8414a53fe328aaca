/**
 * The message model's steps as data, for people and for replay.
 *
 * Register sets are named by their real index in the quorum table, servers by their name there, values as in
 * spec/trace.ts. `client` names the attempt: `R1` is the one of exclusive set 1; `R0/B` the one of open set 0 that
 * proposes B if it proposes.
 */
import type { Value } from "../../spec/register.js";
import { actionInstanceOf, stepCount } from "../kernel/index.js";
import type { Scope } from "../registers/scope.js";
import { valueName } from "../registers/values.js";
import type { Attempt } from "./attempts.js";
import type { MessagesModel } from "./messages.js";

/** Something that a client does by itself. */
interface ClientStep {
  /** It begins and asks all servers for promises; or it crashes or gives up, for good. */
  readonly action: "send prepare" | "stop";
  readonly client: string;
  readonly registerSet: number;
}

/** In register set 0 a client begins with its proposal. */
interface ProposalStep {
  readonly action: "send propose" | "output";
  readonly client: string;
  readonly registerSet: number;
  readonly value: Value;
}

/** A prepare, from whichever client of the set, reaches the server; in a crash, the promise never leaves. */
interface PrepareStep {
  readonly action: "deliver prepare" | "crash before promise";
  readonly server: string;
  readonly registerSet: number;
}

/** The client's proposal reaches the server; in a crash, the answer never leaves. */
interface ProposeStep {
  readonly action: "deliver propose" | "crash before answer";
  readonly server: string;
  readonly client: string;
  readonly registerSet: number;
  readonly value: Value;
}

/** The server's reply reaches the client. */
interface ReplyStep {
  readonly action: "deliver promise" | "deliver accepted" | "deliver refused";
  readonly server: string;
  readonly client: string;
  readonly registerSet: number;
}

/** The server crashes at rest, and recovers from its disk. */
interface CrashStep {
  readonly action: "crash";
  readonly server: string;
}

export type MessageStep = ClientStep | ProposalStep | PrepareStep | ProposeStep | ReplyStep | CrashStep;

export function clientName({ registerSet, proposes }: Attempt, { registerSets }: Scope): string {
  const set = `R${registerSets[registerSet]!}`;
  return proposes === null ? set : `${set}/${valueName(proposes)}`;
}

/** Every step of the model, by step number. */
export const messageStepsOf = (model: MessagesModel, scope: Scope): MessageStep[] =>
  Array.from({ length: stepCount(model.actions) }, (_, step) => messageStepOf(model, scope, step));

/** The model's step of this number. */
export function messageStepOf(model: MessagesModel, scope: Scope, stepNumber: number): MessageStep {
  const { action, parameters } = actionInstanceOf(model.actions, stepNumber);
  const attempt = model.attempts[parameters.attempt ?? 0]!;
  const client = clientName(attempt, scope);
  const registerSet = scope.registerSets[parameters.registerSet ?? attempt.registerSet]!;
  const server = scope.table.servers[parameters.server ?? 0]!;
  const value = valueName(parameters.value ?? 0);
  switch (action) {
    case "send prepare":
    case "stop":
      return { action, client, registerSet };
    case "send propose":
    case "output":
      return { action, client, registerSet, value };
    case "deliver prepare":
    case "crash before promise":
      return { action, server, registerSet };
    case "deliver propose":
    case "crash before answer":
      return { action, server, client, registerSet, value };
    case "deliver promise":
    case "deliver accepted":
    case "deliver refused":
      return { action, server, client, registerSet };
    case "crash":
      return { action, server };
    default:
      throw new RangeError(`the message model has no action ${action}`);
  }
}

/** One line a person can read, e.g. `client of R1 hears the promise of S0`. */
export function formatMessageStep(step: MessageStep): string {
  switch (step.action) {
    case "send prepare":
      return `client of ${step.client} sends prepare`;
    case "stop":
      return `client of ${step.client} crashes or gives up`;
    case "send propose":
      return `client of ${step.client} proposes ${step.value}`;
    case "output":
      return `client of ${step.client} outputs ${step.value}`;
    case "deliver prepare":
      return `${step.server} gets prepare for R${step.registerSet}, promises`;
    case "crash before promise":
      return `${step.server} gets prepare for R${step.registerSet}, crashes before it promises`;
    case "deliver propose":
      return `${step.server} gets the proposal ${step.value} in ${step.client}, answers`;
    case "crash before answer":
      return `${step.server} gets the proposal ${step.value} in ${step.client}, crashes before it answers`;
    case "deliver promise":
      return `client of ${step.client} hears the promise of ${step.server}`;
    case "deliver accepted":
      return `client of ${step.client} hears that ${step.server} accepted`;
    case "deliver refused":
      return `client of ${step.client} hears that ${step.server} refused`;
    case "crash":
      return `${step.server} crashes`;
  }
}
