/**
 * `npm run bench`: how fast is the kernel, how much memory does a state take, and what do more threads gain?
 *
 *     npm run bench -- [TABLE SETS]… [--workers 1,2] [--runs N]
 *
 * TABLE is a number of servers (majorities, phase 1 derived, two clients) or a table file. Every measurement is a process of
 * its own, compiling included; the ways take turns, and a figure is the median of the runs. The first way is the yardstick of
 * the others: the search that numbers its states and keeps the graph, with closures and without a compact visited set.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type ExploreOptions, explore } from "../kernel/explore.js";
import { registersModel } from "../registers/registers.js";
import { type BenchmarkScope, describeScope, scopeOf } from "./spin-scope.js";

const DEFAULT_SCOPES = ["3", "4", "3", "5", "4", "4"];

/** Enough for any graph that fits the machine; the numbered search keeps it. */
const GRAPH_TRANSITIONS_MAX = 400_000_000;

interface Way {
  readonly name: string;
  readonly options: ExploreOptions;
}

interface Measurement {
  readonly scope: BenchmarkScope;
  readonly options: ExploreOptions;
}

interface Figures {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly elapsed_s: number;
  /** States and tables, when the search ends. */
  readonly bytesPerState: number;
  /** The peak of the whole process, node included, in bytes. */
  readonly peakBytes: number;
  /** Processor time over elapsed time: how many threads were at work, compilers included. */
  readonly busyCores: number;
}

async function measure({ scope, options }: Measurement): Promise<Figures> {
  const model = registersModel(scopeOf(scope));
  const processorBefore = process.cpuUsage();
  const started_ms = performance.now();
  const { distinctStates, transitions, bytes } = await explore(model, options);
  const elapsed_s = (performance.now() - started_ms) / 1000;
  const { user, system } = process.cpuUsage(processorBefore);
  return {
    distinctStates,
    transitions,
    elapsed_s,
    bytesPerState: bytes / distinctStates,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    busyCores: (user + system) / 1e6 / elapsed_s,
  };
}

function main(words: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { workers: { type: "string", default: "1,2" }, runs: { type: "string", default: "3" } },
  });
  const ways: Way[] = [
    { name: "numbered, with graph", options: { graphTransitionsMax: GRAPH_TRANSITIONS_MAX } },
    ...values.workers.split(",").map((count) => ({
      name: count === "1" ? "1 thread" : `${count} threads`,
      options: { workers: Number(count) },
    })),
  ];
  const processor = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`;
  process.stdout.write(`node ${process.version}; ${processor}; ${new Date().toISOString().slice(0, 10)}\n\n`);
  process.stdout.write(
    "| scope | distinct states | way | s | states/s | bytes/state | peak MB | busy cores | speed |\n",
  );
  process.stdout.write("|---|--:|---|--:|--:|--:|--:|--:|--:|\n");
  for (const scope of scopesOf(positionals.length > 0 ? positionals : DEFAULT_SCOPES)) {
    process.stdout.write(rowsOf(scope, ways, Number(values.runs)));
  }
}

const scopesOf = (words: readonly string[]): BenchmarkScope[] =>
  Array.from({ length: Math.floor(words.length / 2) }, (_, index) => ({
    table: words[2 * index]!,
    sets: Number(words[2 * index + 1]),
    values: 2,
    clients: 2,
  }));

/** One row a way; the ways take turns, so that a busy minute of the machine does not fall on one of them. */
function rowsOf(scope: BenchmarkScope, ways: readonly Way[], runs: number): string {
  const measured = ways.map((): Figures[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, { options }] of ways.entries()) measured[index]!.push(measureApart({ scope, options }));
  }
  const medians = measured.map((figures) => figures.sort((a, b) => a.elapsed_s - b.elapsed_s)[Math.floor(runs / 2)]!);
  const counts = new Set(medians.map(({ distinctStates, transitions }) => `${distinctStates}, ${transitions}`));
  if (counts.size > 1) throw new Error(`the ways disagree on states and transitions: ${[...counts].join("; ")}`);
  return medians
    .map((figures, index) => row(describeScope(scope), ways[index]!.name, figures, medians[0]!.elapsed_s))
    .join("");
}

function row(scope: string, way: string, figures: Figures, yardstick_s: number): string {
  const { distinctStates, elapsed_s, bytesPerState, peakBytes, busyCores } = figures;
  const cells = [
    scope,
    distinctStates.toLocaleString("en-US"),
    way,
    elapsed_s.toFixed(2),
    Math.round(distinctStates / elapsed_s).toLocaleString("en-US"),
    bytesPerState.toFixed(1),
    (peakBytes / 1e6).toFixed(0),
    busyCores.toFixed(1),
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
  main(process.argv.slice(2));
}
