/**
 * Breadth-first search that numbers states in the order in which it finds them and keeps the graph: for scopes small
 * enough to keep. Of most transitions the graph so far tells where they lead (squares.ts).
 */
import { stepCount } from "../compile/expand.js";
import { generateJudge, type Judge } from "../compile/judge.js";
import { SpotCheck, sampleOf } from "../compile/spot-check.js";
import { Transitions, type WaitingSuccessors } from "../compile/transitions.js";
import type { Model } from "../declaration/model.js";
import { bytesMaxByDefault } from "../platform.js";
import { GraphRecorder } from "../store/graph.js";
import { RecentNumbers } from "../store/recent-numbers.js";
import { StateStore } from "../store/state-store.js";
import { DEFAULT_TUNING } from "./default-tuning.js";
import type { Exploration, ExploreOptions, Progress, StopReason } from "./exploration.js";
import { refuseOptions } from "./options-check.js";
import { Squares } from "./squares.js";
import { Turns } from "./turns.js";
import { vacuityOf } from "./vacuity.js";
import { Violations } from "./violations.js";

/** States expanded between two looks at the clock. */
const SLICE_STATES = 256;

/**
 * Successors collected before they are numbered: enough for their cache misses to overlap, few enough to stay in the
 * cache.
 */
const BATCH_STATES = 512;

/** Null as soon as the graph has more transitions than it may have, or takes more memory. */
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
  if (exploration.graph === null) return exploration;
  return { ...exploration, vacuity: await vacuityOf(model, exploration.states, search.takenActions(), turns) };
}

class GraphSearch {
  readonly #model: Model;
  readonly #width: number;
  readonly #steps: number;
  readonly #transitions: Transitions;
  readonly #judge: Judge;
  readonly #store: StateStore;
  readonly #numbers: RecentNumbers;
  readonly #recorder: GraphRecorder;
  readonly #squares: Squares;
  readonly #waiting: WaitingSuccessors;
  readonly #waitingNumbers: Int32Array;
  #waitingCount = 0;
  readonly #statesMax: number;
  readonly #transitionsMax: number;
  readonly #bytesMax: number;
  readonly #violations: Violations;
  /**
   * Number of the first state of each depth; ends with the first past the level at work, which no state may have yet.
   */
  readonly #firsts = [0];
  #levelEnd = 0;
  #expanded = 0;

  constructor(model: Model, options: ExploreOptions) {
    this.#model = model;
    this.#width = model.workspace.words.length;
    this.#steps = stepCount(model.actions);
    this.#violations = new Violations(model.properties);
    this.#transitions = new Transitions(model);
    this.#judge = generateJudge(model);
    this.#statesMax = options.statesMax ?? Number.POSITIVE_INFINITY;
    this.#transitionsMax = options.graphTransitionsMax ?? 0;
    this.#bytesMax = options.bytesMax ?? bytesMaxByDefault();
    // One state's successors may overshoot a full batch.
    const batchStates = BATCH_STATES + this.#steps;
    // Every state but one has a transition that leads to it. There is never room for more than fits the memory.
    const most = Math.min(this.#transitionsMax + batchStates, Math.floor(this.#bytesMax / bytesWith(this.#width)));
    this.#store = new StateStore(this.#width, most);
    this.#numbers = new RecentNumbers(this.#store, this.#width, batchStates);
    this.#recorder = new GraphRecorder(this.#steps, most);
    const { squaresFromStates } = { ...DEFAULT_TUNING, ...options.tuning };
    this.#squares = new Squares(this.#recorder, this.#transitions.commuting, this.#steps, most, squaresFromStates);
    this.#waiting = { states: new Int32Array(batchStates * this.#width), transitions: new Int32Array(batchStates) };
    this.#waitingNumbers = new Int32Array(batchStates);
    model.workspace.walker = null;
    this.#store.insert(model.initial);
  }

  get isFinished(): boolean {
    return this.#expanded === this.#store.count && this.#waitingCount === 0;
  }

  get isOutgrown(): boolean {
    return this.#recorder.transitionCount > this.#transitionsMax || this.#bytes > this.#bytesMax;
  }

  /** Expands up to `count` states; false when there is nothing more to do or a bound is reached. */
  advance(count: number): boolean {
    const end = this.#expanded + count;
    while (this.#expanded < end) {
      if (this.#expanded === this.#levelEnd) {
        // The next level is known once the last of this one has been expanded.
        this.#number();
        this.#levelEnd = this.#store.count;
        this.#firsts.push(this.#levelEnd);
      }
      if (this.isFinished || this.isOutgrown || this.#store.count >= this.#statesMax) return false;
      this.#expand(Math.min(end, this.#levelEnd));
    }
    return true;
  }

  /**
   * Expands states of the level up to this one, or until successors must be numbered, or there are too many
   * transitions.
   */
  #expand(end: number): void {
    const { write } = this.#transitions;
    const [width, judge, recorder, squares] = [this.#width, this.#judge, this.#recorder, this.#squares];
    const { states } = this.#store;
    const depth = this.#firsts.length - 2;
    const fullAt = Math.min(BATCH_STATES, this.#statesMax - this.#store.count) * width;
    let at = this.#waitingCount * width;
    let state = this.#expanded;
    while (state < end && at < fullAt && !squares.areFull(state) && recorder.transitionCount <= this.#transitionsMax) {
      const failures = judge(states, state * width);
      if (failures !== 0) this.#violations.note(failures, depth);
      recorder.reserve(this.#steps);
      at = write(states, state * width, squares.discoveryOf(state), recorder, this.#waiting, at);
      recorder.endState();
      state++;
    }
    this.#expanded = state;
    this.#waitingCount = at / width;
    if (at >= fullAt || squares.areFull(state)) this.#number();
  }

  /** Numbers the successors that wait for it. All transitions have their targets then. */
  #number(): void {
    const { states, transitions } = this.#waiting;
    const { count } = this.#store;
    this.#numbers.numberAll(states, this.#waitingCount, this.#waitingNumbers);
    this.#squares.note(transitions, this.#waitingNumbers, this.#waitingCount, count, this.#store.count);
    this.#squares.copyTargets(this.#expanded);
    this.#waitingCount = 0;
  }

  /** takenActions[a]: 1 if action a was taken in some state. */
  takenActions(): Uint8Array {
    return this.#transitions.takenActions();
  }

  progress(elapsed_ms: number): Progress {
    return {
      distinctStates: this.#store.count,
      transitions: this.#recorder.transitionCount,
      depth: this.#depth,
      frontier: this.#store.count - this.#expanded,
      bytes: this.#bytes,
      elapsed_ms,
    };
  }

  result(stoppedBy: StopReason | null): Exploration {
    this.#number();
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
      bytes: this.#bytes,
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

  get #bytes(): number {
    return this.#store.bytes + this.#recorder.bytes;
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

/**
 * What a state with one transition takes at most: itself, how it was found, where its transitions begin, a step and a
 * target.
 */
const bytesWith = (width: number): number => Int32Array.BYTES_PER_ELEMENT * (width + 4);
