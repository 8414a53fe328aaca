/**
 * Does the implementation agree with the message model? Replays in memory a sample of runs in which everything can
 * happen, and every transition of a part that is small enough; then a few runs over TCP, with real server processes
 * that are killed and a proxy that decides what the network does.
 */
import { type StateGraph, searchWithGraph } from "../../../model/kernel/index.js";
import type { MessageStep } from "../../../model/messages/message-steps.js";
import { EVERYTHING, type MessagesOptions } from "../../../model/messages/options.js";
import { messageStateOf } from "../../../model/messages/reading.js";
import type { Scope } from "../../../model/registers/scope.js";
import type { StateTable } from "../../../spec/state-table.js";
import { type Replayed, replayGraph } from "../lockstep/replay-graph.js";
import type { RunsReplayOptions } from "../lockstep/replay-runs.js";
import { replayToShortest } from "../lockstep/replay-to-shortest.js";
import { scopeWithChoice } from "../lockstep/scope-with-choice.js";
import { type Divergence, divergenceOf, takeRun } from "../lockstep/take-run.js";
import { upToSteps } from "../lockstep/up-to-steps.js";
import type { MessageRun } from "./message-run.js";
import { type MessageSubject, messageSubject, withServers } from "./message-subject.js";
import { messageWalks } from "./message-walks.js";

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
  /**
   * The part of the message model whose graph was covered; null where none is small enough, or the sample ended it all.
   */
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
  readonly divergence: Divergence<MessageStep> | null;
  /** The run of the difference; else the most eventful one over TCP. Null where none was taken. */
  readonly shown: ShownMessages | null;
}

/** A run of the message model, as people look at it. */
export interface ShownMessages {
  readonly registerSets: readonly number[];
  readonly steps: readonly MessageStep[];
  /** What the model has on the servers' disks before the run and after each step: one more than there are steps. */
  readonly states: readonly StateTable[];
}

/**
 * Covered whole is the first of these whose graph is small enough. Without stutters too, every reply is delivered
 * twice.
 */
const PARTS: readonly MessagesOptions[] = [
  { crashes: true, refusals: true, patience: false, stutters: true },
  { crashes: true, refusals: true, patience: false, stutters: false },
  { crashes: false, refusals: true, patience: false, stutters: true },
  { crashes: false, refusals: false, patience: false, stutters: true },
  { crashes: false, refusals: false, patience: false, stutters: false },
];

/** Majorities of three servers with two register sets just fit; a thousand transitions take some 20 ms. */
const COVERED_TRANSITIONS_MAX = 45_000;

/** Steps of the sample in which everything can happen. */
const SAMPLE_STEPS = 8000;

/** Runs over TCP, the most eventful of this number: each starts processes, and kills some. */
const TCP_TRACES = 2;
const TCP_CHOICE = 50;
const TCP_KILLS_MAX = 3;

/** Throws Error where the built code that server processes run is not there. */
export async function replayMessages(scope: Scope, options: MessageReplayOptions): Promise<MessageReplay> {
  const sampledScope = scopeWithChoice(scope) ?? scope;
  const sampling = await sample(messageSubject(sampledScope, EVERYTHING, "memory"), options);
  const coverable = mayGoOn([sampling]) ? await coverablePart(scope) : null;
  const covering = coverable === null ? NOTHING_REPLAYED : await cover(coverable, options);
  const overTcp = mayGoOn([sampling, covering])
    ? await sampleOverTcp(messageSubject(sampledScope, EVERYTHING, "tcp"), options)
    : NOTHING_REPLAYED;
  const done = [sampling, covering, overTcp];
  return {
    traces: done.reduce((sum, { runs }) => sum + runs, 0),
    steps: done.reduce((sum, { steps }) => sum + steps, 0),
    covered: coverable && { registerSets: coverable.subject.scope.registerSets, options: coverable.subject.options },
    transitionsCovered: covering.transitionsCovered,
    transitionsReachable: coverable?.graph.transitionCount ?? 0,
    sampledRegisterSets: sampledScope.registerSets,
    tracesSampled: sampling.runs,
    tracesOverTcp: overTcp.runs,
    killsOverTcp: overTcp.crashes,
    seed: options.seed,
    complete: !done.some(({ interrupted }) => interrupted),
    divergence: done.find(({ divergence }) => divergence !== null)?.divergence ?? null,
    shown: done.find(({ shown }) => shown !== null)?.shown ?? null,
  };
}

interface CoverablePart {
  readonly subject: MessageSubject;
  readonly graph: StateGraph;
}

/** The largest part of the message model whose graph is small enough to be covered whole; null where none is. */
export async function coverablePart(scope: Scope): Promise<CoverablePart | null> {
  for (const registerSets of selectionsOf(scope)) {
    for (const part of PARTS) {
      const subject = messageSubject({ ...scope, registerSets }, part, "memory");
      const exploration = await searchWithGraph(subject.model, { graphTransitionsMax: COVERED_TRANSITIONS_MAX });
      if (exploration?.graph) return { subject, graph: exploration.graph };
    }
  }
  return null;
}

