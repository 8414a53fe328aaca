/** Threads make the model each for itself, from its descriptor; one that was changed afterwards would be another. */

import type { Model } from "../declaration/model.js";
import { ModelError } from "../declaration/model-error.js";
import { CONTROL } from "../store/search-memory.js";

/**
 * The main thread, number 0, notes what its model is; throws ModelError where another thread's is not the same.
 * @param commands the fingerprint of the model's guarded commands
 */
export function refuseAnotherModel(
  { name, workspace, initial, actions, properties, descriptor }: Model,
  commands: number,
  { control, thread }: { readonly control: Int32Array; readonly thread: number },
): void {
  const parts = [...actions, ...properties].map((part) => [part.name, part.parameters]);
  const text = JSON.stringify([workspace.layout.domains, [...initial], parts, commands]);
  const model = new Int32Array(1);
  for (let at = 0; at < text.length; at++) model[0] = Math.imul(model[0]! ^ text.charCodeAt(at), 0x01000193);
  if (thread === 0) control[CONTROL.model] = model[0]!;
  if (control[CONTROL.model] === model[0]) return;
  const made = JSON.stringify(descriptor?.model);
  throw new ModelError(name, null, `the model that is explored is not the one that its descriptor ${made} stands for`);
}
