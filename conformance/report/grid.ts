/** Text in columns. */
import CliTable from "cli-table3";

export type Alignment = "left" | "right";

interface GridShape {
  /** By column; left where there is none. */
  readonly alignments?: readonly Alignment[];
  readonly indent?: string;
  /** Spaces between columns. */
  readonly gap?: number;
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
export function formatGrid(
  rows: readonly (readonly string[])[],
  { alignments = [], indent = "", gap = 2 }: GridShape = {},
): string {
  if (rows.length === 0) return "";
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
