/**
 * Servers that keep registers, each in a process of its own, with a directory and a port of its own, removed at the
 * end.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../../network/free-port.js";

/** How long a server may take to listen. */
const START_MS = 60_000;

export type ServerName = "redis-server" | "postgres" | "etcd" | "nats-server";

/** Where it is installed; null where it is not. Debian keeps PostgreSQL's out of the path. */
export function programOf(name: ServerName): string | null {
  const versions = "/usr/lib/postgresql";
  const ofPostgres = existsSync(versions) ? readdirSync(versions).map((version) => `${versions}/${version}/bin`) : [];
  const places = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", ...ofPostgres.sort().reverse()];
  return places.map((place) => path.join(place, name)).find((file) => existsSync(file)) ?? null;
}

/** What a test is called that is left out without the server: the reason stands in its name. */
export const leftOutWithout = (...names: ServerName[]): string =>
  names.length === 0 ? "" : ` (left out where ${names.join(" or ")} is not installed)`;

/** In CI nothing is left out: there it fails. */
export const lacks = (...names: ServerName[]): boolean =>
  process.env.CI === undefined && names.some((name) => programOf(name) === null);

interface Kind {
  /** Before it starts for the first time. */
  readonly prepare?: (directory: string, program: string) => void;
  readonly words: (directory: string, port: number) => readonly string[];
  /** What it prints once it is ready, on stdout or stderr. */
  readonly ready: RegExp;
  readonly url: (port: number) => string;
}

/** PostgreSQL refuses to run as root: then it runs as the user whom Debian makes for it. */
const isRoot = process.getuid?.() === 0;
const idOf = (option: "-u" | "-g"): number => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
const asPostgres = (): { uid: number; gid: number } | Record<never, never> =>
  isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};

const KINDS: Readonly<Record<ServerName, Kind>> = {
  "redis-server": {
    words: (directory, port) => ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory, "--save", ""],
    ready: /Ready to accept connections/,
    url: (port) => `redis://127.0.0.1:${port}`,
  },
  postgres: {
    prepare: (directory, program) => {
      const initdb = path.join(path.dirname(program), "initdb");
      const words = [
        "-D",
        path.join(directory, "data"),
        "-U",
        "quorate",
        "-A",
        "trust",
        "--no-sync",
        "-N",
        "-E",
        "UTF8",
      ];
      execFileSync(initdb, words, { stdio: "ignore", cwd: directory, ...asPostgres() });
    },
    words: (directory, port) => {
      const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: directory, shared_buffers: "1MB" };
      const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      return ["-D", path.join(directory, "data"), "-p", `${port}`, ...given];
    },
    ready: /database system is ready to accept connections/,
    url: (port) => `postgres://quorate@127.0.0.1:${port}/postgres`,
  },
  etcd: {
    words: (directory, port) => {
      const urls = ["--listen-client-urls", "--advertise-client-urls"].flatMap((option) => [
        option,
        `http://127.0.0.1:${port}`,
      ]);
      return ["--data-dir", path.join(directory, "data"), ...urls, "--listen-peer-urls", "http://127.0.0.1:0"];
    },
    ready: /serving insecure client requests|ready to serve client requests/,
    url: (port) => `etcd+http://127.0.0.1:${port}`,
  },
  "nats-server": {
    words: (directory, port) => ["-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", directory],
    ready: /Server is ready/,
    url: (port) => `nats://127.0.0.1:${port}/registers`,
  },
};

/** Those of a test that failed would outlive it. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class StoreServer {
  readonly url: string;
  readonly port: number;
  readonly #kind: Kind;
  readonly #program: string;
  readonly #directory: string;
  readonly #options: readonly string[];
  #child: ChildProcess | null = null;

  private constructor(name: ServerName, directory: string, port: number, options: readonly string[]) {
    const program = programOf(name);
    if (program === null) throw new Error(`${name} is not installed`);
    this.#program = program;
    this.#kind = KINDS[name];
    this.#directory = directory;
    this.#options = options;
    this.port = port;
    this.url = this.#kind.url(port);
  }

  /** @param options of its own command line, besides those that it needs */
  static async start(name: ServerName, ...options: string[]): Promise<StoreServer> {
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-store-"));
    if (name === "postgres" && isRoot) await chown(directory, idOf("-u"), idOf("-g"));
    const server = new StoreServer(name, directory, await freePort(), options);
    server.#kind.prepare?.(directory, server.#program);
    await server.restart();
    return server;
  }

  /** With what it finds in its directory. Resolves once it listens. */
  async restart(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#begin();
      } catch (error) {
        // Processes of a PostgreSQL that was killed need a moment to notice.
        if (tries === 20 || !/still in use/.test((error as Error).message)) throw error;
        await setTimeout(100);
      }
    }
  }

  async #begin(): Promise<void> {
    const user = this.#program.endsWith("postgres") ? asPostgres() : {};
    const words = [...this.#kind.words(this.#directory, this.port), ...this.#options];
    const child = spawn(this.#program, words, { cwd: this.#directory, stdio: ["ignore", "pipe", "pipe"], ...user });
    this.#child = child;
    running.add(child);
    child.once("close", () => running.delete(child));
    let said = "";
    const late = new AbortController();
    const hear = (resolve: () => void) => (chunk: Buffer) => {
      said += chunk;
      if (this.#kind.ready.test(said)) resolve();
    };
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout.on("data", hear(resolve));
      child.stderr.on("data", hear(resolve));
      child.once("close", (code) => reject(new Error(`ended with ${code}: ${said}`)));
      setTimeout(START_MS, undefined, { signal: late.signal, ref: false }).then(
        () => reject(new Error(`not ready: ${said}`)),
        () => {},
      );
    });
    await ready.finally(() => late.abort());
  }

  /** With SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
