/** The bundle holds all that the command needs: scripts of threads and processes too, which nothing imports. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { EXIT } from "../../shell/exit-codes.js";
import { QUORATE, quorate } from "./quorate.js";

it("can be executed, as npx does, and knows its version", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(execFileSync(QUORATE, ["--version"], { encoding: "utf8" })).toBe(`${version}\n`);
});

it("verifies several files, in threads of the pool", async () => {
  const tables = ["spec/tables/singleton.yaml", "spec/tables/wrong-singleton.yaml"];
  const { code, stdout } = await quorate("verify", "--no-replay", ...tables);
  expect(stdout).toMatch(/^singleton +safe .*\nwrong-singleton +unsafe /m);
  expect(code).toBe(EXIT.unsafe);
});

it.runIf(existsSync("/dev/full"))("says in one sentence that there is no room for what it prints", () => {
  const full = openSync("/dev/full", "w");
  const words = [QUORATE, "explain", "PQ"];
  const { status, stderr } = spawnSync(process.execPath, words, { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
  closeSync(full);
  expect(stderr).toBe("quorate: cannot write to standard output: no space is left on the device\n");
  expect(status).toBe(EXIT.unavailable);
});

it("searches in several threads, which join at a million states", async () => {
  const scope = ["--register-sets", "5", "--no-symmetry", "--workers", "2", "--max-states", "1200000", "--exhaust"];
  const { code, stdout } = await quorate("verify", "--no-replay", ...scope, "spec/tables/three-majority.yaml");
  expect(stdout).toMatch(/the\s+bound\s+of\s+1,200,000\s+states\s+kept\s+was\s+reached/);
  expect(code).toBe(EXIT.safe);
});

it.each(["SIGINT", "SIGTERM"] as const)(
  "has the verdict on %s that it had before it began to explore",
  async (signal) => {
    const words = ["verify", "--exhaust", "--no-symmetry", "--no-replay", "spec/tables/grid-3x3.yaml"];
    const child = spawn(process.execPath, [QUORATE, ...words], { stdio: ["ignore", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      // Twice, as `timeout` does.
      if (stdout === "") for (const wait_ms of [0, 50]) setTimeout(() => child.kill(signal), wait_ms);
      stdout += text;
    });
    const [code] = await once(child, "close");
    expect(stdout).toMatch(/^SAFE {2}grid-3x3 {2}no two values can be decided\n/);
    expect(stdout).toMatch(
      /besides,\s+no\s+violation\s+was\s+found\s+in\s+R0,\s+R1\s+with\s+2\s+values:\s+interrupted/,
    );
    expect(code).toBe(EXIT.safe);
  },
);

it("reads a table from standard input", () => {
  const input = readFileSync("spec/tables/single-server.yaml");
  const stdout = execFileSync(process.execPath, [QUORATE, "verify", "--no-replay", "-"], { input, encoding: "utf8" });
  expect(stdout).toMatch(/^SAFE {2}single-server /);
});

it("replays messages with server processes, which are killed", async () => {
  const { code, stdout } = await quorate("verify", "--messages", "spec/tables/single-server.yaml");
  expect(stdout).toMatch(/ 2 of them over TCP with 2 kills of server processes;/);
  expect(code).toBe(EXIT.safe);
});
