/** All that there is to say of one case, the most important thing first. */
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import { formatPosition } from "../../../../spec/source-position.js";
import type { MessageRunReport } from "../../../replay/replay-report.js";
import type { Case } from "../../../results/results.js";
import { plain } from "../../../shell/terminal.js";
import type { Report } from "../../../verify/report.js";
import { formatCount, formatShare } from "../../../words/words.js";
import { renderExploration, renderMessageCounts, renderReplay } from "../../verdict/coverage.js";
import { renderReplicaRun, renderReplicas } from "../../verdict/replicas.js";
import { reproduceCommand } from "../../verdict/reproduce.js";
import { verdictMeaning } from "../../verdict/verdict-line.js";
import { html, type Markup } from "./markup.js";
import { rulesSection } from "./rules-section.js";
import { messageRun, registerRun } from "./run.js";
import { runViewer, sideBySide } from "./run-viewer.js";

/** `index` makes its anchor. */
export function caseSection(judged: Case, index: number): Markup {
  const { name, outcome, complaints, justification, told } = judged;
  const verdict = verdictOf(judged);
  return html`<article id="case-${index}" class="${toneOf(judged)}">
<header><span class="badge">${verdict}</span><h2>${name}</h2><p class="meaning">${meaningOf(judged)}</p></header>
${complaints.map((complaint) => html`<p class="complaint">${complaint}</p>`)}
${(told?.findings ?? []).map(({ at, message }) => html`<p class="complaint">${at === null ? "" : `${formatPosition(at)} `}${message}</p>`)}
${justification === null ? null : html`<p class="accepted">${justification}</p>`}
${outcome?.kind === "failure" ? html`<pre>${outcome.message}</pre>` : null}
${outcome?.kind === "verified" ? reportBody(outcome.report, judged) : null}
${told === undefined ? null : html`<pre>${told.text}</pre>`}
</article>
`;
}

/** The verdict, or what there is in place of one. */
export function verdictOf({ outcome, status, told }: Case): string {
  if (told !== undefined) return told.verdict;
  if (outcome?.kind === "verified") return outcome.report.verdict;
  return status === "passed" ? "passed" : status === "failed" ? "failed" : "no verdict";
}

/** What colours it: a verdict on a table, and of anything else what the verdict comes to. */
export const toneOf = (judged: Case): string => (judged.told === undefined ? verdictOf(judged) : judged.status);

function meaningOf({ outcome, file, told }: Case): string {
  if (told !== undefined) return told.meaning;
  if (outcome?.kind !== "verified") return file ?? "";
  return verdictMeaning(outcome.report);
}

function reportBody(report: Report, { request }: Case): Markup {
  const { rules, table, because, proved, exploration, notExplored, warnings, file } = report;
  return html`<p class="because">${because}</p>
${runSection(report)}
${rulesSection(rules, table)}
${knowledgeSection(report)}
<section><h3>Proved</h3><p>${proved}</p></section>
<section><h3>Explored</h3><pre>${dedented(renderExploration(exploration))}</pre>${valenceBar(report)}</section>
${replaySection(report)}
${messagesSection(report)}
<section class="gaps"><h3>Not explored</h3><ul>${notExplored.map((gap) => html`<li>${gap}</li>`)}</ul></section>
${warnings.length === 0 ? null : html`<section><h3>Warnings</h3><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></section>`}
<section><h3>Reproduce</h3><pre class="command">${reproduceCommand(file, request)}</pre></section>`;
}

/**
 * The run that shows a difference, or else the one that breaks a property, or else the nearest that loses every
 * decision.
 */
