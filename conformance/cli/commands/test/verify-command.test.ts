import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TooComplex } from "../../../../spec/families/too-complex.js";
import type { Format } from "../../../report/formats/formats.js";
import { EXIT } from "../../../shell/exit-codes.js";
import type { VerifyTable } from "../../../verify/files/outcome.js";
import type { Report, Verdict } from "../../../verify/report.js";
import { diverges, inconclusive, recordingTerminal, request, safe, unsafe } from "../../../verify/test/reports.js";
import { verifyFiles } from "../verify.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-cli-"));
  for (const verdict of ["safe", "unsafe", "inconclusive", "diverges", "broken", "complex"]) {
    writeFileSync(at(verdict), `name: ${verdict}\nservers: [S0]\nregisters:\n  - sets: 0..2\n    decide: all\n`);
  }
  writeFileSync(at("elected"), "servers: [S0]\nregisters: [{ sets: 0.., decide: all, allocation: elected }]\n");
  writeFileSync(at("invalid"), "name: invalid\nservers: [S0]\nregisters:\n  - sets: 0..\n    decide: [[S9]]\n");
});
afterAll(() => rmSync(directory, { recursive: true }));

const at = (name: string) => path.join(directory, `${name}.yaml`);

const reports: Record<Verdict, Report> = { safe, unsafe, inconclusive, diverges };

/** Verifies nothing: what comes out is what the table is called. */
const fakeVerifyTable: VerifyTable = async (file, table) => {
  const report = reports[table.name as Verdict];
  if (table.name === "complex") throw new TooComplex("takes more than 3,000,000 steps to judge");
  if (report === undefined) throw new TypeError("no such report\nin two lines");
  return { ...report, file };
};

async function verify(names: readonly string[], format: Format = "text", options: Partial<typeof request> = {}) {
  const terminal = recordingTerminal();
  const job = {
    files: names.map(at),
    format,
    outputs: [],
    request: { ...request, ...options },
    signal: new AbortController().signal,
  };
  const exitCode = await verifyFiles(job, terminal, { verifyTable: fakeVerifyTable, concurrency: 2 });
  return { exitCode, ...terminal.printed };
}

describe("exit code", () => {
  it.each([
    [["safe"], EXIT.safe],
    [["unsafe"], EXIT.unsafe],
    [["inconclusive"], EXIT.inconclusive],
    [["diverges"], EXIT.diverges],
    [["invalid"], EXIT.unreadable],
    [["missing"], EXIT.unreadable],
    [["broken"], EXIT.internal],
    [["complex"], EXIT.unreadable],
    [["safe", "inconclusive"], EXIT.inconclusive],
    [["inconclusive", "unsafe", "safe"], EXIT.unsafe],
    [["unsafe", "diverges", "inconclusive"], EXIT.diverges],
    [["diverges", "invalid", "unsafe"], EXIT.unreadable],
    [["broken", "invalid"], EXIT.internal],
  ])("%o: %i", async (names, exitCode) => {
    expect((await verify(names)).exitCode).toBe(exitCode);
  });
});

describe("an invalid file", () => {
  it("is one sentence with its position on stderr, and nothing on stdout", async () => {
    const { out, err } = await verify(["invalid"]);
    expect(err).toMatch(/invalid\.yaml:5:\d+: .*S9.*\n$/);
    expect(err.trimEnd()).not.toContain("\n");
    expect(out).toBe("");
  });

  it("keeps no other file from being verified", async () => {
    const { out } = await verify(["safe", "invalid", "unsafe"]);
    expect(out).toMatch(/^three-majority +safe /m);
    expect(out).toMatch(/invalid\.yaml +invalid$/m);
    expect(out).toMatch(/^wrong-half +unsafe /m);
  });

  it("is a line of JSON with its position", async () => {
    const lines = (await verify(["safe", "invalid", "diverges"], "json")).out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.verdict)).toEqual(["safe", undefined, "diverges"]);
    expect(lines[1]).toMatchObject({ file: at("invalid"), error: { line: 5, message: expect.stringContaining("S9") } });
  });
});

describe("an internal error", () => {
  it("is one sentence that says how to report it", async () => {
    const { err } = await verify(["broken"]);
    expect(err.trimEnd()).not.toContain("\n");
    expect(err).toContain("(TypeError: no such report in two lines). Run it again with QUORATE_DEBUG=1 and report");
  });
});

describe("--register-sets", () => {
  it("beyond the end of a table is a usage error for that file", async () => {
    expect(await verify(["safe"], "text", { registerSets: 3 })).toMatchObject({ exitCode: EXIT.safe });
    expect(await verify(["safe"], "text", { registerSets: 4 })).toEqual({
      exitCode: EXIT.usage,
      out: "",
      err: `${at("safe")}: --register-sets 4 asks for more than the table has: its last register set is 2. Hint: --register-sets 3 explores all of them.\n`,
    });
  });
});

describe("Ctrl-C", () => {
  it("leaves the files that were not reached unverified, and says so", async () => {
    const controller = new AbortController();
    const terminal = recordingTerminal();
    const interrupting: VerifyTable = async (...job) => {
      controller.abort();
      return fakeVerifyTable(...job);
    };
    const job = {
      files: [at("safe"), at("unsafe")],
      format: "json" as const,
      outputs: [],
      request,
      signal: controller.signal,
    };
    expect(await verifyFiles(job, terminal, { verifyTable: interrupting, concurrency: 1 })).toBe(EXIT.inconclusive);
    expect(terminal.printed.out.trimEnd().split("\n")).toHaveLength(1);
    expect(terminal.printed.err).toBe(`Interrupted: ${at("unsafe")} not verified.\n`);
  });
});

it("a table that is too complex to judge is told so in one sentence", async () => {
  expect((await verify(["complex"])).err).toBe(
    `${at("complex")}: this table takes more than 3,000,000 steps to judge. Hint: list fewer quorums, or write them as expressions.\n`,
  );
});

describe("of elected register sets", () => {
  it.each([
    ["--messages", "leave --messages out", { messages: true }],
    ["--freeze register", "leave --freeze out", { variant: { freezes: "register", writesFreezeBelow: false } }],
  ] as const)("%s is refused in one sentence", async (option, hint, options) => {
    const { exitCode, err } = await verify(["elected"], "text", options);
    expect(exitCode).toBe(EXIT.usage);
    expect(err).toBe(`${at("elected")}: ${option} cannot be used with elected register sets. Hint: ${hint}.\n`);
  });
});
