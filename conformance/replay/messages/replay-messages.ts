/**
 * Does the implementation agree with the message model? Replays in memory a sample of runs in which everything can happen, and
 * every transition of a part that is small enough; then a few runs over TCP, with real server processes that are killed and a
 * proxy that decides what the network does.
 */
import { edgeCover, type StateGraph, searchWithGraph } from "../../../model/kernel/index.js";
import { EVERYTHING, type MessagesOptions } from "../../../model/messages/options.js";
import { deeperRegisterSets, type Scope } from "../../../model/registers/scope.js";
import { type MessageStage, messageStage } from "./message-stage.js";
import { messageWalks } from "./message-walks.js";
import { type MessageDivergence, type ReplayedRuns, replayMessageRuns } from "./replay-message-runs.js";

export interface MessageReplayOptions {
  readonly seed: number;
  /** Aborting ends the replay early: what was done stands, and `complete` is false. */
  readonly signal: AbortSignal;
  /** Called now and then with one line for a person. */
  readonly onProgress: (line: string) => void;
}

export interface MessageReplay {
  /** All that were replayed. */
  readonly traces: number;
  readonly steps: number;
  /** The part of the message model whose graph was covered; null where none is small enough, or the sample ended it all. */
  readonly covered: { readonly registerSets: readonly number[]; readonly options: MessagesOptions } | null;
  /** Of its transitions, how many some trace took, and how many there are. */
  readonly transitionsCovered: number;
  readonly transitionsReachable: number;
  /** The register sets of the sampled runs, in which everything can happen that the model knows. */
  readonly sampledRegisterSets: readonly number[];
  readonly tracesSampled: number;
  readonly tracesOverTcp: number;
  /** How often a server process was killed and started again in these. */
  readonly killsOverTcp: number;
  readonly seed: number;
  /** False where it was interrupted. */
  readonly complete: boolean;
  /** Null iff model and implementation agree. */
  readonly divergence: MessageDivergence | null;
}

/** Covered whole is the first of these whose graph is small enough. Without stutters too, every reply is delivered twice. */
const PARTS: readonly MessagesOptions[] = [
  { crashes: true, refusals: true, patience: false, stutters: true },
  { crashes: true, refusals: true, patience: false, stutters: false },
  { crashes: false, refusals: true, patience: false, stutters: true },
  { crashes: false, refusals: false, patience: false, stutters: true },
  { crashes: false, refusals: false, patience: false, stutters: false },
];

/** Majorities of three servers with two register sets just fit; a thousand transitions take some 70 ms. */
const COVERED_TRANSITIONS_MAX = 45_000;

/** Steps of the sample in which everything can happen. */
const SAMPLE_STEPS = 8000;

/** With three register sets a client has to choose between values that it reads; fewer leave that choice untested. */
const SETS_WITH_A_CHOICE = 3;

/** Runs over TCP, the most eventful of so many: each starts processes, and kills some. */
const TCP_TRACES = 2;
const TCP_CHOICE = 50;
const TCP_KILLS_MAX = 3;

/** Throws Error where the built code that server processes run is not there. */
export async function replayMessages(scope: Scope, options: MessageReplayOptions): Promise<MessageReplay> {
  const sampledScope = withChoice(scope);
  const sampling = await sample(messageStage(sampledScope, EVERYTHING, "memory"), options);
  const part = mayGoOn([sampling]) ? await coverablePart(scope) : null;
  const covering = part === null ? NOTHING_REPLAYED : await cover(part, options);
  const overTcp = mayGoOn([sampling, covering])
    ? await sampleOverTcp(messageStage(sampledScope, EVERYTHING, "tcp"), options)
    : NOTHING_REPLAYED;
  const done = [sampling, covering, overTcp];
  return {
    traces: done.reduce((sum, { traces }) => sum + traces, 0),
    steps: done.reduce((sum, { steps }) => sum + steps, 0),
    covered: part && { registerSets: part.stage.scope.registerSets, options: part.stage.options },
    transitionsCovered: covering.transitionsCovered,
    transitionsReachable: part?.graph.transitionCount ?? 0,
    sampledRegisterSets: sampledScope.registerSets,
    tracesSampled: sampling.traces,
    tracesOverTcp: overTcp.traces,
    killsOverTcp: overTcp.crashes,
    seed: options.seed,
    complete: !done.some(({ interrupted }) => interrupted),
    divergence: done.find(({ divergence }) => divergence !== null)?.divergence ?? null,
  };
}

