/** `quorate check` on a repository, as a job in CI runs it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXIT } from "../../../shell/exit-codes.js";
import { recordingTerminal } from "../../../verify/test/reports.js";
import { verifyTable } from "../../../verify/verify.js";
import { runIn } from "../../test/quorate.js";
import { type CheckFlags, check } from "../check.js";

let directory: string;
const at = (name: string) => path.join(directory, name);
const git = (...words: string[]) =>
  execFileSync("git", ["-C", directory, "-c", "user.name=q", "-c", "user.email=q@localhost", ...words]);

const table = (phases: string) => `servers: [S0, S1, S2]\nregisters:\n  - sets: 0..\n    ${phases}\n`;
const MAJORITY = table("decide: majority");
const TOO_FEW = table("decide: any 2\n    prepare: any 1");
const CONFIG = `options: { replay: false }
tables:
  - files: tables/*.yaml
  - files: tables/wrong-*.yaml
    expect: unsafe
    breaks: PQ
  - files: tables/open.yaml
    options: { clients: 1 }
    accept: { inconclusive: { reason: fixed clients, until: 9999-12-31 } }
`;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-check-"));
  mkdirSync(at("tables"));
  mkdirSync(at("node_modules/other/tables"), { recursive: true });
  writeFileSync(at("node_modules/other/tables/broken.yaml"), "no table");
  writeFileSync(at("quorate.config.yaml"), CONFIG);
  writeFileSync(at("tables/good.yaml"), MAJORITY);
  writeFileSync(at("tables/gone.yaml"), MAJORITY);
  writeFileSync(at("tables/open.yaml"), TOO_FEW);
  writeFileSync(at("tables/wrong-few.yaml"), TOO_FEW);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "before");
});
afterAll(() => rmSync(directory, { recursive: true }));

/** In this process; what is printed has the directory as `DIR`. */
async function checked(flags: Partial<CheckFlags> = {}, ...files: string[]) {
  const terminal = recordingTerminal();
  const all = { config: at("quorate.config.yaml"), format: "text" as const, output: [], ...flags };
  const exitCode = await check(files.map(at), all, terminal, (_, work) => work({ verifyTable, concurrency: 1 }));
  // The relative name first: it may end with the absolute one.
  const here = path.relative("", directory);
  return { exitCode, out: terminal.printed.out.replaceAll(here, "DIR").replaceAll(directory, "DIR") };
}

it("passes what is as expected, and from the cache the next time", async () => {
  const { exitCode, out } = await checked({ output: [{ format: "json", file: at("before.json") }] });
  expect(out).toMatchInlineSnapshot(`
    "PASSED  exit code 0: all 4 tables are as DIR/quorate.config.yaml expects; 1 inconclusive and accepted

    ✓  DIR/tables/gone.yaml       safe
    ✓  DIR/tables/good.yaml       safe
    ~  DIR/tables/open.yaml       inconclusive  fixed clients. Accepted until 9999-12-31.
    ✓  DIR/tables/wrong-few.yaml  unsafe        It is expected to be unsafe.
    "
  `);
  expect(exitCode).toBe(EXIT.safe);
  const again = await checked();
  expect(again.out.split("\n")[0]).toBe(
    "PASSED  exit code 0: all 4 tables are as DIR/quorate.config.yaml expects; 1 inconclusive and accepted, 3 known from before",
  );
  expect((await checked({ cache: false })).out).toBe(out);
});

it("fails in both directions, and tells what has changed since a commit and since a run", async () => {
  writeFileSync(at("tables/good.yaml"), TOO_FEW);
  writeFileSync(at("tables/wrong-few.yaml"), MAJORITY);
  writeFileSync(at("tables/new.yaml"), MAJORITY);
  rmSync(at("tables/gone.yaml"));
  const { exitCode, out } = await checked({ since: "HEAD", baseline: at("before.json") });
  expect(out.split("─".repeat(80))[0]).toMatchInlineSnapshot(`
    "FAILED  exit code 1: 2 of 4 tables are not as DIR/quorate.config.yaml expects; 1 inconclusive and accepted, 1 known from before

    ✗  DIR/tables/good.yaml       unsafe        It is unsafe, and expected to be safe.
    ✓  DIR/tables/new.yaml        safe          (known from before)
    ~  DIR/tables/open.yaml       inconclusive  fixed clients. Accepted until 9999-12-31.
    ✗  DIR/tables/wrong-few.yaml  safe          It is safe, and expected to be unsafe.

    Changed since DIR/before.json
      DIR/tables/good.yaml: safe before, unsafe (PQ, 7 steps) now
      DIR/tables/new.yaml: not there before, safe now
      DIR/tables/wrong-few.yaml: unsafe (PQ, 7 steps) before, safe now
      DIR/tables/gone.yaml: safe before, not there now

    Changed since HEAD
      DIR/tables/good.yaml: safe before, unsafe (PQ, 7 steps) now
      DIR/tables/new.yaml: not there before, safe now
      DIR/tables/wrong-few.yaml: unsafe (PQ, 7 steps) before, safe now
      DIR/tables/gone.yaml: safe before, not there now

    "
  `);
  expect(out).toContain("Shortest run  7 steps");
  expect(exitCode).toBe(EXIT.unsafe);
});

it("checks the files that are named alone, changes too", async () => {
  const { exitCode, out } = await checked({ since: "HEAD" }, "tables/new.yaml");
  expect(out).toMatchInlineSnapshot(`
    "PASSED  exit code 0: the table is as DIR/quorate.config.yaml expects; 1 known from before

    ✓  DIR/tables/new.yaml  safe  (known from before)

    Changed since HEAD
      DIR/tables/new.yaml: not there before, safe now
    "
  `);
  expect(exitCode).toBe(EXIT.safe);
});

it("does not take a file for checked that the config does not name", async () => {
  writeFileSync(at("stray.yaml"), MAJORITY);
  await expect(checked({}, "stray.yaml")).rejects.toThrow(
    `${at("stray.yaml")}:1:1: ${at("quorate.config.yaml")} does not name this file. Hint: add it to "tables" in `,
  );
});

it("writes what programs read: the report, what was expected, and whether it was known", async () => {
  const lines = readFileSync(at("before.json"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(
    lines.map(({ verdict, status, complaints, justification, cached }) => [
      verdict,
      status,
      complaints,
      justification,
      cached,
    ]),
  ).toEqual([
    ["safe", "passed", [], null, false],
    ["safe", "passed", [], null, false],
    ["inconclusive", "accepted", [], "fixed clients. Accepted until 9999-12-31.", false],
    ["unsafe", "passed", [], "It is expected to be unsafe.", false],
  ]);
});

it("as a command finds its config above, and says in a sentence what it asks in vain", async () => {
  const found = await runIn(at("tables"), "check", "--no-cache", "new.yaml");
  expect(found.stdout).toBe(
    "PASSED  exit code 0: the table is as ../quorate.config.yaml expects\n\n✓  new.yaml  safe\n",
  );
  expect(found.code).toBe(EXIT.safe);
  const since = await runIn(directory, "check", "--no-cache", "--since", "nowhere", "tables/new.yaml");
  expect([since.code, since.stderr]).toEqual([
    EXIT.usage,
    "quorate: --since nowhere: git knows no such commit here; fetch it first, as checkouts in CI are often shallow\n",
  ]);
  const lost = await runIn(tmpdir(), "check");
  expect([lost.code, lost.stderr]).toEqual([
    EXIT.usage,
    `quorate: there is no quorate.config.yaml in ${tmpdir()} or above; quorate init --config writes one\n`,
  ]);
});
