/** Arrows between lanes, as text. */
import { laneIndex, type SequenceDiagram } from "./diagram.js";

const LANE = 10;

/**
 *       clients   n0        n1
 *    1  ├────────>│         │         c1: write key=0 value=1
 *
 * @param columns characters on a line: what is longer ends in an ellipsis
 */
export function drawLanes(diagram: SequenceDiagram, columns: number): string[] {
  const { lanes, rows } = diagram;
  const margin = `${rows.length}`.length + 3;
  const head = " ".repeat(margin) + lanes.map(({ name }) => name.padEnd(LANE)).join("");
  const lines = rows.map(({ step, from, to, label }, index) => {
    const drawn = arrow(laneIndex(diagram, from), laneIndex(diagram, to), lanes.length);
    const number = `${rows[index - 1]?.step === step ? "" : step}`.padStart(margin - 2);
    const line = `${number}  ${drawn}  ${label}`;
    return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
  });
  return [head.trimEnd(), ...lines];
}

function arrow(from: number, to: number, count: number): string {
  const cells: string[] = Array.from({ length: count * LANE - LANE + 1 }, (_, i) => (i % LANE === 0 ? "│" : " "));
  if (from === to) cells[from * LANE] = "●";
  const [left, right] = [Math.min(from, to) * LANE, Math.max(from, to) * LANE];
  for (let i = left + 1; i < right; i++) cells[i] = i % LANE === 0 ? "┼" : "─";
  if (from < to) {
    cells[left] = "├";
    cells[right - 1] = ">";
  } else if (to < from) {
    cells[right] = "┤";
    cells[left + 1] = "<";
  }
  return cells.join("");
}
