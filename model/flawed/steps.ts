/** Steps and states of a flawed system in the words of spec, with the steps that only a flawed system has. */
import type { Value } from "../../spec/register.js";
import type { StateTable } from "../../spec/state-table.js";
import { formatStep, type Step } from "../../spec/trace.js";
import { actionInstanceOf, stepCount } from "../kernel/index.js";
import { registerOf } from "../registers/reading.js";
import { valueName } from "../registers/values.js";
import type { FlawedSystem } from "./flaw.js";
import { FlawedFacts } from "./flawed-facts.js";
import type { FlawedModel } from "./flawed-registers.js";

export type FlawedStep =
  | Step
  /** Phase 1 of the register set reads all registers below it at the server. */
  | { readonly action: "read"; readonly server: string; readonly registerSet: number }
  /** The server crashes, forgets, and is back. */
  | { readonly action: "crash"; readonly server: string }
  /** The client of the register set crashes, forgets, and is back. */
  | { readonly action: "restart"; readonly registerSet: number }
  /** The lease goes to the client of the register set. */
  | { readonly action: "elect"; readonly registerSet: number };

export function formatFlawedStep(step: FlawedStep): string {
  switch (step.action) {
    case "read":
      return `read ${step.registerSet === 1 ? "R0" : `R0..R${step.registerSet - 1}`} at ${step.server}`;
    case "crash":
      return `crash ${step.server}`;
    case "restart":
      return `restart the client of R${step.registerSet}`;
    case "elect":
      return `elect the client of R${step.registerSet}`;
    default:
      return formatStep(step);
  }
}

/** The model's step of this number. */
export function flawedStepOf(model: FlawedModel, stepNumber: number): FlawedStep {
  const { action, parameters } = actionInstanceOf(model.actions, stepNumber);
  const server = serverName(parameters.server ?? 0);
  const registerSet = parameters.registerSet ?? 0;
  const value = valueName(parameters.value ?? 0);
  switch (action) {
    case "freeze":
    case "read":
      return { action, server, registerSet };
    case "propose":
      return { action, registerSet, value };
    case "write":
      return { action, server, registerSet, value };
    case "crash":
      return { action, server };
    case "restart":
    case "elect":
      return { action, registerSet };
    default:
      throw new RangeError(`a flawed system has no action ${action}`);
  }
}

/** The number of the step that reads like this. Throws RangeError if none does. */
export function stepNumbered(model: FlawedModel, text: string): number {
  const numbers = Array.from({ length: stepCount(model.actions) }, (_, number) => number);
  const found = numbers.find((number) => formatFlawedStep(flawedStepOf(model, number)) === text);
  if (found === undefined) throw new RangeError(`${model.name}: there is no step "${text}"`);
  return found;
}

export const serverNames = ({ servers }: FlawedSystem): string[] =>
  Array.from({ length: servers }, (_, server) => serverName(server));

/** The registers in the model's workspace. */
export function registersOf(model: FlawedModel, { servers, registerSets }: FlawedSystem): StateTable {
  const sets = Array.from({ length: registerSets }, (_, r) => r);
  return {
    registerSets: sets,
    rows: sets.map((r) => Array.from({ length: servers }, (_, s) => registerOf(model.variables.register.at(s, r)))),
  };
}

/** The values that clients can output in the state in the model's workspace, or could before. */
export function outputsOf(model: FlawedModel, system: FlawedSystem): Value[] {
  const facts = new FlawedFacts(system, model.variables);
  const values = Array.from({ length: system.values }, (_, value) => value);
  return values.filter((value) => facts.isOutput(value)).map(valueName);
}

const serverName = (server: number): string => `S${server}`;
