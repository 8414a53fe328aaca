/** A sequential explorer of canonical forms, as simple as can be: what the engine's symmetry reduction is held against. */
import { generateExpand } from "../kernel/expand.js";
import { type RegistersModel, registersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { Canonicalizer } from "../symmetry/canonical-form.js";
import { unpermute } from "../symmetry/unpermute.js";

export interface QuotientOutcome {
  readonly representatives: number;
  /** By orbit sizes: what exploring without symmetry would count. */
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** A run of the model to a nearest state where agreement fails, as step numbers, or null. */
  readonly shortestRun: readonly number[] | null;
  readonly canonicalizer: Canonicalizer;
}

export function exploreQuotient(scope: Scope, model: RegistersModel = registersModel(scope)): QuotientOutcome {
  const canonicalizer = new Canonicalizer(model, scope);
  const { workspace } = model;
  const expand = generateExpand(model);
  const agreement = model.properties.find(({ name }) => name === "agreement")!;
  const states: { words: Int32Array; parent: number; depth: number }[] = [];
  const known = new Set<string>();
  const insert = (words: Int32Array, parent: number): void => {
    const canonical = words.slice();
    canonicalizer.canonicalize(canonical);
    const key = canonical.join();
    if (known.has(key)) return;
    known.add(key);
    states.push({ words: canonical, parent, depth: parent < 0 ? 0 : states[parent]!.depth + 1 });
  };
  insert(model.initial, -1);
  let [distinctStates, transitions, violation] = [0, 0, -1];
  for (let state = 0; state < states.length; state++) {
    const { words } = states[state]!;
    workspace.load(words, 0);
    if (violation < 0 && !agreement.holds()) violation = state;
    let successors = 0;
    expand(() => {
      successors++;
      insert(workspace.words, state);
    });
    const orbit = canonicalizer.orbitSize(words);
    distinctStates += orbit;
    transitions += orbit * successors;
  }
  const forms: Int32Array[] = [];
  for (let state = violation; state > 0; state = states[state]!.parent) forms.unshift(states[state]!.words);
  return {
    representatives: states.length,
    distinctStates,
    transitions,
    depth: states.at(-1)!.depth,
    shortestRun: violation < 0 ? null : unpermute(model, canonicalizer, forms),
    canonicalizer,
  };
}
