/** What a flawed protocol teaches: its story, the run that shows it, and what exploring it must find. */
import type { FlawedSystem } from "./flaw.js";

export type OutcomeKind = "two values decided" | "stuck" | "safe";

/** What exploring every state finds. */
export interface Findings {
  /** Stuck: no two values, but a state from which no decision can be reached. Safe: neither. */
  readonly outcome: OutcomeKind;
  /** Steps of the shortest run to two decided values, or to a stuck state; null if safe. */
  readonly length: number | null;
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  readonly depth: number;
  /** States from which no decision can be reached. */
  readonly stuckStates: number;
}

/** A step as formatFlawedStep puts it, and what it means in the story. */
export type ToldStep = readonly [step: string, remark: string];

export interface Lesson {
  /** What it is called on the command line. */
  readonly name: string;
  /** In a few words, for a list. */
  readonly inShort: string;
  /** What the protocol does, and why somebody thought that it would do. */
  readonly story: string;
  readonly system: FlawedSystem;
  /** Pinned; `studyLesson` finds it out again. */
  readonly expected: Findings;
  /**
   * One of the shortest runs, told in the order in which it is understood best. Where the outcome is safe: the run of a
   * neighbour that is not, up to the step that is refused here.
   */
  readonly run: readonly ToldStep[];
  readonly because: string;
  /** What the sound protocol does instead. */
  readonly mend: string;
  readonly source: string;
}

export interface Chapter {
  readonly title: string;
  readonly lessons: readonly Lesson[];
}
