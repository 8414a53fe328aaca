import { messageStateOf } from "../../../model/messages/reading.js";
import type { Value } from "../../../spec/register.js";
import type { StateTable } from "../../../spec/state-table.js";
import { ImplementationFault } from "../servers/cluster.js";
import type { MessageDriver } from "./message-driver.js";
import type { MessageStage } from "./message-stage.js";
import { MessageWorld } from "./message-world.js";

/** The first step at or after which message model and implementation differ. */
export interface MessageMismatch {
  /** The run up to and with the step, as step numbers (see actionInstanceOf). */
  readonly steps: readonly number[];
  /** What differs, in one sentence. */
  readonly what: string;
  readonly driver: MessageDriver["name"];
  /** The registers: of the model, and as the servers' disks have them. */
  readonly model: StateTable;
  readonly implementation: StateTable;
  readonly modelOutputs: readonly Value[];
  readonly implementationOutputs: readonly Value[];
}

export interface ReplayedRun {
  /** Steps taken in both; fewer than the run has where the implementation, free to choose, went another way. */
  readonly steps: number;
  readonly mismatch: MessageMismatch | null;
}

/**
 * Takes the steps one by one with fresh servers, model and implementation side by side.
 * `turn` turns the choices that are left open; `onTaken` is told of every step and of the packed state that it was taken from.
 */
export async function replayMessageRun(
  stage: MessageStage,
  run: readonly number[],
  turn: number,
  onTaken: (before: Int32Array, step: number) => void = () => {},
): Promise<ReplayedRun> {
  const driver = await stage.startDriver();
  const world = new MessageWorld(stage, driver, run, turn);
  let taken = 0;
  try {
    for (const step of run) {
      const before = stage.walk.words.slice();
      if (!(await world.take(step))) break;
      onTaken(before, step);
      taken++;
    }
    return { steps: taken, mismatch: null };
  } catch (fault) {
    if (!(fault instanceof ImplementationFault)) throw fault;
    const steps = run.slice(0, taken + 1);
    return { steps: taken, mismatch: mismatch(stage, world, driver.name, steps, fault.message) };
  } finally {
    await driver.close();
  }
}

function mismatch(
  { model, scope }: MessageStage,
  world: MessageWorld,
  driver: MessageDriver["name"],
  steps: readonly number[],
  what: string,
): MessageMismatch {
  const { registers, clients } = messageStateOf(model, scope);
  const outputs = clients.flatMap(({ phase, proposal }) => (phase === "output" && proposal !== null ? proposal : []));
  return {
    steps,
    what,
    driver,
    model: registers,
    implementation: world.durable,
    modelOutputs: [...new Set(outputs)].sort(),
    implementationOutputs: world.outputs,
  };
}
