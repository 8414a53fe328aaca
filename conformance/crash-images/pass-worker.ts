/** What a thread of the examiners runs. */
import { workerData } from "node:worker_threads";
import { type Pass, type Passed, Passes } from "./passes.js";
import { isStopped, type Signals } from "./signals.js";

export interface PassTask {
  readonly pass: Pass;
  readonly signals: Signals;
}

const passes = new Passes(workerData);

export default ({ pass, signals }: PassTask): Promise<Passed> => passes.run(pass, isStopped(signals));