/** The same scope, with one register set more where that gives clients something to choose. */
function withChoice(scope: Scope): Scope {
  if (scope.registerSets.length >= SETS_WITH_A_CHOICE) return scope;
  return { ...scope, registerSets: deeperRegisterSets(scope.table, scope.registerSets) ?? scope.registerSets };
}

interface CoverablePart {
  readonly stage: MessageStage;
  readonly graph: StateGraph;
}

async function coverablePart(scope: Scope): Promise<CoverablePart | null> {
  for (const registerSets of selectionsOf(scope)) {
    for (const part of PARTS) {
      const stage = messageStage({ ...scope, registerSets }, part, "memory");
      const exploration = await searchWithGraph(stage.model, { graphTransitionsMax: COVERED_TRANSITIONS_MAX });
      if (exploration?.graph) return { stage, graph: exploration.graph };
    }
  }
  return null;
}

/**
 * All register sets; where those are too many, the first and the last; else the last alone. By decision table a client judges
 * every set below its own, the model only those that are explored: there none of them can be left out.
 */
function selectionsOf({ table, registerSets }: Scope): (readonly number[])[] {
  if (table.selection === "decision-table") return [registerSets];
  const last = registerSets.slice(-1);
  return [registerSets, [...new Set([registerSets[0]!, ...last])], last];
}

const cover = ({ stage, graph }: CoverablePart, options: MessageReplayOptions): Promise<ReplayedRuns> =>
  replayMessageRuns(stage, edgeCover(graph, options.seed), { ...options, graph });

const sample = (stage: MessageStage, options: MessageReplayOptions): Promise<ReplayedRuns> =>
  replayMessageRuns(stage, walksOfSteps(stage, options.seed, SAMPLE_STEPS), { ...options, graph: null });

function* walksOfSteps(stage: MessageStage, seed: number, stepsMax: number): Generator<readonly number[]> {
  let steps = 0;
  for (const run of messageWalks(stage, seed)) {
    if (steps >= stepsMax) return;
    yield run;
    steps += run.length;
  }
}

/** Runs other than those in memory, and of these the ones in which most happens. */
function sampleOverTcp(stage: MessageStage, options: MessageReplayOptions): Promise<ReplayedRuns> {
  const walks = messageWalks(stage, options.seed + 1);
  const chosen = Array.from({ length: TCP_CHOICE }, () => walks.next().value as readonly number[])
    .map((run) => ({ run, events: eventsIn(run.map((step) => stage.instances[step]!.action)) }))
    .sort((a, b) => b.events - a.events)
    .slice(0, TCP_TRACES);
  const runs = chosen.map(({ run }) => run);
  return replayMessageRuns(stage, runs, { ...options, graph: null });
}

/** How many of these happen: an output, some kills but not too many, and a client that starts again after it stopped. */
function eventsIn(actions: readonly string[]): number {
  const kills = actions.filter((action) => action.startsWith("crash")).length;
  const stop = actions.indexOf("stop");
  const events = [
    actions.includes("output"),
    kills > 0 && kills <= TCP_KILLS_MAX,
    stop >= 0 && actions.includes("send prepare", stop),
  ];
  return events.filter(Boolean).length;
}

const NOTHING_REPLAYED: ReplayedRuns = {
  traces: 0,
  steps: 0,
  transitionsCovered: 0,
  crashes: 0,
  divergence: null,
  interrupted: false,
};

/** One difference is enough, and an interrupted replay does not go on. */
const mayGoOn = (done: readonly ReplayedRuns[]): boolean =>
  done.every(({ divergence, interrupted }) => divergence === null && !interrupted);
