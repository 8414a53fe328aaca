/**
 * What is decided along a run, and what can still be: a row for each value, a column before the first step and after
 * each. A value that can still be decided beside one that is: so a run that breaks agreement looks before it does.
 */
import type { Value } from "../../../../spec/register.js";
import { decidedValues } from "../../../../spec/state-table.js";
import { html, type Markup } from "./markup.js";
import type { Run } from "./run.js";

/** Nothing where it is not known. */
export function possibleStrip({ table, states, stillPossible }: Run): Markup | null {
  if (stillPossible === null) return null;
  const decided = states.map((state) => decidedValues(table, state));
  const values = [...new Set(stillPossible.flat())].sort();
  const columns = stillPossible.length;
  const height = Math.max(1, values.length);
  const kindOf = (value: Value, column: number): string => {
    if (decided[column]!.includes(value)) return `full only-${value}`;
    return stillPossible[column]!.includes(value) ? `pale only-${value}` : "no";
  };
  // Stretched to the width there is: so its lines keep theirs, and names stand beside it.
  return html`<div class="possible">
<p class="still">${stillSentence(decided.at(-1)!, stillPossible.at(-1)!)}</p>
<div class="strip" aria-hidden="true"><div class="names">${values.map((value) => html`<span class="only-${value}">${value}</span>`)}</div>
<svg viewBox="0 0 ${columns} ${height}" preserveAspectRatio="none" style="height:${1.15 * height}rem">
${values.map((value, row) =>
  stillPossible.map(
    (_, column) =>
      html`<rect x="${column}" y="${row + 0.14}" width="1" height="0.72" class="${kindOf(value, column)}"/>`,
  ),
)}
<rect class="cursor" x="${columns - 1}" y="0" width="1" height="${height}"/>
</svg></div>
<p class="legend" aria-hidden="true">full: decided; pale: can still be decided</p>
</div>
`;
}

export function stillSentence(decided: readonly Value[], possible: readonly Value[]): string {
  const open = possible.filter((value) => !decided.includes(value));
  if (decided.length > 1) return `${decided.join(" and ")} are decided`;
  if (decided.length === 1) {
    const rest = open.length === 0 ? "nothing else can be" : `${open.join(" or ")} can still be, too`;
    return `${decided[0]!} is decided, and ${rest}`;
  }
  if (open.length === 0) return "nothing can be decided any more";
  return open.length === 1 ? `${open[0]!} alone can still be decided` : `${open.join(" or ")} can still be decided`;
}
