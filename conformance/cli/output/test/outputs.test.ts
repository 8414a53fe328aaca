/** `--output`: what it takes, and where results go. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderGithub } from "../../../report/formats/github.js";
import { renderMarkdown } from "../../../report/formats/markdown.js";
import { CASES, resultsOf } from "../../../report/formats/test/cases.js";
import { EXIT } from "../../../shell/exit-codes.js";
import { recordingTerminal } from "../../../verify/test/reports.js";
import { quorate } from "../../test/quorate.js";
import { type OutputFlags, withOutputOptions } from "../output-options.js";
import { printResults, reserveOutputs, writeOutputs } from "../outputs.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-outputs-"));
});
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string) => path.join(directory, name);

function flagsFrom(...words: string[]): OutputFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  return withOutputOptions(command).parse(words, { from: "user" }).opts();
}

describe("--output", () => {
  it("may be given several times, and is nothing by default", () => {
    expect(flagsFrom()).toEqual({ format: "text", output: [] });
    expect(flagsFrom("--format", "github", "--output", "sarif=a.sarif", "--output", "json=b=c.json").output).toEqual([
      { format: "sarif", file: "a.sarif" },
      { format: "json", file: "b=c.json" },
    ]);
  });

  it.each([
    [["sarif"], 'It must be a format and a file, as in sarif=quorate.sarif, not "sarif".'],
    [["=a"], 'It must be a format and a file, as in sarif=quorate.sarif, not "=a".'],
    [["json="], 'It must be a format and a file, as in sarif=quorate.sarif, not "json=".'],
    [["sarfi=a"], 'There is no format "sarfi": did you mean "sarif"?'],
    [["xml=a"], 'There is no format "xml": formats are text, json, junit, sarif, github, markdown, html'],
    [["json=a", "sarif=a"], "Two formats cannot go to one file, a."],
  ])("%j is refused: %s", (outputs, complaint) => {
    expect(() => flagsFrom(...outputs.flatMap((output) => ["--output", output]))).toThrow(complaint);
  });
});

describe("files", () => {
  it("are written in folders that are made for them, instead of what was there", async () => {
    const outputs = [
      { format: "markdown", file: at("new/summary.md") },
      { format: "text", file: at("report.txt") },
    ] as const;
    writeFileSync(at("report.txt"), "something old and long\n");
    reserveOutputs(outputs);
    expect(existsSync(at("new/summary.md"))).toBe(false);
    const results = resultsOf(CASES);
    await writeOutputs(outputs, results);
    expect(readFileSync(at("new/summary.md"), "utf8")).toBe(renderMarkdown(results));
    expect(readFileSync(at("report.txt"), "utf8")).toBe("the text\n");
  });

  it("that cannot be written are known before anything is verified", () => {
    mkdirSync(at("folder"));
    // Where nothing can be made, making folders for ever would be no answer.
    expect(() => reserveOutputs([{ file: "/proc/none/report.json" }])).toThrow(
      /^cannot write \/proc\/none\/report\.json: /,
    );
    expect(() => reserveOutputs([{ file: at("folder") }])).toThrow(
      `cannot write ${at("folder")}: it is a directory, not a file`,
    );
  });
});

it("on GitHub a summary goes with the annotations, after those of other steps", async () => {
  const results = resultsOf(CASES);
  const { printed, ...terminal } = recordingTerminal();
  writeFileSync(at("step.md"), "before\n");
  await printResults(results, "github", terminal, { GITHUB_STEP_SUMMARY: at("step.md") });
  await printResults(results, "text", terminal, { GITHUB_STEP_SUMMARY: at("step.md") });
  await printResults(results, "github", terminal, {});
  expect(readFileSync(at("step.md"), "utf8")).toBe(`before\n${renderMarkdown(results)}`);
  expect(printed.out).toBe(`${renderGithub(results)}the text\n${renderGithub(results)}`);
});

it("verify prints one format and writes others, or says in a sentence why it cannot", async () => {
  const file = "spec/tables/wrong-singleton.yaml";
  const outputs = ["--output", `junit=${at("junit.xml")}`, "--output", `sarif=${at("quorate.sarif")}`];
  const { code, stdout, stderr } = await quorate("verify", "--no-replay", "--format", "github", ...outputs, file);
  expect(stdout).toMatch(
    /^::error file=spec\/tables\/wrong-singleton\.yaml,line=9,col=13,title=wrong-singleton%3A PQ::/,
  );
  expect({ code, stderr }).toEqual({ code: EXIT.unsafe, stderr: "" });
  expect(readFileSync(at("junit.xml"), "utf8")).toContain('<failure type="PQ" ');
  expect(JSON.parse(readFileSync(at("quorate.sarif"), "utf8")).runs[0].results).toHaveLength(1);
  const refused = await quorate("verify", "--output", `json=${directory}`, file);
  expect(refused).toEqual({
    code: EXIT.unavailable,
    stdout: "",
    stderr: `quorate: cannot write ${directory}: it is a directory, not a file\n`,
  });
});
