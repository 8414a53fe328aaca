import type { Workload } from "./workload.js";

export const uniqueIds: Workload = {
  name: "unique-ids",
  promise: "no identifier is given twice",
  asksInTurn: true,
  setUp: () => [],
  warmUp: null,
  script: (length) => Array.from({ length }, () => ({ type: "generate" })),
  again: (request) => request,
  atTheEnd: null,
  judge(exchanges) {
    const givenBy = new Map<string, string>();
    for (const { node, outcome } of exchanges) {
      if (outcome.kind !== "ok") continue;
      const id = JSON.stringify(outcome.reply.id);
      if (id === undefined) throw new Error('answered "generate" without an "id"');
      const other = givenBy.get(id);
      if (other !== undefined) {
        const who = other === node ? `${node} gave it twice` : `${other} gave it, and ${node} gave it again`;
        return { property: "uniqueness", sentence: `The identifier ${id} is not unique: ${who}.` };
      }
      givenBy.set(id, node);
    }
    return null;
  },
};
