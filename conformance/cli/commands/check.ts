/** What `quorate check` does: it finds the config, verifies what it names, and holds each verdict against it. */
import path from "node:path";
import { tableFileError } from "../../../spec/table-file/problems.js";
import { readTableFile } from "../../../spec/table-file.js";
import { changesBetween, readBaseline, type Snapshots, snapshotOf } from "../../policy/changes.js";
import { CONFIG_FILE, type Config, fileBelow, findConfig, loadConfig } from "../../policy/config.js";
import { type JudgedTable, judge } from "../../policy/judge.js";
import { filesBelow, type Policy, policiesFor, refuseIdleEntries } from "../../policy/policies.js";
import { snapshotsAt } from "../../policy/since.js";
import { NO_CACHE, openVerdictCache, type VerdictCache } from "../../policy/verdict-cache.js";
import { checkResults } from "../../report/commands/check.js";
import type { Comparison } from "../../results/results.js";
import { usageError } from "../../shell/command-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";
import { notVerified, type Outcome } from "../../verify/files/outcome.js";
import { type Verifier, verifyAll, withVerifier } from "../../verify/files/verify-all.js";
import { warningsOf } from "../../verify/warnings.js";
import type { OutputFlags } from "../output/output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";

/** As commander hands the options over. */
export interface CheckFlags extends OutputFlags {
  readonly config?: string;
  readonly since?: string;
  readonly baseline?: string;
  /** False for --no-cache. */
  readonly cache?: string | false;
}

/** Throws TableFileError for a bad config, CommandError for what the command line asks in vain. */
export async function check(
  files: readonly string[],
  flags: CheckFlags,
  terminal: Terminal,
  verifying: typeof withVerifier = withVerifier,
): Promise<ExitCode> {
  reserveOutputs(flags.output);
  const config = loadConfig(flags.config ?? nearestConfig(files));
  const policies = policiesOf(config, files);
  const baseline = flags.baseline === undefined ? null : readBaseline(flags.baseline);
  const cache =
    flags.cache === false ? NO_CACHE : openVerdictCache(flags.cache ?? path.join(config.directory, ".quorate/cache"));
  const today = new Date().toISOString().slice(0, 10);
  return interruptible(async (signal) => {
    const job = { config, policies, isPartial: files.length > 0, cache, today, signal };
    const known = knownTables(job);
    // Threads are for what is left.
    return verifying(policies.size - known.size, async (verifier) => {
      const judged = await checkTables(job, known, verifier, terminal);
      const comparisons = await compare({ ...job, judged, baseline }, flags, verifier);
      const results = checkResults(config.file, judged, comparisons);
      await printResults(results, flags.format, terminal);
      await writeOutputs(flags.output, results);
      return results.exitCode;
    });
  });
}

function nearestConfig(files: readonly string[]): string {
  const directories = [...new Set(files.length === 0 ? ["."] : files.map((file) => path.dirname(file)))];
  const found = directories.map((directory) => ({ directory, config: findConfig(directory) }));
  const [first] = found;
  const without = found.find(({ config }) => config === null);
  if (without !== undefined) {
    const where = path.resolve(without.directory);
    throw usageError(`there is no ${CONFIG_FILE} in ${where} or above; quorate init --config writes one`);
  }
  const other = found.find(({ config }) => config !== first!.config);
  if (other === undefined) return first!.config!;
  throw usageError(`${first!.config} and ${other.config} are two configs: check their tables one by one`);
}

/** By the path from the config. */
function policiesOf(config: Config, files: readonly string[]): Map<string, Policy> {
  const configFile = path.basename(config.file);
  if (files.length > 0) {
    const asked = files.map((file) => path.relative(config.directory, file).split(path.sep).join("/"));
    const policies = policiesFor(config, asked);
    const stranger = asked.findIndex((file) => !policies.has(file));
    if (stranger === -1) return policies;
    const hint = `add it to "tables" in ${config.file}`;
    throw tableFileError(
      { file: files[stranger]!, line: 1, column: 1 },
      `${config.file} does not name this file`,
      hint,
    );
  }
  const all = filesBelow(config.directory).filter((file) => file !== configFile);
  refuseIdleEntries(config, all);
  return policiesFor(config, all);
}

