/** A run as the search sees it. */
import { createHash } from "node:crypto";
import type { Step } from "./cluster.js";
import type { Traffic } from "./plan.js";
import type { Run } from "./player.js";
import type { Exchange, Violation } from "./workloads/workload.js";

/** Of a run what the search needs, and all of it if it broke something. */
export interface PlaySummary {
  /** Two runs have the same if their steps are the same. */
  readonly run: string;
  readonly traffic: Traffic;
  readonly requests: { readonly answered: number; readonly failed: number; readonly unknown: number };
  readonly violation: Violation | null;
  readonly steps: readonly Step[];
  readonly exchanges: readonly Exchange[];
}

export function summaryOf({ steps, exchanges, violation, traffic }: Run): PlaySummary {
  const count = (kind: Exchange["outcome"]["kind"]) => exchanges.filter(({ outcome }) => outcome.kind === kind).length;
  return {
    run: createHash("sha256").update(JSON.stringify(steps)).digest("base64"),
    traffic,
    requests: { answered: count("ok"), failed: count("failed"), unknown: count("unknown") },
    violation,
    steps: violation === null ? [] : steps,
    exchanges: violation === null ? [] : exchanges,
  };
}
