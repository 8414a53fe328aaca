/**
 * Do replicas tell all clients the same, whatever network, clocks and crashes do? The search is that of
 * `quorate maelstrom`.
 */
import type { Adapter } from "../../adapter/adapter.js";
import { endingAfter } from "../../budget/ending-after.js";
import { Dice } from "../../chance/dice.js";
import type { Step } from "../../maelstrom/cluster.js";
import type { Plan } from "../../maelstrom/plan.js";
import { type PlaySummary, summaryOf } from "../../maelstrom/play-summary.js";
import { play } from "../../maelstrom/player.js";
import { type Retaken, retake } from "../../maelstrom/retake.js";
import { type SearchResult, search } from "../../maelstrom/search.js";
import { shorten } from "../../maelstrom/shorten.js";
import { wander } from "../../maelstrom/wander.js";
import { counted, formatCount } from "../../words/words.js";
import type { ReplicaReport } from "../replay-report.js";
import { ReplicaNodes } from "./replica-nodes.js";
import { PROGRESS, REPLICA_WORKLOAD, UNDISTURBED_WORKLOAD } from "./replica-workload.js";

export interface ReplayReplicasOptions {
  readonly seed: number;
  /** Aborting ends the search early: what was tried stands. */
  readonly signal: AbortSignal;
  /** It ends by itself after this number of seconds; null is no bound but that of plans. */
  readonly secondsMax: number | null;
  readonly onProgress: (line: string) => void;
}

/** Each client proposes a value of its own, one after the other. */
const REQUESTS = 3;
const DEVIATIONS_MAX = 3;
/** Those with no deviation and with one are less than half of them, where there are three replicas. */
const PLANS_MAX = 200;
/** Runs that are drawn by chance, after the plans: a promise that a crash forgets takes a thousand. */
const DRAWN_MAX = 1_500;
/** How often a run is taken again to make it shorter. */
const TRIES_MAX = 300;

/** Rejects with AdapterError where the adapter does not keep to the protocol. */
export async function replayReplicas(adapter: Adapter, options: ReplayReplicasOptions): Promise<ReplicaReport> {
  const { seed, signal, secondsMax, onProgress } = options;
  const crashes = adapter.can("crash") || (adapter.isKillable && !adapter.isOne);
  const duplicates = adapter.can("duplicates");
  const nodes = new ReplicaNodes(adapter);
  const cluster = { nodes: adapter.nodes, workload: REPLICA_WORKLOAD };
  const late = endingAfter(signal, secondsMax);
  const ending = new AbortController();
  const playPlan = async (plan: Plan): Promise<PlaySummary> => {
    const workload = plan.deviations.length === 0 ? UNDISTURBED_WORKLOAD : REPLICA_WORKLOAD;
    return summaryOf(await play(plan, { ...cluster, workload, length: REQUESTS, seed }, nodes));
  };
  const result = await search({
    surroundings: { nodes: adapter.nodes, length: REQUESTS, crashes, duplicates },
    ...{
      deviationsMax: DEVIATIONS_MAX,
      seed,
      concurrency: 1,
      play: playPlan,
      signal: AbortSignal.any([late, ending.signal]),
    },
    onProgress: (soFar) => {
      if (playedOf(soFar) >= PLANS_MAX) ending.abort();
      onProgress(replicaProgress(soFar, 0));
    },
  });
  const { levels, differentRuns, requests, broken } = result;
  let found: Found | null = broken && { ...broken.summary, deviations: broken.plan.deviations };
  let drawn = 0;
  for (; found === null && drawn < DRAWN_MAX && !late.aborted; drawn++) {
    const dice = new Dice(seed + drawn);
    const run = await wander(dice, { ...cluster, length: REQUESTS, seed, crashes, duplicates }, nodes);
    if (run.violation !== null) found = { ...run, deviations: null };
    onProgress(replicaProgress(result, drawn));
  }
  const divergence = found && (await shownOf(found, (steps) => retake(steps, cluster, nodes), signal));
  return {
    ...{ command: adapter.command, levels, drawn, differentRuns, requests, crashes, duplicates, seed, divergence },
    agrees: divergence === null,
    stoppedBy: signal.aborted ? "interrupted" : late.aborted ? "time" : null,
  };
}

/** Deviations are null where the run was drawn by chance. */
type Found = Pick<PlaySummary, "steps" | "exchanges" | "violation"> & {
  readonly deviations: Plan["deviations"] | null;
};

const playedOf = ({ levels }: SearchResult): number => levels.reduce((sum, { played }) => sum + played, 0);

/** The run that was found, as short as it becomes. */
async function shownOf(
  { steps, exchanges, violation, deviations }: Found,
  retakeSteps: (steps: readonly Step[]) => Promise<Retaken>,
  signal: AbortSignal,
): Promise<NonNullable<ReplicaReport["divergence"]>> {
  const found = { what: violation!.sentence.replace(/\.$/, ""), deviations };
  // Of what does not happen, less of a run shows nothing.
  const shorter =
    violation!.property === PROGRESS
      ? null
      : await shorten({
          ...{ steps, property: violation!.property, retake: retakeSteps, triesMax: TRIES_MAX, signal },
          onProgress: () => {},
        });
  if (shorter === null) return { ...found, run: { steps, exchanges }, isShortened: false };
  const what = shorter.violation!.sentence.replace(/\.$/, "");
  return { ...found, what, run: { steps: shorter.steps, exchanges: shorter.exchanges }, isShortened: true };
}

function replicaProgress({ levels }: SearchResult, drawn: number): string {
  const plans = levels.map(({ played, plans }) => `${formatCount(played)} of ${formatCount(plans)}`).join(", ");
  return `replicas: plans with 0, 1, … deviations: ${plans}; ${counted(drawn, "run")} drawn by chance`;
}
