/** Model and implementation, step by step side by side: what every replay takes its steps in, whatever it replays. */
import type { Walk } from "../../../model/kernel/index.js";
import type { Value } from "../../../spec/register.js";
import type { StateTable } from "../../../spec/state-table.js";

/**
 * How requests reach the implementation: handed over in memory, in frames over TCP, or as messages to somebody else's
 * code.
 */
export type Channel = "memory" | "tcp" | "adapter";

/** What the two sides hold, for whoever reads about a difference. */
export interface Sides {
  readonly model: StateTable;
  readonly implementation: StateTable;
  /** The distinct values that the model has as decided (or, where clients are in the model, as output), sorted. */
  readonly modelOutputs: readonly Value[];
  /** The distinct values that clients of the implementation have output, sorted. */
  readonly implementationOutputs: readonly Value[];
}

export interface LockstepRun {
  readonly channel: Channel;
  readonly sides: Sides;
  /**
   * Takes a step of the model in both. Resolves with false where the implementation, free to choose, goes another way.
   * Rejects with ImplementationFault where the two differ, before, in or after the step.
   */
  take(step: number): Promise<boolean>;
  close(): Promise<void>;
}

/** A run that more can be done with than to take steps. */
export interface ProbedRun extends LockstepRun {
  /** Turns what is left open, from here on. */
  turn: number;
  /** Null where it cannot be put back to where it was. */
  readonly restorable: Restorable | null;
  /** Stirs the implementation in ways that the model does not see; what it holds must stay the same. */
  probe(): Promise<void>;
}

/** What `save` gives stays good whatever is done afterwards. */
export interface Restorable {
  save(): unknown;
  restore(saved: unknown): void;
}

/** What is replayed: a model, and how to start the implementation beside it. */
export interface Subject<Run extends LockstepRun, Step> {
  /** The table's, for lines about progress. */
  readonly name: string;
  /** Walks the model. It is one for all runs of the subject, so that only one of them can go on at a time. */
  readonly walk: Walk;
  /** Every step of the model, by its number, as people and other programs read it. */
  readonly steps: readonly Step[];
  readonly channel: Channel;
  /** What both sides hold before any step: all that there is to see where the implementation does not start. */
  readonly beginning: Sides;
  /**
   * A fresh implementation; rejects with ImplementationFault where it does not start. `turn` turns what is left open,
   * e.g. which way clients go; `run` is what will be taken, if it is known.
   */
  readonly start: (turn: number, run: readonly number[]) => Promise<Run>;
}
