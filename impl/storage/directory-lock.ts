/**
 * At most one process at a time may use a server's directory, and a process that was killed must not keep it.
 *
 * Node has no flock, so the lock is a socket in the directory on which its holder listens: that it listens is for the
 * kernel to say, which sees every process of this machine, whatever container or process namespace it is in. Each
 * contender first listens on a socket of its own and only then looks for others. Of two contenders, the one that looked
 * later finds the other listening, so they never both get in (both may be turned away, when they start at the same
 * moment). Sockets of dead processes refuse to be connected to, and are swept away. Two machines that share a volume
 * are not kept apart.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import path from "node:path";

/** Another process, or another part of this one, uses the directory. */
export class DirectoryLockedError extends Error {
  override readonly name = "DirectoryLockedError";
}

const PREFIX = "lock.";

/** Paths of sockets are bounded, by 104 bytes at the least. */
const SOCKET_PATH_BYTES_MAX = 100;

/** How long to wait for the holder's number, which a stopped process does not tell. */
const ANSWER_MS = 300;

export class DirectoryLock {
  readonly #place: Place;
  readonly #name: string;
  readonly #server: Server;

  private constructor(place: Place, name: string, server: Server) {
    this.#place = place;
    this.#name = name;
    this.#server = server;
  }

  /** Throws DirectoryLockedError when a live process has the directory, and the file system's own errors. */
  static async acquire(directory: string): Promise<DirectoryLock> {
    const place = { directory, handle: await open(directory, "r") };
    const name = `${PREFIX}${randomBytes(8).toString("hex")}`;
    const server = await listen(socketPath(place, name)).catch(async (error) => {
      await place.handle.close();
      throw error;
    });
    const lock = new DirectoryLock(place, name, server);
    try {
      for (const other of await readdir(directory)) {
        if (!other.startsWith(PREFIX) || other === name) continue;
        const holder = await holderOf(socketPath(place, other));
        if (holder !== null) throw new DirectoryLockedError(`${directory} is in use by ${holder}`);
        await unlinkIfPresent(path.join(directory, other));
      }
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  /** A second release does nothing. */
  async release(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise((resolve) => this.#server.close(resolve));
    await unlinkIfPresent(path.join(this.#place.directory, this.#name));
    await this.#place.handle.close();
  }
}

interface Place {
  readonly directory: string;
  readonly handle: FileHandle;
}

/** By way of the open directory where the path is too long for a socket. */
function socketPath({ directory, handle }: Place, name: string): string {
  const plain = path.join(directory, name);
  return Buffer.byteLength(plain) <= SOCKET_PATH_BYTES_MAX ? plain : `/proc/self/fd/${handle.fd}/${name}`;
}

/** Tells its process to whoever connects; does not keep the process running. */
async function listen(socket: string): Promise<Server> {
  const server = createServer((asking) => {
    asking.on("error", () => {});
    asking.end(`${process.pid}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return server.unref();
}

/** Who listens on the socket; null for no process. */
function holderOf(socket: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const asking = connect(socket);
    let told = "";
    const silence = setTimeout(() => asking.destroy(), ANSWER_MS);
    asking.on("data", (text) => {
      told += text;
    });
    asking.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(silence);
      // Full of others that wait: somebody listens.
      if (error.code === "EAGAIN") resolve("a process that does not answer");
      else if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(null);
      else reject(error);
    });
    asking.on("close", (hadError) => {
      clearTimeout(silence);
      if (!hadError) resolve(told === "" ? "a process that does not answer" : `process ${told}`);
    });
  });
}

async function unlinkIfPresent(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
