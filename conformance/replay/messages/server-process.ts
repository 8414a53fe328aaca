/** A server in a process of its own, to be killed with `kill -9` and started again from what its log kept. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ListenOptions } from "../../../impl/network/tcp-server.js";
import { createServerDirectory } from "../../../impl/storage/server-directory.js";
import { builtScript } from "../../../model/built-script.js";
import { replayedServer } from "../systems/replay-party.js";

/** What runs, and what it said when it was ready. */
interface Run {
  readonly child: ChildProcess;
  readonly address: ListenOptions;
  readonly recoveredRecords: number;
}

export class ServerProcess {
  readonly name: string;
  /** Where its log is; made if missing, never removed. */
  readonly directory: string;
  #run: Run;

  private constructor(name: string, directory: string, run: Run) {
    this.name = name;
    this.directory = directory;
    this.#run = run;
  }

  /** A new server. Resolves once it listens; rejects with what the process says on stderr if it ends before. */
  static async start(name: string, directory: string): Promise<ServerProcess> {
    await createServerDirectory(directory, replayedServer(name));
    return new ServerProcess(name, directory, await run(name, directory));
  }

  /** Where it listens, or listened before it was killed; a new object after every restart. */
  get address(): ListenOptions {
    return this.#run.address;
  }

  /** Records that the running process found in its log. */
  get recoveredRecords(): number {
    return this.#run.recoveredRecords;
  }

  /** kill -9; resolves when the process is gone. Does nothing if it is gone already. */
  async kill(): Promise<void> {
    const { child } = this.#run;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Kills it, and starts it again from its directory, on a port of its own. Rejects as `start` does. */
  async restart(): Promise<void> {
    await this.kill();
    this.#run = await run(this.name, this.directory);
  }
}

async function run(name: string, directory: string): Promise<Run> {
  const program = builtScript(new URL("./server-program.js", import.meta.url));
  const child = spawn(process.execPath, [program, name, directory]);
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint += text;
  });
  // Nothing writes to it, but a process that ends may break it.
  child.stdin.on("error", () => {});
  const ready = once(createInterface({ input: child.stdout }), "line");
  const ended = once(child, "close").then(() => {
    throw new Error(`its process ended before it was ready: ${complaint.trim()}`);
  });
  // Of the two, only the first matters.
  ready.catch(() => {});
  ended.catch(() => {});
  const [line] = (await Promise.race([ready, ended])) as [string];
  const [port, recoveredRecords] = line.split(" ").map(Number);
  return { child, address: { host: "127.0.0.1", port: port! }, recoveredRecords: recoveredRecords! };
}
