import { escapeUnprintable } from "../quote.js";
import { formatPosition, type SourcePosition } from "../source-position.js";

/** One thing that is wrong with a quorum table file, and where. */
export interface Problem {
  readonly position: SourcePosition;
  /** One clear sentence, without the full stop, that quotes the offending text. */
  readonly problem: string;
  /**
   * What to write instead, without the full stop but with a question mark; null where there is nothing useful to say.
   */
  readonly hint: string | null;
}

/** A reader fixes a few problems at a time; hundreds of lines would bury the first. */
const PROBLEMS_SHOWN_MAX = 10;

/**
 * The file is not a quorum table. `position`, `problem` and `hint` are those of the first problem; `message` has one
 * line for each of them, `file:line:column: problem. Hint: hint.`
 */
export class TableFileError extends Error {
  override readonly name = "TableFileError";
  readonly position: SourcePosition;
  readonly problem: string;
  readonly hint: string | null;
  /** Every problem found, never empty, in the order of the file. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    if (first === undefined) throw new RangeError("a TableFileError needs at least one problem");
    super(formatProblems(problems));
    this.position = first.position;
    this.problem = first.problem;
    this.hint = first.hint;
    this.problems = problems;
  }
}

/** Collects problems, so that one reading of a file reports all that it can. */
export class Problems {
  readonly #found: Problem[] = [];

  report(position: SourcePosition, problem: string, hint: string | null = null): void {
    this.#found.push(problemAt(position, problem, hint));
  }

  throwIfAny(): void {
    if (this.#found.length > 0) throw new TableFileError(this.#found.sort(byPosition));
  }
}

/** The error for a file that cannot be read any further. */
export const tableFileError = (position: SourcePosition, problem: string, hint: string | null = null): TableFileError =>
  new TableFileError([problemAt(position, problem, hint)]);

/** Names in a file can hold line ends and terminal codes, by YAML's escapes; an error message is one harmless line. */
const problemAt = (position: SourcePosition, problem: string, hint: string | null): Problem => ({
  position,
  problem: escapeUnprintable(problem),
  hint: hint === null ? null : escapeUnprintable(hint),
});

function byPosition(a: Problem, b: Problem): number {
  return a.position.line - b.position.line || a.position.column - b.position.column;
}

function formatProblems(problems: readonly Problem[]): string {
  const lines = problems.slice(0, PROBLEMS_SHOWN_MAX).map(formatProblem);
  const hidden = problems.length - lines.length;
  if (hidden > 0)
    lines.push(
      `${escapeUnprintable(problems[0]!.position.file)}: and ${hidden} more ${hidden === 1 ? "problem" : "problems"}.`,
    );
  return lines.join("\n");
}

function formatProblem({ position, problem, hint }: Problem): string {
  const advice = hint === null ? "" : ` Hint: ${hint}${hint.endsWith("?") ? "" : "."}`;
  return `${escapeUnprintable(formatPosition(position))}: ${problem}.${advice}`;
}
