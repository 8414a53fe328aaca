/**
 * kill -9 in the middle of concurrent proposals: real processes, real logs, real TCP. Servers run the current sources,
 * compiled here (so a stale dist cannot stand in for them); proposers run in this process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RowReply } from "../../core/protocol.js";
import { threeMajority } from "../../core/test/tables.js";
import { propose } from "../../proposer/proposer.js";
import { FileClaims } from "../../storage/claims.js";
import { TcpConnection } from "../tcp-client.js";

/** Each round is a new cluster, so that values compete again: once one is decided, nothing can go wrong any more. */
const ROUNDS = 10;
const KILLS_PER_ROUND = 5;
const CLIENTS = 3;

const root = fileURLToPath(new URL("../../..", import.meta.url));

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "quorate-kill-"));
  for (const folder of ["spec", "impl"]) await compile(folder);
  await writeFile(path.join(scratch, "package.json"), '{ "type": "module" }');
});

afterAll(async () => {
  await rm(scratch, { recursive: true });
});

describe("kill -9 of a server in the middle of concurrent proposals", () => {
  it(`never leads to two outputs nor to a log that does not recover, ${ROUNDS * KILLS_PER_ROUND} times`, async () => {
    let recordsRecovered = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const home = path.join(scratch, `round-${round}`);
      const servers = await Promise.all(threeMajority.servers.map((name) => ServerProcess.start(home, name, 0)));
      const outputs = new Set<string>();
      let over = false;
      const proposing = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let count = 0; !over; count++) {
          outputs.add(await proposeOnce(home, servers, client, `value ${count} of client ${client}`));
        }
      });
      for (let kill = 0; kill < KILLS_PER_ROUND; kill++) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
        const victim = (round + kill) % servers.length;
        servers[victim] = await killAndRestart(home, servers[victim]!);
        recordsRecovered += servers[victim].recoveredRecords;
      }
      over = true;
      await Promise.all(proposing);
      expect([...outputs]).toHaveLength(1);
      await Promise.all(servers.map((server) => server.kill()));
    }
    // Kills that hit idle servers would prove nothing.
    expect(recordsRecovered).toBeGreaterThan(ROUNDS * KILLS_PER_ROUND);
  });

  it("does not let a second process use the directory of one that lives", async () => {
    const server = await ServerProcess.start(scratch, "S0", 0);
    await expect(ServerProcess.start(scratch, "S0", 0)).rejects.toThrow(/is in use by process \d+/);
    await server.kill();
  });
});

/** Kills the server right after it told its row, and sees that nothing of that row is lost. */
async function killAndRestart(home: string, server: ServerProcess): Promise<ServerProcess> {
  const before = await rowOf(server);
  await server.kill();
  const restarted = await ServerProcess.start(home, server.name, server.port);
  const after = await rowOf(restarted);
  expect(after.written).toEqual(expect.arrayContaining([...before.written]));
  expect(after.frozenBelow).toBeGreaterThanOrEqual(before.frozenBelow);
  return restarted;
}

async function rowOf({ name, port }: ServerProcess): Promise<RowReply> {
  const connection = new TcpConnection({ server: name, host: "127.0.0.1", port });
  try {
    return (await connection.request({ kind: "read" }, { timeout_ms: 10_000 })) as RowReply;
  } finally {
    connection.close();
  }
}

/** A proposer that remembers nothing but its claims, as a new process would. */
async function proposeOnce(
  home: string,
  servers: readonly ServerProcess[],
  client: number,
  value: string,
): Promise<string> {
  const connections = servers.map(({ name, port }) => new TcpConnection({ server: name, host: "127.0.0.1", port }));
  const identity = { index: client, count: CLIENTS };
  try {
    return await propose(value, {
      table: threeMajority,
      clientIndex: client,
      clientCount: CLIENTS,
      connections,
      claims: await FileClaims.open(path.join(home, `client-${client}`), identity),
      timeout_ms: 20_000,
    });
  } finally {
    for (const connection of connections) connection.close();
  }
}

class ServerProcess {
  readonly name: string;
  readonly port: number;
  readonly recoveredRecords: number;
  readonly #child: ChildProcess;

  private constructor(name: string, port: number, recoveredRecords: number, child: ChildProcess) {
    this.name = name;
    this.port = port;
    this.recoveredRecords = recoveredRecords;
    this.#child = child;
  }

  /** Rejects with what the process says on stderr if it ends before it is ready. */
  static async start(home: string, name: string, port: number): Promise<ServerProcess> {
    const program = fileURLToPath(new URL("./server-process.mjs", import.meta.url));
    const child = spawn(process.execPath, [program, scratch, name, path.join(home, name), `${port}`]);
    let complaint = "";
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    const ready = once(createInterface({ input: child.stdout }), "line");
    const ended = once(child, "close").then(() => Promise.reject(new Error(`server ${name} ended: ${complaint}`)));
    ended.catch(() => {});
    const [line] = (await Promise.race([ready, ended])) as [string];
    const [listening, records] = line.split(" ").map(Number);
    return new ServerProcess(name, listening!, records!, child);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}

/** The folder's sources as JavaScript, without judging types: other tests do. */
async function compile(folder: string): Promise<void> {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  for (const file of await readdir(path.join(root, folder), { recursive: true })) {
    if (!file.endsWith(".ts") || /\btest[/\\]/.test(file)) continue;
    const source = await readFile(path.join(root, folder, file), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    const target = path.join(scratch, folder, file.replace(/\.ts$/, ".js"));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
}
