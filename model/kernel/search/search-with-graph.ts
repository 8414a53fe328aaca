/**
 * Breadth-first search that numbers states in the order in which it finds them and keeps the graph: for scopes small
 * enough to keep.
 */
import { firstSteps, stepCount } from "../compile/expand.js";
import { generateJudge, type Judge } from "../compile/judge.js";
import { SpotCheck, sampleOf } from "../compile/spot-check.js";
import { transitionsOf, type WriteTransitions } from "../compile/transitions.js";
import type { Model } from "../declaration/model.js";
import { GraphRecorder, type StateGraph } from "../store/graph.js";
import { RecentNumbers } from "../store/recent-numbers.js";
import { StateStore } from "../store/state-store.js";
import type { Exploration, ExploreOptions, Progress, StopReason } from "./exploration.js";
import { refuseOptions } from "./options-check.js";
import { Turns } from "./turns.js";
import { vacuityOf } from "./vacuity.js";
import { Violations } from "./violations.js";

/** States expanded between two looks at the clock. */
const SLICE_STATES = 256;

/** Successors collected before they are numbered: enough for their cache misses to overlap, few enough to stay in the cache. */
const BATCH_STATES = 512;

/** Null as soon as the graph has more transitions than it may have. */
export async function searchWithGraph(model: Model, options: ExploreOptions): Promise<Exploration | null> {
  refuseOptions(options);
  const search = new GraphSearch(model, options);
  const turns: Turns = new Turns(options, () => search.progress(turns.elapsed_ms));
  while (search.advance(SLICE_STATES)) {
    await turns.take();
    if (turns.stop !== null) return search.result(turns.stop);
  }
  if (search.isOutgrown) return null;
  const exploration = search.result(search.isFinished ? null : "states");
  const { graph, states } = exploration;
  return graph === null
    ? exploration
    : { ...exploration, vacuity: await vacuityOf(model, states, taken(model, graph), turns) };
}

/** taken[a]: 1 if a transition of the graph is of action a. */
function taken({ actions }: Model, { stepOf }: StateGraph): Uint8Array {
  const firsts = firstSteps(actions);
  const takenSteps = new Uint8Array(firsts.at(-1)!);
  for (let transition = 0; transition < stepOf.length; transition++) takenSteps[stepOf[transition]!] = 1;
  return Uint8Array.from(actions, (_, action) =>
    Number(takenSteps.subarray(firsts[action], firsts[action + 1]).includes(1)),
  );
}

class GraphSearch {
  readonly #model: Model;
  readonly #width: number;
  readonly #steps: number;
  readonly #write: WriteTransitions;
  readonly #judge: Judge;
  readonly #store: StateStore;
  readonly #numbers: RecentNumbers;
  readonly #recorder: GraphRecorder;
  /** Successors that have no numbers yet: those of the last transitions recorded. */
  readonly #batch: Int32Array;
  #batched = 0;
  readonly #statesMax: number;
  readonly #transitionsMax: number;
  readonly #violations: Violations;
  /** Number of the first state of each depth; ends with the first past the level at work, which no state may have yet. */
  readonly #firsts = [0];
  #expanded = 0;

  constructor(model: Model, options: ExploreOptions) {
    this.#model = model;
    this.#width = model.workspace.words.length;
    this.#steps = stepCount(model.actions);
    this.#violations = new Violations(model.properties);
    this.#write = transitionsOf(model);
    this.#judge = generateJudge(model);
    // One state's successors may overshoot a full batch.
    const batchStates = BATCH_STATES + this.#steps;
    this.#store = new StateStore(this.#width);
    this.#numbers = new RecentNumbers(this.#store, this.#width, batchStates);
    this.#recorder = new GraphRecorder(this.#steps);
    this.#batch = new Int32Array(batchStates * this.#width);
    this.#statesMax = options.statesMax ?? Number.POSITIVE_INFINITY;
    this.#transitionsMax = options.graphTransitionsMax ?? 0;
    model.workspace.walker = null;
    this.#store.insert(model.initial);
  }

  get isFinished(): boolean {
    return this.#expanded === this.#store.count && this.#batched === 0;
  }

