/** Does the implementation agree with the model? Replays a table's explored graph in memory, and, where it has servers of its own, a sample over TCP. */

import type { ScopeExploration } from "../../model/analysis/explore-scope.js";
import { explore, randomWalks, type StateGraph } from "../../model/kernel/index.js";
import { contiguous } from "../../model/registers/contiguous.js";
import { type RegistersModel, registersModel } from "../../model/registers/registers.js";
import { deeperRegisterSets, type Scope } from "../../model/registers/scope.js";
import { variantOf } from "../../model/registers/variant.js";
import { replayProgress } from "../report/progress-lines.js";
import type { Divergence, ReplayedScope, ReplayReport } from "../report/report.js";
import { type Mismatch, replayRun } from "./replay-run.js";
import { replayScope, type ScopeReplay } from "./replay-scope.js";
import { shortestMismatch } from "./shortest-mismatch.js";
import { type Stage, stageInMemory, stageOverTcp } from "./stage.js";

export interface ReplayOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface Replayed {
  readonly report: ReplayReport;
  /** Null iff model and implementation agree. */
  readonly divergence: Divergence | null;
}

/** How long a shorter run is looked for once one is found that shows a difference. */
const SHORTEST_SEARCH_MS = 20_000;

/** Steps of the sample that stands in for an edge cover where the graph is too large for one. */
const SAMPLE_STEPS = 8000;

/** With three register sets a client has to choose between values that it reads; fewer leave that choice untested. */
const SETS_WITH_A_CHOICE = 3;

/** The deeper scope is covered whole up to this many states and transitions, and sampled beyond. Storages answer without syncs. */
const DEEPER_STATES_MAX = { row: 12_000, register: 16_000 } as const;
const DEEPER_TRANSITIONS_MAX = 60_000;

/** Random runs over TCP, besides the counterexample: each costs real syncs. */
const TCP_TRACES = 3;

/** The exploration is of this scope; its graph, if it was kept, is covered whole. */
export async function replay(
  explored: Scope,
  exploration: ScopeExploration,
  options: ReplayOptions,
): Promise<Replayed> {
  const scope = contiguous(explored);
  // Without gaps the sets have other names, but the model numbers them as before.
  const model = scope === explored ? exploration.model : registersModel(scope);
  const firstRuns = [...exploration.violatingRuns.values()];
  const inMemory = await replayGraph(stageInMemory(scope, model), exploration.graph, firstRuns, options);
  const deeper = inMemory.divergence === null ? await replayDeeper(explored, options) : null;
  const hasServers = variantOf(scope).freezes === "row";
  const overTcp =
    hasServers && (deeper ?? inMemory).divergence === null
      ? await replayOverTcp(scope, model, firstRuns, options)
      : null;
  const divergence = inMemory.divergence ?? deeper?.divergence ?? overTcp?.divergence ?? null;
  return {
    report: {
      traces: inMemory.traces + (overTcp?.traces ?? 0),
      steps: inMemory.steps + (overTcp?.steps ?? 0),
      transitionsCovered: inMemory.transitionsCovered,
      transitionsReachable: exploration.transitions,
      agrees: divergence === null,
      tracesOverTcp: overTcp?.traces ?? 0,
      deeper: deeper?.scope ?? null,
      seed: options.seed,
    },
    divergence,
  };
}

type Part = Pick<ScopeReplay, "traces" | "steps" | "transitionsCovered"> & { readonly divergence: Divergence | null };

async function replayGraph(
  stage: Stage,
  graph: StateGraph | null,
  firstRuns: readonly (readonly number[])[],
  { seed, signal, onProgress }: ReplayOptions,
): Promise<Part> {
  const replayed = await replayScope(stage, {
    graph,
    firstRuns,
    sampleSteps: SAMPLE_STEPS,
    seed,
    signal,
    onProgress: ({ traces, transitionsCovered }) =>
      onProgress(replayProgress(stage.scope.table.name, traces, transitionsCovered, graph?.transitionCount ?? null)),
  });
  const { traces, steps, transitionsCovered, mismatch } = replayed;
  const shortest =
    mismatch === null
      ? null
      : await shortestMismatch(mismatch, {
          walk: stage.walk,
          graph,
          replay: (steps) => replayRun(stage, steps, { turn: 0, afterStep: ({ probe }) => probe() }),
          milliseconds: SHORTEST_SEARCH_MS,
        });
  return { traces, steps, transitionsCovered, divergence: shortest && divergenceOf(stage, shortest) };
}

interface Deeper {
  readonly scope: ReplayedScope;
  readonly divergence: Divergence | null;
}

/** One register set more than was explored, where the explored ones leave a client nothing to choose. */
async function replayDeeper(scope: Scope, options: ReplayOptions): Promise<Deeper | null> {
  if (scope.registerSets.length >= SETS_WITH_A_CHOICE) return null;
  const registerSets = deeperRegisterSets(scope.table, scope.registerSets);
  if (registerSets === null) return null;
  const deeper = contiguous({ ...scope, registerSets });
  const model = registersModel(deeper);
  const { graph, complete, transitions } = await explore(model, {
    statesMax: DEEPER_STATES_MAX[variantOf(scope).freezes],
    graphTransitionsMax: DEEPER_TRANSITIONS_MAX,
    signal: options.signal,
  });
  const { divergence, ...counts } = await replayGraph(stageInMemory(deeper, model), graph, [], options);
  return { scope: { registerSets, ...counts, transitionsReachable: complete ? transitions : null }, divergence };
}

/** Real servers, real logs: the counterexamples and a seeded sample, with every server crashed once in every run. */
async function replayOverTcp(
  scope: Scope,
  model: RegistersModel,
  firstRuns: readonly (readonly number[])[],
  { seed, signal, onProgress }: ReplayOptions,
): Promise<{ traces: number; steps: number; divergence: Divergence | null }> {
  const { servers, name } = scope.table;
  const stage = stageOverTcp(scope, model);
  let [traces, steps] = [0, 0];
  for (const run of [...firstRuns, ...sample(stage, seed)]) {
    if (signal.aborted) break;
    onProgress(`${name}: replaying over TCP: ${traces} traces`);
    const mismatch = await replayRun(stage, run, {
      turn: seed + traces,
      afterStep: async ({ world }, at) => {
        await world.crash(at % servers.length);
        await world.compareRegisters(" after a restart");
      },
    });
    traces++;
    steps += run.length;
    if (mismatch !== null) return { traces, steps, divergence: divergenceOf(stage, mismatch) };
  }
  return { traces, steps, divergence: null };
}

function sample(stage: Stage, seed: number): (readonly number[])[] {
  const walks = randomWalks(stage.walk, seed);
  return Array.from({ length: TCP_TRACES }, () => walks.next().value as readonly number[]);
}

function divergenceOf(stage: Stage, { steps, ...mismatch }: Mismatch): Divergence {
  return { ...mismatch, steps: steps.map((step) => stage.steps[step]!), at: steps.length - 1 };
}
