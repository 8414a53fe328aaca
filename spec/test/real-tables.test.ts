/**
 * Tables that people run, or have reported, or that are in the literature: each file says what it is and why its rules
 * hold or fail.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../quorum-table.js";
import { judgeRules } from "../rules/judge.js";
import type { Witness } from "../rules/judgement.js";
import { electionFamily, phase1Family, phase2Family } from "../table-families.js";
import { loadTable } from "../table-file.js";

const FOLDER = path.join(import.meta.dirname, "real-tables");
const files = readdirSync(FOLDER).sort();

/** `PQ holds` and the like, from the file's head. */
const expectedOf = (file: string): string[] =>
  [...readFileSync(path.join(FOLDER, file), "utf8").matchAll(/^# (\w+ (?:holds|fails)): .+\.$/gm)].map(
    ([, verdict]) => verdict!,
  );

/** The witness's quorums are some, and no server is in all of them; G1's are not all servers. */
function isBroken(table: QuorumTable, rule: string, { quorums }: Witness): boolean {
  const of = { 1: phase1Family, 2: phase2Family, election: electionFamily };
  const families = quorums.map(({ phase, registerSet }) => of[phase](table, registerSet));
  if (!quorums.every(({ quorum }, index) => families[index]!.isQuorum(quorum))) return false;
  if (rule === "G1") return quorums[0]!.quorum !== families[0]!.everybody;
  return quorums.reduce((common, { quorum }) => common & quorum, -1) === 0;
}

describe("rules of real tables", () => {
  it("are those of some sixty files", () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(files.filter((file) => expectedOf(file).length === 0)).toEqual([]);
  });

  it.each(files)("%s", (file) => {
    const table = loadTable(path.join(FOLDER, file));
    const judgements = judgeRules(table);
    expect(judgements.map(({ rule, holds }) => `${rule} ${holds ? "holds" : "fails"}`)).toEqual(expectedOf(file));
    for (const { rule, witness } of judgements) if (witness !== null) expect(isBroken(table, rule, witness)).toBe(true);
  });
});
