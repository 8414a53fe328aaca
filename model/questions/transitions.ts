/** Every transition of an exploration, taken once more: for what is asked of a state and its successor together. */
import { AllSuccessors, nextTurn } from "../kernel/index.js";
import type { Bounds } from "./answer.js";
import { type Explored, statesOf } from "./explored.js";

/** States expanded between two looks at the clock. */
const SLICE_STATES = 256;

/** States are packed, and stand at `states[offset]`. */
interface Visitor<Before> {
  /** Asked in each state, before its steps. */
  readonly at: (states: Int32Array, offset: number) => Before;
  /** Asked in each successor of the state of this number. */
  readonly after: (before: Before, state: number, states: Int32Array, offset: number) => void;
  /** Whether the states to come may be left out. */
  readonly isDone: (state: number) => boolean;
}

/** False if a bound or an abort ends it early. */
export async function visitTransitions<Before>(
  { worded: { model }, exploration }: Explored,
  { signal, secondsMax }: Bounds,
  { at, after, isDone }: Visitor<Before>,
): Promise<boolean> {
  const end_ms = secondsMax === undefined ? Number.POSITIVE_INFINITY : performance.now() + secondsMax * 1000;
  const successors = new AllSuccessors(model);
  const width = model.workspace.words.length;
  const { packed } = exploration.states;
  let visited = 0;
  for (const state of statesOf(exploration)) {
    if (isDone(state)) return true;
    const before = at(packed, state * width);
    const end = successors.find(packed, state * width);
    for (let offset = 0; offset < end; offset += width) after(before, state, successors.found, offset);
    if (++visited % SLICE_STATES !== 0) continue;
    await nextTurn();
    if (signal?.aborted === true || performance.now() > end_ms) return false;
  }
  return true;
}
