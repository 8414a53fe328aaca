/** Reads the register model's state and steps in the terms of spec: state tables and traces. */
import { votesPromise } from "../../spec/quorum-table.js";
import { holding, NIL as NIL_REGISTER, type Register, UNWRITTEN as UNWRITTEN_REGISTER } from "../../spec/register.js";
import type { StateTable } from "../../spec/state-table.js";
import { formatStep, type Step } from "../../spec/trace.js";
import { actionInstanceOf, stepCount } from "../kernel/index.js";
import { FIRST_VALUE, NIL, UNWRITTEN } from "./facts.js";
import type { RegistersModel } from "./registers.js";
import type { Scope } from "./scope.js";
import { valueName } from "./values.js";
import { variantOf } from "./variant.js";

/** The state in the model's workspace, as a state table. */
export function stateTableOf(model: RegistersModel, scope: Scope): StateTable {
  return {
    registerSets: scope.registerSets,
    rows: scope.registerSets.map((_, r) =>
      scope.table.servers.map((_, s) => registerOf(model.variables.register.at(s, r))),
    ),
  };
}

export function registerOf(content: number): Register {
  if (content === UNWRITTEN) return UNWRITTEN_REGISTER;
  if (content === NIL) return NIL_REGISTER;
  return holding(valueName(content - FIRST_VALUE));
}

/** The numbers of the model's steps, by what `formatStep` makes of them. */
export const stepNumbers = (model: RegistersModel, scope: Scope): ReadonlyMap<string, number> =>
  new Map(
    Array.from({ length: stepCount(model.actions) }, (_, step) => [formatStep(stepOf(model, scope, step)), step]),
  );

/** The model's step of this number in the trace format. */
export function stepOf(model: RegistersModel, scope: Scope, stepNumber: number): Step {
  const { action, parameters } = actionInstanceOf(model.actions, stepNumber);
  const server = scope.table.servers[parameters.server ?? 0]!;
  const registerSet = scope.registerSets[parameters.registerSet!]!;
  const writeFreezes = variantOf(scope).writesFreezeBelow ? { freezesBelow: true as const } : {};
  switch (action) {
    case "freeze":
      return { action: "freeze", server, registerSet };
    case "freeze register":
      return { action: "freeze register", server, registerSet };
    case "vote": {
      const promise = votesPromise(scope.table, registerSet) ? { freezesBelow: true as const } : {};
      return { action: "vote", server, registerSet, value: valueName(parameters.value!), ...promise };
    }
    case "propose":
      return { action: "propose", registerSet, value: valueName(parameters.value!) };
    case "write":
      return { action: "write", server, registerSet, value: valueName(parameters.value!), ...writeFreezes };
    default:
      throw new RangeError(`the register model has no action ${action}`);
  }
}
