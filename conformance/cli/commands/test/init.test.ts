/** What `quorate init` writes is a table, and a safe one, for whatever number of servers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeRules } from "../../../../spec/rules/judge.js";
import { areSafe } from "../../../../spec/rules/judgement.js";
import { parseTable } from "../../../../spec/table-file.js";
import { parseConfig } from "../../../policy/config.js";
import { TEMPLATE_NAMES, tableText } from "../../../policy/templates.js";
import { EXIT } from "../../../shell/exit-codes.js";
import { recordingTerminal } from "../../../verify/test/reports.js";
import { quorate } from "../../test/quorate.js";
import { init } from "../init.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-init-"));
});
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string) => path.join(directory, name);

const counts = Array.from({ length: 31 }, (_, index) => index + 1);

it.each<[string, readonly number[]]>([
  ["majority", counts],
  ["flexible", counts.slice(1)],
  ["all-aboard", counts],
  ["fast", counts],
  ["grid", [4, 6, 8, 9, 10, 12, 14, 15, 16, 18, 20, 21, 22, 24, 25, 26, 27, 28, 30]],
  ["hierarchical", [9, 12, 15, 18, 21, 24, 27, 30]],
])("like %s, of these numbers of servers and no others", (like, taken) => {
  const sound = counts.filter((servers) => {
    const written = tableText({ like, servers, schema: "./s.json" });
    if ("problem" in written) return false;
    const table = parseTable(written.text, "t.yaml");
    expect(table.servers).toHaveLength(servers);
    expect(areSafe(judgeRules(table))).toBe(true);
    return true;
  });
  expect(sound).toEqual(taken);
});

it("is one of each kind that there is", () => {
  expect(TEMPLATE_NAMES).toEqual(["majority", "flexible", "grid", "all-aboard", "fast", "hierarchical"]);
});

it("asks nothing: a majority of three, with where editors find the schema", () => {
  const terminal = recordingTerminal();
  const file = at("new/folder/my.yaml");
  init(file, { like: "majority" }, terminal);
  expect(terminal.printed.out).toBe(`${file} is written. Verify it: npx quorate verify ${file}\n`);
  const relative = path.relative(path.dirname(file), "node_modules/quorate/bundle/schemas/quorum-table.schema.json");
  expect(readFileSync(file, "utf8")).toMatch(`# yaml-language-server: $schema=${relative}\n# Majorities`);
});

it("takes names of servers, and refuses what makes no table, in a sentence", () => {
  const terminal = recordingTerminal();
  init("-", { like: "flexible", servers: ["a", "b:7100"] }, terminal);
  expect(parseTable(terminal.printed.out, "t.yaml").servers).toEqual(["a", "b:7100"]);
  const made = (like: string, servers: number | string[]) => () => init("-", { like, servers }, terminal);
  expect(made("gird", 9)).toThrow('there is no table like "gird": did you mean "grid"?');
  expect(made("grid", 7)).toThrow("a table like grid takes a product, such as 4, 6 or 9 of servers up to 31, not 7");
  expect(made("majority", 32)).toThrow("a table like majority takes any number of servers up to 31, not 32");
  expect(made("majority", ["a", "all"])).toThrow('-:6:14: the server name "all" is a word of quorum expressions');
});

it("leaves what is there, and its config names tables", async () => {
  writeFileSync(at("mine.yaml"), "mine");
  const refused = await quorate("init", at("mine.yaml"));
  expect([refused.code, refused.stderr]).toEqual([
    EXIT.usage,
    `quorate: ${at("mine.yaml")} is there already, and left as it is; name another file\n`,
  ]);
  expect(readFileSync(at("mine.yaml"), "utf8")).toBe("mine");
  const { stdout, code } = await quorate("init", "-", "--config");
  expect(parseConfig(stdout, "quorate.config.yaml").entries).toHaveLength(2);
  expect(code).toBe(EXIT.safe);
});
