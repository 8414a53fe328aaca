/** Every transition of an exploration, taken once more: for what is asked of a state and its successor together. */
import { generateExpand, nextTurn } from "../kernel/index.js";
import type { Bounds } from "./answer.js";
import { type Explored, loadState, statesOf } from "./explored.js";

/** States expanded between two looks at the clock. */
const SLICE_STATES = 256;

interface Visitor<Before> {
  /** Asked in each state, before its steps. */
  readonly at: (state: number) => Before;
  /** Asked in each successor; false ends the visit of this state. */
  readonly after: (before: Before, state: number, step: number) => void;
  /** Whether the states to come may be left out. */
  readonly isDone: (state: number) => boolean;
}

/** False if a bound or an abort ends it early. */
export async function visitTransitions<Before>(
  { worded, exploration }: Explored,
  { signal, secondsMax }: Bounds,
  { at, after, isDone }: Visitor<Before>,
): Promise<boolean> {
  const end_ms = secondsMax === undefined ? Number.POSITIVE_INFINITY : performance.now() + secondsMax * 1000;
  const expand = generateExpand(worded.model);
  let visited = 0;
  for (const state of statesOf(exploration)) {
    if (isDone(state)) return true;
    loadState(exploration, state);
    const before = at(state);
    expand((step) => after(before, state, step));
    if (++visited % SLICE_STATES !== 0) continue;
    await nextTurn();
    if (signal?.aborted === true || performance.now() > end_ms) return false;
  }
  return true;
}
