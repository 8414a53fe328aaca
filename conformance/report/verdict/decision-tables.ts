/**
 * What each client of a run knew when it proposed: a line for every quorum, a column for every server that it heard.
 */

import type { ClientDecisionTable } from "../../../model/analysis/client-decision-tables.js";
import type { Paint } from "../../shell/terminal.js";
import { counted } from "../../words/words.js";
import { formatGrid } from "../pieces/grid.js";
import { fitted } from "../pieces/wrap.js";

export const renderDecisionTables = (tables: readonly ClientDecisionTable[], paint: Paint): string =>
  tables.length === 0
    ? fitted("  no client of the run proposes above the first register set, where there is nothing to know\n", paint)
    : tables.map((table) => renderTable(table, paint)).join("");

function renderTable({ step, registerSet, proposes, heard, entries }: ClientDecisionTable, paint: Paint): string {
  const heading = ["", "", "at first", ...heard.map((server) => `after ${server}`)];
  const rows = entries.map(({ registerSet, quorum, states }) => [
    `R${registerSet}`,
    `{${quorum.join(", ")}}`,
    ...states,
  ]);
  return [
    fitted(
      `  step ${step + 1}: the client of R${registerSet} proposes ${proposes}, having heard ${counted(heard.length, "server")}\n`,
      paint,
    ),
    formatGrid([heading.map((text) => (text === "" ? "" : paint("dim", text))), ...rows], {
      indent: "    ",
      limit: paint.limit,
      hasHeading: true,
    }),
  ].join("");
}