  get isOutgrown(): boolean {
    return this.#recorder.transitionCount > this.#transitionsMax;
  }

  /** Expands up to `count` states; false when there is nothing more to do or a bound is reached. */
  advance(count: number): boolean {
    for (let done = 0; done < count; done++) {
      if (this.#expanded === this.#firsts.at(-1)) {
        // The next level is known once the last of this one has been expanded.
        this.#numberBatch();
        this.#firsts.push(this.#store.count);
      }
      if (this.isFinished || this.isOutgrown || this.#store.count >= this.#statesMax) return false;
      this.#expand();
    }
    return true;
  }

  #expand(): void {
    const recorder = this.#recorder;
    const width = this.#width;
    const state = this.#expanded++;
    this.#judgeState(state, this.#firsts.length - 2);
    recorder.startState();
    recorder.reserve(this.#steps);
    const { states } = this.#store;
    const before = this.#batched * width;
    const end = this.#write(states, state * width, this.#batch, before, recorder.stepOf, recorder.transitionCount);
    this.#batched = end / width;
    recorder.transitionCount += (end - before) / width;
    if (this.#batched >= BATCH_STATES || this.#store.count + this.#batched >= this.#statesMax) this.#numberBatch();
  }

  #numberBatch(): void {
    if (this.#batched === 0) return;
    const { targetOf, transitionCount } = this.#recorder;
    this.#numbers.numberAll(this.#batch, this.#batched, targetOf, transitionCount - this.#batched);
    this.#batched = 0;
  }
  progress(elapsed_ms: number): Progress {
    return {
      distinctStates: this.#store.count,
      transitions: this.#recorder.transitionCount,
      depth: this.#depth,
      frontier: this.#store.count - this.#expanded,
      bytes: this.#store.bytes + this.#recorder.bytes,
      elapsed_ms,
    };
  }

  result(stoppedBy: StopReason | null): Exploration {
    this.#numberBatch();
    this.#judgeUnexpanded();
    this.#check();
    const { count } = this.#store;
    const firsts = [...this.#firsts.filter((first) => first < count), count];
    return {
      model: this.#model,
      states: {
        packed: this.#store.states,
        levels: firsts.slice(0, -1).map((first, depth) => ({ first, end: firsts[depth + 1]! })),
        rangesOf: ({ first, end }) => [[first, end]],
      },
      distinctStates: count,
      transitions: this.#recorder.transitionCount,
      depth: this.#depth,
      complete: stoppedBy === null,
      stoppedBy,
      depthCovered: stoppedBy === null ? this.#depth : this.#depthExpanded,
      violations: this.#violations.inOrder(),
      vacuity: null,
      graph: stoppedBy === null ? this.#recorder.finish() : null,
      bytes: this.#store.bytes + this.#recorder.bytes,
    };
  }

  /** Of a model whose closures change their minds, nothing that was found would mean anything. */
  #check(): void {
    if (this.isOutgrown) return;
    const { workspace, initial } = this.#model;
    const width = this.#width;
    const { states } = this.#store;
    const spot = new SpotCheck(this.#model);
    for (const state of sampleOf(this.#expanded)) {
      const targets = this.#recorder.targetsOf(state);
      const found = new Int32Array(targets.length * width);
      targets.forEach((target, index) => {
        found.set(states.subarray(target * width, (target + 1) * width), index * width);
      });
      spot.look(states, state * width, found, found.length, this.#judge(states, state * width));
    }
    workspace.load(initial, 0);
  }

  /** A bound leaves states that were found and not expanded; what they show must not be lost. */
  #judgeUnexpanded(): void {
    for (let state = this.#expanded; state < this.#store.count; state++) {
      this.#judgeState(
        state,
        this.#firsts.findLastIndex((first) => first <= state),
      );
    }
  }

  get #depth(): number {
    return this.#firsts.filter((first) => first < this.#store.count).length - 1;
  }

  /** How many levels are expanded, each whole. */
  get #depthExpanded(): number {
    return this.#firsts.filter((first) => first > 0 && first <= this.#expanded).length;
  }

  #judgeState(state: number, depth: number): void {
    this.#violations.note(this.#judge(this.#store.states, state * this.#width), depth);
  }
}
