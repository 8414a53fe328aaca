/** What is found out about one table: the line that `quorate verify --format json` prints for it, in types. */

/** A quorum that a rule looked at. */
export interface WitnessQuorum {
  readonly phase: 1 | 2 | "election";
  readonly registerSet: number;
  /** Names. */
  readonly servers: readonly string[];
  /** Where the table says so: file:line:column. */
  readonly at: string;
}

/** One intersection rule of the table (proofs-notes.md), and the quorums that break it. */
export interface RuleReport {
  readonly rule: string;
  readonly holds: boolean;
  readonly witness: { readonly quorums: readonly WitnessQuorum[] } | null;
  /** Broken, a rule of safety lets two values be decided; a rule of progress may leave clients waiting. */
  readonly neededFor: "safety" | "progress";
}

/** One step of a run, as in JSON: its action, and what that is about. */
export interface RunStep {
  readonly action: string;
  readonly [field: string]: unknown;
}

/** What was explored of the table. */
export interface ExplorationReport {
  /** Real indices, ascending. */
  readonly registerSets: readonly number[];
  readonly values: number;
  readonly distinctStates: number;
  readonly transitions: number;
  /** Steps of the longest of all shortest runs to a state. */
  readonly depth: number;
  /** Every state of the scope was explored. */
  readonly complete: boolean;
}

/** How the implementation was compared with the model. */
export interface ReplayedReport {
  readonly agrees: boolean;
  readonly traces: number;
  readonly steps: number;
  readonly transitionsCovered: number;
  readonly transitionsReachable: number;
}

/** docs/manual.md, "JSON", has the other fields. */
export interface TableReport {
  /** The name of the table. */
  readonly table: string;
  readonly file: string;
  readonly verdict: "safe" | "unsafe" | "inconclusive" | "diverges";
  readonly rules: readonly RuleReport[];
  readonly exploration: ExplorationReport;
  /** The shortest run that decides two values, or none. */
  readonly counterexample: {
    readonly length: number;
    readonly steps: readonly RunStep[];
    readonly decided: readonly string[];
  } | null;
  /** Null where nothing was replayed. */
  readonly replay: ReplayedReport | null;
  /** Where implementation and model differ first; null where they agree. */
  readonly divergence: { readonly what: string; readonly steps: readonly RunStep[] } | null;
  /** Why the verdict is what it is, in sentences. */
  readonly because: string;
  readonly proved: string;
  readonly notExplored: readonly string[];
  readonly warnings: readonly string[];
  /** The command that does the same. */
  readonly reproduce: string;
}

/** A file of which there is no report. */
export interface FailureReport {
  readonly file: string;
  readonly error: {
    readonly message: string;
    readonly line: number | null;
    readonly column: number | null;
    readonly hint: string | null;
    /** What the command would have ended with. */
    readonly exitCode: number;
  };
}

/** As `--format` has them; `html` is a page that needs nothing else. */
export type ReportFormat = "text" | "json" | "junit" | "sarif" | "github" | "markdown" | "html";
