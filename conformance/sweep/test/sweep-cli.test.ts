/** The built command with its threads, as a user runs, interrupts and kills it. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { QUORATE, quorate } from "../../cli/test/quorate.js";
import { EXIT } from "../../shell/exit-codes.js";
import { examine } from "../examine.js";
import { lineOf } from "../record.js";
import { tablesOf } from "../sweep.js";
import { requestOf } from "./requests.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-sweep-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

it("examines on several threads what one thread examines", async () => {
  const output = path.join(directory, "two-servers.ndjson");
  const { code, stdout, stderr } = await quorate("sweep", "--servers", "2", "--workers", "2", "--record", output);
  expect(stdout).toContain("AGREE  36 tables examined");
  expect(stderr).toMatch(/^36 tables examined in .* on 2 threads\n$/m);
  expect(code).toBe(EXIT.safe);
  const request = requestOf({ servers: 2 });
  const expected = [...tablesOf(request)].map((swept, number) =>
    lineOf(number, swept, examine(swept.table, { explorer: "whole" })!),
  );
  expect(readFileSync(output, "utf8")).toBe(`${[JSON.stringify({ sweep: request }), ...expected].join("\n")}\n`);
});

/** Begins the sweep of all 221,227 tables with 4 servers, and sends the signal once the file has enough lines. */
function interrupted(
  output: string,
  lines: number,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; stdout: string }> {
  const child = spawn(process.execPath, [QUORATE, "sweep", "--servers", "4", "--record", output]);
  let stdout = "";
  child.stdout.on("data", (more: Buffer) => {
    stdout += more;
  });
  const watch = setInterval(() => {
    if (linesIn(output).length < lines) return;
    clearInterval(watch);
    child.kill(signal);
  }, 20);
  return new Promise((resolve) => {
    child.once("close", (code) => {
      clearInterval(watch);
      resolve({ code, stdout });
    });
  });
}

function linesIn(output: string): string[] {
  try {
    return readFileSync(output, "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}

it("survives kill -9 and Ctrl-C: the file is the beginning of the sweep each time", async () => {
  const output = path.join(directory, "four-servers.ndjson");
  const killed = await interrupted(output, 20, "SIGKILL");
  expect(killed).toEqual({ code: null, stdout: "" });
  const known = linesIn(output).length;
  expect(known).toBeGreaterThanOrEqual(20);

  const { code, stdout } = await interrupted(output, known + 20, "SIGINT");
  expect(code).toBe(EXIT.inconclusive);
  const [header, ...records] = linesIn(output);
  const examined = records.length.toLocaleString("en-US");
  expect(stdout).toContain(`INCONCLUSIVE  interrupted; ${examined} of 221,227 tables examined: so far the rules hold`);
  expect(stdout).toContain(`Go on\n  npx quorate sweep --servers 4 --ranges 2 --record ${output}\n`);

  const request = requestOf({ servers: 4, explorer: "reduced" });
  expect(JSON.parse(header!)).toEqual({ sweep: request });
  const tables = tablesOf(request);
  for (const [number, record] of records.entries()) {
    const swept = tables.next().value;
    // One in ten again, here; of the others that they are in order.
    if (number % 10 === 0) expect(record).toBe(lineOf(number, swept, examine(swept.table, { explorer: "reduced" })!));
    else expect(record.startsWith(`{"number":${number},`)).toBe(true);
  }
});
