import type { Value } from "../../spec/register.js";
import type { StateTable } from "../../spec/state-table.js";
import { type Cluster, ImplementationFault } from "./servers/cluster.js";
import type { SideBySide } from "./side-by-side.js";
import type { Stage, StartedRun } from "./stage.js";

/** The first step at or after which model and implementation differ. */
export interface Mismatch {
  /** The run up to and with the step, as step numbers (see actionInstanceOf). */
  readonly steps: readonly number[];
  /** What differs, in one sentence. */
  readonly what: string;
  readonly driver: Cluster["driver"];
  readonly model: StateTable;
  readonly implementation: StateTable;
  readonly modelDecided: readonly Value[];
  readonly implementationOutputs: readonly Value[];
}

export interface ReplayHooks {
  /** Turns which of several ways to propose a value the implementation's clients take. */
  readonly turn: number;
  readonly beforeStep?: (world: SideBySide, step: number) => void;
  /** May stir the implementation in ways that the model does not see (see probes.ts). */
  readonly afterStep?: (run: StartedRun, at: number) => Promise<void>;
}

/**
 * Takes the steps one by one in a fresh world, model and implementation side by side. Null if the two agree all along.
 */
export async function replayRun(stage: Stage, steps: readonly number[], hooks: ReplayHooks): Promise<Mismatch | null> {
  const run = await stage.start(hooks.turn);
  const { world } = run;
  try {
    for (let at = 0; at < steps.length; at++) {
      const difference = await differenceIn(async () => {
        hooks.beforeStep?.(world, steps[at]!);
        await world.take(steps[at]!);
        await hooks.afterStep?.(run, at);
      });
      if (difference !== null) return mismatch(world, steps.slice(0, at + 1), difference);
    }
    return null;
  } finally {
    await world.close();
  }
}

/** The fault's sentence, or null if the work went well. */
async function differenceIn(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (fault) {
    if (fault instanceof ImplementationFault) return fault.message;
    throw fault;
  }
}

const mismatch = (world: SideBySide, steps: readonly number[], what: string): Mismatch => ({
  steps,
  what,
  driver: world.driver,
  model: world.modelState,
  implementation: world.implementationState,
  modelDecided: world.modelDecided,
  implementationOutputs: world.outputs,
});
