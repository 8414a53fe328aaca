/** What `quorate tables` does: it verifies the tables that come with Quorate, and compares results with pinned ones. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { differences, type PinnedResult, readManifest } from "../../policy/manifest.js";
import type { Format } from "../../report/formats/formats.js";
import { caseObject } from "../../report/verdict/json.js";
import { renderMatrix } from "../../report/verdict/matrix.js";
import type { Case, Results } from "../../results/results.js";
import { EXIT, type ExitCode, mostSevere } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { bundledTablesDirectory } from "../../shell/package-directory.js";
import { startProgress } from "../../shell/progress.js";
import type { Paint, Terminal } from "../../shell/terminal.js";
import { notVerified, type Outcome } from "../../verify/files/outcome.js";
import { type Verifier, verifyAll, withVerifier } from "../../verify/files/verify-all.js";
import { EXHAUSTING, type VerifyRequest } from "../../verify/request.js";
import { counted } from "../../words/words.js";
import type { Output } from "../output/output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";

const MANIFEST = "manifest.json";

/** Verifies the tables that come with the package; Ctrl-C ends it early. */
export function tables(asked: TablesRequest, terminal: Terminal): Promise<ExitCode> {
  const directory = bundledTablesDirectory();
  return interruptible((signal) =>
    withVerifier(tableFilesIn(directory).length, (verifier) =>
      verifyBundledTables({ ...asked, directory, signal }, terminal, verifier),
    ),
  );
}

interface TablesRequest {
  readonly replay: boolean;
  readonly format: Format;
  readonly outputs: readonly Output[];
}

export interface TablesJob extends TablesRequest {
  /** Holds the tables and their manifest. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Safe (0) iff every table of the directory came out as pinned; a table expected to be unsafe must be found unsafe. */
export async function verifyBundledTables(
  { directory, replay, format, outputs, signal }: TablesJob,
  terminal: Terminal,
  verifier: Verifier,
): Promise<ExitCode> {
  reserveOutputs(outputs);
  const pinned = readManifest(path.join(directory, MANIFEST));
  const files = tableFilesIn(directory);
  const progress = startProgress(terminal);
  let verified = 0;
  const options = {
    ...EXHAUSTING,
    samples: "of many" as const,
    replay,
    onAnswer: () => {},
    onProgress: (line: string) => progress.report(`${verified} of ${files.length} tables verified; ${line}`),
  };
  const outcomes = await verifyAll(
    files.map((file) => ({ file: path.join(directory, file), options })),
    signal,
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
  const missing = [...pinned.keys()].filter((file) => !files.includes(file));
  const conclusion = { directory, files, missing, judged };
  const exitCode = exitCodeOf(conclusion);
  const results = resultsOf(conclusion, exitCode, { ...EXHAUSTING, replay });
  await printResults(results, format, terminal);
  complain(conclusion, terminal);
  await writeOutputs(outputs, results);
  return exitCode;
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

interface Conclusion {
  readonly directory: string;
  readonly files: readonly string[];
  /** Files that are pinned and not there. */
  readonly missing: readonly string[];
  readonly judged: readonly JudgedTable[];
}

const NO_SUCH_TABLE = `it is in ${MANIFEST}, but there is no such table`;

function resultsOf(conclusion: Conclusion, exitCode: ExitCode, request: VerifyRequest): Results {
  const cases = casesOf(conclusion, request);
  const { judged } = conclusion;
  return {
    command: "quorate tables",
    summary: asPinned(judged),
    exitCode,
    cases,
    comparisons: [],
    text: (paint) => renderTables(judged, paint),
    json: () => cases.map((judged) => `${JSON.stringify(caseObject(judged))}\n`).join(""),
  };
}

function casesOf({ directory, files, missing, judged }: Conclusion, request: VerifyRequest): Case[] {
  const skipped = files.filter((file) => !judged.some((table) => table.file === file));
  return [
    ...judged.map(({ file, outcome, complaints }): Case => {
      const verdict = outcome.kind === "verified" ? outcome.report.verdict : null;
      return {
        name: file,
        file: path.join(directory, file),
        status: verdict === null ? "error" : complaints.length === 0 ? "passed" : "failed",
        outcome,
        request,
        complaints: verdict === null ? [] : complaints.map((complaint) => `${complaint}.`),
        justification:
          verdict === null || verdict === "safe" || complaints.length > 0 ? null : `It is pinned as ${verdict}.`,
      };
    }),
    ...missing.map(
      (file): Case => ({
        ...{
          name: file,
          file: path.join(directory, MANIFEST),
          status: "failed",
          outcome: null,
          request,
          justification: null,
        },
        complaints: [`${file}: ${NO_SUCH_TABLE}.`],
      }),
    ),
    ...skipped.map(
      (file): Case => ({
        ...{ name: file, file: path.join(directory, file), status: "error", request, justification: null },
        ...{ outcome: notVerified(path.join(directory, file)), complaints: [] },
      }),
    ),
  ];
}

function renderTables(judged: readonly JudgedTable[], paint: Paint): string {
  const marks = judged.map(({ complaints }) => (complaints.length === 0 ? paint("green", "✓") : paint("red", "✗")));
  const outcomes = judged.map(({ outcome }) => outcome);
  return `${renderMatrix(outcomes, paint, marks)}\n${asPinned(judged)}.\n`;
}

const asPinned = (judged: readonly JudgedTable[]): string =>
  `${judged.filter(({ complaints }) => complaints.length === 0).length} of ${counted(judged.length, "table")} came out as pinned`;

/** About all that is not as pinned, on stderr. */
function complain({ files, missing, judged }: Conclusion, { err }: Terminal): void {
  for (const { file, complaints } of judged) if (complaints.length > 0) err(`✗ ${file}: ${complaints.join("; ")}.\n`);
  for (const file of missing) err(`✗ ${file}: ${NO_SUCH_TABLE}.\n`);
  const skipped = files.length - judged.length;
  if (skipped > 0) err(`Interrupted: ${counted(skipped, "table")} not verified.\n`);
}

const exitCodeOf = ({ files, missing, judged }: Conclusion): ExitCode =>
  mostSevere([
    ...judged.map(({ outcome, complaints }) => (complaints.length === 0 ? EXIT.safe : codeOfComplaint(outcome))),
    ...(missing.length > 0 ? [EXIT.unsafe] : []),
    ...(files.length > judged.length ? [EXIT.inconclusive] : []),
  ]);

/** A safe table that is pinned as unsafe is as wrong as an unsafe one that is pinned as safe. */
const codeOfComplaint = ({ exitCode }: Outcome): ExitCode => (exitCode === EXIT.safe ? EXIT.unsafe : exitCode);
