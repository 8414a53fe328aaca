/**
 * `npm run bench`: how fast is the kernel, how much memory does a state take, and what do more threads gain?
 *
 *     npm run bench -- [TABLE SETS]… [--workers 1,2] [--runs N] [--way NAME]…
 *
 * TABLE is a number of servers (majorities, phase 1 derived, two clients) or a table file. Every measurement is a
 * process of its own, compiling included; the ways (ways.ts) take turns, and the figures are those of the run of
 * median time. The first way is the yardstick of the others: the search that numbers its states and keeps the graph,
 * with closures and without a compact visited set, unless `--way` picks others. The run fails unless all find the
 * same numbers of states and transitions, and the same depth. Elapsed time suffers from what else the machine does;
 * processor time much less.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type BenchmarkScope, describeScope, isCount } from "./spin-scope.js";
import { type Figures, type Measurement, measure, type Way, waysFor } from "./ways.js";

const DEFAULT_SCOPES = ["3", "4", "3", "5", "4", "4"];

const COLUMNS = [
  "scope",
  "distinct states",
  "way",
  "representatives",
  "s",
  "processor s",
  "busy cores",
  "states/s",
  "bytes/state",
  "peak MB",
  "speed",
];

function main(words: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      workers: { type: "string", default: "1,2" },
      runs: { type: "string", default: "3" },
      way: { type: "string", multiple: true },
    },
  });
  const scopes = scopesOf(positionals.length > 0 ? positionals : DEFAULT_SCOPES);
  if (!isCount(values.runs)) throw new RangeError(`--runs needs a whole number from 1 to 99, found "${values.runs}"`);
  const runs = Number(values.runs);
  const ways = picked(values.way ?? null, waysFor(values.workers.split(",").map(Number)));
  const processor = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`;
  process.stdout.write(`node ${process.version}; ${processor}; ${new Date().toISOString().slice(0, 10)}\n\n`);
  process.stdout.write(`| ${COLUMNS.join(" | ")} |\n|---|--:|---|${"--:|".repeat(COLUMNS.length - 3)}\n`);
  for (const scope of scopes) {
    process.stdout.write(rowsOf(scope, ways, runs));
  }
}

/** The ways of these names, in their order; all for null. Throws RangeError for a name that no way has. */
function picked(names: readonly string[] | null, ways: readonly Way[]): readonly Way[] {
  return (
    names?.map((name) => {
      const way = ways.find((candidate) => candidate.name === name);
      if (way === undefined)
        throw new RangeError(`no way is named "${name}": ${ways.map((known) => known.name).join("; ")}`);
      return way;
    }) ?? ways
  );
}

/** Throws RangeError. */
function scopesOf(words: readonly string[]): BenchmarkScope[] {
  if (words.length % 2 !== 0) {
    throw new RangeError(
      `after TABLE, a file or a number of servers, goes a number of register sets: ${words.join(" ")} …`,
    );
  }
  return Array.from({ length: words.length / 2 }, (_, index) => ({
    table: words[2 * index]!,
    sets: Number(words[2 * index + 1]),
    values: 2,
    clients: 2,
  }));
}

/** One row a way; the ways take turns, so that a busy minute of the machine does not fall on one of them. */
function rowsOf(scope: BenchmarkScope, ways: readonly Way[], runs: number): string {
  const measured = ways.map((): Figures[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, way] of ways.entries()) measured[index]!.push(measureApart({ scope, way }));
  }
  const counts = new Set(
    measured.flat().map((found) => `${found.distinctStates}, ${found.transitions}, ${found.depth}`),
  );
  if (counts.size > 1) {
    throw new Error(`the ways disagree on states, transitions and depth: ${[...counts].join("; ")}`);
  }
  const medians = measured.map((figures) => figures.sort((a, b) => a.elapsed_s - b.elapsed_s)[Math.floor(runs / 2)]!);
  return medians
    .map((figures, index) => row(describeScope(scope), ways[index]!.name, figures, medians[0]!.elapsed_s))
    .join("");
}

function row(scope: string, way: string, figures: Figures, yardstick_s: number): string {
  const { distinctStates, representatives, elapsed_s, processor_s, bytes, peakBytes } = figures;
  const cells = [
    scope,
    distinctStates.toLocaleString("en-US"),
    way,
    representatives?.toLocaleString("en-US") ?? "",
    elapsed_s.toFixed(2),
    processor_s.toFixed(2),
    (processor_s / elapsed_s).toFixed(1),
    Math.round(distinctStates / elapsed_s).toLocaleString("en-US"),
    (bytes / distinctStates).toFixed(1),
    (peakBytes / 1e6).toFixed(0),
    `${(yardstick_s / elapsed_s).toFixed(2)} ×`,
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function measureApart(measurement: Measurement): Figures {
  const script = fileURLToPath(import.meta.url);
  return JSON.parse(
    execFileSync(process.execPath, [script, "--once", JSON.stringify(measurement)], { encoding: "utf8" }),
  );
}

if (process.argv[2] === "--once") {
  process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[3]!) as Measurement)));
} else {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 64;
  }
}
