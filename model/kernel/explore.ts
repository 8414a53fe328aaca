/** Breadth-first exploration of every state that a model can reach. */
import { type Expand, generateExpand } from "./expand.js";
import { GraphRecorder, type StateGraph } from "./graph.js";
import type { Model } from "./model.js";
import { StateStore } from "./state-store.js";

export interface ExploreOptions {
  /** Stop, incomplete, when this many distinct states are known. */
  readonly statesMax?: number;
  /** Keep the graph as long as it has no more than this many transitions; 0 (the default) keeps none. */
  readonly graphTransitionsMax?: number;
  /** Called about ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborting ends the exploration early: what was found stands, and `complete` is false. */
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
  readonly bytes: number;
  readonly elapsed_ms: number;
}

export interface Exploration {
  readonly model: Model;
  /** Expanded and unexpanded states, in breadth-first order. */
  readonly store: StateStore;
  /** levels[d]: number of the first state at depth d. */
  readonly levels: readonly number[];
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  /** Steps from the initial state to the farthest state found. */
  readonly depth: number;
  readonly complete: boolean;
  readonly stoppedBy: "states" | "interrupted" | null;
  /** For each property that fails somewhere: the first such state in breadth-first order, so one of the nearest. */
  readonly violations: ReadonlyMap<string, number>;
  /** Null if it was not asked for or grew too large. */
  readonly graph: StateGraph | null;
}

/** States expanded between two looks at the clock. */
const SLICE_STATES = 2048;

/** The event loop gets its turn this often, so that signals arrive and progress is shown. */
const TURN_MS = 100;

export async function explore(model: Model, options: ExploreOptions = {}): Promise<Exploration> {
  const search = new BreadthFirstSearch(model, options);
  const started_ms = performance.now();
  let turn_ms = started_ms;
  while (search.advance(SLICE_STATES)) {
    const now_ms = performance.now();
    if (now_ms - turn_ms < TURN_MS) continue;
    turn_ms = now_ms;
    options.onProgress?.(search.progress(now_ms - started_ms));
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal?.aborted) return search.result("interrupted");
  }
  return search.result(search.isFinished ? null : "states");
}

class BreadthFirstSearch {
  readonly #model: Model;
  readonly #expand: Expand;
  readonly #store: StateStore;
  readonly #statesMax: number;
  readonly #recorder: GraphRecorder | null;
  readonly #violations = new Map<string, number>();
  readonly #levels = [0];
  #expanded = 0;
  #transitions = 0;

  constructor(model: Model, options: ExploreOptions) {
    this.#model = model;
    this.#expand = generateExpand(model);
    this.#store = new StateStore(model.workspace.words.length);
    this.#statesMax = options.statesMax ?? Number.POSITIVE_INFINITY;
    const graphTransitionsMax = options.graphTransitionsMax ?? 0;
    this.#recorder = graphTransitionsMax > 0 ? new GraphRecorder(graphTransitionsMax) : null;
    model.workspace.load(model.initial, 0);
    this.#store.insert(model.workspace.words);
  }

  get isFinished(): boolean {
    return this.#expanded === this.#store.count;
  }

  /** Expands up to `count` states; false when there is nothing more to do or the bound is reached. */
  advance(count: number): boolean {
    const { workspace } = this.#model;
    const width = workspace.words.length;
    const visit = (step: number): void => {
      this.#transitions++;
      const found = this.#store.insert(workspace.words);
      this.#recorder?.add(step, found < 0 ? -1 - found : found);
    };
    for (let done = 0; done < count; done++) {
      if (this.isFinished || this.#store.count >= this.#statesMax) return false;
      if (this.#expanded === this.#levels.at(-1)) this.#levels.push(this.#store.count);
      workspace.load(this.#store.states, this.#expanded * width);
      this.#judge(this.#expanded);
      this.#recorder?.startState();
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
      bytes: this.#store.bytes + (this.#recorder?.bytes ?? 0),
      elapsed_ms,
    };
  }

  result(stoppedBy: Exploration["stoppedBy"]): Exploration {
    this.#judgeUnexpanded();
    return {
      model: this.#model,
      store: this.#store,
      levels: this.#levels.filter((first) => first < this.#store.count),
      distinctStates: this.#store.count,
      transitions: this.#transitions,
      depth: this.#depth,
      complete: stoppedBy === null,
      stoppedBy,
      violations: this.#violations,
      graph: stoppedBy === null ? (this.#recorder?.finish() ?? null) : null,
    };
  }

  /** A bound leaves states that were found and not expanded; what they show must not be lost. */
  #judgeUnexpanded(): void {
    const { workspace } = this.#model;
    for (let state = this.#expanded; state < this.#store.count; state++) {
      workspace.load(this.#store.states, state * workspace.words.length);
      this.#judge(state);
    }
  }

  /** levels ends with the first number past the level being expanded, which no state may have yet. */
  get #depth(): number {
    return this.#levels.filter((first) => first < this.#store.count).length - 1;
  }

  /** The workspace holds the state of this number. Judged when expanded and not when found, a state is loaded only once. */
  #judge(state: number): void {
    for (const property of this.#model.properties) {
      if (!property.holds() && !this.#violations.has(property.name)) this.#violations.set(property.name, state);
    }
  }
}
