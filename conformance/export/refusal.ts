/** Takes a step that somebody says was taken, or says in a sentence why no run of the model takes it there. */
import { stepCount, type Walk } from "../../model/kernel/index.js";
import { RegisterFacts } from "../../model/registers/facts.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { formatRegister } from "../../spec/register.js";
import { applyStep } from "../../spec/run.js";
import { formatStep, type Step } from "../../spec/trace.js";
import { type ItfRegisters, type ItfStep, isSameStep } from "./read-itf.js";

export interface Walked {
  readonly scope: Scope;
  readonly model: RegistersModel;
  readonly walk: Walk;
}

/** The step's number, and the walk has taken it; or a clause that begins with the step. */
export function refusalOf(walked: Walked, ask: ItfStep, after: ItfRegisters | null): number | string {
  const { scope, model, walk } = walked;
  const count = stepCount(model.actions);
  const number = Array.from({ length: count }, (_, step) => step).find((step) =>
    isSameStep(stepOf(model, scope, step), ask),
  );
  if (number === undefined) return `${told(ask)}, is no step of the model: ${namesOf(scope)}`;
  const step = stepOf(model, scope, number);
  if (!walk.isEnabled(number)) return `${formatStep(step)}, is not possible there: ${whyNot(walked, step)}`;
  walk.take(number);
  const difference = after === null ? null : differenceFrom(walked, after);
  return difference === null ? number : `${formatStep(step)}, does not lead there: ${difference}`;
}

const told = ({ action, value, registerSet, server }: ItfStep): string =>
  [
    action,
    ...(value === undefined ? [] : [value]),
    ...(registerSet === undefined ? [] : [`R${registerSet}`]),
    ...(server === undefined ? [] : [`at ${server}`]),
  ].join(" ");

const namesOf = ({ table, registerSets, values }: Scope): string =>
  `servers are ${table.servers.join(", ")}, register sets ${registerSets.join(", ")}, values the first ${values} letters, and actions propose, write, freeze and vote`;

function whyNot({ scope, model }: Walked, step: Step): string {
  const { table, registerSets } = scope;
  const facts = new RegisterFacts(scope, model.variables);
  const row = registerSets.indexOf(step.registerSet);
  const isProposed = (value: string): boolean => facts.isProposed(row, value.charCodeAt(0) - "A".charCodeAt(0));
  try {
    applyStep(table.servers, stateTableOf(model, scope), step);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  switch (step.action) {
    case "write":
      return `${step.value} is not proposed in R${step.registerSet}`;
    case "vote":
      return `${step.server} has voted in R${step.registerSet}, or nobody is elected there`;
    case "propose":
      return isProposed(step.value)
        ? `${step.value} is proposed there already`
        : "no client can have heard from servers whose answers let it propose that, or its register set has its proposal already";
    default:
      return "it would change nothing, or freezes are not of that kind here";
  }
}

/** Where the trace says that registers hold something else than they do in the model's state now. */
function differenceFrom({ scope, model }: Walked, after: ItfRegisters): string | null {
  const { registerSets, rows } = stateTableOf(model, scope);
  for (const [column, server] of scope.table.servers.entries()) {
    for (const [row, registerSet] of registerSets.entries()) {
      const [has, says] = [formatRegister(rows[row]![column]!), after.get(server)?.get(registerSet)];
      if (says !== undefined && says !== has) {
        return `R${registerSet} at ${server} is ${held(says)} in the trace and ${held(has)} in the model`;
      }
    }
  }
  return null;
}

const held = (text: string): string => (text === "" ? "unwritten" : text === "-" ? "nil" : text);
