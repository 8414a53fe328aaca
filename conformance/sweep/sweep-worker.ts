/** What a thread of a sweep runs. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { type Examination, examineUntilStopped } from "./examine.js";
import type { Explorer } from "./request.js";

export interface ExaminationTask {
  readonly tables: readonly QuorumTable[];
  readonly explorer: Explorer;
  /** Shared; one word, which is not 0 once the work should end early. */
  readonly stopped: Int32Array;
}

export default function examineTask({ tables, explorer, stopped }: ExaminationTask): Examination[] {
  return examineUntilStopped(tables, { explorer, isStopped: () => Atomics.load(stopped, 0) !== 0 });
}
