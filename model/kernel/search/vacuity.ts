/**
 * What a complete exploration shows to be vacuous: actions that no reachable state enables, properties whose premise
 * holds nowhere.
 *
 * A model in which no clock can tick may be safe for no other reason. Model checkers of hardware report this as a
 * matter of course (Beer, Ben-David, Eisner and Rodeh, "Efficient Detection of Vacuity in Temporal Model Checking",
 * 2001).
 */
import { generateJudge, type Judge } from "../compile/judge.js";
import { checkedModel } from "../declaration/checked-model.js";
import type { Model, Property } from "../declaration/model.js";
import type { Workspace } from "../declaration/workspace.js";
import type { FoundStates, Vacuity } from "./exploration.js";
import type { Turns } from "./turns.js";

/** States judged between two looks at the clock. */
const SLICE_STATES = 1 << 9;

/** Most premises hold near the initial state. Where these slices do not show it, it pays to compile. */
const SLICES_BY_CLOSURES = 8;

/**
 * Premises are judged after the search, in the order in which states were found, until each has held: the search itself
 * is as fast as without them.
 *
 * @param takenActions takenActions[a]: 1 if action a is enabled in some state
 * @returns null if a bound or an abort comes first
 */
export async function vacuityOf(
  model: Model,
  states: FoundStates,
  takenActions: Uint8Array,
  turns: Turns,
): Promise<Vacuity | null> {
  const vacuous = await vacuousProperties(model, states, turns);
  if (vacuous === null) return null;
  return {
    neverTaken: model.actions.filter((_, action) => takenActions[action] === 0).map(({ name }) => name),
    vacuous,
  };
}

async function vacuousProperties(model: Model, states: FoundStates, turns: Turns): Promise<string[] | null> {
  const premises = checkedModel(model).properties.flatMap(neverPremise);
  const width = model.workspace.words.length;
  let judge = judgeByClosures(model.workspace, premises);
  let judged = 0;
  let open = premises.reduce((bits, _, premise) => bits | (1 << premise), 0);
  for (const level of states.levels) {
    for (const [first, end] of states.rangesOf(level)) {
      for (let state = first; state < end; ) {
        const sliceEnd = Math.min(end, state + SLICE_STATES);
        if (judged === SLICES_BY_CLOSURES) judge = generateJudge({ ...model, properties: premises });
        judged++;
        for (; state < sliceEnd && open !== 0; state++) open &= ~judge(states.packed, state * width);
        if (open === 0) return [];
        await turns.take();
        if (turns.stop !== null) return null;
      }
    }
  }
  return premises.filter((_, premise) => ((open >>> premise) & 1) === 1).map(({ name }) => name);
}

const judgeByClosures =
  (workspace: Workspace, properties: readonly Property[]): Judge =>
  (states, offset) => {
    workspace.load(states, offset);
    return properties.reduce((failures, { holds }, property) => failures | (Number(!holds()) << property), 0);
  };

/** The property that fails where the premise holds, under the name of the one whose premise it is. */
const neverPremise = ({ name, premise }: Property): Property[] =>
  premise === null
    ? []
    : [{ name, holds: () => !premise(), premise: null, parameters: {}, conditions: [{ holds: premise, arity: 0 }] }];
