/**
 * The worked example of model/README.md is what the kernel makes of it: the model there is run, and the rest compared.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contentsIn } from "../compile/content-set.js";
import { actionInstanceOf } from "../compile/expand.js";
import { guardedCommandsOf } from "../compile/guarded-commands.js";
import { inOrder } from "../compile/independence.js";
import { productTablesOf } from "../compile/product-tables.js";
import { Successors } from "../compile/successors.js";
import { checkedModel } from "../declaration/checked-model.js";
import { defineModel, type Model } from "../declaration/model.js";
import { explore } from "../search/explore.js";

const page = readFileSync("model/README.md", "utf8");

/** The text of every block in this language. */
const blocksIn = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text!);

const [declaration = ""] = blocksIn("ts");
const [layout, commands, table] = blocksIn("text");
const [code = ""] = blocksIn("js");

const model = new Function("defineModel", `${declaration}; return model;`)(defineModel) as Model;
const CELLS = ["holder", "waits 0", "waits 1"];
const { guarded, cases, involved } = guardedCommandsOf(checkedModel(model), "together");

const trimmed = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

describe("the worked example of model/README.md", () => {
  it("has the layout shown", () => {
    const { shiftOf, bitsOf } = model.workspace.layout;
    const lines = CELLS.map((cell, index) => {
      const [first, last] = [shiftOf[index]!, shiftOf[index]! + bitsOf[index]! - 1];
      return `${(first === last ? `bit  ${first}` : `bits ${first}-${last}`).padEnd(10)}${cell}`;
    });
    expect(layout).toBe(`${lines.join("\n")}\n`);
  });

  it("has the guarded commands shown, and no others", () => {
    expect([cases, involved]).toEqual([[], []]);
    const lines = guarded.map(({ step, tests, outcome }, index) => {
      const { action, parameters } = actionInstanceOf(model.actions, step);
      const name = `${action}(${Object.entries(parameters).map(([key, value]) => `${key}=${value}`)})`;
      const needs = [...tests].map(([cell, contents]) => `${CELLS[cell]} is ${contentsIn(contents).join(" or ")}`);
      const writes = outcome.cells.map((cell, place) => `${CELLS[cell]} := ${outcome.contents[place]}`);
      return `${index}  ${name.padEnd(12)} ${needs.join(", ").padEnd(31)} → ${writes.join(", ")}`;
    });
    expect(trimmed(commands!).map(squeezed)).toEqual(lines.map(squeezed));
  });

  it("has the table shown, as far as holder has three contents", () => {
    const { tables } = productTablesOf(guarded, model.workspace.layout);
    const entries = [...tables.keys()]
      .filter((content) => (content & 3) < 3)
      .map((content) => `${binary(content, 4)} → ${binary(tables[content]! & 31, 5)}`);
    expect(table!.split(/\s{2,}|\n/).filter((entry) => entry !== "")).toHaveLength(entries.length);
    expect(new Set(table!.split(/\s{2,}|\n/).filter((entry) => entry !== ""))).toEqual(new Set(entries));
  });

  it("is compiled to code that has the lines shown, in this order", () => {
    const generated = trimmed(new Successors(model, inOrder).write.toString());
    let from = 0;
    for (const line of trimmed(code)) {
      const at = generated.indexOf(line, from);
      expect({ line, isThere: at >= from }).toEqual({ line, isThere: true });
      from = at + 1;
    }
  });

  it("has the states and transitions that the page counts", async () => {
    const { distinctStates, transitions, violations } = await explore(model);
    expect(page).toContain(`finds ${distinctStates} states and ${transitions} transitions`);
    expect([...violations.keys()]).toEqual([]);
  });
});

const squeezed = (line: string): string => line.replaceAll(/\s+/g, " ");

const binary = (content: number, digits: number): string => content.toString(2).padStart(digits, "0");
