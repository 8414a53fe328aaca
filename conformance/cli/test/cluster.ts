/**
 * A cluster as a user starts it: `quorate serve` in processes of their own, in a directory that is removed at the end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../../impl/network/free-port.js";
import { type Ended, QUORATE, runIn } from "./quorate.js";

export class CommandCluster {
  /** Where all commands run. */
  readonly directory: string;
  /** By server. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly #running = new Map<string, ChildProcess>();

  private constructor(directory: string, addresses: ReadonlyMap<string, string>) {
    this.directory = directory;
    this.addresses = addresses;
  }

  static async create(servers: readonly string[]): Promise<CommandCluster> {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-cli-"));
    const addresses = await Promise.all(
      servers.map(async (server) => [server, `127.0.0.1:${await freePort()}`] as const),
    );
    return new CommandCluster(directory, new Map(addresses));
  }

  /** Resolves with what the server prints once it is ready; rejects with what it says when it ends. */
  serve(server: string, ...more: string[]): Promise<string> {
    const words = [QUORATE, "serve", server, "--listen", this.addresses.get(server)!, ...more];
    const child = spawn(process.execPath, words, { cwd: this.directory });
    this.#running.set(server, child);
    let complaint = "";
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    return new Promise((resolve, reject) => {
      child.stdout.once("data", (line: Buffer) => resolve(line.toString()));
      child.once("close", (code) => reject(new Error(`${server} ended with ${code}: ${complaint}`)));
    });
  }

  /** With SIGKILL; resolves when it is gone. */
  async kill(server: string): Promise<void> {
    const child = this.#running.get(server);
    this.#running.delete(server);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** `elsewhere`: servers that the client looks for at other addresses. */
  propose(value: string, more: readonly string[] = [], elsewhere: Record<string, string> = {}): Promise<Ended> {
    const at = [...this.addresses].map(([server, address]) => `${server}=${elsewhere[server] ?? address}`);
    return this.quorate("propose", value, "--at", at.join(","), ...more);
  }

  quorate(...words: string[]): Promise<Ended> {
    return runIn(this.directory, ...words);
  }

  async remove(): Promise<void> {
    for (const server of [...this.#running.keys()]) await this.kill(server);
    await rm(this.directory, { recursive: true });
  }
}
