/** Is each step of the model a step of a more abstract one, or none at all there? */
import { generateExpand, memoryContextOf, RememberedAnswer, StateStore, Walk } from "../kernel/index.js";
import { type Abstraction, type Answer, type Bounds, NOTHING_FOUND } from "./answer.js";
import { depthOf, type Explored, runTo } from "./explored.js";
import { visitTransitions } from "./transitions.js";
import { vacuousIn } from "./vacuity.js";

export async function askRefines(explored: Explored, abstraction: Abstraction, bounds: Bounds): Promise<Answer> {
  const { worded, exploration, figures } = explored;
  const abstract = new AbstractSide(abstraction);
  const name = `each step is one of ${abstraction.name}, or none`;
  const answer = { ...NOTHING_FOUND, ask: "refines", ...figures, property: name } as const;
  worded.model.workspace.load(worded.model.initial, 0);
  if (!abstract.isInitial(abstract.imageAtWork())) return { ...answer, verdict: "broken", run: [] };
  const breaking = new Set<number>();
  let [depth, steps] = [-1, 0];
  const image = new RememberedAnswer(memoryContextOf(worded.model.workspace), () => abstract.imageAtWork());
  const isComplete = await visitTransitions(explored, bounds, {
    at: (states, offset) => image.in(states, offset),
    after: (before, state, states, offset) => {
      const after = image.in(states, offset);
      if (after === before) return;
      steps++;
      if (abstract.leadsTo(before, after)) return;
      breaking.add(state);
      depth = depthOf(exploration, state);
    },
    isDone: (state) => breaking.size > 0 && depthOf(exploration, state) > depth,
  });
  if (breaking.size > 0) {
    return {
      ...answer,
      verdict: "broken",
      run: withBreakingStep(explored, abstract, runTo(explored, depth, breaking)),
    };
  }
  const idle = steps === 0 && isComplete ? [`no step is one of ${abstraction.name}`] : [];
  const verdict = isComplete && figures.complete ? "holds" : "inconclusive";
  return { ...answer, property: null, verdict, vacuous: [...vacuousIn(explored), ...idle] };
}

function withBreakingStep({ worded }: Explored, abstract: AbstractSide, run: readonly number[]): number[] {
  const { model } = worded;
  const walk = new Walk(model);
  for (const step of run) walk.take(step);
  const words = walk.words.slice();
  const before = abstract.imageAtWork();
  const breaking = walk.enabledSteps().find((step) => {
    walk.goTo(words);
    walk.take(step);
    const after = abstract.imageAtWork();
    return after !== before && !abstract.leadsTo(before, after);
  });
  if (breaking === undefined) throw new Error("the transition is not there when it is taken again");
  return [...run, breaking];
}

/** The abstract states, numbered as they are come to, and their successors. */
class AbstractSide {
  readonly #abstraction: Abstraction;
  readonly #store: StateStore;
  readonly #expand: ReturnType<typeof generateExpand>;
  readonly #empty: Int32Array;
  readonly #successors = new Map<number, ReadonlySet<number>>();

  constructor(abstraction: Abstraction) {
    const { workspace } = abstraction.model;
    this.#abstraction = abstraction;
    this.#store = new StateStore(workspace.words.length);
    this.#expand = generateExpand(abstraction.model);
    this.#empty = new Int32Array(workspace.words.length);
  }

  /** What the state at work is in the abstract model. */
  imageAtWork(): number {
    const { workspace } = this.#abstraction.model;
    workspace.load(this.#empty, 0);
    this.#abstraction.map();
    return this.#store.numberAt(workspace.words, 0);
  }

  isInitial(image: number): boolean {
    return image === this.#store.numberAt(this.#abstraction.model.initial, 0);
  }

  leadsTo(from: number, to: number): boolean {
    const known = this.#successors.get(from) ?? this.#successorsOf(from);
    this.#successors.set(from, known);
    return known.has(to);
  }

  #successorsOf(image: number): Set<number> {
    const { workspace } = this.#abstraction.model;
    const found = new Set<number>();
    workspace.load(this.#store.states, image * workspace.words.length);
    this.#expand(() => found.add(this.#store.numberAt(workspace.words, 0)));
    return found;
  }
}
