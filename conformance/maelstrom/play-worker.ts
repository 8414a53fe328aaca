/** What a thread of the search runs: nodes are started and waited for, and nothing else can be done meanwhile. */
import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import path from "node:path";
import type { Step } from "./cluster.js";
import { NodeError } from "./nodes/node-error.js";
import type { Plan, Traffic } from "./plan.js";
import { type PlayOptions, play, type Run } from "./player.js";
import { type Retaken, retake } from "./retake.js";
import { workloadNamed } from "./workloads/registry.js";
import type { Exchange, Violation } from "./workloads/workload.js";

export type PlayTask = { readonly options: TaskOptions } & (
  | { readonly kind: "play"; readonly plan: Plan }
  | { readonly kind: "retake"; readonly steps: readonly Step[] }
);

/** As PlayOptions, for another thread. */
export interface TaskOptions extends Omit<PlayOptions, "workload"> {
  readonly workload: string;
}

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

export type Played =
  | { readonly kind: "played"; readonly summary: PlaySummary }
  | { readonly kind: "retaken"; readonly retaken: Retaken }
  | { readonly kind: "failed"; readonly message: string; readonly lastLines: readonly string[] };

let own: string | null = null;

export default function work(task: PlayTask): Played {
  // Several threads work for one search.
  own ??= mkdtempSync(path.join(task.options.directory, "thread-"));
  const options = { ...task.options, directory: own, workload: workloadNamed(task.options.workload) };
  try {
    if (task.kind === "retake") return { kind: "retaken", retaken: retake(task.steps, options) };
    return { kind: "played", summary: summaryOf(play(task.plan, options)) };
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return { kind: "failed", message: error.message, lastLines: error.lastLines };
  }
}

function summaryOf({ steps, exchanges, violation, traffic }: Run): PlaySummary {
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
