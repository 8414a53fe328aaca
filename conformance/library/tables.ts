/**
 * What `import … from "quorate/tables"` gives: quorum tables judged and verified, with the implementation of this
 * package or with an adapter, and reports of it in the formats of the command. It answers as `quorate verify` does,
 * whose options it takes.
 */
import { judgeRules } from "../../spec/rules/judge.js";
import { parseTable } from "../../spec/table-file.js";
import { verifyResults } from "../cli/commands/verify.js";
import { ADAPTER_TIMEOUT_S, adapterOf } from "../options/adapter-option.js";
import { renderResults } from "../report/formats/formats.js";
import { renderJson, ruleObject } from "../report/verdict/json.js";
import { verifyAll, withVerifier } from "../verify/files/verify-all.js";
import { DEFAULT_REQUEST, type VerifyRequest } from "../verify/request.js";
import type { FailureReport, ReportFormat, RuleReport, TableReport } from "./table-report.js";

export type {
  ExplorationReport,
  FailureReport,
  ReplayedReport,
  ReportFormat,
  RuleReport,
  RunStep,
  TableReport,
  WitnessQuorum,
} from "./table-report.js";

/** What `verify` is asked for; what is left out is as the command has it (docs/manual.md). */
export interface VerifySettings {
  /** Explore sets 0 to n - 1 as they stand. */
  readonly registerSets?: number;
  /** How many values clients may propose. */
  readonly values?: number;
  /** Fixed clients with one input each; inputs are free where it is left out. */
  readonly clients?: number;
  /** Whether an implementation is replayed. */
  readonly replay?: boolean;
  /** Other code than Quorate's to be replayed: what starts an adapter, or its address. */
  readonly adapter?: string;
  /** Replay the message-level model too. */
  readonly messages?: boolean;
  /** Explore the whole scope, however long it takes. */
  readonly exhaust?: boolean;
  /** Seconds for exploring, and as many for replaying; with `exhaust` there is no bound unless one is given. */
  readonly maxSeconds?: number;
  readonly seed?: number;
  /** Ends it early, with what was found. */
  readonly signal?: AbortSignal;
}

/** What became of the files, in their order. */
export interface Verified {
  /** That of the command. */
  readonly exitCode: number;
  /** An interruption leaves out files whose turn did not come. */
  readonly reports: readonly (TableReport | FailureReport)[];
  /** All of it, as the command prints it in the format. */
  readonly render: (format: ReportFormat) => Promise<string>;
}

/**
 * The intersection rules of the table in this text, YAML or JSON, and the quorums that break them; `file` is its name
 * in what is said. Throws an Error whose message has file:line:column, what is wrong there, and a hint.
 */
export async function judge(text: string, file: string): Promise<RuleReport[]> {
  const table = parseTable(text, file);
  return judgeRules(table).map((judgement) => ruleObject(judgement, table.servers));
}

/**
 * Verifies the tables in these files, several at once if there are several. A file that cannot be verified has a report
 * that says why.
 */
export async function verify(files: readonly string[], settings: VerifySettings = {}): Promise<Verified> {
  const request = requestOf(settings);
  const options = { ...request, onAnswer: () => {}, onProgress: () => {} };
  const signal = settings.signal ?? new AbortController().signal;
  const jobs = files.map((file) => ({ file, options }));
  const concurrent = request.adapter === null ? files.length : 1;
  const outcomes = await withVerifier(concurrent, (verifier) => verifyAll(jobs, signal, verifier, () => {}));
  const results = verifyResults(outcomes, files.slice(outcomes.length), request);
  return {
    exitCode: results.exitCode,
    reports: outcomes.map((outcome) => JSON.parse(renderJson(outcome, request))),
    render: (format) => renderResults(results, format),
  };
}

function requestOf({ signal: _, adapter, maxSeconds, ...settings }: VerifySettings): VerifyRequest {
  const secondsMax = maxSeconds ?? (settings.exhaust ? null : DEFAULT_REQUEST.secondsMax);
  return {
    ...DEFAULT_REQUEST,
    ...settings,
    secondsMax,
    adapter: adapterOf({ ...(adapter !== undefined && { adapter }), adapterTimeout: ADAPTER_TIMEOUT_S }),
  };
}
