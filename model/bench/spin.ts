/**
 * `npm run bench:spin`: Quorate and Spin explore the same register model in turn on this machine; how do they compare?
 *
 *     npm run bench:spin -- [TABLE SETS]… [--clients N|free] [--values N] [--workers 1,2] [--runs N] [--keep DIR]
 *
 * TABLE is a number of servers (majorities, phase 1 derived) or a table file. Exits 1 if the two disagree on the
 * states. Without arguments: two scopes that take seconds. `5 4` takes Spin minutes and gigabytes.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TableFileError } from "../../spec/table-file.js";
import { longestRun, promelaOf } from "./promela.js";
import type { ExplorationReport, ExplorationRequest } from "./spin-explore.js";
import { buildPan, MissingTool, type PanReport, runPan, spinVersion } from "./spin-pan.js";
import { type Comparison, disagreements, renderComparisons, workersText } from "./spin-report.js";
import { type BenchmarkScope, describeScope, isCount, scopeOf } from "./spin-scope.js";

/** BSD's sysexits.h, as in the rest of Quorate. */
const EXIT = { agree: 0, disagree: 1, usage: 64, unreadable: 65, unavailable: 69, internal: 70 } as const;

const DEFAULT_SCOPES = ["3", "5", "4", "4"];

interface Job {
  readonly scopes: readonly BenchmarkScope[];
  /** Quorate is measured with each of these numbers of workers. */
  readonly workers: readonly number[];
  /** Every figure is the median of this many runs, the tools taking turns. */
  readonly runs: number;
  /** Where the Promela and the compiled pan stay, or null. */
  readonly keep: string | null;
}

class UsageError extends Error {
  override readonly name = "UsageError";
}

function main(words: readonly string[]): number {
  try {
    const job = jobOf(words);
    const heading = `${spinVersion()}; node ${process.version}; ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`;
    const comparisons = job.scopes.map((scope) => compare(scope, job));
    process.stdout.write(`${heading}\n\n${renderComparisons(comparisons, job)}\n`);
    const problems = comparisons.flatMap(disagreements);
    for (const problem of problems) process.stderr.write(`bench:spin: ${problem}\n`);
    return problems.length > 0 ? EXIT.disagree : EXIT.agree;
  } catch (error) {
    process.stderr.write(`bench:spin: ${error instanceof Error ? error.message : error}\n`);
    if (error instanceof MissingTool) return EXIT.unavailable;
    if (error instanceof TableFileError) return EXIT.unreadable;
    if (error instanceof UsageError || error instanceof RangeError) return EXIT.usage;
    return EXIT.internal;
  }
}

function jobOf(words: readonly string[]): Job {
  const { positionals, values } = parsed(words);
  const pairs = positionals.length === 0 ? DEFAULT_SCOPES : positionals;
  if (pairs.length % 2 !== 0) {
    throw new UsageError("expected pairs of TABLE SETS, as in: npm run bench:spin -- 3 5 --clients 2");
  }
  const clients = values.clients === "free" ? null : count("--clients", values.clients);
  const inputs = count("--values", values.values);
  if (clients !== null && clients > inputs) {
    throw new UsageError(`${clients} clients need an input each, and there are ${inputs} values; see --values`);
  }
  const scopes: BenchmarkScope[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const sets = count("SETS", pairs[at + 1]!);
    scopes.push({ table: pairs[at]!, sets, values: inputs, clients });
  }
  // A wrong table must not come to light after minutes of measuring another.
  for (const scope of scopes) promelaOf(scopeOf(scope));
  const workers = values.workers.split(",").map((word) => count("--workers", word));
  return { scopes, workers, runs: count("--runs", values.runs), keep: values.keep ?? null };
}

const OPTIONS = {
  clients: { type: "string", default: "2" },
  values: { type: "string", default: "2" },
  workers: { type: "string", default: "1,2" },
  runs: { type: "string", default: "3" },
  keep: { type: "string" },
} as const;

function parsed(words: readonly string[]) {
  // Without a lone -- npm takes options for its own: it sets a variable and passes on what was the option's value.
  const swallowed = Object.keys(OPTIONS).find((name) => process.env[`npm_config_${name}`] !== undefined);
  if (swallowed !== undefined) {
    throw new UsageError(`npm kept --${swallowed} for itself; put -- first: npm run bench:spin -- 3 5 --clients 2`);
  }
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(what: string, word: string): number {
  if (!isCount(word)) throw new UsageError(`${what} needs a whole number from 1 to 99, found "${word}"`);
  return Number(word);
}

/** Quorate goes first in every round: pan's hash table is sized by the states that it found. */
function compare(scope: BenchmarkScope, job: Job): Comparison {
  const title = describeScope(scope);
  const directory = job.keep === null ? mkdtempSync(join(tmpdir(), "quorate-spin-")) : join(job.keep, fileName(title));
  mkdirSync(directory, { recursive: true });
  const say = (text: string): void => void process.stderr.write(`${title}: ${text}\n`);
  try {
    buildPan(promelaOf(scopeOf(scope)), directory);
    const quorate = new Map<number, ExplorationReport[]>(job.workers.map((workers) => [workers, []]));
    const spin: PanReport[] = [];
    for (let run = 0; run < job.runs; run++) {
      let states = 0;
      for (const [workers, reports] of quorate) {
        const report = exploreApart({ ...scope, workers });
        say(
          `Quorate, ${workersText(workers)}: ${report.elapsed_s.toFixed(2)} s, ${report.busyCores.toFixed(1)} cores busy`,
        );
        reports.push(report);
        states = report.distinctStates;
      }
      const report = runPan(directory, { states, depth: longestRun(scopeOf(scope)) });
      say(`Spin: ${report.elapsed_s.toFixed(2)} s`);
      spin.push(report);
    }
    return { title, spin, quorate };
  } finally {
    if (job.keep === null) rmSync(directory, { recursive: true });
    else say(`model.pml and pan are in ${directory}`);
  }
}

const fileName = (title: string): string => title.replaceAll(/[^\w-]+/g, "-");

function exploreApart(request: ExplorationRequest): ExplorationReport {
  const program = fileURLToPath(new URL("./spin-explore.js", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [program, JSON.stringify(request)], { encoding: "utf8" }));
}

// Last, when every constant above is there.
process.exitCode = main(process.argv.slice(2));
