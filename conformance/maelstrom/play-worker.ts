/** What a thread of the search runs: nodes are started and waited for, and nothing else can be done meanwhile. */
import { mkdtempSync } from "node:fs";
import path from "node:path";
import type { Step } from "./cluster.js";
import { NodeError } from "./nodes/node-error.js";
import { NodeProcesses, type NodeProcessesOptions } from "./nodes/node-processes.js";
import type { Plan } from "./plan.js";
import { type PlaySummary, summaryOf } from "./play-summary.js";
import { type PlayOptions, play } from "./player.js";
import { type Retaken, retake } from "./retake.js";
import { workloadNamed } from "./workloads/registry.js";

export type PlayTask = { readonly options: TaskOptions } & (
  | { readonly kind: "play"; readonly plan: Plan }
  | { readonly kind: "retake"; readonly steps: readonly Step[] }
);

/** What plays and nodes are told, for another thread. */
export interface TaskOptions extends Omit<PlayOptions, "workload">, NodeProcessesOptions {
  readonly workload: string;
}

export type Played =
  | { readonly kind: "played"; readonly summary: PlaySummary }
  | { readonly kind: "retaken"; readonly retaken: Retaken }
  | { readonly kind: "failed"; readonly message: string; readonly lastLines: readonly string[] };

let own: string | null = null;

export default async function work(task: PlayTask): Promise<Played> {
  // Several threads work for one search.
  own ??= mkdtempSync(path.join(task.options.directory, "thread-"));
  const options = { ...task.options, directory: own, workload: workloadNamed(task.options.workload) };
  const nodes = new NodeProcesses(options);
  try {
    if (task.kind === "retake") return { kind: "retaken", retaken: await retake(task.steps, options, nodes) };
    return { kind: "played", summary: summaryOf(await play(task.plan, options, nodes)) };
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return { kind: "failed", message: error.message, lastLines: error.lastLines };
  }
}
