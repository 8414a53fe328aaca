/**
 * One report for a person, the most important thing first: the verdict, how it comes about, why, what was not looked
 * at, and the command that leads there again.
 */

import type { DecisionReachability } from "../../model/analysis/decision-reachability.js";
import type { Stall } from "../../model/analysis/stall.js";
import { stateAfter } from "../../spec/run.js";
import type { Paint } from "../cli/terminal.js";
import type { VerifyRequest } from "../cli/verify-options.js";
import { renderExploration, renderMessageReplay, renderReplay } from "./coverage.js";
import { renderDecisionTables } from "./decision-tables.js";
import { renderDivergence } from "./divergence.js";
import type { Counterexample, Report } from "./report.js";
import { reproduceCommand } from "./reproduce.js";
import { renderRules } from "./rules.js";
import { renderDecisions } from "./state-picture.js";
import { renderSteps } from "./steps.js";
import { renderVerdictLine } from "./verdict-line.js";
import { counted, formatCount } from "./words.js";
import { wrap } from "./wrap.js";

export function renderReport(report: Report, request: VerifyRequest, paint: Paint): string {
  const { table, rules, counterexample, divergence, exploration, replay, because, proved, notExplored } = report;
  const section = (heading: string, body: string) => `\n${paint("bold", heading)}\n${body}`;
  return [
    renderVerdictLine(report, paint),
    section("Rules", renderRules(rules, table.servers, paint)),
    counterexample === null ? "" : renderCounterexample(report, counterexample, paint),
    divergence === null ? "" : `\n${renderDivergence(divergence, table.servers, paint)}`,
    report.decisionTables === null
      ? ""
      : section("Decision tables", renderDecisionTables(report.decisionTables, paint)),
    section("Because", `${wrap(because, "  ")}\n`),
    section("Proved", `${wrap(proved, "  ")}\n`),
    section("Explored", renderExploration(exploration)),
    report.decisionReachability === null
      ? ""
      : section("Progress", renderProgress(report, report.decisionReachability, paint)),
    report.stall === null ? "" : renderStall(report, report.stall, paint),
    replay === null ? "" : section("Replayed", renderReplay(replay)),
    report.messageReplay === null ? "" : section("Messages replayed", renderMessageReplay(report.messageReplay)),
    notExplored.length === 0 ? "" : section("Not explored", notExplored.map(bullet).join("")),
    section("Reproduce", `  ${reproduceCommand(report.file, request)}\n`),
  ].join("");
}

function renderProgress(
  { table, exploration: { registerSets, distinctStates } }: Report,
  { stuckStates, steps, valences }: DecisionReachability,
  paint: Paint,
): string {
  if (steps === null) {
    return `  from every state of the scope, a decision can still be reached\n${valences === null ? "" : renderValences(valences)}`;
  }
  const share = `${formatCount(stuckStates)} of ${counted(distinctStates, "state")}`;
  return [
    `  from ${share} of the scope, no decision can be reached any more; the nearest, after ${counted(steps.length, "step")}:\n`,
    renderSteps({ servers: table.servers, registerSets, steps }, paint),
  ].join("");
}

function renderValences(valences: NonNullable<DecisionReachability["valences"]>): string {
  const parts = valences.map(({ values, states }) => {
    const which = values.length === 1 ? `only ${values[0]}` : values.join(" or ");
    return `${which} from ${formatCount(states)}`;
  });
  return `${wrap(`which one: ${parts.join(", ")}`, "  ")}\n`;
}

function renderStall({ table, exploration }: Report, { registerSet, heard, steps }: Stall, paint: Paint): string {
  const { registerSets } = exploration;
  const quorum = `{${heard.join(", ")}}, a whole phase-1 quorum`;
  return [
    wrap(
      `a client of R${registerSet} may hear from ${quorum}, and wait for one more; first after ${counted(steps.length, "step")}:`,
      "  ",
    ),
    `\n${renderSteps({ servers: table.servers, registerSets, steps }, paint)}`,
  ].join("");
}

function renderCounterexample({ table, exploration }: Report, { steps }: Counterexample, paint: Paint): string {
  const { registerSets, reduced } = exploration;
  const state = stateAfter(table.servers, registerSets, steps);
  return [
    `\n${paint("bold", "Registers after the run")}  deciding quorums in brackets\n`,
    renderDecisions(table, state, paint),
    `\n${paint("bold", reduced ? "Run" : "Shortest run")}  ${counted(steps.length, "step")}, changed registers only\n`,
    renderSteps({ servers: table.servers, registerSets, steps }, paint),
  ].join("");
}

const bullet = (sentence: string): string => `${wrap(sentence, "    ").replace("    ", "  - ")}\n`;
