import { deeperRegisterSets, type Scope } from "../../../model/registers/scope.js";

/** With three register sets a client has to choose between values that it reads; fewer leave that choice untested. */
const SETS_WITH_A_CHOICE = 3;

/**
 * With one register set more, where its own leave a client nothing to choose; null where they do, or the table has no
 * more.
 */
export function scopeWithChoice(scope: Scope): Scope | null {
  if (scope.registerSets.length >= SETS_WITH_A_CHOICE) return null;
  const registerSets = deeperRegisterSets(scope.table, scope.registerSets);
  return registerSets && { ...scope, registerSets };
}
