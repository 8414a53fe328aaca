/** One run, taken with the implementation: with servers that live, in memory and over TCP. */
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import type { Step } from "../../spec/trace.js";
import type { Foreign } from "./foreign/foreign.js";
import { type Divergence, divergenceOf, takeRun } from "./lockstep/take-run.js";
import { type RegisterSubject, registerSubjects } from "./registers/subjects.js";

export interface RunToReplay {
  /** Whose model the steps are numbers of. */
  readonly scope: Scope;
  readonly model: RegistersModel;
  readonly steps: readonly number[];
}

export interface ReplayedRun {
  /** Ways in which it was replayed, until one showed a difference. */
  readonly channels: readonly ("memory" | "tcp" | "adapter")[];
  /**
   * How many of its steps were taken in all of them: fewer where clients, free to choose, went another way each time.
   */
  readonly steps: number;
  /** Null where the two agree. */
  readonly divergence: Divergence<Step> | null;
}

/** Each of them turns otherwise what is left open, such as whom a client hears first. */
const ATTEMPTS = 8;

/** @param foreign whose servers are replayed; null for ours */
export async function replayRun({ scope, model, steps }: RunToReplay, foreign: Foreign | null): Promise<ReplayedRun> {
  const { live, tcp } = registerSubjects(scope, model, foreign);
  const channels: ReplayedRun["channels"][number][] = [];
  let taken = steps.length;
  for (const [channel, subject] of [
    [foreign === null ? "memory" : "adapter", live],
    ["tcp", tcp],
  ] as const) {
    if (subject === null) continue;
    channels.push(channel);
    const run = await attempted(subject, steps);
    if (run.divergence !== null) return { channels, ...run };
    taken = Math.min(taken, run.steps);
  }
  return { channels, steps: taken, divergence: null };
}

async function attempted(subject: RegisterSubject, run: readonly number[]): Promise<Omit<ReplayedRun, "channels">> {
  let farthest = 0;
  for (let turn = 0; turn < ATTEMPTS && farthest < run.length; turn++) {
    const { steps, mismatch } = await takeRun(subject, run, { turn });
    if (mismatch !== null) return { steps, divergence: divergenceOf(subject, mismatch) };
    farthest = Math.max(farthest, steps);
  }
  return { steps: farthest, divergence: null };
}
