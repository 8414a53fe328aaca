/** Breadth-first search that numbers states in the order in which it finds them and keeps the graph: for scopes small enough to keep. */
import { type Expand, generateExpand } from "../compile/expand.js";
import { generateJudge, type Judge, precedes } from "../compile/judge.js";
import { SpotCheck, sampleOf } from "../compile/spot-check.js";
import type { Model } from "../declaration/model.js";
import { GraphRecorder } from "../store/graph.js";
import { StateStore } from "../store/state-store.js";
import type { Exploration, ExploreOptions, Progress, StopReason } from "./exploration.js";
import { refuseOptions } from "./options-check.js";
import { Turns } from "./turns.js";

/** States expanded between two looks at the clock. */
const SLICE_STATES = 256;

/** Null as soon as the graph has more transitions than it may have. */
export async function searchWithGraph(model: Model, options: ExploreOptions): Promise<Exploration | null> {
  refuseOptions(options);
  const search = new NumberedSearch(model, options);
  const turns: Turns = new Turns(options, () => search.progress(turns.elapsed_ms));
  while (search.advance(SLICE_STATES)) {
    await turns.take();
    if (turns.stop !== null) return search.result(turns.stop);
  }
  if (search.isOutgrown) return null;
  return search.result(search.isFinished ? null : "states");
}

class NumberedSearch {
  readonly #model: Model;
  readonly #expand: Expand;
  readonly #judge: Judge;
  readonly #store: StateStore;
  readonly #statesMax: number;
  readonly #recorder: GraphRecorder;
  readonly #violations = new Map<string, number>();
  /** Number of the first state of each depth; ends with the first past the level at work, which no state may have yet. */
  readonly #firsts = [0];
  #expanded = 0;
  #transitions = 0;

  constructor(model: Model, options: ExploreOptions) {
    this.#model = model;
    this.#expand = generateExpand(model);
    this.#judge = generateJudge(model);
    this.#store = new StateStore(model.workspace.words.length);
    this.#statesMax = options.statesMax ?? Number.POSITIVE_INFINITY;
    this.#recorder = new GraphRecorder(options.graphTransitionsMax ?? 0);
    model.workspace.walker = null;
    model.workspace.load(model.initial, 0);
    this.#store.insert(model.workspace.words);
  }

  get isFinished(): boolean {
    return this.#expanded === this.#store.count;
  }

  get isOutgrown(): boolean {
    return this.#recorder.isOverflowed;
  }

  /** Expands up to `count` states; false when there is nothing more to do or a bound is reached. */
  advance(count: number): boolean {
    const { workspace } = this.#model;
    const visit = (step: number): void => {
      this.#transitions++;
      const found = this.#store.insert(workspace.words);
      this.#recorder.add(step, found < 0 ? -1 - found : found);
    };
    for (let done = 0; done < count; done++) {
      if (this.isFinished || this.isOutgrown || this.#store.count >= this.#statesMax) return false;
      if (this.#expanded === this.#firsts.at(-1)) this.#firsts.push(this.#store.count);
      this.#judgeState(this.#expanded, this.#firsts.length - 2);
      this.#recorder.startState();
      this.#expand(visit);
      this.#expanded++;
    }
    return true;
  }

  progress(elapsed_ms: number): Progress {
    return {
      distinctStates: this.#store.count,
      transitions: this.#transitions,
      depth: this.#depth,
      frontier: this.#store.count - this.#expanded,
      bytes: this.#store.bytes + this.#recorder.bytes,
      elapsed_ms,
    };
  }

  result(stoppedBy: StopReason | null): Exploration {
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
      transitions: this.#transitions,
      depth: this.#depth,
      complete: stoppedBy === null,
      stoppedBy,
      depthCovered: stoppedBy === null ? this.#depth : this.#depthExpanded,
      violations: this.#violations,
      graph: stoppedBy === null ? this.#recorder.finish() : null,
      bytes: this.#store.bytes + this.#recorder.bytes,
    };
  }

  /** Of a model whose closures change their minds, nothing that was found would mean anything. */
  #check(): void {
    if (this.isOutgrown) return;
    const { workspace, initial } = this.#model;
    const width = workspace.words.length;
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

  /** Judged when expanded and not when found, a state is loaded only once. */
  #judgeState(state: number, depth: number): void {
    const { workspace, properties } = this.#model;
    const width = workspace.words.length;
    workspace.load(this.#store.states, state * width);
    const failures = this.#judge(this.#store.states, state * width);
    if (failures === 0) return;
    properties.forEach(({ name }, property) => {
      if (((failures >>> property) & 1) === 0) return;
      const known = this.#violations.get(name) ?? -1;
      const isNearest = known < 0 || known >= this.#firsts[depth]!;
      if (isNearest && (known < 0 || precedes(this.#store.states, state * width, known * width, width))) {
        this.#violations.set(name, state);
      }
    });
  }
}
