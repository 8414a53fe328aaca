/** Text in columns. */
import CliTable from "cli-table3";
import { fitted, visibleLength } from "./wrap.js";

export type Alignment = "left" | "right";

interface GridShape {
  /** By column; left where there is none. */
  readonly alignments?: readonly Alignment[];
  readonly indent?: string;
  /** Spaces between columns. */
  readonly gap?: number;
  /** What no line may be longer than: of a grid that is wider each row is told by itself. */
  readonly limit?: number;
  /** Whether the first row says what the others hold. */
  readonly hasHeading?: boolean;
}

// Blanks instead of rules: a result is read by eye and by grep, and copied into a message.
const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

/** The rows with their columns lined up, a line each, without trailing blanks; each line ends in a line feed. */
export function formatGrid(rows: readonly (readonly string[])[], shape: GridShape = {}): string {
  if (rows.length === 0) return "";
  const { limit = Number.POSITIVE_INFINITY } = shape;
  const text = linedUp(rows, shape);
  return text.split("\n").some((line) => visibleLength(line) > limit) ? rowByRow(rows, limit, shape) : text;
}

/** `✓  sound` over `verdict holds, states 1,234`: first what the row is of, then the rest with its headings. */
function rowByRow(
  rows: readonly (readonly string[])[],
  limit: number,
  { indent = "", hasHeading = false }: GridShape,
): string {
  const headings = hasHeading ? rows[0]! : [];
  return rows
    .slice(hasHeading ? 1 : 0)
    .map((row) => {
      const cells = row.map((cell, column) => ({ heading: headings[column] ?? "", cell: cell.trim() }));
      const said = cells.filter(({ cell }) => cell !== "");
      const named = said.findIndex(({ heading, cell }) => heading !== "" || visibleLength(cell) > MARK) + 1;
      const isOf = said.filter(({ heading }, index) => index < named || heading === "");
      const rest = said.filter((one) => !isOf.includes(one)).map(({ heading, cell }) => `${heading} ${cell}`);
      const name = isOf.map(({ cell }) => cell).join("  ");
      const lines = [`${indent}${name}`, ...(rest.length === 0 ? [] : [`${indent}  ${rest.join(", ")}`])];
      return `${fitted(lines.join("\n"), { limit })}\n`;
    })
    .join("");
}

/** As long as marks are that say nothing by themselves. */
const MARK = 1;

function linedUp(rows: readonly (readonly string[])[], { alignments = [], indent = "", gap = 2 }: GridShape): string {
  const width = Math.max(...rows.map((row) => row.length));
  const table = new CliTable({
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": gap, head: [], border: [] },
    colAligns: Array.from({ length: width }, (_, column) => alignments[column] ?? "left"),
  });
  table.push(...rows.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? "")));
  return table
    .toString()
    .split("\n")
    .map((line) => `${(indent + line).trimEnd()}\n`)
    .join("");
}
