/** Verifying one file, whatever comes of it: a failure of one file must not keep the others from being verified. */
import { TooComplex } from "../../../spec/families/too-complex.js";
import { hasElections, hasGates, type QuorumTable } from "../../../spec/quorum-table.js";
import type { Problem } from "../../../spec/table-file/problems.js";
import { readTableFile, TableFileError } from "../../../spec/table-file.js";
import { AdapterError, AdapterMisfit, AdapterUnavailable, TranscriptError } from "../../adapter/adapter-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { internalErrorMessage } from "../../shell/internal-error.js";
import type { Report, Verification, VerifyOptions } from "../report.js";
import { warningsOf } from "../warnings.js";

export type VerifyTable = (file: string, table: QuorumTable, options: VerifyOptions) => Promise<Verification>;

/** Why there is no report for a file. */
export interface Failure {
  readonly kind: "failure";
  readonly file: string;
  readonly exitCode: ExitCode;
  /** Everything a person needs to know, position included; several lines if several things are wrong with the file. */
  readonly message: string;
  /** The same in parts, as far as there are any; those of the first problem. */
  readonly problem: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly hint: string | null;
  /** All that is wrong with the file, each with its place; none where the file is not to blame. */
  readonly problems: readonly Problem[];
}

interface Verified {
  readonly kind: "verified";
  readonly report: Report;
  readonly exitCode: ExitCode;
}

export type Outcome = Verified | Failure;

/** Never rejects. */
export async function verifyFile(file: string, options: VerifyOptions, verifyTable: VerifyTable): Promise<Outcome> {
  try {
    const read = readTableFile(file);
    const { table } = read;
    const misfit = misfitOf(file, table, options);
    if (misfit !== null) return misfit;
    const report = { ...(await verifyTable(file, table, options)), warnings: warningsOf(read) };
    return { kind: "verified", report, exitCode: EXIT[report.verdict] };
  } catch (error) {
    if (error instanceof TableFileError) return unreadable(file, error);
    if (error instanceof TooComplex) return tooComplex(file, error);
    if (error instanceof AdapterMisfit) return misfit(file, error.message, error.hint);
    if (error instanceof AdapterError) return outOfProtocol(file, error);
    const isElsewhere = error instanceof AdapterUnavailable || error instanceof TranscriptError;
    return isElsewhere ? unavailable(file, error) : broken(file, error);
  }
}

/** What the options ask for and this table does not have, or null. */
function misfitOf(file: string, table: QuorumTable, options: VerifyOptions): Failure | null {
  const { registerSets, reduce } = options;
  const { last } = table.ranges.at(-1)!;
  if (registerSets !== null && registerSets > last + 1) {
    const problem = `--register-sets ${registerSets} asks for more than the table has: its last register set is ${last}`;
    return misfit(file, problem, `--register-sets ${last + 1} explores all of them`);
  }
  if (reduce && table.selection === "decision-table") {
    const problem =
      '--reduce cannot be used with selection "decision-table", which asks for more than a server\'s greatest value';
    return misfit(file, problem, "leave --reduce out");
  }
  if (hasElections(table)) return misfitOfKind(file, "elected", options);
  return hasGates(table) ? misfitOfKind(file, "gated", options) : null;
}

/** Neither messages nor storage of single registers knows elections or gates, nor adapters elections. */
function misfitOfKind(file: string, kind: "elected" | "gated", options: VerifyOptions): Failure | null {
  const { messages, variant, adapter } = options;
  if (adapter !== null && kind === "elected")
    return misfit(file, "--adapter cannot be used with elected register sets", "leave --adapter out");
  if (messages) return misfit(file, `--messages cannot be used with ${kind} register sets`, "leave --messages out");
  if (variant.freezes === "row") return null;
  return misfit(file, `--freeze register cannot be used with ${kind} register sets`, "leave --freeze out");
}

const misfit = (file: string, problem: string, hint: string): Failure => ({
  kind: "failure",
  file,
  exitCode: EXIT.usage,
  message: `${file}: ${problem}. Hint: ${hint}.`,
  problem,
  line: null,
  column: null,
  hint,
  problems: [],
});

/** A store in the place of an adapter. */
const unavailable = (file: string, { message }: Error): Failure => ({
  kind: "failure",
  file,
  exitCode: EXIT.unavailable,
  message: `${file}: ${message}`,
  problem: message,
  line: null,
  column: null,
  hint: null,
  problems: [],
});

/** Nothing can be said of the table's implementation, nor is Quorate to blame: what was said last shows who is. */
const outOfProtocol = (file: string, { message, lastLines }: AdapterError): Failure => ({
  kind: "failure",
  file,
  exitCode: EXIT.internal,
  message: [`${file}: ${message}`, ...lastLines.map((line) => `  ${line}`)].join("\n"),
  problem: message,
  line: null,
  column: null,
  hint: null,
  problems: [],
});

const unreadable = (file: string, { message, problem, position, hint, problems }: TableFileError): Failure => ({
  kind: "failure",
  file,
  exitCode: EXIT.unreadable,
  message,
  problem,
  line: position.line,
  column: position.column,
  hint,
  problems,
});

/** Each quorum family is sound, and what has to be asked of several together is beyond its bounds. */
const tooComplex = (file: string, { message }: TooComplex): Failure => {
  const problem = `this table ${message}`;
  const hint = "list fewer quorums, or write them as expressions";
  return { ...misfit(file, problem, hint), exitCode: EXIT.unreadable };
};

/** A file whose turn did not come before an interruption. */
export const notVerified = (file: string): Failure => ({
  kind: "failure",
  file,
  exitCode: EXIT.inconclusive,
  message: `${file}: not verified: interrupted before its turn`,
  problem: "not verified: interrupted before its turn",
  line: null,
  column: null,
  hint: null,
  problems: [],
});

const broken = (file: string, error: unknown): Failure => ({
  kind: "failure",
  file,
  exitCode: EXIT.internal,
  message: `${file}: ${internalErrorMessage(error)}`,
  problem: "internal error",
  line: null,
  column: null,
  hint: null,
  problems: [],
});
