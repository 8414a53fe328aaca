/** A run that one steps through; on paper, and without scripts, its last state and all its steps. */
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import { formatRegister, sameRegister } from "../../../../spec/register.js";
import type { StateTable } from "../../../../spec/state-table.js";
import { counted } from "../../../words/words.js";
import { html, jsonMarkup, type Markup } from "./markup.js";
import { possibleStrip } from "./possible-strip.js";
import type { Run } from "./run.js";
import { type Cell, type Frame, framesOf } from "./run-frames.js";
import { sequencePicture } from "./sequence-picture.js";

/** `marked`: the index of the step at which implementation and model differ; null where they do not. */
export function runViewer(title: string, run: Run, marked: number | null = null): Markup {
  const frames = framesOf(run);
  const last = frames.length - 1;
  return html`<div class="run${isWide(run) ? " wide" : ""}" tabindex="0" role="group" aria-label="${title}, ${counted(last, "step")}">
<h3>${title} <small>${counted(last, "step")}</small></h3>
<div class="controls" hidden>
${BUTTONS.map(({ go, label, icon }) => html`<button type="button" data-go="${go}" aria-label="${label}">${icon}</button>`)}
<input type="range" min="0" max="${last}" value="${last}" aria-label="step">
<span class="keys"><kbd>←</kbd> <kbd>→</kbd> <kbd>Home</kbd> <kbd>End</kbd> <kbd>Space</kbd></span>
</div>
<p class="now" aria-live="polite">${nowLine(frames, last)}</p>
${possibleStrip(run)}
<div class="panes">
<div><div class="scroll">${stateGrid(run, frames[last]!)}</div>
${sequencePicture(run.diagram)}</div>
<ol class="steps">${frames.slice(1).map(({ step, cells }, index) => stepItem(step!, cells, run, index === marked))}</ol>
</div>
<script type="application/json">${jsonMarkup(frames)}</script>
</div>
`;
}

/** Drawn, since few fonts have signs for all of them. */
const icon = (path: string): Markup =>
  html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${path}" fill="currentColor"/></svg>`;

const BUTTONS = [
  { go: "first", label: "to the beginning", icon: icon("M2 2h2v12H2zM14 2v12L5 8z") },
  { go: "back", label: "a step back", icon: icon("M12 2v12L3 8z") },
  { go: "play", label: "play", icon: html`${icon("M4 2v12l10-6z")} <span>play</span>` },
  { go: "on", label: "a step on", icon: icon("M4 2v12l9-6z") },
  { go: "last", label: "to the end", icon: icon("M2 2v12l9-6zM12 2h2v12h-2z") },
];

const nowLine = (frames: readonly Frame[], index: number): string =>
  index === 0 ? "Before the first step" : `Step ${index} of ${frames.length - 1}: ${frames[index]!.step}`;

const stepItem = (step: string, cells: Frame["cells"], run: Run, isMarked: boolean): Markup =>
  html`<li${isMarked ? html` class="differs"` : null}><span>${step}</span> <small>${changesOf(cells, run)}</small></li>`;

/** `R0 at S1: -` */
function changesOf(cells: Frame["cells"], { table, registerSets }: Run): string {
  const changes = cells.flatMap((row, index) =>
    row.flatMap(({ text, changed }, server) =>
      changed ? [`R${registerSets[index]} at ${table.servers[server]}: ${text === "-" ? "nil" : text}`] : [],
    ),
  );
  return changes.join(", ");
}

/** Too many servers for what is decided to stand beside their registers. */
const isWide = ({ table }: Run): boolean => table.servers.length > 8;

function stateGrid(run: Run, frame: Frame): Markup {
  const { table, registerSets } = run;
  const wide = isWide(run);
  const decided = (row: number) => frame.decided[row]!;
  const rows = registerSets.map(
    (registerSet, row) =>
      html`<tr><th scope="row">R${registerSet}</th>${frame.cells[row]!.map(cellMarkup)}${wide ? null : html`<td class="decided">${decided(row)}</td>`}</tr>`,
  );
  const below = registerSets.map((_, row) => html`<p class="decided">${decided(row)}</p>`);
  return html`<table class="state"><thead>${heading(table)}</thead><tbody>${rows}</tbody></table>${wide ? below : null}`;
}

const heading = ({ servers }: QuorumTable): Markup =>
  html`<tr><td></td>${servers.map((server) => html`<th scope="col">${server}</th>`)}</tr>`;

const cellMarkup = ({ text, changed, decides }: Cell): Markup =>
  html`<td class="cell${changed ? " changed" : ""}${decides ? " decides" : ""}" data-value="${text}">${text === "-" ? "–" : text}</td>`;

/** Two states beside each other; what differs is marked in both. */
export const sideBySide = (
  table: QuorumTable,
  states: readonly (readonly [string, StateTable])[],
  [model, implementation]: readonly [StateTable, StateTable],
): Markup =>
  html`<div class="panes">${states.map(
    ([title, state]) => html`<figure class="scroll"><figcaption>${title}</figcaption><table class="state">
<thead>${heading(table)}</thead><tbody>${state.registerSets.map(
      (registerSet, row) =>
        html`<tr><th scope="row">R${registerSet}</th>${state.rows[row]!.map((register, server) => {
          const differs = !sameRegister(model.rows[row]![server]!, implementation.rows[row]![server]!);
          return cellMarkup({ text: formatRegister(register), changed: false, decides: differs });
        })}</tr>`,
    )}</tbody></table></figure>`,
  )}</div>`;
