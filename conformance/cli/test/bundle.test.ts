/** The bundle holds all that the command needs: scripts of threads and processes too, which nothing imports. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { EXIT } from "../exit-codes.js";
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

it("searches in several threads, which join at a million states", async () => {
  const scope = ["--register-sets", "5", "--no-symmetry", "--workers", "2", "--max-states", "1200000"];
  const { code, stdout } = await quorate("verify", "--no-replay", ...scope, "spec/tables/three-majority.yaml");
  expect(stdout).toMatch(/^INCONCLUSIVE {2}three-majority {2}the bound of 1,200,000 states kept was reached/);
  expect(code).toBe(EXIT.inconclusive);
});

it("replays messages with server processes, which are killed", async () => {
  const { code, stdout } = await quorate("verify", "--messages", "spec/tables/single-server.yaml");
  expect(stdout).toMatch(/ 2 of them over TCP with 2 kills of server processes;/);
  expect(code).toBe(EXIT.safe);
});
