import { EXIT } from "./exit-codes.js";

/** Ctrl-C, and what `timeout` and CI send. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** `timeout` sends its signal twice, to the process and to its group: what comes as soon as this is the same one. */
const SAME_SIGNAL_MS = 250;

/**
 * Runs the work with a signal that the first of these aborts, for an honest partial result; a second ends the process.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  let first_ms = 0;
  const interrupt = (name: (typeof SIGNALS)[number]) => {
    if (controller.signal.aborted) {
      if (performance.now() - first_ms < SAME_SIGNAL_MS) return;
      process.exit(name === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
    }
    first_ms = performance.now();
    controller.abort();
    process.stderr.write("\nending early with what was found; Ctrl-C again to quit at once\n");
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}
