/** The built commands as a user runs them: three servers, proposals, a kill -9, the same value again. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
function serve(server: string, ...more: string[]): Promise<string> {
  const address = addresses[SERVERS.indexOf(server)]!;
  const child = spawn(process.execPath, [QUORATE, "serve", server, "--listen", address, ...more], { cwd: directory });
  running.set(server, child);
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString()));
    child.once("exit", (code) => reject(new Error(`${server} exited with ${code}`)));
  });
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function propose(value: string, ...more: string[]): Promise<Ended> {
  const at = SERVERS.map((server, index) => `${server}=${addresses[index]}`).join(",");
  return quorate("propose", value, "--at", at, ...more);
}

function quorate(...words: string[]): Promise<Ended> {
  return run(process.execPath, [QUORATE, ...words], { cwd: directory }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

it("decides one value and keeps to it, whoever proposes and whichever server is killed", async () => {
  for (const server of SERVERS) expect(await serve(server, "--new")).toMatch(/recovered 0 records/);
  expect(await propose("apple")).toMatchObject({ code: 0, stdout: "apple\n" });
  running.get("S1")!.kill("SIGKILL");
  expect(await propose("pear", "--data", "elsewhere")).toMatchObject({ code: 0, stdout: "apple\n" });
  expect(await serve("S1")).toMatch(/recovered [1-9]\d* records?/);
  running.get("S0")!.kill("SIGKILL");
  expect(await propose("plum")).toMatchObject({ code: 0, stdout: "apple\n" });
  running.get("S2")!.kill("SIGKILL");
  // One server that was told what is decided is enough.
  expect(await propose("fig")).toMatchObject({ code: 0, stdout: "apple\n" });
  running.get("S1")!.kill("SIGKILL");
  const lonely = await propose("fig", "--timeout", "1");
  expect(lonely).toMatchObject({ code: 69, stdout: "" });
  expect(lonely.stderr).toContain("S0");
  expect(lonely.stderr).toContain("S2");
});

it("needs next to nothing to remember a decision, and uses up no register set to learn it again", async () => {
  for (const server of SERVERS) await serve(server, "--new");
  const numbered = ["--client", "1", "--clients", "3"];
  const first = await propose("apple", ...numbered, "--new");
  expect(first).toEqual({ code: 0, stdout: "apple\n", stderr: "proposing in register set 1\n" });
  expect(await propose("pear", ...numbered)).toEqual({
    code: 0,
    stdout: "apple\n",
    stderr: "another value was decided already, or won\n",
  });
  const newcomer = await propose("pear", "--client", "2", "--clients", "3", "--new");
  expect(newcomer).toMatchObject({
    stdout: "apple\n",
    stderr: expect.stringContaining("proposing in register set 2\n"),
  });
  for (const server of SERVERS) {
    running.get(server)!.kill("SIGKILL");
    await once(running.get(server)!, "exit");
    expect(await serve(server)).toMatch(/recovered 1 record$/m);
    expect((await stat(path.join(directory, ".quorate", server, "registers.log"))).size).toBe(4 * 512);
  }
});

it("says in one line what is wrong with a directory, and does not call it a fault of its own", async () => {
  await writeFile(path.join(directory, "file"), "");
  for (const words of [
    ["serve", "S0", "--new", "--data", "file/inside"],
    ["propose", "apple", "--data", "file/inside"],
  ]) {
    const { code, stdout, stderr } = await quorate(...words);
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toMatch(
      /^quorate: cannot .*: .*something on the way there is a file; name another .* \(ENOTDIR\)\n$/,
    );
  }
});

it("says which sets a client of a drawn number never owns", async () => {
  const table = path.resolve("spec/tables/all-aboard.yaml");
  const { code, stderr } = await propose("apple", "--table", table, "--timeout", "0.2");
  expect(code).toBe(69);
  expect(stderr).toMatch(
    /^quorate: drawn at random, this client's number has no register set in R0 to R9; with --client and --clients it has\n/,
  );
  const numbered = await propose("apple", "--table", table, "--timeout", "0.2", "--client=1", "--clients=3", "--new");
  expect(numbered.stderr).toMatch(/^proposing in register set 1\n/);
});

describe("creating and starting are different acts", () => {
  const logged = () => path.join(directory, ".quorate", "S0");

  it("for servers: none comes back empty unasked, and none is begun anew", async () => {
    expect(await quorate("serve", "S0")).toEqual({
      code: 65,
      stdout: "",
      stderr: `quorate: S0 has no log in ${logged()}; if it never ran, start it with --new, and if it did, name its directory with --data\n`,
    });
    expect(await serve("S0", "--new")).toContain(`log ${logged()}/registers.log, recovered 0 records`);
    running.get("S0")!.kill("SIGKILL");
    await once(running.get("S0")!, "exit");
    expect(await quorate("serve", "S0", "--new")).toEqual({
      code: 64,
      stdout: "",
      stderr: `quorate: S0 has a log in ${logged()} already; leave out --new to start it from there\n`,
    });
    const log = path.join(logged(), "registers.log");
    for (const length of [0, 100, 600]) {
      await truncate(log, length);
      const { code, stderr } = await quorate("serve", "S0");
      expect([code, stderr.split(":")[1]]).toEqual([65, ` ${log}`]);
    }
  });

  it("for numbered clients, which own register sets by their number", async () => {
    const numbered = (...more: string[]) =>
      propose("apple", "--client", "1", "--clients", "3", "--timeout", "0.2", ...more);
    const home = path.join(directory, ".quorate", "client-1");
    expect(await numbered()).toEqual({
      code: 64,
      stdout: "",
      stderr: `quorate: there is no ${home}/identity; if this client never proposed, add --new, and if it did, name its directory with --data\n`,
    });
    expect((await numbered("--new")).code).toBe(69);
    expect((await numbered()).code).toBe(69);
    expect(await numbered("--new")).toEqual({
      code: 64,
      stdout: "",
      stderr: `quorate: ${home} belongs to client 1 of 3 already; leave out --new to go on with it\n`,
    });
  });
});

const freeAddress = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(`127.0.0.1:${port}`));
    });
  });
