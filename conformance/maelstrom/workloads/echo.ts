import { isDeepStrictEqual } from "node:util";
import type { Workload } from "./workload.js";

export const echo: Workload = {
  name: "echo",
  promise: "nodes say what was said to them",
  asksInTurn: true,
  setUp: () => [],
  warmUp: null,
  script: (length) => Array.from({ length }, (_, i) => ({ type: "echo", echo: `please echo ${i}` })),
  again: (request) => request,
  atTheEnd: null,
  judge(exchanges) {
    for (const { node, request, outcome } of exchanges) {
      if (outcome.kind !== "ok" || isDeepStrictEqual(outcome.reply.echo, request.echo)) continue;
      const [said, asked] = [outcome.reply.echo, request.echo].map((text) => JSON.stringify(text));
      return { property: "echo", sentence: `${node} was told ${asked} and said ${said ?? "nothing"}.` };
    }
    return null;
  },
};
