/**
 * Consensus: nodes are clients that are asked to propose, and that reach a decision over services, which are Quorate's.
 * Not a workload of Maelstrom.
 */
import type { Workload } from "./workload.js";

export const consensus: Workload = {
  name: "consensus",
  promise: "all nodes that answer give the same value, which was proposed",
  asksInTurn: true,
  setUp: () => [],
  warmUp: null,
  script: (length) => Array.from({ length }, (_, i) => ({ type: "propose", value: i })),
  again: (request) => request,
  atTheEnd: null,
  judge(exchanges) {
    const proposed = new Set(exchanges.map(({ request }) => JSON.stringify(request.value)));
    let first: { node: string; value: string } | null = null;
    for (const { node, outcome } of exchanges) {
      if (outcome.kind !== "ok") continue;
      const value = JSON.stringify(outcome.reply.value);
      if (value === undefined) throw new Error('answered "propose" without a "value"');
      if (!proposed.has(value))
        return {
          property: "non-triviality",
          sentence: `${node} says that ${value} is decided, which nobody has proposed.`,
        };
      if (first !== null && first.value !== value) {
        const sentence = `${first.node} says that ${first.value} is decided, and ${node} says that ${value} is.`;
        return { property: "agreement", sentence };
      }
      first ??= { node, value };
    }
    return null;
  },
};
