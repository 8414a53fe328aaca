/**
 * One self-contained page, for people: it works from disk, asks the network for nothing, reads well in the dark, on a phone
 * and on paper, and by keyboard.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageDirectory } from "../../cli/package-directory.js";
import { formatCount, formatShare } from "../words.js";
import { caseSection, verdictOf } from "./html/case-section.js";
import { html, Markup } from "./html/markup.js";
import type { Case, CaseStatus, Results } from "./results.js";

/** The page's own style and script, which ship as they are. */
const asset = (name: string): Markup =>
  new Markup(readFileSync(path.join(packageDirectory(), "conformance/report/formats/html", name), "utf8"));

export function renderHtml(results: Results): string {
  const { command, summary, cases, comparisons } = results;
  const several = cases.length > 1;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${several ? `${command}: ${summary}` : `${cases[0]?.name ?? ""} – ${command}`}</title>
<link rel="icon" href="data:,">
<style>
${asset("page.css")}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header class="page"><p class="command">${command}</p><h1${several ? null : html` class="spoken"`}>${summary}</h1></header>
<main id="main">
${several ? matrix(cases) : null}
${comparisons.map(
  ({ since, changes }) =>
    html`<section class="changes"><h2>Changed since ${since}</h2><ul>${(changes.length === 0 ? ["nothing that is compared"] : changes).map((change) => html`<li>${change}</li>`)}</ul></section>`,
)}
${cases.map(caseSection)}
</main>
<script>
${asset("page.js")}</script>
</body>
</html>
`.text;
}

const MARKS: Readonly<Record<CaseStatus, string>> = { passed: "✓", accepted: "~", failed: "✗", error: "✗" };

const matrix = (cases: readonly Case[]): Markup =>
  html`<nav aria-label="tables" class="scroll"><table class="matrix">
<thead><tr><td></td><th scope="col">table</th><th scope="col">verdict</th><th scope="col">rules</th><th scope="col" class="number">states</th><th scope="col" class="number">steps</th><th scope="col" class="number">replayed</th></tr></thead>
<tbody>${cases.map(
    (judged, index) =>
      html`<tr class="${judged.status}"><td>${MARKS[judged.status]}</td><th scope="row"><a href="#case-${index}">${judged.name}</a></th><td><span class="badge small ${verdictOf(judged)}">${verdictOf(judged)}</span></td>${figures(judged)}</tr>`,
  )}</tbody></table></nav>`;

function figures({ outcome, told }: Case): Markup {
  if (told !== undefined) {
    const { distinctStates, length } = told;
    return html`<td></td><td class="number">${formatCount(distinctStates)}</td><td class="number">${length ?? ""}</td><td></td>`;
  }
  if (outcome?.kind !== "verified") return html`<td></td><td></td><td></td><td></td>`;
  const { rules, exploration, counterexample, replay } = outcome.report;
  const covered = replay === null ? "no" : formatShare(replay.transitionsCovered, replay.transitionsReachable);
  return html`<td>${rules.map(({ rule, holds }) => `${holds ? "✓" : "✗"} ${rule}`).join(" ")}</td><td class="number">${formatCount(exploration.distinctStates)}</td><td class="number">${counterexample?.length ?? ""}</td><td class="number">${covered}</td>`;
}
