/** Several reports at a glance, a line each. */

import { EXIT } from "../../shell/exit-codes.js";
import type { Paint } from "../../shell/terminal.js";
import type { Failure, Outcome } from "../../verify/files/outcome.js";
import type { Report } from "../../verify/report.js";
import { formatCount, formatShare } from "../../words/words.js";
import { type Alignment, formatGrid } from "../pieces/grid.js";
import { formatRule } from "./rules.js";
import { formatVerdict } from "./verdict-line.js";

interface Column {
  readonly heading: string;
  readonly alignment: Alignment;
  readonly cell: (report: Report, paint: Paint) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: "table", alignment: "left", cell: ({ table }) => table.name },
  { heading: "verdict", alignment: "left", cell: ({ verdict }, paint) => formatVerdict(verdict, paint) },
  {
    heading: "rules",
    alignment: "left",
    cell: ({ rules }, paint) => rules.map((judgement) => formatRule(judgement, paint)).join(" "),
  },
  { heading: "sets", alignment: "left", cell: ({ exploration }) => exploration.registerSets.join(" ") },
  { heading: "states", alignment: "right", cell: ({ exploration }) => formatCount(exploration.distinctStates) },
  { heading: "transitions", alignment: "right", cell: ({ exploration }) => formatCount(exploration.transitions) },
  { heading: "depth", alignment: "right", cell: ({ exploration }) => formatCount(exploration.depth) },
  {
    heading: "shortest run",
    alignment: "right",
    cell: ({ counterexample }) => (counterexample === null ? "" : formatCount(counterexample.length)),
  },
  { heading: "replayed", alignment: "right", cell: replayed },
];

/** A line for every outcome, in order; `marks`, one an outcome, go before the table's name. */
export function renderMatrix(outcomes: readonly Outcome[], paint: Paint, marks: readonly string[] = []): string {
  const marked = (index: number, row: string[]) => (marks.length === 0 ? row : [marks[index] ?? "", ...row]);
  const heading = marked(
    -1,
    COLUMNS.map((column) => paint("dim", column.heading)),
  );
  const rows = outcomes.map((outcome, index) =>
    marked(index, outcome.kind === "failure" ? failureRow(outcome, paint) : reportRow(outcome.report, paint)),
  );
  const alignments = COLUMNS.map((column) => column.alignment);
  return formatGrid([heading, ...rows], {
    alignments: marks.length === 0 ? alignments : ["left", ...alignments],
    limit: paint.limit,
    hasHeading: true,
  });
}

const reportRow = (report: Report, paint: Paint): string[] => COLUMNS.map((column) => column.cell(report, paint));

/** The file for want of a table's name, and what went wrong for want of a verdict; stderr has the whole sentence. */
const failureRow = ({ file, exitCode }: Failure, paint: Paint): string[] => [
  file,
  paint(["bold", "red"], exitCode === EXIT.internal ? "failed" : "invalid"),
];

function replayed({ replay, verdict }: Report, paint: Paint): string {
  if (replay === null) return paint("dim", "no");
  if (verdict === "diverges" || !replay.agrees) return paint("magenta", "diverges");
  return formatShare(replay.transitionsCovered, replay.transitionsReachable);
}
