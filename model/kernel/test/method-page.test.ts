/** What model/README.md shows of its example is what the kernel makes of it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CommandTables } from "../compile/command-tables.js";
import { rulesOf } from "../compile/rules.js";
import { transitionsOf } from "../compile/transitions.js";
import { defineModel, type Model } from "../declaration/model.js";
import { explore } from "../search/explore.js";

const page = readFileSync("model/README.md", "utf8");

/** The model of the first screen, as it stands there. */
function exampleModel(): Model {
  const [, declaration] = /const model = (defineModel\(\{.*?^\}\));/ms.exec(readFileSync("README.md", "utf8"))!;
  return new Function("defineModel", `return ${declaration}`)(defineModel) as Model;
}

/** As it reads, however it is laid out. */
const tokensOf = (code: string): string[] =>
  code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

it("the generated code", () => {
  const [, shown] = /```js\n(.*?)```/s.exec(page)!;
  expect(tokensOf(shown!)).toEqual(tokensOf(transitionsOf(exampleModel()).toString()));
});

it("the guarded commands, and what the table says of two states", async () => {
  const model = exampleModel();
  const { rules, cases, involved } = rulesOf(model);
  expect([cases, involved]).toEqual([[], []]);
  const nameOf = (contents: readonly number[]): string =>
    Array.from({ length: contents[1]! - contents[0]! }, (_, index) => contents[0]! + index).join(" or ");
  const rows = rules.map(({ tests, outcome }, command) => {
    const tested = Array.from(tests, ([cell, contents]) => `\`client[${cell}]\` is ${nameOf(contents)}`);
    return `| ${command} | ${tested.join(", ")} | \`client[${outcome.cells[0]}]\` := ${outcome.contents[0]} |`;
  });
  expect(page.split("\n").filter((line) => /^\| \d \|/.test(line))).toEqual(rows);
  const { tables } = new CommandTables(model.workspace, rules).data;
  expect(page).toContain(`\`tables[0] & 15\` is ${tables[0]! & 15}: commands 0 and 1`);
  expect(page).toContain(`\`tables[1] & 15\` is ${tables[1]! & 15}:`);
  expect(tables).toHaveLength(16);
  const { states, graph } = await explore(model, { graphTransitionsMax: 100 });
  expect(states.packed[graph!.targetOf[0]!]).toBe(1);
});
