/**
 * One self-contained page, for people: it works from disk, asks the network for nothing, reads well in the dark, on a
 * phone and on paper, and by keyboard.
 */

import type { Case, CaseStatus, Results } from "../../results/results.js";
import { formatCount, formatShare } from "../../words/words.js";
import { caseSection, toneOf, verdictOf } from "./html/case-section.js";
import { html, Markup } from "./html/markup.js";
import { pageMarkup, shipped } from "./html/page-head.js";

const FOLDER = "conformance/report/formats/html";

export function renderHtml(results: Results): string {
  const { command, summary, cases, comparisons } = results;
  const several = cases.length > 1;
  return pageMarkup({
    title: several ? `${command}: ${summary}` : `${cases[0]?.name ?? ""} – ${command}`,
    styles: [`${FOLDER}/page.css`],
    evaluates: false,
    skipTo: { id: "main", what: "results" },
    body: html`<header class="page"><p class="command">${command}</p><h1${several ? null : html` class="spoken"`}>${summary}</h1></header>
<main id="main">
${several ? matrix(cases) : null}
${comparisons.map(
  ({ since, changes }) =>
    html`<section class="changes"><h2>Changed since ${since}</h2><ul>${(changes.length === 0 ? ["nothing that is compared"] : changes).map((change) => html`<li>${change}</li>`)}</ul></section>`,
)}
${cases.map(caseSection)}
</main>
<script>
${new Markup(shipped(`${FOLDER}/page.js`))}</script>`,
  }).text;
}

const MARKS: Readonly<Record<CaseStatus, string>> = { passed: "✓", accepted: "~", failed: "✗", error: "✗" };

function matrix(cases: readonly Case[]): Markup {
  const told = cases.find((judged) => judged.told !== undefined)?.told;
  const headings = told?.figures.map(([heading]) => heading) ?? ["states", "steps", "replayed"];
  return html`<nav aria-label="${told?.noun ?? "table"}s" class="scroll"><table class="matrix">
<thead><tr><td></td><th scope="col">${told?.noun ?? "table"}</th><th scope="col">verdict</th>${told === undefined ? html`<th scope="col">rules</th>` : null}${headings.map((heading) => html`<th scope="col" class="number">${heading}</th>`)}</tr></thead>
<tbody>${cases.map(
    (judged, index) =>
      html`<tr class="${judged.status}"><td>${MARKS[judged.status]}</td><th scope="row"><a href="#case-${index}">${judged.name}</a></th><td><span class="badge small ${toneOf(judged)}">${verdictOf(judged)}</span></td>${figures(judged)}</tr>`,
  )}</tbody></table></nav>`;
}

function figures({ outcome, told }: Case): Markup {
  if (told !== undefined) {
    return html`${told.figures.map(([, figure]) => html`<td class="number">${figure}</td>`)}`;
  }
  if (outcome?.kind !== "verified") return html`<td></td><td></td><td></td><td></td>`;
  const { rules, exploration, counterexample, replay } = outcome.report;
  const covered = replay === null ? "no" : formatShare(replay.transitionsCovered, replay.transitionsReachable);
  return html`<td>${rules.map(({ rule, holds }) => `${holds ? "✓" : "✗"} ${rule}`).join(" ")}</td><td class="number">${formatCount(exploration.distinctStates)}</td><td class="number">${counterexample?.length ?? ""}</td><td class="number">${covered}</td>`;
}
