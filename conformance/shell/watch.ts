/** Work that is done again whenever one of its files has changed, until Ctrl-C. */
import { type FSWatcher, readFileSync, watch } from "node:fs";
import path from "node:path";
import type { ExitCode } from "./exit-codes.js";
import type { Terminal } from "./terminal.js";

/** Editors write a file in several goes. */
const QUIET_MS = 100;

/** Gives the exit code of the last time. The work itself may be ended by the same signal. */
export async function whenever(
  files: readonly string[],
  work: () => Promise<ExitCode>,
  { err }: Pick<Terminal, "err">,
): Promise<ExitCode> {
  const changes = new Changes(files);
  const end = () => changes.end();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  try {
    for (;;) {
      changes.look();
      const exitCode = await work();
      if (changes.hasEnded) return exitCode;
      err(`Watching ${files.length === 1 ? files[0] : `${files.length} files`}; Ctrl-C ends it.\n`);
      if (!(await changes.next())) return exitCode;
    }
  } finally {
    changes.end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
  }
}

class Changes {
  readonly #files: readonly string[];
  readonly #watchers: readonly FSWatcher[];
  /** What the files held when they were looked at last. */
  #known: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #tell: (hasChanged: boolean) => void = () => {};
  hasEnded = false;

  constructor(files: readonly string[]) {
    this.#files = files;
    // Of directories, since many editors put a new file in the place of the old one.
    const directories = new Set(files.map((file) => path.dirname(file)));
    this.#watchers = [...directories].map((directory) => watch(directory, () => this.#stir()));
  }

  look(): void {
    this.#known = this.#contents();
  }

  /** Whether there was a change, since the last look; false once it has ended. */
  next(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#tell = resolve;
      // It may have come while the work was done.
      if (this.#hasChanged()) resolve(true);
    });
  }

  end(): void {
    this.hasEnded = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
    this.#tell(false);
  }

  #stir(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#hasChanged()) this.#tell(true);
    }, QUIET_MS);
  }

  #hasChanged(): boolean {
    return this.#contents().some((content, index) => content !== this.#known[index]);
  }

  /** A file that is not there is as good as an empty one: the work complains of it. */
  #contents(): string[] {
    return this.#files.map((file) => {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return "";
      }
    });
  }
}
