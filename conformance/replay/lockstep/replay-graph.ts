/** Every transition of a graph, once, with an implementation that can be put back to where it was. */
import { runToState, type StateGraph } from "../../../model/kernel/index.js";
import { OUT_OF_TIME, OutOfTime, unlessOutOfTime } from "../../budget/bound.js";
import type { ProbedRun, Restorable, Subject } from "./lockstep-run.js";
import { type Mismatch, mismatchAfter, mismatchAtStart } from "./take-run.js";
import { Turns } from "./turns.js";

export interface Replayed {
  /** Runs that were begun: every transition of a graph counts as one. */
  readonly runs: number;
  readonly steps: number;
  /** Distinct transitions. */
  readonly transitionsCovered: number;
  readonly mismatch: Mismatch | null;
  readonly interrupted: boolean;
}

export interface GraphReplayOptions<Run> {
  /** Turns what is left open in every state. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (transitionsCovered: number) => void;
  /** Takes only transitions that this many steps reach; all of them if it is left out. */
  readonly stepsMax?: number;
  /** What is done in every state; `probe` of the run if it is left out. */
  readonly probe?: (run: Run) => Promise<void>;
}

/**
 * Takes the transitions breadth-first, so that the first difference is at the end of a shortest run to one. Each state
 * is entered by the first transition that leads there, in model and implementation, and probed; from half of the states
 * the implementation goes on as the probes have left it, from the others as it was before.
 */
export async function replayGraph<Run extends ProbedRun>(
  subject: Subject<Run, unknown>,
  graph: StateGraph,
  options: GraphReplayOptions<Run>,
): Promise<Replayed> {
  let run: Run;
  try {
    run = await subject.start(options.seed, []);
  } catch (fault) {
    if (fault instanceof OutOfTime) return NOTHING_IN_TIME;
    const mismatch = mismatchAtStart(subject, fault);
    return { runs: 1, steps: 0, transitionsCovered: 0, mismatch, interrupted: false };
  }
  const { probe = () => run.probe() } = options;
  const replay = new GraphReplay(run, graph, { seed: options.seed, probe: () => probe(run) });
  const summary = (mismatch: Mismatch | null, interrupted: boolean): Replayed => ({
    runs: 1,
    steps: replay.transitions,
    transitionsCovered: replay.transitions,
    mismatch,
    interrupted,
  });
  const turns = new Turns(options.signal, () => options.onProgress(replay.transitions));
  const { stepsMax } = options;
  const statesEnd = stepsMax === undefined ? graph.stateCount : statesNearerThan(graph, stepsMax);
  for (let state = 0; state < statesEnd; state++) {
    const left = await unlessOutOfTime(() => replay.leave(state));
    if (left === OUT_OF_TIME) return summary(null, true);
    if (left !== null) return summary(left, false);
    if (await turns.take()) return summary(null, true);
  }
  return summary(null, false);
}

const NOTHING_IN_TIME: Replayed = { runs: 0, steps: 0, transitionsCovered: 0, mismatch: null, interrupted: true };

/** How many states are fewer steps than this from the initial one: they are numbered breadth-first. */
function statesNearerThan({ firstTransition, targetOf }: StateGraph, steps: number): number {
  let [first, end] = [0, Math.min(1, steps)];
  for (let depth = 1; depth < steps && first < end; depth++) {
    let next = end;
    for (let at = firstTransition[first]!; at < firstTransition[end]!; at++) next = Math.max(next, targetOf[at]! + 1);
    [first, end] = [end, next];
  }
  return end;
}

class GraphReplay {
  readonly #run: ProbedRun;
  readonly #restorable: Restorable;
  readonly #graph: StateGraph;
  readonly #seed: number;
  readonly #probe: () => Promise<void>;
  /** By state that was entered and not left yet. */
  readonly #entered = new Map<number, unknown>();
  readonly #isEntered: Uint8Array;
  /** Taken so far. */
  transitions = 0;

  constructor(
    run: ProbedRun,
    graph: StateGraph,
    { seed, probe }: { readonly seed: number; readonly probe: () => Promise<void> },
  ) {
    if (run.restorable === null) throw new Error("replaying a graph takes an implementation that can be put back");
    this.#run = run;
    this.#restorable = run.restorable;
    this.#graph = graph;
    this.#seed = seed;
    this.#probe = probe;
    this.#isEntered = new Uint8Array(graph.stateCount);
    this.#isEntered[0] = 1;
    this.#entered.set(0, this.#restorable.save());
  }

  /**
   * Takes every transition of the state, unless no way was found to enter it. Resolves with the first difference.
   */
  async leave(state: number): Promise<Mismatch | null> {
    const { firstTransition, stepOf, targetOf } = this.#graph;
    if (this.#isEntered[state] === 0) return null;
    const here = this.#entered.get(state);
    this.#entered.delete(state);
    for (let transition = firstTransition[state]!; transition < firstTransition[state + 1]!; transition++) {
      const step = stepOf[transition]!;
      this.#restorable.restore(here);
      this.#run.turn = this.#seed + transition;
      try {
        if (!(await this.#run.take(step))) continue;
        this.transitions++;
        if (this.#isEntered[targetOf[transition]!] === 0) await this.#enter(targetOf[transition]!);
      } catch (fault) {
        return mismatchAfter(this.#run, [...runToState(this.#graph, state), step], fault);
      }
    }
    return null;
  }

  async #enter(state: number): Promise<void> {
    const asModelled = this.#restorable.save();
    await this.#probe();
    this.#isEntered[state] = 1;
    this.#entered.set(state, state % 2 === 0 ? this.#restorable.save() : asModelled);
  }
}
