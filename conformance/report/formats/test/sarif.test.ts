/** SARIF as code scanning takes it: by the official schema, and by what the standard says besides. */
import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { loadTable } from "../../../../spec/table-file.js";
import { caseOf, type Results } from "../../../results/results.js";
import { DEFAULT_REQUEST } from "../../../verify/request.js";
import { request, safe, unsafe } from "../../../verify/test/reports.js";
import { verifyTable } from "../../../verify/verify.js";
import { renderSarif } from "../sarif.js";
import { CASES, resultsOf, verified } from "./cases.js";
import { toldResults } from "./told-cases.js";

let isValid: ValidateFunction;
beforeAll(() => {
  const ajv = new Ajv.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  isValid = ajv.compile(
    JSON.parse(readFileSync("conformance/report/formats/test/schemas/sarif-schema-2.1.0.json", "utf8")),
  );
});

const runOf = (cases: typeof CASES) => validRun(resultsOf(cases));

const validRun = (results: Results) => {
  const log = JSON.parse(renderSarif(results));
  isValid(log);
  expect(isValid.errors).toBeNull();
  return log.runs[0];
};

it("of every kind of case is valid, and every result is of a rule that is listed", () => {
  const { results, tool, invocations } = runOf(CASES);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(
    results.map(({ ruleId, level, suppressions }: Record<string, unknown>) => [ruleId, level, !!suppressions]),
  ).toEqual([
    ["warning", "note", false],
    ["PQ", "error", false],
    ["inconclusive", "error", false],
    ["PQ", "warning", false],
    ["divergence", "error", false],
    ["invalid-table", "error", false],
    ["invalid-table", "error", false],
    ["PQ", "error", true],
    ["inconclusive", "error", true],
    ["PQ", "warning", false],
    ["unexpected-result", "error", false],
    ["disagreement", "error", false],
  ]);
  expect(invocations).toEqual([
    {
      executionSuccessful: false,
      exitCode: 1,
      exitCodeDescription: "9 tables: 2 passed, 1 accepted, 5 failed, 1 could not be judged",
    },
  ]);
});

it("has no results of a table that is safe, and is valid all the same", () => {
  expect(runOf([caseOf(verified(safe), request)]).results).toEqual([]);
});

it("of logs and histories is valid: a result stands at the line that is refused", async () => {
  const runs = Object.values(await toldResults()).map(validRun);
  const found = runs.flatMap(({ results }) =>
    results.map(({ ruleId, locations }: { ruleId: string; locations: { physicalLocation: object }[] }) => [
      ruleId,
      locations[0]!.physicalLocation,
    ]),
  );
  const at = (uri: string, startLine: number) => ({
    artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
    region: { startLine, startColumn: 1 },
  });
  expect(found).toEqual([
    ["refused-event", at("examples/logs/wrong-relay.ndjson", 6)],
    ["inconclusive", at("spec/tables/three-majority.yaml", 1)],
    ["refused-answer", at("examples/logs/stale-read.edn", 10)],
  ]);
  expect(runs.map(({ invocations }) => invocations[0].executionSuccessful)).toEqual([true, true, false, true]);
});

describe("a broken rule", () => {
  const at = (line: number, column: number) => ({
    physicalLocation: {
      artifactLocation: { uri: "my%20tables/wrong-half.yaml", uriBaseId: "%SRCROOT%" },
      region: { startLine: line, startColumn: column },
    },
  });

  it("stands where one quorum is written, and is related to where the other is", () => {
    const [result] = runOf([caseOf(verified(unsafe), request)]).results;
    expect(result.message.text).toBe(
      "{S1, S2} (phase 2 of R0) and {S0} (phase 1 of R1) have no server in common (PQ), so a client can finish phase 1 there without seeing that another value was decided, and get its own decided too. [R1 is prepared by {S0}](1).",
    );
    expect(result.locations).toEqual([at(5, 13)]);
    expect(result.relatedLocations).toEqual([{ ...at(6, 14), id: 1, message: { text: "R1 is prepared by {S0}" } }]);
  });

  it("shows its run step by step, with what registers hold then", () => {
    const [{ codeFlows }] = runOf([caseOf(verified(unsafe), request)]).results;
    const [{ message, threadFlows }] = codeFlows;
    expect(message.text).toBe("A shortest run, 7 steps");
    const { locations } = threadFlows[0];
    expect(locations.map(({ location }: { location: { message: { text: string } } }) => location.message.text)).toEqual(
      [
        "propose A in R0",
        "write A to R0 at S1",
        "write A to R0 at S2",
        "freeze R0..R8 at S0",
        "propose B in R9",
        "write B to R9 at S0",
        "write B to R9 at S1",
      ],
    );
    expect(locations.at(-1)).toEqual({
      executionOrder: 7,
      importance: "essential",
      location: { ...at(4, 5), message: { text: "write B to R9 at S1" } },
      state: {
        "R0 at S0": { text: "-" },
        "R0 at S1": { text: "A" },
        "R0 at S2": { text: "A" },
        "R9 at S0": { text: "B" },
        "R9 at S1": { text: "B" },
      },
    });
  });

  it("keeps its fingerprint when lines move and another quorum shows it, and in no other file or rule", () => {
    const fingerprint = (report: typeof unsafe) =>
      runOf([caseOf(verified(report), request)]).results[0].partialFingerprints["quorate/v1"];
    const moved = structuredClone(unsafe);
    for (const quorum of moved.rules[0]!.witness!.quorums) Object.assign(quorum.at, { line: quorum.at.line + 3 });
    Object.assign(moved.rules[0]!.witness!.quorums[0]!, { quorum: 0b011 });
    expect(fingerprint(moved)).toBe(fingerprint(unsafe));
    const elsewhere = structuredClone({ ...unsafe, file: "other.yaml" });
    for (const quorum of elsewhere.rules[0]!.witness!.quorums) Object.assign(quorum.at, { file: "other.yaml" });
    expect(fingerprint(elsewhere)).not.toBe(fingerprint(unsafe));
    expect(fingerprint(unsafe)).toMatch(/^[0-9a-f]{32}$/);
  });
});

it("two problems of one file have fingerprints of their own", () => {
  const [first, second] = runOf([CASES[4]!]).results;
  expect(first.partialFingerprints).not.toEqual(second.partialFingerprints);
});

it("a file outside of the checkout is named in full", () => {
  const [{ locations }] = runOf([{ ...CASES[7]!, file: "/elsewhere/a table.yaml" }]).results;
  expect(locations[0].physicalLocation.artifactLocation).toEqual({ uri: "file:///elsewhere/a%20table.yaml" });
});

it("of real tables is valid: three quorums, open sets, elections, a rule of progress", async () => {
  const process = { onAnswer: () => {}, onProgress: () => {}, signal: new AbortController().signal };
  const options = { ...DEFAULT_REQUEST, ...process, replay: false, workers: 1 };
  const names = ["wrong-fast-4-3-2", "wrong-open-singletons", "raft", "wrong-singleton"];
  const cases = [];
  for (const name of names) {
    const file = `spec/tables/${name}.yaml`;
    const report = { ...(await verifyTable(file, loadTable(file), options)), warnings: [] };
    cases.push(caseOf(verified(report), request));
  }
  const { results } = runOf(cases);
  expect(
    results.map(({ ruleId, relatedLocations }: { ruleId: string; relatedLocations: object[] }) => [
      ruleId,
      relatedLocations?.length ?? 0,
    ]),
  ).toEqual([
    ["F2", 2],
    ["F1", 1],
    ["PQ", 1],
  ]);
});
