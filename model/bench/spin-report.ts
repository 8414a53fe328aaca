/** What the benchmark against Spin prints, and what it takes for a disagreement. */
import type { ExplorationReport } from "./spin-explore.js";
import { mayBeCountOf, type PanReport } from "./spin-pan.js";

export interface Comparison {
  readonly title: string;
  /** One report a run. */
  readonly spin: readonly PanReport[];
  /** Number of workers → one report a run. */
  readonly quorate: ReadonlyMap<number, readonly ExplorationReport[]>;
}

/** Every run of either tool must have found the same; one line for each that did not. */
export function disagreements({ title, spin, quorate }: Comparison): string[] {
  const expected = spin[0]!;
  const found = [
    ...spin.map((report) => ({ who: "Spin", report })),
    ...[...quorate].flatMap(([workers, reports]) =>
      reports.map((report) => ({ who: `Quorate with ${workersText(workers)}`, report })),
    ),
  ];
  return found.flatMap(({ who, report }) =>
    (["distinctStates", "transitions"] as const)
      .filter((count) => !mayBeCountOf(expected[count], report[count]))
      .map((count) => `${title}: ${who} found ${report[count]} ${count}, Spin ${expected[count]}`),
  );
}

/** A Markdown table, to be pasted into the README; figures are medians over the runs. */
export function renderComparisons(
  comparisons: readonly Comparison[],
  { workers, runs }: { readonly workers: readonly number[]; readonly runs: number },
): string {
  const heading = ["scope", "distinct states", "transitions", "Spin s", "Spin MB"];
  for (const count of workers) heading.push(`Quorate s, ${workersText(count)}`, "MB", "ratio");
  const rows = comparisons.map(({ title, spin, quorate }) => {
    const spin_s = median(spin.map((report) => report.elapsed_s));
    // Quorate's counts, for Spin's are rounded once they are large.
    const [counts = spin[0]!] = [...quorate.values()].flat();
    const row = [title, grouped(counts.distinctStates), grouped(counts.transitions)];
    row.push(spin_s.toFixed(2), megabytes(spin));
    for (const reports of quorate.values()) {
      const quorate_s = median(reports.map((report) => report.elapsed_s));
      row.push(quorate_s.toFixed(2), megabytes(reports), spin_s > 0 ? (quorate_s / spin_s).toFixed(2) : "-");
    }
    return row;
  });
  return `${markdownTable([heading, ...rows])}\n${notes(runs)}`;
}

const notes = (runs: number): string => `
${runs === 1 ? "One run" : `Medians of ${runs} runs, the tools taking turns`}; a ratio is Quorate / Spin, below 1 Quorate is faster. MB are 2^20 bytes, Quorate's of the whole process.
Spin: depth first on one core, whole states, no reduction, nothing asserted, at least two hash slots a state; its seconds leave compiling out.
Quorate: breadth first (so shortest runs), whole states, no reduction, agreement and non-triviality judged in every state; its seconds leave node's start out.`;

const megabytes = (reports: readonly { readonly memory_MiB: number }[]): string =>
  median(reports.map((report) => report.memory_MiB)).toFixed(0);

export const workersText = (count: number): string => (count === 1 ? "1 worker" : `${count} workers`);

/** Locale-free thousands: 701,558. */
const grouped = (count: number): string => `${count}`.replaceAll(/\B(?=(\d{3})+$)/g, ",");

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The first column is text, the others are figures. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!);
  const lines = rows.map((row) => `| ${row.map(pad).join(" | ")} |`);
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [lines[0]!, `| ${rule.join(" | ")} |`, ...lines.slice(1)].join("\n");
}
