/**
 * Does the implementation agree with the model? Replays a table's explored graph in memory, and, where it has servers
 * of its own, a sample over TCP.
 */
import type { ScopeExploration } from "../../model/analysis/explore-scope.js";
import { explore, randomWalks, type StateGraph } from "../../model/kernel/index.js";
import { contiguous } from "../../model/registers/contiguous.js";
import { registersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import type { Step } from "../../spec/trace.js";
import { endingAfter } from "../budget/ending-after.js";
import { replayProgress } from "../words/progress-lines.js";
import { adapterReport } from "./foreign/adapter-report.js";
import type { Foreign } from "./foreign/foreign.js";
import { idleDivergence } from "./idle-divergence.js";
import { type Replayed, replayGraph } from "./lockstep/replay-graph.js";
import { replayRuns } from "./lockstep/replay-runs.js";
import { replayToShortest } from "./lockstep/replay-to-shortest.js";
import { scopeWithChoice } from "./lockstep/scope-with-choice.js";
import { shortestMismatch } from "./lockstep/shortest-mismatch.js";
import { type Divergence, divergenceOf, type Mismatch, takeRun } from "./lockstep/take-run.js";
import { upToSteps } from "./lockstep/up-to-steps.js";
import {
  type RegisterSubject,
  type RegisterSubjects,
  registerSubjects,
  type StirredRun,
} from "./registers/subjects.js";
import type { ReplayedScope, ReplayReport } from "./replay-report.js";
import { replayUnderWay, UNDER_WAY_UNTRIED } from "./replay-under-way.js";
import { SAMPLES, type SampleSize, type Samples } from "./samples.js";

export interface ReplayOptions {
  readonly seed: number;
  readonly samples: SampleSize;
  /** Aborting ends the replay early: what was done stands. */
  readonly signal: AbortSignal;
  /** It ends by itself after this number of seconds; null is no bound. */
  readonly secondsMax: number | null;
  readonly onProgress: (line: string) => void;
  /** Whose servers are replayed; null for ours. */
  readonly foreign: Foreign | null;
}

export interface ReplayOutcome {
  readonly report: ReplayReport;
  /** Null iff model and implementation agree. */
  readonly divergence: Divergence<Step> | null;
}

/** How long a shorter run is looked for once one is found that shows a difference. */
const SHORTEST_SEARCH_MS = 20_000;

/** The same over TCP, where a run takes a hundred times as long. */
const SHORTEST_TCP_SEARCH_MS = 10_000;

/** Of a bound on time, the part that is for memory: what is left is for TCP. */
const SHARE_IN_MEMORY = 0.75;

/**
 * The exploration is of this scope; of its graph, if it was kept, every transition is taken.
 *
 * @param counterexamples runs that break a property, as step numbers
 */
export async function replay(
  explored: Scope,
  exploration: ScopeExploration,
  counterexamples: readonly (readonly number[])[],
  { secondsMax, ...whole }: ReplayOptions,
): Promise<ReplayOutcome> {
  const within = (share: number): PartOptions => ({
    ...whole,
    samples: SAMPLES[whole.samples],
    signal: endingAfter(whole.signal, secondsMax === null ? null : secondsMax * share),
  });
  const options = within(SHARE_IN_MEMORY);
  const overTcpOptions = within(1);
  const scope = contiguous(explored);
  // Without gaps the sets have other names, but the model numbers them as before.
  const model = scope === explored ? exploration.model : registersModel(scope);
  const subjects = registerSubjects(scope, model, whole.foreign);
  const inMemory = await replayInMemory(subjects, exploration.graph, counterexamples, options);
  const deeper = mayGoOn(inMemory) ? await replayDeeper(explored, options) : null;
  const overTcp =
    subjects.tcp !== null && (deeper ?? inMemory).divergence === null
      ? await replayOverTcp(subjects.tcp, scope, counterexamples, overTcpOptions)
      : null;
  const isServers = whole.foreign !== null && whole.foreign.adapter.role !== "proposer";
  const underWay =
    isServers && (deeper ?? inMemory).divergence === null
      ? await inTime(overTcpOptions, () => replayUnderWay(subjects.remembered, exploration.graph, overTcpOptions))
      : null;
  if (underWay?.interrupted) whole.foreign?.untried.add(UNDER_WAY_UNTRIED);
  const parts = [inMemory, deeper, overTcp, underWay];
  const differing =
    inMemory.divergence ??
    deeper?.divergence ??
    overTcp?.divergence ??
    (underWay?.mismatch ? divergenceOf(subjects.remembered, underWay.mismatch) : null) ??
    // Last, since an adapter may end at what is too much for it.
    (underWay !== null && !whole.signal.aborted
      ? await carriedDivergence(subjects.live, sampled(subjects.live, options.seed, 1)[0]!, overTcpOptions.signal)
      : null);
  const isWhole = differing === null && parts.every((part) => !part?.interrupted);
  const divergence =
    differing ?? (isWhole && whole.foreign !== null ? await idleDivergence(subjects.live, whole.foreign) : null);
  return {
    report: {
      traces: inMemory.runs + (overTcp?.runs ?? 0),
      steps: inMemory.steps + (overTcp?.steps ?? 0),
      transitionsCovered: inMemory.transitionsCovered,
      transitionsReachable: exploration.transitions,
      agrees: divergence === null,
      stoppedBy: whole.signal.aborted ? "interrupted" : parts.some((part) => part?.interrupted) ? "time" : null,
      tracesOverTcp: overTcp?.runs ?? 0,
      deeper: deeper?.scope ?? null,
      seed: options.seed,
      adapter: whole.foreign && adapterReport(whole.foreign),
    },
    divergence,
  };
}

type PartOptions = Omit<ReplayOptions, "secondsMax" | "samples"> & { readonly samples: Samples };

type Part = Pick<Replayed, "runs" | "steps" | "transitionsCovered" | "interrupted"> & {
  readonly divergence: Divergence<Step> | null;
};

const mayGoOn = ({ divergence, interrupted }: Pick<Part, "divergence" | "interrupted">): boolean =>
  divergence === null && !interrupted;

/**
 * The counterexamples and a few more runs with servers that live, then every transition of the graph, or a larger
 * sample.
 */
async function replayInMemory(
  subjects: RegisterSubjects,
  graph: StateGraph | null,
  counterexamples: readonly (readonly number[])[],
  options: PartOptions,
): Promise<Part> {
  const { live, remembered } = subjects;
  const { seed, signal, samples } = options;
  const progress = (runs: number, transitions: number) =>
    options.onProgress(replayProgress(live.name, runs, transitions, graph?.transitionCount ?? null));
  const runsOptions = {
    seed,
    signal,
    onProgress: ({ runs, transitionsCovered }: Pick<Replayed, "runs" | "transitionsCovered">) =>
      progress(runs, transitionsCovered),
    afterStep: (run: { probe: () => Promise<void> }, _: number, isNew: boolean) =>
      isNew ? run.probe() : Promise.resolve(),
  };
  const runs = [...counterexamples, ...sampled(live, seed, samples.liveRuns)];
  // Where every crash costs a process, servers that live are not crashed in every state; where every answer that a
  // client hears costs a message, clients are not tried in every way.
  const isCostly = options.foreign?.adapter.crashes === "killed" || options.foreign?.adapter.role === "proposer";
  const livedOptions = isCostly ? { ...runsOptions, afterStep: async () => {} } : runsOptions;
  const lived = await inTime(options, () => replayRuns(live, runs, livedOptions));
  if (lived.mismatch !== null) {
    const nearer = graph === null ? null : await nearerMismatch(remembered, graph, lived.mismatch, options);
    return partOf(lived, await shortestDivergence(live, nearer ?? lived.mismatch, graph === null));
  }
  if (lived.interrupted) return partOf(lived, null);
  const whole = await inTime(options, () =>
    graph === null
      ? replayRuns(remembered, upToSteps(randomWalks(remembered.walk, seed + 1), samples.steps), runsOptions)
      : replayGraph(remembered, graph, { seed, signal, onProgress: (covered) => progress(lived.runs, covered) }),
  );
  const divergence =
    whole.mismatch === null
      ? options.foreign === null
        ? await carriedDivergence(live, runs[0]!, signal)
        : null
      : await shortestDivergence(live, whole.mismatch, graph === null);
  return { ...partOf(whole, divergence), runs: lived.runs + whole.runs, steps: lived.steps + whole.steps };
}

/** Somebody else's code is asked nothing more once the time is over: what it is asked in one state may take minutes. */
const inTime = <Result>(
  { foreign, signal }: Pick<PartOptions, "foreign" | "signal">,
  work: () => Promise<Result>,
): Promise<Result> => (foreign === null ? work() : foreign.adapter.bound.within(signal, work));

/**
 * Where all else agrees: values and numbers that the model has no names for, asked for after the first step of a run.
 */
async function carriedDivergence(
  live: RegisterSubject,
  run: readonly number[],
  signal: AbortSignal,
): Promise<Divergence<Step> | null> {
  const afterStep = (taken: StirredRun) => taken.carryAwkwardValues(signal);
  const { mismatch } = await takeRun(live, run.slice(0, 1), { turn: 0, afterStep });
  return mismatch === null ? null : divergenceOf(live, mismatch);
}

const partOf = (replayed: Replayed, divergence: Part["divergence"]): Part => {
  const { runs, steps, transitionsCovered, interrupted } = replayed;
  return { runs, steps, transitionsCovered, interrupted, divergence };
};

/** A difference after fewer steps, if every transition that these reach shows one. */
async function nearerMismatch(
  remembered: RegisterSubject,
  graph: StateGraph,
  { steps }: Mismatch,
  { seed, signal, foreign }: PartOptions,
): Promise<Mismatch | null> {
  const options = { seed, signal, onProgress: () => {}, stepsMax: steps.length - 1 };
  return (await inTime({ signal, foreign }, () => replayGraph(remembered, graph, options))).mismatch;
}

/**
 * Shown with servers and clients that live, if these show it too: then nothing rests on what was remembered.
 *
 * @param isSampled whether the run is one of a sample, of which steps can perhaps be left out
 */
async function shortestDivergence(
  live: RegisterSubject,
  mismatch: Mismatch,
  isSampled: boolean,
): Promise<Divergence<Step>> {
  const take = async (steps: readonly number[]): Promise<Mismatch | null> =>
    (await takeRun(live, steps, { turn: 0, afterStep: (run) => run.probe() })).mismatch;
  const shown = (await take(mismatch.steps)) ?? mismatch;
  if (!isSampled) return divergenceOf(live, shown);
  const search = { walk: live.walk, replay: take, milliseconds: SHORTEST_SEARCH_MS };
  return divergenceOf(live, await shortestMismatch(shown, search));
}

interface Deeper {
  readonly scope: ReplayedScope;
  readonly interrupted: boolean;
  readonly divergence: Divergence<Step> | null;
}

/** One register set more than was explored, where the explored ones leave a client nothing to choose. */
async function replayDeeper(scope: Scope, options: PartOptions): Promise<Deeper | null> {
  const withChoice = scopeWithChoice(scope);
  if (withChoice === null) return null;
  const { registerSets } = withChoice;
  const deeper = contiguous(withChoice);
  const model = registersModel(deeper);
  const { graph, complete, transitions } = await explore(model, {
    statesMax: options.samples.deeperStates,
    graphTransitionsMax: options.samples.deeperTransitions,
    signal: options.signal,
  });
  const samples = { ...options.samples, liveRuns: options.samples.deeperLiveRuns };
  const subjects = registerSubjects(deeper, model, options.foreign);
  const replayed = await replayInMemory(subjects, graph, [], { ...options, samples });
  const { divergence, interrupted, runs: traces, steps, transitionsCovered } = replayed;
  const transitionsReachable = complete ? transitions : null;
  return { scope: { registerSets, traces, steps, transitionsCovered, transitionsReachable }, interrupted, divergence };
}

/** Real servers, real logs: the counterexamples and a seeded sample, with every server crashed once in every run. */
async function replayOverTcp(
  tcp: RegisterSubject,
  { table }: Scope,
  counterexamples: readonly (readonly number[])[],
  { seed, samples, signal, onProgress }: PartOptions,
): Promise<Part> {
  const afterStep = (run: { restart: (server: number) => Promise<void> }, at: number) =>
    run.restart(at % table.servers.length);
  const runs = [...counterexamples, ...sampled(tcp, seed, samples.tcpRuns)];
  const replayed = await replayToShortest(
    tcp,
    runs,
    {
      seed,
      signal,
      onProgress: (done) => onProgress(`${table.name}: replaying over TCP: ${done.runs} runs`),
      afterStep,
    },
    { milliseconds: SHORTEST_TCP_SEARCH_MS, turn: seed, afterStep },
  );
  return partOf(replayed, replayed.mismatch && divergenceOf(tcp, replayed.mismatch));
}

function sampled({ walk }: RegisterSubject, seed: number, count: number): (readonly number[])[] {
  const walks = randomWalks(walk, seed);
  return Array.from({ length: count }, () => walks.next().value as readonly number[]);
}
