/** A run of the message model as what is sent, received and lost. */
import type { MessageStep } from "../../model/messages/message-steps.js";
import type { SequenceDiagram, SequenceRow } from "./diagram.js";

/** Clients and servers that do something in it. What is sent and never arrives is an event without an arrow. */
export function diagramOfMessages(servers: readonly string[], steps: readonly MessageStep[]): SequenceDiagram {
  const asking = new Map<number, string>();
  const rows = steps.flatMap((step, index) => {
    if (step.action === "send prepare") asking.set(step.registerSet, step.client);
    return partsOf(step, asking).map((part) => ({ step: index + 1, ...part }));
  });
  const named = new Set(rows.flatMap(({ from, to }) => [from, to]));
  const clients = [...named].filter((name) => !servers.includes(name));
  return {
    lanes: [
      ...clients.sort().map((name) => ({ name, kind: "client" }) as const),
      ...servers.filter((name) => named.has(name)).map((name) => ({ name, kind: "server" }) as const),
    ],
    rows,
  };
}

type Part = Omit<SequenceRow, "step">;

/** @param asking by register set, who asked for promises last: whose prepare it is that arrives makes no difference */
function partsOf(step: MessageStep, asking: ReadonlyMap<number, string>): Part[] {
  switch (step.action) {
    case "send prepare":
      return [at(clientLane(step.client), "asks all to prepare")];
    case "send propose":
      return [at(clientLane(step.client), `proposes ${step.value} to all`)];
    case "stop":
      return [at(clientLane(step.client), "crashes or gives up")];
    case "output":
      return [at(clientLane(step.client), `outputs ${step.value}`)];
    case "deliver prepare":
      return [prepare(step, asking)];
    case "crash before promise":
      return [prepare(step, asking), at(step.server, "crashes before it promises")];
    case "deliver propose":
      return [proposal(step)];
    case "crash before answer":
      return [proposal(step), at(step.server, "crashes before it answers")];
    case "deliver promise":
      return [reply(step, "promise")];
    case "deliver accepted":
      return [reply(step, "accepted")];
    case "deliver refused":
      return [reply(step, "refused")];
    case "crash":
      return [at(step.server, "crashes")];
  }
}

const clientLane = (client: string): string => `client of ${client}`;

const at = (place: string, label: string): Part => ({ kind: "event", from: place, to: place, label });

const prepare = (
  { registerSet, server }: { readonly registerSet: number; readonly server: string },
  asking: ReadonlyMap<number, string>,
): Part => ({
  kind: "message",
  from: clientLane(asking.get(registerSet)!),
  to: server,
  label: `prepare R${registerSet}`,
});

const proposal = (step: MessageStep & { readonly action: "deliver propose" | "crash before answer" }): Part => ({
  kind: "message",
  from: clientLane(step.client),
  to: step.server,
  label: `write ${step.value} to R${step.registerSet}`,
});

const reply = ({ client, server }: { readonly client: string; readonly server: string }, label: string): Part => ({
  kind: "reply",
  from: server,
  to: clientLane(client),
  label,
});
