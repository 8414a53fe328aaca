/** Progress on stderr: silent while things are fast, one line rewritten on a terminal, a line now and then in a log. */
import type { Terminal } from "./terminal.js";

/** Work shorter than this stays silent. */
const SILENT_MS = 1_000;
/** Between lines in a log, and between rewrites on a terminal. */
const LOG_INTERVAL_MS = 5_000;
const TERMINAL_INTERVAL_MS = 100;

const ERASE_LINE = "\r\u001b[2K";

export interface Progress {
  /** What is going on, as one line for a person. Cheap enough to call often. */
  readonly report: (line: string) => void;
  /**
   * Takes the line off the terminal, so that something else can be printed; the next piece of work starts silent
   * again.
   */
  readonly clear: () => void;
}

export function startProgress(
  { err, errIsTTY, errColumns }: Pick<Terminal, "err" | "errIsTTY" | "errColumns">,
  now: () => number = () => performance.now(),
): Progress {
  const intervalMs = errIsTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
  let startedMs = now();
  let shownMs = Number.NEGATIVE_INFINITY;
  let onScreen = false;
  return {
    report(line) {
      const atMs = now();
      if (atMs - startedMs < SILENT_MS || atMs - shownMs < intervalMs) return;
      shownMs = atMs;
      if (!errIsTTY) return err(`${line}\n`);
      // A line that wraps could not be rewritten.
      err(ERASE_LINE + line.slice(0, Math.max(1, errColumns - 1)));
      onScreen = true;
    },
    clear() {
      if (onScreen) err(ERASE_LINE);
      onScreen = false;
      startedMs = now();
      shownMs = Number.NEGATIVE_INFINITY;
    },
  };
}
