/**
 * The register model with half the runs: the first value that anybody proposes, or votes for, is called A.
 *
 * With free inputs, values are interchangeable, and before that no state mentions one. So renaming values turns every
 * run into one whose first mention is of A, of the same length, and which decides as many values.
 */
import type { Action } from "../../model/kernel/index.js";
import { electedSets, UNWRITTEN } from "../../model/registers/facts.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";

/** Value A is number 0. The scope's inputs must be free. */
export function firstMentionIsA(model: RegistersModel, scope: Scope): RegistersModel {
  return {
    ...model,
    descriptor: null,
    actions: model.actions.map((action) =>
      action.name === "propose" || action.name === "vote" ? startingWithA(action, model, scope) : action,
    ),
  };
}

function startingWithA(action: Action, { variables }: RegistersModel, scope: Scope): Action {
  const names = Object.keys(action.parameters);
  const [r, v] = [names.indexOf("registerSet"), names.indexOf("value")];
  const { length: sets } = scope.registerSets;
  const { length: votes } = electedSets(scope);
  const { length: servers } = scope.table.servers;
  const isAnyMentioned = (): boolean => {
    for (let set = 0; set < sets; set++) if (variables.proposal.at(set) !== 0) return true;
    // Registers hold only what was proposed.
    for (let s = 0; s < servers; s++) {
      for (let e = 0; e < votes; e++) if (!variables.vote!.is(UNWRITTEN, s, e)) return true;
    }
    return false;
  };
  const holds = (...parameters: number[]): boolean => parameters[v] === 0 || isAnyMentioned();
  return {
    ...action,
    guard: (...parameters) => holds(...parameters) && action.guard(...parameters),
    conditions: [{ holds, arity: Math.max(r, v) + 1 }, ...action.conditions],
  };
}
