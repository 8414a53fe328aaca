import { EXIT } from "./exit-codes.js";

/**
 * Runs the work with a signal that the first Ctrl-C aborts, for an honest partial result; a second Ctrl-C ends the
 * process.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    process.stderr.write("\nending early with what was found; Ctrl-C again to quit at once\n");
  };
  process.on("SIGINT", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}
