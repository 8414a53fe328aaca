/** Broadcast: what one node was told, all know in the end. */
import type { Exchange, Workload } from "./workload.js";

export const broadcast: Workload = {
  name: "broadcast",
  promise: "what a node has acknowledged, all nodes know once the network has been well for some time",
  asksInTurn: true,
  setUp: (_, nodes) => [
    { type: "topology", topology: Object.fromEntries(nodes.map((node) => [node, nodes.filter((n) => n !== node)])) },
  ],
  warmUp: null,
  script: (length) => Array.from({ length }, (_, i) => ({ type: "broadcast", message: i })),
  again: (request, times) => ({ ...request, message: (request.message as number) + 1000 * times }),
  atTheEnd: { type: "read" },
  judge(exchanges, atTheEnd) {
    const broadcasts = exchanges.filter(({ request }) => request.type === "broadcast");
    const told = new Set(broadcasts.map(({ request }) => request.message));
    for (const exchange of [...exchanges, ...atTheEnd]) {
      const invented = messagesOf(exchange)?.find((message) => !told.has(message));
      if (invented === undefined) continue;
      const sentence = `${exchange.node} knows ${JSON.stringify(invented)}, which nobody has broadcast.`;
      return { property: "invention", sentence };
    }
    for (const { node, request, outcome } of broadcasts) {
      if (outcome.kind !== "ok") continue;
      const ignorant = atTheEnd.find((exchange) => messagesOf(exchange)?.includes(request.message) === false);
      if (ignorant === undefined) continue;
      const sentence = `${node} acknowledged the broadcast of ${request.message}, and ${ignorant.node} does not know it in the end.`;
      return { property: "lost message", sentence };
    }
    return null;
  },
};

/** Null for what is no answered read. */
function messagesOf({ request, outcome }: Exchange): readonly unknown[] | null {
  if (request.type !== "read" || outcome.kind !== "ok") return null;
  const { messages } = outcome.reply;
  if (!Array.isArray(messages)) throw new Error('answered "read" without a list "messages"');
  return messages;
}
