/**
 * The register model with half the runs: the first value that anybody proposes is called A.
 *
 * With free inputs, values are interchangeable, and before the first proposal no state mentions one. So renaming
 * values turns every run into one whose first proposal is A, of the same length, and which decides as many values.
 */
import type { Action } from "../../model/kernel/index.js";
import type { RegistersModel } from "../../model/registers/registers.js";

/** Value A is number 0. The scope's inputs must be free. */
export function firstProposalIsA(model: RegistersModel): RegistersModel {
  return {
    ...model,
    descriptor: null,
    actions: model.actions.map((action) => (action.name === "propose" ? startingWithA(action, model) : action)),
  };
}

function startingWithA(propose: Action, { variables }: RegistersModel): Action {
  const names = Object.keys(propose.parameters);
  const [r, v] = [names.indexOf("registerSet"), names.indexOf("value")];
  const sets = propose.parameters.registerSet!;
  const holds = (...parameters: number[]): boolean => {
    if (parameters[v] === 0) return true;
    for (let set = 0; set < sets; set++) if (variables.proposal.at(set) !== 0) return true;
    return false;
  };
  return {
    ...propose,
    guard: (...parameters) => holds(...parameters) && propose.guard(...parameters),
    conditions: [{ holds, arity: Math.max(r, v) + 1 }, ...propose.conditions],
  };
}
