/** Refuses actions that are declared persistent (declaration.ts) and are not, in the states that it is shown. */
import type { Action, Model } from "../declaration/model.js";
import { instanceName, ModelError } from "../declaration/model-error.js";
import { actionInstanceOf } from "./expand.js";

interface EnabledStep {
  readonly action: Action;
  readonly parameters: readonly number[];
  readonly place: string;
  /** The cells that it writes. */
  readonly cells: ReadonlySet<number>;
}

/** @param enabled the numbers of the steps that are enabled in the state at `states[offset]` */
export function refuseStoppedSteps(model: Model, states: Int32Array, offset: number, enabled: readonly number[]): void {
  const { workspace } = model;
  workspace.load(states, offset);
  const steps = enabled.map((number): EnabledStep => {
    const instance = actionInstanceOf(model.actions, number);
    const action = model.actions.find(({ name }) => name === instance.action)!;
    const parameters = Object.values(instance.parameters);
    action.effect(...parameters);
    const cells = new Set(workspace.written());
    workspace.undo();
    const place = `${JSON.stringify(action.name)}${instanceName(Object.entries(instance.parameters))}`;
    return { action, parameters, place, cells };
  });
  for (const step of steps) {
    for (const other of steps) {
      if (!step.action.persistent || step === other || haveCommon(step.cells, other.cells)) continue;
      other.action.effect(...other.parameters);
      const isStillEnabled = step.action.guard(...step.parameters);
      workspace.undo();
      if (isStillEnabled) continue;
      const sentence = `it is declared persistent, and action ${other.place} disables it without writing what it writes`;
      throw new ModelError(model.name, `action ${step.place}`, sentence);
    }
  }
}

function haveCommon(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const cell of a) if (b.has(cell)) return true;
  return false;
}
