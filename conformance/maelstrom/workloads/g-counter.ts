/** A counter that grows only: in the end every node tells the sum. */
import type { Exchange, Workload } from "./workload.js";

export const gCounter: Workload = {
  name: "g-counter",
  promise: "once the network has been well for some time, every node tells the sum of what was added",
  asksInTurn: true,
  setUp: () => [],
  warmUp: null,
  script: (length) => Array.from({ length }, (_, i) => ({ type: "add", delta: 2 ** i })),
  again: (request, times) => ({ ...request, delta: (request.delta as number) * 2 ** (10 * times) }),
  atTheEnd: { type: "read" },
  judge(exchanges, atTheEnd) {
    const added = (kind: Exchange["outcome"]["kind"]) =>
      exchanges.flatMap(({ request, outcome }) => (outcome.kind === kind ? [request.delta as number] : []));
    const certain = added("ok").reduce((sum, delta) => sum + delta, 0);
    const possible = sums(certain, added("unknown"));
    for (const { node, outcome } of atTheEnd) {
      if (outcome.kind !== "ok") continue;
      const { value } = outcome.reply;
      if (typeof value !== "number") throw new Error('answered "read" without a number "value"');
      if (possible.has(value)) continue;
      const maybe = possible.size === 1 ? "" : ", or more where nobody knows what came of an addition";
      const sentence = `${node} tells ${value} in the end, and what was added makes ${certain}${maybe}.`;
      return { property: "sum", sentence };
    }
    return null;
  },
};

function sums(certain: number, uncertain: readonly number[]): ReadonlySet<number> {
  let all = new Set([certain]);
  for (const delta of uncertain) all = new Set([...all].flatMap((sum) => [sum, sum + delta]));
  return all;
}
