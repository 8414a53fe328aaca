/**
 * Examines many quorum tables: the rules hold iff the explorer finds no violation, or the table is a disagreement.
 *
 * Tables are examined in batches, several at once, and recorded in order, so that the record of an interrupted sweep
 * is the beginning of that of a whole one.
 */
import { countEveryTable, everyTable } from "./every-table.js";
import type { Examination } from "./examine.js";
import type { Examiners } from "./examiners.js";
import { randomTables } from "./random-tables.js";
import type { SweepRequest } from "./request.js";
import type { SweptTable } from "./swept-table.js";
import type { Tally } from "./tally.js";

/** Worth the trip to another thread and back, and done within a second. */
const BATCH_TABLES = 16;

/**
 * For each thread: batches given out before the first of them is back, so that a slow one does not leave the others
 * idle.
 */
const BATCHES_AHEAD = 8;

export const countTables = (request: SweepRequest): bigint =>
  request.random === null ? countEveryTable(request) : BigInt(request.random);

export const tablesOf = (request: SweepRequest): Generator<SweptTable> =>
  request.random === null ? everyTable(request) : randomTables(request, request.random, request.seed ?? 0);

export interface SweepJob {
  /** What is left to examine. */
  readonly tables: Iterator<SweptTable>;
  /** Holds what was examined before, and takes in the rest. */
  readonly tally: Tally;
  /** Takes each examination in order, already in the tally. */
  readonly record: (number: number, swept: SweptTable, examination: Examination) => void;
  /** Called now and then. */
  readonly onProgress: () => void;
  readonly signal: AbortSignal;
}

/** True if nothing is left to examine. After an abort no further table is begun, and none is left half examined. */
export async function sweep(
  { tables, tally, record, onProgress, signal }: SweepJob,
  examiners: Examiners,
): Promise<boolean> {
  const ahead: { batch: readonly SweptTable[]; examinations: Promise<readonly Examination[]> }[] = [];
  signal.addEventListener("abort", examiners.stop, { once: true });
  try {
    while (!signal.aborted) {
      while (ahead.length < examiners.size * BATCHES_AHEAD) {
        const batch = take(tables, BATCH_TABLES);
        if (batch.length === 0) break;
        const examinations = examiners.examineAll(batch.map(({ table }) => table));
        // It is awaited later; should it fail before that, it is no unhandled rejection.
        examinations.catch(() => {});
        ahead.push({ batch, examinations });
      }
      const next = ahead.shift();
      if (next === undefined) return true;
      const examinations = await next.examinations;
      for (const [index, examination] of examinations.entries()) {
        const swept = next.batch[index]!;
        const number = tally.tables;
        tally.add(swept, examination);
        record(number, swept, examination);
      }
      onProgress();
      // A batch that was stopped leaves a gap: what comes after it would not be in order.
      if (examinations.length < next.batch.length) return false;
    }
    return false;
  } finally {
    signal.removeEventListener("abort", examiners.stop);
    // What is of no use any more must have ended, too: a pool that is closed meanwhile takes its result for a fault.
    if (ahead.length > 0) examiners.stop();
    await Promise.allSettled(ahead.map(({ examinations }) => examinations));
  }
}

function take(tables: Iterator<SweptTable>, count: number): SweptTable[] {
  const taken: SweptTable[] = [];
  while (taken.length < count) {
    const next = tables.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
