/**
 * Is a node of Maelstrom right, whatever the network does? Looks for the run with the fewest deviations that shows it
 * is not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Piscina } from "piscina";
import { endingAfter } from "../budget/ending-after.js";
import { compileClock } from "./clock/clock-library.js";
import type { Step } from "./cluster.js";
import { NodeError } from "./nodes/node-error.js";
import { nodeNames } from "./nodes/node-names.js";
import type { Plan } from "./plan.js";
import type { PlaySummary } from "./play-summary.js";
import type { Played, PlayTask, TaskOptions } from "./play-worker.js";
import type { Retaken } from "./retake.js";
import { type SearchResult, search } from "./search.js";
import { shorten } from "./shorten.js";
import { workloadNamed } from "./workloads/registry.js";
import type { Exchange, Violation } from "./workloads/workload.js";

export interface MaelstromOptions {
  /** A command line that starts a node. */
  readonly command: string;
  readonly workload: string;
  readonly nodes: number;
  /** Requests of a run, one for each interval. */
  readonly requests: number;
  readonly deviations: number;
  readonly crashes: boolean;
  /** Whether messages may come twice. */
  readonly duplicates: boolean;
  readonly realTime: boolean;
  readonly seed: number;
  readonly workers: number;
  /** Of the search. */
  readonly seconds: number;
  /** How long a node may be busy with one step. */
  readonly patience_ms: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: MaelstromProgress) => void;
}

export type MaelstromProgress =
  | { readonly kind: "searching"; readonly result: SearchResult; readonly seconds: number }
  | { readonly kind: "shortening"; readonly steps: number; readonly tries: number };

/** The run to show. */
export interface ShownRun {
  readonly steps: readonly Step[];
  readonly exchanges: readonly Exchange[];
  readonly violation: Violation | null;
}

export interface MaelstromResult extends SearchResult {
  readonly seconds: number;
  /** Why nodes go by the machine's clock; null where they go by the one that Quorate sets. */
  readonly realTime: string | null;
  readonly isInterrupted: boolean;
  /** What broke something, as short as it became. */
  readonly shown: (ShownRun & { readonly isShortened: boolean }) | null;
}

/** A run takes a tenth of a second or so. */
const TRIES_MAX = 600;

/** Rejects with NodeError. */
export async function maelstrom(options: MaelstromOptions): Promise<MaelstromResult> {
  return withPlayers(options, async (players, realTime) => {
    const { deviations, requests, crashes, duplicates, seed, workers, seconds, signal, onProgress } = options;
    const since_ms = performance.now();
    const elapsed = () => (performance.now() - since_ms) / 1000;
    const result = await search({
      surroundings: { nodes: nodeNames(options.nodes), length: requests, crashes, duplicates },
      ...{ deviationsMax: deviations, seed, concurrency: workers, signal: endingAfter(signal, seconds) },
      play: players.play,
      onProgress: (soFar) => onProgress({ kind: "searching", result: soFar, seconds: elapsed() }),
    });
    const searched = { ...result, seconds: elapsed(), realTime, isInterrupted: signal.aborted };
    if (result.broken === null) return { ...searched, shown: null };
    return { ...searched, shown: await shownRun(result.broken.summary, options, players) };
  });
}

/** Takes the steps of a run that was found once. Rejects with NodeError. */
export const replay = (steps: readonly Step[], options: MaelstromOptions): Promise<ShownRun> =>
  withPlayers({ ...options, workers: 1 }, (players) => players.retake(steps));

async function shownRun(
  { steps, exchanges, violation }: PlaySummary,
  { workload, signal, onProgress }: MaelstromOptions,
  { retake }: Players,
): Promise<MaelstromResult["shown"]> {
  const found = { steps, exchanges, violation, isShortened: false };
  // Leaving steps out could leave out what makes the end right.
  if (workloadNamed(workload).atTheEnd !== null) return found;
  const shorter = await shorten({
    ...{ steps, property: violation!.property, retake, triesMax: TRIES_MAX, signal },
    onProgress: (length, tries) => onProgress({ kind: "shortening", steps: length, tries }),
  });
  return shorter === null ? found : { ...shorter, isShortened: true };
}

interface Players {
  readonly play: (plan: Plan) => Promise<PlaySummary>;
  readonly retake: (steps: readonly Step[]) => Promise<Retaken>;
}

async function withPlayers<Result>(
  options: MaelstromOptions,
  work: (players: Players, realTime: string | null) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(path.join(tmpdir(), "quorate-maelstrom-"));
  const clock = options.realTime ? { kind: "none" as const, why: "as --real-time asks" } : compileClock(directory);
  const task: TaskOptions = {
    ...{ command: options.command, nodes: nodeNames(options.nodes), workload: options.workload, directory },
    ...{ clock: clock.kind === "compiled" ? clock.file : null, seed: options.seed, patience_ms: options.patience_ms },
    length: options.requests,
  };
  const pool = new Piscina({
    filename: new URL("./play-worker.js", import.meta.url).href,
    minThreads: options.workers,
    maxThreads: options.workers,
  });
  const run = async (given: PlayTask): Promise<Played> => {
    const played: Played = await pool.run(given);
    if (played.kind === "failed") throw new NodeError(played.message, played.lastLines);
    return played;
  };
  const players: Players = {
    play: async (plan) => ((await run({ kind: "play", options: task, plan })) as Played & { kind: "played" }).summary,
    retake: async (steps) =>
      ((await run({ kind: "retake", options: task, steps })) as Played & { kind: "retaken" }).retaken,
  };
  try {
    return await work(players, clock.kind === "none" ? clock.why : null);
  } finally {
    await pool.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
