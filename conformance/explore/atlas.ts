/**
 * What is known of every state once all are explored: which properties it breaks, what has come about in it, and what
 * still can. With it come the ways to the nearest state of a kind, from any state.
 */
import { type Progress, reachableLabels, type StateGraph, searchWithGraph } from "../../model/kernel/index.js";
import type { Explorable } from "./explorable.js";
import { bitsOf, factsHere, type Kind, kindsOf } from "./kinds.js";

export interface AtlasOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Graphs with more transitions are not kept. */
  readonly transitionsMax?: number;
}

/** In a page, about 50 MB. */
const TRANSITIONS_MAX = 3_000_000;

export class Atlas {
  readonly kinds: readonly Kind[];
  readonly #graph: StateGraph;
  /** kindOf[n]: bit k where state n is of kind k. */
  readonly #kindsOf: Int32Array;
  /** valenceOf[n]: bit o where outcome o can still come about from state n. */
  readonly #valenceOf: Int32Array;
  readonly #outcomes: readonly string[];
  /** By kind. */
  readonly #counts: readonly number[];

  constructor(explorable: Explorable, graph: StateGraph, packed: Int32Array) {
    const { model, outcomes } = explorable;
    this.#graph = graph;
    this.#outcomes = outcomes.map(({ name }) => name);
    this.kinds = kindsOf(explorable);
    const width = model.workspace.words.length;
    const states = Array.from({ length: graph.stateCount }, (_, state) => state);
    const facts = states.map((state) => {
      model.workspace.load(packed, state * width);
      return factsHere(explorable);
    });
    this.#valenceOf = reachableLabels(
      graph,
      Int32Array.from(facts, ({ cameAbout }) => cameAbout),
    );
    this.#kindsOf = Int32Array.from(facts, (here, state) => {
      const stepCount = graph.firstTransition[state + 1]! - graph.firstTransition[state]!;
      const known = { ...here, possible: this.#valenceOf[state]!, stepCount };
      return bitsOf(this.kinds, ({ includes }) => includes(known));
    });
    this.#counts = this.kinds.map((kind) => states.reduce((count, state) => count + Number(this.isOf(kind, state)), 0));
  }

  get stateCount(): number {
    return this.#graph.stateCount;
  }

  /** How many states are of the kind. */
  countOf(kind: Kind): number {
    return this.#counts[this.kinds.indexOf(kind)]!;
  }

  /** The state that the steps lead to, by number. Throws RangeError for steps of which one is not possible. */
  stateAfter(steps: readonly number[]): number {
    const { firstTransition, stepOf, targetOf } = this.#graph;
    return steps.reduce((state, step) => {
      for (let t = firstTransition[state]!; t < firstTransition[state + 1]!; t++) {
        if (stepOf[t] === step) return targetOf[t]!;
      }
      throw new RangeError(`step ${step} is not possible in state ${state}`);
    }, 0);
  }

  isOf(kind: Kind, state: number): boolean {
    return (this.#kindsOf[state]! & this.#bitOf(kind)) !== 0;
  }

  /** Which outcomes can still come about, those that have among them. */
  possibleFrom(state: number): string[] {
    return this.#outcomes.filter((_, outcome) => ((this.#valenceOf[state]! >>> outcome) & 1) === 1);
  }

  /**
   * The steps of a shortest way from the state to one of the kind, of at least one step: so that whoever is there gets
   * on to the next. Null where no way leads to any.
   */
  wayFrom(state: number, kind: Kind): number[] | null {
    const { firstTransition, stepOf, targetOf, stateCount } = this.#graph;
    const enteredBy = new Int32Array(stateCount).fill(-1);
    const cameFrom = new Int32Array(stateCount);
    const queue = [state];
    for (const at of queue) {
      for (let t = firstTransition[at]!; t < firstTransition[at + 1]!; t++) {
        const target = targetOf[t]!;
        if (enteredBy[target] !== -1 || target === state) continue;
        enteredBy[target] = stepOf[t]!;
        cameFrom[target] = at;
        if (this.isOf(kind, target)) return wayBack(state, target, enteredBy, cameFrom);
        queue.push(target);
      }
    }
    return null;
  }

  #bitOf(kind: Kind): number {
    return 1 << this.kinds.indexOf(kind);
  }
}

/** Null where there are too many states to keep their graph, or the signal ends it early. */
export async function exploreAtlas(explorable: Explorable, options: AtlasOptions = {}): Promise<Atlas | null> {
  const { transitionsMax = TRANSITIONS_MAX, ...others } = options;
  const found = await searchWithGraph(explorable.model, { ...others, graphTransitionsMax: transitionsMax });
  return found === null || found.graph === null || !found.complete
    ? null
    : new Atlas(explorable, found.graph, found.states.packed);
}

function wayBack(from: number, to: number, enteredBy: Int32Array, cameFrom: Int32Array): number[] {
  const steps: number[] = [];
  for (let at = to; at !== from; at = cameFrom[at]!) steps.push(enteredBy[at]!);
  return steps.reverse();
}
