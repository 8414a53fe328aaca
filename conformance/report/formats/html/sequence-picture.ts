/**
 * A sequence diagram as SVG that stands still as well as it moves: rows of later steps fade while one steps through the
 * run. Its colours are those of the page.
 */
import { type Lane, laneIndex, type SequenceDiagram, type SequenceRow } from "../../../sequence/diagram.js";
import { html, type Markup } from "./markup.js";

/** In pixels of CSS. */
const ROW = 30;
const HEAD = 40;
const MARGIN = 24;
const LANE_MIN = 60;
/** Of more lanes than fit on a phone otherwise. */
const LANES_AT_EASE = 5;
const LANE_TIGHT = 52;
const LANE_MAX = 150;
/** Of a character of the labels, on average and a little more: nothing can be measured here. */
const CHARACTER = 6.7;
const DOT = 4;
const TIP = 7;

const widthOf = (text: string): number => text.length * CHARACTER;

/** Nothing where there are no messages. */
export function sequencePicture(diagram: SequenceDiagram): Markup | null {
  const { lanes, rows } = diagram;
  if (rows.length === 0) return null;
  const laneWidth = Math.min(
    LANE_MAX,
    Math.max(
      lanes.length > LANES_AT_EASE ? LANE_TIGHT : LANE_MIN,
      ...lanes.map((lane) => Math.max(...headLines(lane).map(widthOf)) + 12),
    ),
  );
  const width = Math.ceil(
    Math.max(MARGIN + lanes.length * laneWidth, ...rows.map(({ label }) => MARGIN + widthOf(label) + 24)),
  );
  const space: Space = { diagram, width, xOf: (lane) => MARGIN + (lane + 0.5) * laneWidth };
  const height = rows.length * ROW + 8;
  return html`<div class="sequence scroll" role="group" aria-label="who says what to whom" tabindex="0">
<svg class="heads" width="${width}" height="${HEAD}" aria-hidden="true">${lanes.map((lane, index) => head(lane, space.xOf(index), laneWidth))}</svg>
<svg class="rows" width="${width}" height="${height}" role="img" aria-label="${spoken(rows)}">
${lanes.map((_, index) => html`<line class="lane" x1="${space.xOf(index)}" x2="${space.xOf(index)}" y1="0" y2="${height}"/>`)}
${rows.map((row, index) => rowMarkup(row, index, rows[index - 1]?.step !== row.step, space))}
</svg>
</div>
`;
}

interface Space {
  readonly diagram: SequenceDiagram;
  readonly width: number;
  readonly xOf: (lane: number) => number;
}

const spoken = (rows: readonly SequenceRow[]): string =>
  rows
    .map(({ from, to, kind, label }) =>
      kind === "note" ? label : `${from}${from === to ? "" : ` to ${to}`}: ${label}`,
    )
    .join("; ");

/** `client` above `R0`; of longer names the beginning. */
function headLines({ name, kind }: Lane): string[] {
  const lines = kind === "client" ? name.split(" of ") : [name];
  const most = Math.floor((LANE_MAX - 12) / CHARACTER);
  return lines.map((line) => (line.length > most ? `${line.slice(0, most - 1)}…` : line));
}

function head(lane: Lane, x: number, width: number): Markup {
  const lines = headLines(lane);
  return html`<g><title>${lane.name}</title><rect class="head" x="${x - width / 2 + 3}" y="2" width="${width - 6}" height="${HEAD - 5}" rx="${lane.kind === "client" ? 16 : 4}"/>${lines.map(
    (line, index) =>
      html`<text class="name" x="${x}" y="${HEAD / 2 + 3 + (index - (lines.length - 1) / 2) * 14}" text-anchor="middle">${line}</text>`,
  )}</g>`;
}

function rowMarkup(row: SequenceRow, index: number, isFirst: boolean, space: Space): Markup {
  const top = index * ROW + 4;
  return html`<g class="row" data-step="${row.step}"><rect class="back" x="0" y="${top}" width="${space.width}" height="${ROW}"/>${isFirst ? html`<text class="number" x="4" y="${top + 19}">${row.step}</text>` : null}${drawn(row, top, space)}</g>
`;
}

function drawn(row: SequenceRow, top: number, space: Space): Markup {
  const [from, to] = [row.from, row.to].map((name) => space.xOf(laneIndex(space.diagram, name)));
  switch (row.kind) {
    case "message":
    case "reply":
      return arrow(row, from!, to!, top, space);
    case "event":
      return event(row, from!, top + 15, space);
    case "note":
      return note(row, from!, to!, top, space);
  }
}

function arrow({ kind, label }: SequenceRow, from: number, to: number, top: number, space: Space): Markup {
  const y = top + 23;
  const back = from < to ? -TIP : TIP;
  const middle = within((from + to) / 2, widthOf(label) / 2, space);
  return html`<line class="arrow ${kind}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><path class="tip" d="M${to} ${y}l${back} ${-TIP / 2}v${TIP}z"/><text class="label" x="${middle}" y="${y - 7}" text-anchor="middle">${label}</text>`;
}

/** A dot at its place; its label goes to the side that has room for it. */
function event({ label }: SequenceRow, x: number, y: number, { width }: Space): Markup {
  const isLeft = x + 2 * DOT + widthOf(label) > width;
  const start = isLeft ? Math.max(x - 2 * DOT, MARGIN + widthOf(label)) : x + 2 * DOT;
  return html`<circle class="dot" cx="${x}" cy="${y}" r="${DOT}"/><text class="label" x="${start}" y="${y + 4}" text-anchor="${isLeft ? "end" : "start"}">${label}</text>`;
}

function note({ label }: SequenceRow, from: number, to: number, top: number, space: Space): Markup {
  const half = Math.max((to - from) / 2 + 16, widthOf(label) / 2 + 10);
  const middle = within((from + to) / 2, half, space);
  return html`<rect class="note" x="${middle - half}" y="${top + 4}" width="${2 * half}" height="${ROW - 8}" rx="4"/><text class="noted" x="${middle}" y="${top + 19}" text-anchor="middle">${label}</text>`;
}

/** The nearest place for the middle of something this wide to each side. */
const within = (middle: number, half: number, { width }: Space): number =>
  Math.max(MARGIN + half, Math.min(width - 2 - half, middle));
