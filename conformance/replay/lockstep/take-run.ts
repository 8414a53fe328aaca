import { ImplementationFault } from "./implementation-fault.js";
import type { Channel, LockstepRun, Sides, Subject } from "./lockstep-run.js";

/** The first step at or after which model and implementation differ. */
export interface Mismatch extends Sides {
  /** The run up to and with the step, as step numbers (see actionInstanceOf). */
  readonly steps: readonly number[];
  /** What differs, in one sentence. */
  readonly what: string;
  readonly channel: Channel;
}

/** A mismatch with its steps as people and other programs read them. */
export interface Divergence<Step> extends Omit<Mismatch, "steps"> {
  readonly steps: readonly Step[];
  /** Index into `steps` of the differing step. */
  readonly at: number;
}

export interface RunHooks<Run> {
  /** Turns what is left open. */
  readonly turn: number;
  /** Told of every step that was taken, and of the packed state that it was taken from. */
  readonly onTaken?: (before: Int32Array, step: number) => void;
  /** Asked after every step; where it says so, the run ends there. */
  readonly isStopped?: () => Promise<boolean>;
  /** May stir the implementation in ways that the model does not see; what it holds must stay the same. */
  readonly afterStep?: (run: Run, at: number) => Promise<void>;
}

export interface TakenRun {
  /**
   * Steps taken in both; fewer than there are where the implementation, free to choose, went another way, or it was
   * stopped.
   */
  readonly steps: number;
  /** Null if the two agree all along. */
  readonly mismatch: Mismatch | null;
}

/** Takes the steps one by one with a fresh implementation. */
export async function takeRun<Run extends LockstepRun>(
  subject: Subject<Run, unknown>,
  steps: readonly number[],
  hooks: RunHooks<Run>,
): Promise<TakenRun> {
  let taken = 0;
  let run: Run;
  try {
    run = await subject.start(hooks.turn, steps);
  } catch (fault) {
    return { steps: taken, mismatch: mismatchAtStart(subject, fault) };
  }
  try {
    for (; taken < steps.length; taken++) {
      const before = subject.walk.words.slice();
      if (!(await run.take(steps[taken]!))) break;
      hooks.onTaken?.(before, steps[taken]!);
      await hooks.afterStep?.(run, taken);
      if (await hooks.isStopped?.()) return { steps: taken + 1, mismatch: null };
    }
    return { steps: taken, mismatch: null };
  } catch (fault) {
    return { steps: taken, mismatch: mismatchAfter(run, steps.slice(0, taken + 1), fault) };
  } finally {
    await run.close();
  }
}

/** Throws what is no fault of the implementation. */
export function mismatchAfter(
  { channel, sides }: Pick<LockstepRun, "channel" | "sides">,
  steps: readonly number[],
  fault: unknown,
): Mismatch {
  if (!(fault instanceof ImplementationFault)) throw fault;
  return { steps, what: fault.message, channel, ...sides };
}

/** Of an implementation that does not start. Throws what is no fault of it. */
export const mismatchAtStart = (
  { channel, beginning }: Pick<Subject<LockstepRun, unknown>, "channel" | "beginning">,
  fault: unknown,
): Mismatch => mismatchAfter({ channel, sides: beginning }, [], fault);

export const divergenceOf = <Step>(
  { steps: names }: Subject<LockstepRun, Step>,
  mismatch: Mismatch,
): Divergence<Step> => {
  const { steps, ...rest } = mismatch;
  return { ...rest, steps: steps.map((step) => names[step]!), at: steps.length - 1 };
};
