/**
 * What the rules answer, before anything is explored: they are exact (proofs-notes.md, "What each selection needs").
 */
import { constructedRun } from "../../model/analysis/constructed-run.js";
import { stepOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { areSafe, type RuleJudgement } from "../../spec/rules/judgement.js";
import { stateAfter } from "../../spec/run.js";
import { decidedValues } from "../../spec/state-table.js";
import { becauseSafe, becauseUnsafe, neededForSafety } from "./because.js";
import type { Answer } from "./report.js";

export interface Answered {
  readonly answer: Answer;
  /** The run that breaks agreement, as step numbers; null where it cannot be broken. */
  readonly run: readonly number[] | null;
}

/**
 * Null where the rules do not answer what was asked: one is broken, and yet clients have fixed inputs, or there is one
 * value, or it is broken between sets that the scope leaves out.
 */
export function answerByTheorem(
  file: string,
  rules: readonly RuleJudgement[],
  model: RegistersModel,
  scope: Scope,
): Answered | null {
  const { table, registerSets } = scope;
  const known = { file, table, registerSets, rules };
  if (areSafe(rules)) {
    const proof = { by: "theorem", rules: neededForSafety(rules) } as const;
    return {
      answer: { ...known, verdict: "safe", proof, counterexample: null, because: becauseSafe(table, rules) },
      run: null,
    };
  }
  const constructed = constructedRun(model, scope);
  if (constructed === null) return null;
  const { length, isShortest } = constructed;
  const steps = constructed.steps.map((step) => stepOf(model, scope, step));
  const decided = decidedValues(table, stateAfter(table.servers, registerSets, steps)).sort();
  const answer: Answer = {
    ...known,
    verdict: "unsafe",
    proof: { by: "run", constructed: true, shortest: isShortest },
    counterexample: { length, property: "agreement", steps, decided },
    because: becauseUnsafe(table, rules),
  };
  return { answer, run: constructed.steps };
}
