/** From a run between canonical forms to a run of the model itself. */
import { Walk } from "../kernel/index.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Canonicalizer } from "./canonical-form.js";

/**
 * Step numbers (see actionInstanceOf) of a run of the model that passes through a state of each of the given orbits,
 * in order.
 *
 * Each canonical form must be that of a successor of the one before, the first that of a successor of the initial
 * state. Then the run exists: a state is the image of its canonical form under some symmetry, which takes the
 * canonical form's steps to steps of the state, and their successors to states of the same orbits. So no permutation
 * needs to be kept along the run: it is enough to look at the steps that are enabled. The lowest one that fits is
 * taken, so the run is deterministic.
 */
export function unpermute(
  model: RegistersModel,
  canonicalizer: Canonicalizer,
  canonicalForms: readonly Int32Array[],
): number[] {
  const walk = new Walk(model);
  const canonical = new Int32Array(model.workspace.words.length);
  const leadsTo = (step: number, wanted: Int32Array): boolean => {
    const before = walk.words.slice();
    walk.take(step);
    canonicalizer.canonicalize(walk.words, canonical);
    if (canonical.every((word, index) => word === wanted[index])) return true;
    model.workspace.load(before, 0);
    return false;
  };
  return canonicalForms.map((wanted, index) => {
    const step = walk.enabledSteps().find((candidate) => leadsTo(candidate, wanted));
    if (step === undefined) throw new Error(`no step leads to the canonical form after ${index} steps`);
    return step;
  });
}
