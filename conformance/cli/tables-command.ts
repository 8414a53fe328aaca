/** `quorate tables`: verifies every table that comes with Quorate, and compares the results with the pinned ones. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { bundledTablesDirectory } from "./bundled-tables.js";
import { EXIT, type ExitCode, mostSevere } from "./exit-codes.js";
import { interruptible } from "./interrupt.js";
import { differences, type PinnedResult, readManifest } from "./manifest.js";
import type { Outcome, VerifyTable } from "./outcome.js";
import { startProgress } from "./progress.js";
import { renderMatrix } from "./render/matrix.js";
import { counted } from "./render/words.js";
import type { Terminal } from "./terminal.js";
import { type Verifier, verifyAll, withVerifier } from "./verify-all.js";
import { DEFAULT_REQUEST } from "./verify-options.js";

const MANIFEST = "manifest.json";

export function registerTables(program: Command, terminal: Terminal, verifyTable: VerifyTable): void {
  program
    .command("tables")
    .description("verify every bundled table, and compare the results with the pinned ones")
    .option("--no-replay", "judge and explore only; leave the implementation alone")
    .action(async ({ replay }: { replay: boolean }) => {
      const directory = bundledTablesDirectory();
      process.exitCode = await interruptible((signal) =>
        withVerifier(tableFilesIn(directory).length, verifyTable, (verifier) =>
          verifyBundledTables({ directory, replay, signal }, terminal, verifier),
        ),
      );
    });
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
      ...DEFAULT_REQUEST,
      replay,
      signal,
      onProgress: (line) => progress.report(`${verified} of ${files.length} tables verified; ${line}`),
    },
    verifier,
    () => {
      verified++;
    },
  );
  progress.clear();
  const complaints = outcomes.map((outcome, index) => complaintsAbout(outcome, pinned.get(files[index]!)));
  printResults(outcomes, complaints, terminal);
  return conclude({ files, pinned, outcomes, complaints }, terminal);
}

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

function printResults(
  outcomes: readonly Outcome[],
  complaints: readonly (readonly string[])[],
  { out, paint }: Terminal,
): void {
  const marks = complaints.map((ones) => (ones.length === 0 ? paint("green", "✓") : paint("red", "✗")));
  out(renderMatrix(outcomes, paint, marks));
  const asPinned = complaints.filter((ones) => ones.length === 0).length;
  out(`\n${asPinned} of ${counted(outcomes.length, "table")} came out as pinned.\n`);
}

interface Conclusion {
  readonly files: readonly string[];
  readonly pinned: ReadonlyMap<string, PinnedResult>;
  readonly outcomes: readonly Outcome[];
  readonly complaints: readonly (readonly string[])[];
}

/** Complains about all that is not as pinned, on stderr, and gives the exit code. */
function conclude({ files, pinned, outcomes, complaints }: Conclusion, { err }: Terminal): ExitCode {
  for (const [index, ones] of complaints.entries()) {
    if (ones.length > 0) err(`✗ ${files[index]}: ${ones.join("; ")}.\n`);
  }
  const missing = [...pinned.keys()].filter((file) => !files.includes(file));
  for (const file of missing) err(`✗ ${file}: it is in ${MANIFEST}, but there is no such table.\n`);
  const skipped = files.length - outcomes.length;
  if (skipped > 0) err(`Interrupted: ${counted(skipped, "table")} not verified.\n`);
  return mostSevere([
    ...outcomes.map((outcome, index) => (complaints[index]!.length === 0 ? EXIT.safe : codeOfComplaint(outcome))),
    ...(missing.length > 0 ? [EXIT.unsafe] : []),
    ...(skipped > 0 ? [EXIT.inconclusive] : []),
  ]);
}

/** A safe table that is pinned as unsafe is as wrong as an unsafe one that is pinned as safe. */
const codeOfComplaint = ({ exitCode }: Outcome): ExitCode => (exitCode === EXIT.safe ? EXIT.unsafe : exitCode);