interface CheckJob {
  readonly config: Config;
  readonly policies: ReadonlyMap<string, Policy>;
  /** Whether the command line names files. */
  readonly isPartial: boolean;
  readonly cache: VerdictCache;
  /** In UTC, as `2027-01-31`. */
  readonly today: string;
  readonly signal: AbortSignal;
}

/** By file, those that pass by what the cache knows of them. */
function knownTables(job: CheckJob): Map<string, JudgedTable> {
  const known = new Map<string, JudgedTable>();
  for (const [name, policy] of job.policies) {
    const file = fileBelow(job.config, name);
    const judged = judgeFromCache(file, policy, job);
    if (judged !== null) known.set(file, judged);
  }
  return known;
}

/** In the order of the policies. A verdict from the cache counts only where the table passes by it. */
async function checkTables(
  { config, policies, cache, today, signal }: CheckJob,
  known: ReadonlyMap<string, JudgedTable>,
  verifier: Verifier,
  terminal: Terminal,
): Promise<JudgedTable[]> {
  const judged = new Map(known);
  const all = [...policies].map(([name, policy]) => ({ file: fileBelow(config, name), policy }));
  const open = all.filter(({ file }) => !known.has(file));
  const progress = startProgress(terminal);
  const onProgress = (line: string) => progress.report(`${judged.size} of ${all.length} tables checked; ${line}`);
  const jobs = open.map(({ file, policy }) => ({
    file,
    options: { ...policy.request, onAnswer: () => {}, onProgress },
  }));
  const add = (index: number, outcome: Outcome) => {
    const { file, policy } = open[index]!;
    judged.set(file, judge(file, policy, outcome, today));
    if (outcome.kind === "verified" && !signal.aborted) cache.keep(outcome.report, policy.request);
  };
  let handedOver = 0;
  await verifyAll(jobs, signal, verifier, (outcome) => add(handedOver++, outcome));
  progress.clear();
  for (let index = handedOver; index < open.length; index++) add(index, notVerified(open[index]!.file));
  return all.map(({ file }) => judged.get(file)!);
}

/** Null where the cache does not know the table, or it would fail by what the cache knows. */
function judgeFromCache(file: string, policy: Policy, { cache, today }: CheckJob): JudgedTable | null {
  const read = readableTable(file);
  const known = read === null ? null : cache.find(file, read.table, policy.request);
  if (read === null || known === null) return null;
  const outcome: Outcome = {
    kind: "verified",
    report: { ...known, warnings: warningsOf(read) },
    exitCode: EXIT[known.verdict],
  };
  const judged = judge(file, policy, outcome, today);
  return judged.status === "passed" ? { ...judged, isCached: true } : null;
}

/** Null for a file that is not a quorum table: verifying it will say why. */
function readableTable(file: string): ReturnType<typeof readTableFile> | null {
  try {
    return readTableFile(file);
  } catch {
    return null;
  }
}

async function compare(
  job: CheckJob & { readonly judged: readonly JudgedTable[]; readonly baseline: Snapshots | null },
  { since, baseline: file }: CheckFlags,
  verifier: Verifier,
): Promise<Comparison[]> {
  const { judged, baseline } = job;
  const now: Snapshots = new Map(
    judged.map(({ file, outcome }) => [file, outcome?.kind === "verified" ? snapshotOf(outcome.report) : null]),
  );
  const comparisons: Comparison[] = [];
  if (baseline !== null) comparisons.push({ since: file!, changes: changesBetween(baseline, now) });
  if (since !== undefined) {
    const before = await snapshotsAt(since, { ...job, now }, verifier);
    comparisons.push({ since, changes: changesBetween(before, now) });
  }
  return comparisons;
}
