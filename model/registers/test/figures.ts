/** What explorers find, as tests compare it: by the kernel, and by the oracle. */
import { explore, type Model } from "../../kernel/index.js";
import type { Scope } from "../scope.js";
import { exploreDumbly } from "./oracle.js";

/** Of any model with a property "agreement". */
export async function figuresOf(model: Model) {
  const exploration = await explore(model);
  return {
    distinctStates: exploration.distinctStates,
    transitions: exploration.transitions,
    depth: exploration.depth,
    shortestViolation: exploration.violations.get("agreement") ?? null,
  };
}

/** Of the register model. The oracle is slow, so scopes that are too large for it are left to the caller to avoid. */
export function oracleFigures({ table, ...scope }: Scope) {
  const { decidedAtViolation: _, ...outcome } = exploreDumbly(table, scope);
  return outcome;
}
