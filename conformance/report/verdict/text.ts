/**
 * One report for a person, the most important thing first: the verdict, how it comes about, why, what was not looked
 * at, and the command that leads there again.
 */

import type { DecisionReachability } from "../../../model/analysis/decision-reachability.js";
import type { Stall } from "../../../model/analysis/stall.js";
import { stateAfter } from "../../../spec/run.js";
import type { Paint } from "../../shell/terminal.js";
import type { Answer, Counterexample, Report } from "../../verify/report.js";
import type { VerifyRequest } from "../../verify/request.js";
import { counted, formatCount } from "../../words/words.js";
import { renderDecisions } from "../pieces/state-picture.js";
import { renderSteps } from "../pieces/steps.js";
import { fitted, lineLengthOf, wrap } from "../pieces/wrap.js";
import { renderExploration, renderMessageReplay, renderReplay } from "./coverage.js";
import { renderDecisionTables } from "./decision-tables.js";
import { renderDivergence } from "./divergence.js";
import { renderReplicaRun, renderReplicas } from "./replicas.js";
import { reproduceCommand } from "./reproduce.js";
import { renderRules } from "./rules.js";
import { renderVerdictLine } from "./verdict-line.js";

/**
 * All of it: what the rules answer, if they do, and the evidence; where that comes to another verdict, as if without an
 * answer.
 */
export function renderReport(report: Report, request: VerifyRequest, paint: Paint): string {
  const { answer, verdict } = report;
  if (answer?.verdict !== verdict) return renderEvidence({ ...report, answer: null }, request, paint);
  return renderAnswer(answer, paint) + renderEvidence(report, request, paint);
}

/** What is known before anything is explored. */
export function renderAnswer(answer: Answer, paint: Paint): string {
  const { table, rules, counterexample, because, registerSets } = answer;
  return [
    renderVerdictLine(answer, paint),
    section("Rules", renderRules(rules, table, paint), paint),
    counterexample === null ? "" : renderCounterexample({ ...answer, counterexample, registerSets }, paint),
    section("Because", sentence(because, paint), paint),
  ].join("");
}

/** What exploration and replay add; where they come to another verdict, or the rules have none, that first. */
export function renderEvidence(report: Report, request: VerifyRequest, paint: Paint): string {
  const { table, answer, counterexample, divergence, exploration, replay, proved, notExplored, warnings } = report;
  const shown = counterexample === answer?.counterexample ? null : counterexample;
  return [
    answer !== null && answer.verdict === report.verdict ? "" : renderVerdict(report, paint),
    shown === null ? "" : renderExplored(report, shown, paint),
    divergence === null ? "" : `\n${renderDivergence(divergence, table.servers, paint)}`,
    report.replicas === null ? "" : renderReplicaRun({ ...report.replicas, servers: table.servers }, paint),
    report.decisionTables === null
      ? ""
      : section("Decision tables", renderDecisionTables(report.decisionTables, paint), paint),
    section("Proved", sentence(proved, paint), paint),
    section("Explored", fitted(renderExploration(exploration), paint), paint),
    report.decisionReachability === null
      ? ""
      : section("Progress", renderProgress(report, report.decisionReachability, paint), paint),
    report.stall === null ? "" : renderStall(report, report.stall, paint),
    replay === null ? "" : section("Replayed", fitted(renderReplay(replay), paint), paint),
    report.messageReplay === null
      ? ""
      : section("Messages replayed", fitted(renderMessageReplay(report.messageReplay), paint), paint),
    report.replicas === null ? "" : section("Replayed", fitted(renderReplicas(report.replicas), paint), paint),
    notExplored.length === 0
      ? ""
      : section("Not explored", notExplored.map((gap) => bullet(gap, paint)).join(""), paint),
    warnings.length === 0 ? "" : section("Warnings", warnings.map((warning) => bullet(warning, paint)).join(""), paint),
    section("Reproduce", command(reproduceCommand(report.file, request), paint), paint),
  ].join("");
}

