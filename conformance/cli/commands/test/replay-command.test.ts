/** `quorate replay`: runs from here and from elsewhere, on our servers and on others; and what is no run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../shell/exit-codes.js";
import { quorate } from "../../test/quorate.js";
import { exported } from "../export.js";

const TABLE = "spec/tables/wrong-singleton.yaml";
const ACCEPTOR = "python3 examples/adapters/acceptor.py";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-replay-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Trace {
  "#meta": { table?: string };
  // biome-ignore lint/suspicious/noExplicitAny: to be broken in every way
  states: Record<string, any>[];
}

async function traceOf(table: string, change: (trace: Trace) => void = () => {}): Promise<string> {
  const trace = JSON.parse((await exported("itf", table, { maxStates: 1 })).text);
  change(trace);
  const file = path.join(directory, "run.itf.json");
  writeFileSync(file, JSON.stringify(trace, null, 1));
  return file;
}

it("takes a trace with our servers, in memory and over TCP, and shows where it ends", async () => {
  const { code, stdout, stderr } = await quorate("replay", await traceOf(TABLE));
  expect([code, stderr]).toEqual([EXIT.safe, ""]);
  expect(stdout).toMatch(
    /^AGREES {2}wrong-singleton {2}the implementation does what the run does: 6 steps, in memory and over TCP with logs on disk\n/,
  );
  expect(stdout).toContain("  R0   -    -   [A]  A decided by {S2}\n  R1  [B]            B decided by {S0}\n");
});

it("takes the run of a report, and that of a table, and says the same of both as JSON", async () => {
  const report = await quorate("verify", "--no-replay", "--max-seconds", "1", "--format", "json", TABLE);
  const file = path.join(directory, "report.json");
  writeFileSync(file, report.stdout);
  const [ofReport, ofTable] = await Promise.all(
    [file, TABLE].map((each) => quorate("replay", "--format", "json", each)),
  );
  expect(ofReport).toEqual(ofTable);
  expect(JSON.parse(ofReport!.stdout)).toMatchObject({
    table: "wrong-singleton",
    file: TABLE,
    agrees: true,
    channels: ["memory", "tcp"],
    length: 6,
    taken: 6,
    decided: ["A", "B"],
    divergence: null,
  });
});

it("takes it with an adapter, and ends with 3 at the step at which a wrong one does something else", async () => {
  const file = await traceOf(TABLE);
  const sound = await quorate("replay", file, "--adapter", ACCEPTOR);
  expect(sound.stdout).toMatch(/^AGREES {2}.*: 6 steps, by the adapter\n/);
  const source = readFileSync("examples/adapters/acceptor.py", "utf8");
  const wrong = path.join(directory, "wrong.py");
  writeFileSync(wrong, source.replace("self.promised = max(self.promised, register)", "pass"));
  const faulty = await quorate("replay", file, "--adapter", `python3 ${wrong}`, "--format", "json");
  expect(faulty.code).toBe(EXIT.diverges);
  const { agrees, divergence } = JSON.parse(faulty.stdout);
  expect([agrees, divergence.at, divergence.steps.at(-1).action]).toEqual([false, 2, "freeze"]);
});

describe("what is no run of the model is refused at the step", () => {
  it.each<[string, (trace: Trace) => void, string]>([
    [
      "a step left out",
      ({ states }) => states.splice(3, 1),
      "step 3, freeze R0 at S1, does not lead there: R0 at S0 is nil in the trace and unwritten in the model",
    ],
    [
      "a step twice",
      ({ states }) => states.splice(3, 0, states[2]!),
      "step 3, write A to R0 at S2, is not possible there: R0 at S2 is already written",
    ],
    [
      "a proposal that phase 1 forbids",
      ({ states }) => states.splice(3, 2),
      "step 3, propose B in R1, is not possible there: no client can have heard from servers whose answers let it propose that, or its register set has its proposal already",
    ],
    [
      "a write of what nobody proposed",
      ({ states }) => states.splice(1, 1),
      "step 1, write A to R0 at S2, is not possible there: A is not proposed in R0",
    ],
    [
      "a server that is none",
      ({ states }) => Object.assign(states[2]!["mbt::nondetPicks"].server, { value: "S7" }),
      "step 2, write A R0 at S7, is no step of the model: servers are S0, S1, S2,",
    ],
    [
      "other registers",
      ({ states }) => Object.assign(states[2]!.registers["#map"][0][1]["#map"][0], { 1: "B" }),
      "step 2, write A to R0 at S2, does not lead there: R0 at S0 is B in the trace and unwritten in the model",
    ],
    [
      "no action",
      ({ states }) => delete states[1]!["mbt::actionTaken"],
      "this trace cannot be read: state 1 has no mbt::actionTaken",
    ],
    ["no table", (trace) => delete trace["#meta"].table, "this trace does not say of which table it is"],
  ])("%s", async (_, change, sentence) => {
    const file = await traceOf(TABLE, change);
    const { code, stdout, stderr } = await quorate("replay", file);
    expect([code, stdout]).toEqual([EXIT.unreadable, ""]);
    expect(stderr).toContain(`${file}:1:1: ${sentence}`);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("under a table that is safe", async () => {
    const { code, stderr } = await quorate("replay", await traceOf(TABLE), "--table", "spec/tables/singleton.yaml");
    expect(code).toBe(EXIT.unreadable);
    expect(stderr).toContain("step 5, propose B in R1, is not possible there: ");
    expect(stderr).toContain("Hint: it is no run of singleton from there on.");
  });
});

it("a run of freezes of whole rows is none for a store", async () => {
  const { code, stderr } = await quorate(
    "replay",
    await traceOf(TABLE),
    "--adapter",
    "node examples/adapters/store.mjs",
  );
  expect(code).toBe(EXIT.usage);
  expect(stderr).toBe(
    "quorate: the adapter is a store, and this run freezes whole rows: find one with verify --freeze register\n",
  );
});

it("stores that do not answer are nobody's fault here", async () => {
  const stores = `store:${new Array(3).fill("redis://127.0.0.1:1").join(" ")}`;
  const { code, stderr } = await quorate("replay", await traceOf(TABLE), "--adapter", stores);
  expect([code, stderr.split("\n")]).toEqual([
    EXIT.unavailable,
    [expect.stringMatching(/^quorate: .*127\.0\.0\.1:1/), ""],
  ]);
});
