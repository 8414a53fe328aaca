/** Examines one table: what the rules say, what the explorer finds, and whether they agree. */
import { reducedRegistersModel } from "../../model/registers/reduced.js";
import { registersModel } from "../../model/registers/registers.js";
import { compressedRegisterSets } from "../../model/registers/scope.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { type SearchLimits, searchDirectly } from "./direct-search.js";
import { firstMentionIsA } from "./first-mention.js";
import { type Explorer, VALUES } from "./request.js";
import { type RulesJudge, rulesJudge } from "./rules-judge.js";

export interface Examination {
  readonly rules: "safe" | "unsafe";
  readonly explorer: "safe" | "unsafe" | "inconclusive";
  /** By the closed formula, steps of the shortest run that breaks agreement; null for none. */
  readonly formula: number | null;
  /** Steps of the run that the explorer found: a shortest one if it explored every interleaving. */
  readonly run: number | null;
  /** Distinct states and transitions until the search ended. */
  readonly states: number;
  readonly transitions: number;
  /** In what the two differ, as a sentence; null if in nothing. */
  readonly disagreement: string | null;
}

/** More states than any table of the usual sweeps has; they take up to 200 MB. */
const STATES_MAX = 5_000_000;

export interface ExamineOptions {
  readonly explorer: Explorer;
  readonly judge?: RulesJudge;
  readonly statesMax?: number;
  /** Asked now and then; when it says so, the table is left alone. */
  readonly isStopped?: () => boolean;
}

/** In order; fewer than the tables if it was stopped. */
export function examineUntilStopped(tables: readonly QuorumTable[], options: ExamineOptions): Examination[] {
  const examinations: Examination[] = [];
  for (const table of tables) {
    const examination = options.isStopped?.() ? null : examine(table, options);
    if (examination === null) break;
    examinations.push(examination);
  }
  return examinations;
}

/** Null if it was stopped. */
export function examine(table: QuorumTable, options: ExamineOptions): Examination | null {
  const { explorer, judge = rulesJudge, statesMax = STATES_MAX, isStopped = () => false } = options;
  const registerSets = compressedRegisterSets(table);
  const found = findViolation(table, registerSets, explorer, { statesMax, isStopped });
  if (!found.complete && isStopped()) return null;
  const judged: Judged = {
    rules: judge.saySafe(table) ? "safe" : "unsafe",
    formula: judge.shortestRun(table, registerSets),
    explorer: found.violation !== null ? "unsafe" : found.complete ? "safe" : "inconclusive",
    run: found.violation,
  };
  return {
    ...judged,
    states: found.states,
    transitions: found.transitions,
    disagreement: disagreementIn(judged, explorer),
  };
}

function findViolation(table: QuorumTable, registerSets: readonly number[], explorer: Explorer, limits: SearchLimits) {
  const scope = { table, registerSets, values: VALUES, clients: null };
  const model = explorer === "whole" ? registersModel(scope) : reducedRegistersModel(scope);
  return searchDirectly(firstMentionIsA(model, scope), "agreement", limits);
}

type Judged = Pick<Examination, "rules" | "explorer" | "formula" | "run">;

function disagreementIn({ rules, explorer, formula, run }: Judged, how: Explorer): string | null {
  if (explorer === "inconclusive") return null;
  if (rules === "safe" && run !== null) return `the rules hold, and yet a run of ${run} steps decides two values`;
  if (rules === "unsafe" && run === null) return "a rule is broken, and yet no run of the scope decides two values";
  if (formula === run) return null;
  if (formula === null || run === null) {
    return `by the formula ${stepsOf(formula)} decides two values, by exploration ${stepsOf(run)}`;
  }
  // A run of the reduction is a run of the model, but perhaps not a shortest one.
  if (how === "reduced" && run > formula) return null;
  return `by the formula the shortest run has ${formula} steps, and yet exploration finds ${run}`;
}

const stepsOf = (steps: number | null): string => (steps === null ? "no run" : `a run of ${steps} steps`);