const section = (heading: string, body: string, paint: Paint): string => `\n${paint("bold", heading)}\n${body}`;

function renderVerdict(report: Report, paint: Paint): string {
  const { answer, table, rules, because } = report;
  return [
    // Below an answer it is a change of mind, and stands by itself.
    answer === null ? "" : "\n",
    renderVerdictLine(report, paint),
    answer === null ? section("Rules", renderRules(rules, table, paint), paint) : "",
    section("Because", sentence(because, paint), paint),
  ].join("");
}

const renderExplored = ({ table, exploration }: Report, counterexample: Counterexample, paint: Paint): string =>
  renderCounterexample(
    {
      table,
      counterexample,
      registerSets: exploration.registerSets,
      proof: { by: "run", constructed: false, shortest: !exploration.reduced },
    },
    paint,
  );

function renderProgress(
  { table, exploration: { registerSets, distinctStates } }: Report,
  { stuckStates, steps, valences }: DecisionReachability,
  paint: Paint,
): string {
  if (steps === null) {
    return `${fitted("  from every state of the scope, a decision can still be reached", paint)}\n${valences === null ? "" : renderValences(valences, paint)}`;
  }
  const share = `${formatCount(stuckStates)} of ${counted(distinctStates, "state")}`;
  return [
    fitted(
      `  from ${share} of the scope, no decision can be reached any more; the nearest, after ${counted(steps.length, "step")}:\n`,
      paint,
    ),
    renderSteps({ servers: table.servers, registerSets, steps }, paint),
  ].join("");
}

function renderValences(valences: NonNullable<DecisionReachability["valences"]>, paint: Paint): string {
  const parts = valences.map(({ values, states }) => {
    const which = values.length === 1 ? `only ${values[0]}` : values.join(" or ");
    return `${which} from ${formatCount(states)}`;
  });
  return sentence(`which one: ${parts.join(", ")}`, paint);
}

function renderStall({ table, exploration }: Report, { registerSet, heard, steps }: Stall, paint: Paint): string {
  const { registerSets } = exploration;
  const quorum = `{${heard.join(", ")}}, a whole phase-1 quorum`;
  return [
    wrap(
      `a client of R${registerSet} may hear from ${quorum}, and wait for one more; first after ${counted(steps.length, "step")}:`,
      "  ",
      lineLengthOf(paint),
    ),
    `\n${renderSteps({ servers: table.servers, registerSets, steps }, paint)}`,
  ].join("");
}

function renderCounterexample(
  { table, registerSets, counterexample: { steps }, proof }: ShownRun,
  paint: Paint,
): string {
  const state = stateAfter(table.servers, registerSets, steps);
  const isShortest = proof.by === "run" && proof.shortest;
  return [
    fitted(`\n${paint("bold", "Registers after the run")}  deciding quorums in brackets\n`, paint),
    renderDecisions(table, state, paint),
    fitted(
      `\n${paint("bold", isShortest ? "Shortest run" : "Run")}  ${counted(steps.length, "step")}, changed registers only\n`,
      paint,
    ),
    renderSteps({ servers: table.servers, registerSets, steps }, paint),
  ].join("");
}

type ShownRun = Pick<Answer, "table" | "registerSets" | "proof"> & { readonly counterexample: Counterexample };

const sentence = (text: string, paint: Paint): string => `${wrap(text, "  ", lineLengthOf(paint))}\n`;

/** Lines that do not fit go on behind a backslash, so that what is copied runs. */
const command = (text: string, paint: Paint): string =>
  `${fitted(`  ${text}`, { limit: paint.limit - 2 }).replaceAll("\n", " \\\n")}\n`;

const bullet = (text: string, paint: Paint): string =>
  `${wrap(text, "    ", lineLengthOf(paint)).replace("    ", "  - ")}\n`;
