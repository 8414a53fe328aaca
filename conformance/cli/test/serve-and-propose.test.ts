/** The built commands as a user runs them: three servers, proposals, a kill -9, the same value again. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { QUORATE } from "./quorate.js";

const SERVERS = ["S0", "S1", "S2"];
const run = promisify(execFile);

let directory: string;
let addresses: string[];
const running = new Map<string, ChildProcess>();

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "quorate-cli-"));
  addresses = await Promise.all(SERVERS.map(freeAddress));
});

afterEach(async () => {
  for (const server of running.values()) server.kill("SIGKILL");
  await rm(directory, { recursive: true });
});

/** Resolves with what the server prints once it is ready. */
function serve(server: string): Promise<string> {
  const address = addresses[SERVERS.indexOf(server)]!;
  const child = spawn(process.execPath, [QUORATE, "serve", server, "--listen", address], { cwd: directory });
  running.set(server, child);
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString()));
    child.once("exit", (code) => reject(new Error(`${server} exited with ${code}`)));
  });
}

function propose(value: string, ...more: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const at = SERVERS.map((server, index) => `${server}=${addresses[index]}`).join(",");
  return run(process.execPath, [QUORATE, "propose", value, "--at", at, ...more], { cwd: directory }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

it("decides one value and keeps to it, whoever proposes and whichever server is killed", async () => {
  for (const server of SERVERS) expect(await serve(server)).toMatch(/recovered 0 records/);
  expect(await propose("apple")).toMatchObject({ code: 0, stdout: "apple\n" });
  running.get("S1")!.kill("SIGKILL");
  expect(await propose("pear", "--data", "elsewhere")).toMatchObject({ code: 0, stdout: "apple\n" });
  expect(await serve("S1")).toMatch(/recovered [1-9]\d* records?/);
  running.get("S0")!.kill("SIGKILL");
  expect(await propose("plum")).toMatchObject({ code: 0, stdout: "apple\n" });
  running.get("S2")!.kill("SIGKILL");
  const lonely = await propose("fig", "--timeout", "1");
  expect(lonely).toMatchObject({ code: 69, stdout: "" });
  expect(lonely.stderr).toContain("S0");
  expect(lonely.stderr).toContain("S2");
});

const freeAddress = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(`127.0.0.1:${port}`));
    });
  });