/**
 * All register sets; where those are too many, the first and the last; else the last alone. By decision table a client
 * judges every set below its own, the model only those that are explored: there none of them can be left out.
 */
function selectionsOf({ table, registerSets }: Scope): (readonly number[])[] {
  if (table.selection === "decision-table") return [registerSets];
  const last = registerSets.slice(-1);
  return [registerSets, [...new Set([registerSets[0]!, ...last])], last];
}

/** What was replayed of one subject, and a difference if there was one. */
interface Part extends Replayed {
  /** How often a server was crashed and started again. */
  readonly crashes: number;
  readonly divergence: Divergence<MessageStep> | null;
  /** The run of the difference, if there was one. */
  readonly shown: ShownMessages | null;
}

/** How long a shorter run is looked for once one is found that shows a difference. */
const SHORTEST_SEARCH_MS = 10_000;

async function part(
  subject: MessageSubject,
  runs: Iterable<readonly number[]>,
  { seed, signal, onProgress }: MessageReplayOptions,
): Promise<Part> {
  let crashes = 0;
  const { name, channel, instances } = subject;
  const options: RunsReplayOptions<MessageRun> = {
    seed,
    signal,
    onProgress: ({ runs, steps }) =>
      onProgress(`${name}: replaying messages in ${channel}: ${runs} runs, ${steps} steps`),
    onTaken: (step) => {
      if (instances[step]!.action.startsWith("crash")) crashes++;
    },
  };
  // Over TCP a run takes too long to look for a shorter one.
  const shorter = channel === "tcp" ? null : { milliseconds: SHORTEST_SEARCH_MS, turn: 0 };
  const replayed = await replayToShortest(subject, runs, options, shorter);
  const { mismatch } = replayed;
  return {
    ...replayed,
    crashes,
    divergence: mismatch && divergenceOf(subject, mismatch),
    shown: mismatch && shownRun(subject, mismatch.steps),
  };
}

function shownRun({ walk, model, scope, steps }: MessageSubject, run: readonly number[]): ShownMessages {
  const registers = () => messageStateOf(model, scope).registers;
  walk.restart();
  const states = [registers()];
  for (const step of run) {
    walk.take(step);
    states.push(registers());
  }
  return { registerSets: scope.registerSets, steps: run.map((step) => steps[step]!), states };
}

/**
 * Every transition, from the state that it is taken in: what shows a difference is shown by servers that live, if they
 * show it too.
 */
async function cover({ subject, graph }: CoverablePart, options: MessageReplayOptions): Promise<Part> {
  const { seed, signal, onProgress } = options;
  const replayed = await replayGraph(withServers(subject, "remembered"), graph, {
    seed,
    signal,
    onProgress: (covered) => onProgress(`${subject.name}: replaying messages in memory: ${covered} transitions`),
  });
  if (replayed.mismatch === null) return { ...NOTHING_REPLAYED, ...replayed };
  const living = await takeRun(subject, replayed.mismatch.steps, { turn: seed });
  const mismatch = living.mismatch ?? replayed.mismatch;
  const divergence = divergenceOf(subject, mismatch);
  return { ...NOTHING_REPLAYED, ...replayed, mismatch, divergence, shown: shownRun(subject, mismatch.steps) };
}

const sample = (subject: MessageSubject, options: MessageReplayOptions): Promise<Part> =>
  part(subject, upToSteps(messageWalks(subject, options.seed), SAMPLE_STEPS), options);

/** Runs other than those in memory, and of these the ones in which most happens. */
async function sampleOverTcp(subject: MessageSubject, options: MessageReplayOptions): Promise<Part> {
  const walks = messageWalks(subject, options.seed + 1);
  const chosen = Array.from({ length: TCP_CHOICE }, () => walks.next().value as readonly number[])
    .map((run) => ({ run, events: eventsIn(run.map((step) => subject.instances[step]!.action)) }))
    .sort((a, b) => b.events - a.events)
    .slice(0, TCP_TRACES);
  const runs = chosen.map(({ run }) => run);
  const taken = await part(subject, runs, options);
  return { ...taken, shown: taken.shown ?? shownRun(subject, runs[0]!) };
}

/**
 * How many of these happen: an output, some kills but not too many, and a client that starts again after it stopped.
 */
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

const NOTHING_REPLAYED: Part = {
  runs: 0,
  steps: 0,
  transitionsCovered: 0,
  crashes: 0,
  mismatch: null,
  divergence: null,
  shown: null,
  interrupted: false,
};

/** One difference is enough, and an interrupted replay does not go on. */
const mayGoOn = (done: readonly Part[]): boolean =>
  done.every(({ divergence, interrupted }) => divergence === null && !interrupted);
