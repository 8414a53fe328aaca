/**
 * At most one process at a time may use a server's directory, and a process that was killed must not keep it.
 *
 * Node has no flock, so the lock is a file whose *name* says which process made it: `lock.<pid>.<start time>.<boot>`. Each
 * contender first makes its own file and only then looks for others. Of two contenders, the one that looked later sees the
 * other's file, so they never both get in (both may be turned away, when they start at the same moment). Files of dead
 * processes are swept away. The start time and the boot id tell a dead process from a new one that got its number.
 * Processes that cannot see each other (two machines, two containers that share a volume) are not kept apart.
 */
import { readFileSync } from "node:fs";
import { open, readdir, unlink } from "node:fs/promises";
import path from "node:path";

/** Another process, or another part of this one, uses the directory. */
export class DirectoryLockedError extends Error {
  override readonly name = "DirectoryLockedError";
}

export class DirectoryLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Throws DirectoryLockedError when a live process has the directory. */
  static async acquire(directory: string): Promise<DirectoryLock> {
    const own = lockName(process.pid);
    const lock = new DirectoryLock(path.join(directory, own));
    await createExclusively(lock.#file, directory);
    try {
      for (const other of await readdir(directory)) {
        const pid = /^lock\.(\d+)\./.exec(other)?.[1];
        if (pid === undefined || other === own) continue;
        if (lockName(Number(pid)) === other) {
          throw new DirectoryLockedError(`${directory} is in use by process ${pid}`);
        }
        await unlinkIfPresent(path.join(directory, other));
      }
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  async release(): Promise<void> {
    await unlinkIfPresent(this.#file);
  }
}

/** The lock file that the live process of this number would have; another name when there is no such process. */
const lockName = (pid: number): string => `lock.${pid}.${startTime(pid)}.${bootId()}`;

/** Clock ticks since boot (Linux); elsewhere only whether the process is alive. */
function startTime(pid: number): string {
  const status = readIfPresent(`/proc/${pid}/stat`);
  // Field 22. The command's name, field 2, stands in parentheses and may itself hold spaces and parentheses.
  if (status !== null) return status.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? "unknown";
  try {
    process.kill(pid, 0);
    return "alive";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "alive" : "dead";
  }
}

const bootId = (): string => readIfPresent("/proc/sys/kernel/random/boot_id")?.trim().slice(0, 8) ?? "boot";

function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

async function createExclusively(file: string, directory: string): Promise<void> {
  try {
    await (await open(file, "wx")).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new DirectoryLockedError(`${directory} is in use by this very process (${process.pid})`);
  }
}

async function unlinkIfPresent(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
