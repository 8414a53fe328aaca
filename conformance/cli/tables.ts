/** What `quorate tables` does: it verifies the tables that come with Quorate, and compares results with pinned ones. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { renderMatrix } from "../report/matrix.js";
import { counted } from "../report/words.js";
import { bundledTablesDirectory } from "./bundled-tables.js";
import { EXIT, type ExitCode, mostSevere } from "./exit-codes.js";
import { interruptible } from "./interrupt.js";
import { differences, type PinnedResult, readManifest } from "./manifest.js";
import type { Outcome } from "./outcome.js";
import { startProgress } from "./progress.js";
import type { Terminal } from "./terminal.js";
import { type Verifier, verifyAll, withVerifier } from "./verify-all.js";
import { EXHAUSTING } from "./verify-options.js";

const MANIFEST = "manifest.json";

/** Verifies the tables that come with the package; Ctrl-C ends it early. */
export function tables({ replay }: { readonly replay: boolean }, terminal: Terminal): Promise<ExitCode> {
  const directory = bundledTablesDirectory();
  return interruptible((signal) =>
    withVerifier(tableFilesIn(directory).length, (verifier) =>
      verifyBundledTables({ directory, replay, signal }, terminal, verifier),
    ),
  );
}

export interface TablesJob {
  /** Holds the tables and their manifest. */
  readonly directory: string;
  readonly replay: boolean;
  readonly signal: AbortSignal;
}

/** Safe (0) iff every table of the directory came out as pinned; a table expected to be unsafe must be found unsafe. */
export async function verifyBundledTables(
  { directory, replay, signal }: TablesJob,
  terminal: Terminal,
  verifier: Verifier,
): Promise<ExitCode> {
  const pinned = readManifest(path.join(directory, MANIFEST));
  const files = tableFilesIn(directory);
  const progress = startProgress(terminal);
  let verified = 0;
  const outcomes = await verifyAll(
    files.map((file) => path.join(directory, file)),
    {
      ...EXHAUSTING,
      replay,
      signal,
      onAnswer: () => {},
      onProgress: (line) => progress.report(`${verified} of ${files.length} tables verified; ${line}`),
    },
    verifier,
    () => {
      verified++;
    },
  );
  progress.clear();
  const judged = outcomes
    .map((outcome, index) => ({ file: files[index]!, outcome }))
    .filter(({ outcome }) => !(signal.aborted && isInconclusive(outcome)))
    .map(({ file, outcome }) => ({ file, outcome, complaints: complaintsAbout(outcome, pinned.get(file)) }));
  printResults(judged, terminal);
  return conclude({ files, pinned, judged }, terminal);
}

/** Of an interrupted run: cut short, and so neither as pinned nor otherwise. */
const isInconclusive = (outcome: Outcome): boolean =>
  outcome.kind !== "failure" && outcome.report.verdict === "inconclusive";

const tableFilesIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((file) => /\.(ya?ml|json)$/.test(file) && file !== MANIFEST)
    .sort();

/** Why the outcome is not as pinned, a clause each; none if it is. */
function complaintsAbout(outcome: Outcome, pinned: PinnedResult | undefined): string[] {
  if (outcome.kind === "failure") return [outcome.message];
  if (pinned === undefined) return [`it is not in ${MANIFEST}`];
  return differences(outcome.report, pinned);
}

/** A table that was verified to the end, and what is not as pinned. */
interface JudgedTable {
  readonly file: string;
  readonly outcome: Outcome;
  readonly complaints: readonly string[];
}

function printResults(judged: readonly JudgedTable[], { out, paint }: Terminal): void {
  const marks = judged.map(({ complaints }) => (complaints.length === 0 ? paint("green", "✓") : paint("red", "✗")));
  const outcomes = judged.map(({ outcome }) => outcome);
  out(renderMatrix(outcomes, paint, marks));
  const asPinned = judged.filter(({ complaints }) => complaints.length === 0).length;
  out(`\n${asPinned} of ${counted(judged.length, "table")} came out as pinned.\n`);
}

interface Conclusion {
  readonly files: readonly string[];
  readonly pinned: ReadonlyMap<string, PinnedResult>;
  readonly judged: readonly JudgedTable[];
}

/** Complains about all that is not as pinned, on stderr, and gives the exit code. */
function conclude({ files, pinned, judged }: Conclusion, { err }: Terminal): ExitCode {
  for (const { file, complaints } of judged) if (complaints.length > 0) err(`✗ ${file}: ${complaints.join("; ")}.\n`);
  const missing = [...pinned.keys()].filter((file) => !files.includes(file));
  for (const file of missing) err(`✗ ${file}: it is in ${MANIFEST}, but there is no such table.\n`);
  const skipped = files.length - judged.length;
  if (skipped > 0) err(`Interrupted: ${counted(skipped, "table")} not verified.\n`);
  return mostSevere([
    ...judged.map(({ outcome, complaints }) => (complaints.length === 0 ? EXIT.safe : codeOfComplaint(outcome))),
    ...(missing.length > 0 ? [EXIT.unsafe] : []),
    ...(skipped > 0 ? [EXIT.inconclusive] : []),
  ]);
}

/** A safe table that is pinned as unsafe is as wrong as an unsafe one that is pinned as safe. */
const codeOfComplaint = ({ exitCode }: Outcome): ExitCode => (exitCode === EXIT.safe ? EXIT.unsafe : exitCode);
