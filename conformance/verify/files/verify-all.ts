import type { VerifyOptions } from "../report.js";
import { type Outcome, type VerifyTable, verifyFile } from "./outcome.js";

/** How files are verified: by what, and how many at once. */
export interface Verifier {
  readonly verifyTable: VerifyTable;
  readonly concurrency: number;
}

/** A file, and what is asked of its table. */
export interface TableJob {
  readonly file: string;
  readonly options: Omit<VerifyOptions, "signal">;
}

/**
 * Verifies the files, some at once, and hands over each outcome in the order of the files as soon as it and those
 * before it are there. After an abort no further file is begun; the result holds the outcomes of those that were, in
 * order.
 */
export async function verifyAll(
  jobs: readonly TableJob[],
  signal: AbortSignal,
  { verifyTable, concurrency }: Verifier,
  onOutcome: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let begun = 0;
  let handedOver = 0;
  const work = async (): Promise<void> => {
    while (begun < jobs.length && !signal.aborted) {
      const index = begun++;
      const { file, options } = jobs[index]!;
      outcomes[index] = await verifyFile(file, { ...options, signal }, verifyTable);
      for (; outcomes[handedOver] !== undefined; handedOver++) onOutcome(outcomes[handedOver]!);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return outcomes;
}

/** Threads for several files, this thread for one; what is not needed is not loaded. */
export async function withVerifier<Result>(
  fileCount: number,
  work: (verifier: Verifier) => Promise<Result>,
): Promise<Result> {
  if (fileCount < 2) {
    const { verifyTable } = await import("../verify.js");
    return work({ verifyTable, concurrency: 1 });
  }
  const { startVerificationPool } = await import("./verification-pool.js");
  const pool = startVerificationPool();
  try {
    return await work({ verifyTable: pool.verifyTable, concurrency: pool.size });
  } finally {
    await pool.close();
  }
}