function runSection({
  table,
  divergence,
  counterexample,
  exploration,
  proof,
  decisionReachability,
  stillPossible,
}: Report): Markup | null {
  const { registerSets } = exploration;
  if (divergence !== null) {
    const { model, implementation, steps, at } = divergence;
    const states = [
      ["model", model],
      ["implementation", implementation],
    ] as const;
    return html`<section>${sideBySide(table, states, [model, implementation])}
${runViewer("Shortest trace, as the model has it", registerRun(table, model.registerSets, steps), at)}</section>`;
  }
  if (counterexample !== null) {
    const isShortest = proof?.by === "run" && proof.shortest;
    const { steps } = counterexample;
    return html`<section>${runViewer(isShortest ? "Shortest run" : "Run", registerRun(table, registerSets, steps, stillPossible))}</section>`;
  }
  const stuck = decisionReachability?.steps ?? null;
  if (stuck === null) return null;
  return html`<section>${runViewer("After this run no decision can be reached", registerRun(table, registerSets, stuck, stillPossible))}</section>`;
}

/** What each client of the run knew, where that was asked for. */
function knowledgeSection({ decisionTables }: Report): Markup | null {
  if (decisionTables === null || decisionTables.length === 0) return null;
  const tables = decisionTables.map(
    ({
      step,
      registerSet,
      proposes,
      heard,
      entries,
    }) => html`<figure class="scroll"><figcaption>Step ${step + 1}: the client of R${registerSet} proposes ${proposes}</figcaption>
<table class="knowledge"><thead><tr><th scope="col">quorum</th><th scope="col">at first</th>${heard.map((server) => html`<th scope="col">after ${server}</th>`)}</tr></thead>
<tbody>${entries.map((entry) => html`<tr><th scope="row">R${entry.registerSet} {${entry.quorum.join(", ")}}</th>${entry.states.map((state) => html`<td>${state}</td>`)}</tr>`)}</tbody></table></figure>`,
  );
  return html`<section><h3>What clients knew</h3>${tables}</section>`;
}

/** From how many states which values can still be decided. */
function valenceBar({ decisionReachability }: Report): Markup | null {
  const valences = decisionReachability?.valences ?? null;
  if (valences === null) return null;
  return html`<p class="caption">Which values can still be decided, from how many states:</p>
<div class="bar" role="img" aria-label="which values can still be decided, by states">${valences.map(
    ({ values, states }) =>
      html`<span class="valence ${values.length === 1 ? `only-${values[0]!}` : "open"}" style="flex-grow:${states}">${values.join(" or ")}<br><small>${formatCount(states)}</small></span>`,
  )}</div>`;
}

function replaySection({ replay, replicas, table }: Report): Markup {
  if (replicas !== null) {
    const run = renderReplicaRun({ ...replicas, servers: table.servers }, plain).trim();
    return html`<section><h3>Replayed</h3><pre>${dedented(renderReplicas(replicas))}</pre>
${run === "" ? null : html`<pre>${run}</pre>`}</section>`;
  }
  if (replay === null) return html`<section><h3>Replayed</h3><p>The implementation was left alone.</p></section>`;
  const { transitionsCovered, transitionsReachable } = replay;
  const share = formatShare(transitionsCovered, transitionsReachable);
  return html`<section><h3>Replayed</h3><div class="coverage"><meter min="0" max="${Math.max(transitionsReachable, 1)}" value="${transitionsCovered}">${share}</meter> <span><b>${share}</b> of the transitions</span></div>
<pre>${dedented(renderReplay(replay))}</pre></section>`;
}

/** What came of a replay with messages, and a run of it: the one that shows a difference, or else an eventful one. */
function messagesSection({ table, messageReplay }: Report): Markup | null {
  if (messageReplay === null) return null;
  const { run, divergence } = messageReplay;
  const title = divergence === null ? "One of the runs over TCP, with kills" : "The run that shows it";
  return html`<section><h3>Messages replayed</h3><pre>${dedented(renderMessageCounts(messageReplay))}</pre>
${run === null ? null : sidesOf(table, run)}
${run === null ? null : runViewer(title, messageRun(table, run), divergence === null ? null : run.steps.length - 1)}</section>`;
}

function sidesOf(table: QuorumTable, { states, implementation }: MessageRunReport): Markup | null {
  if (implementation === null) return null;
  const model = states.at(-1)!;
  const sides = [
    ["model", model],
    ["implementation", implementation],
  ] as const;
  return sideBySide(table, sides, [model, implementation]);
}

const dedented = (text: string): string => text.replaceAll(/^ {2}/gm, "").trimEnd();
