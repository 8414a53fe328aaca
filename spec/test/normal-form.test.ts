import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { normalForm } from "../normal-form.js";
import { loadTable, parseTable } from "../table-file.js";

const formOf = (text: string): string => normalForm(parseTable(text, "test.yaml"));

const MAJORITIES = `
servers: [a, b, c]
registers:
  - sets: 0..
    decide: majority
`;

/** The first range ends, and another one follows. */
const followedBy = (sets: string, range: string, decide: string): string =>
  `${MAJORITIES.replace("0..", sets)}  - sets: ${range}\n    decide: ${decide}\n`;

describe("the normal form of a table", () => {
  it.each([
    ["a name and comments", `name: other # so called\n${MAJORITIES}`],
    ["a quorum spelled otherwise", MAJORITIES.replace("majority", "[[b, a], [a, c], [c, b], [a, b, c]]")],
    ["weights that come to the same", MAJORITIES.replace("majority", "{ weights: {a: 2, b: 3, c: 4}, threshold: 5 }")],
    [
      "groups",
      MAJORITIES.replace("registers", "groups: { all3: [a, b, c] }\nregisters").replace("majority", "2 of all3"),
    ],
    ["phase 1 as it would be derived", `${MAJORITIES}    prepare: any 2\n`],
    ["a range cut where nothing changes", followedBy("0..6", "7..", "any 2")],
    ["defaults that are written", `selection: greatest\n${MAJORITIES}    allocation: round-robin\n`],
  ])("does not change with %s", (_, text) => {
    expect(formOf(text)).toBe(formOf(MAJORITIES));
  });

  it("does not change with election quorums as they are left out, and does with others, and with votes apart", () => {
    const elected = `${MAJORITIES}    allocation: elected\n`;
    expect(formOf(`${elected}    elect: any 2\n    vote: promise\n`)).toBe(formOf(elected));
    expect(formOf(`${elected}    elect: all\n`)).not.toBe(formOf(elected));
    expect(formOf(`${elected}    vote: apart\n`)).not.toBe(formOf(elected));
  });

  it.each([
    ["other quorums", MAJORITIES.replace("majority", "all")],
    ["other phase-1 quorums", `${MAJORITIES}    prepare: all\n`],
    ["servers in another order", MAJORITIES.replace("a, b, c", "b, a, c")],
    ["another server", MAJORITIES.replace("a, b, c", "a, b, c, d").replace("majority", "2 of (a, b, c)")],
    ["another selection", `selection: strict\n${MAJORITIES}`],
    ["another owner", `${MAJORITIES}    allocation: open\n`],
    ["elected owners", `${MAJORITIES}    allocation: elected\n`],
    ["named clients", `clients: [alice]\n${MAJORITIES}`],
    ["an end", MAJORITIES.replace("0..", "0..6")],
    ["a range with other quorums", followedBy("0..6", "7..", "all")],
    ["phase 1 that the first set of a range may do without", followedBy("0", "1..", "all")],
  ])("changes with %s", (_, text) => {
    expect(formOf(text)).not.toBe(formOf(MAJORITIES));
  });

  it("tells bundled tables apart, but for two that mean the same", () => {
    const directory = "spec/tables";
    const files = readdirSync(directory).filter((file) => file.endsWith(".yaml"));
    const byForm = new Map<string, string[]>();
    for (const file of files) {
      const form = normalForm(loadTable(path.join(directory, file)));
      byForm.set(form, [...(byForm.get(form) ?? []), file]);
    }
    expect([...byForm.values()].filter((alike) => alike.length > 1)).toEqual([
      ["classic-paxos.yaml", "three-majority.yaml"],
    ]);
  });

  it("is short for many servers", () => {
    const servers = Array.from({ length: 31 }, (_, server) => `s${server}`).join(", ");
    expect(formOf(MAJORITIES.replace("a, b, c", servers)).length).toBeLessThan(20_000);
  });
});
