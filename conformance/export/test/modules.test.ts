/** The exported modules of TLA+ and of Quint: their texts, and what they mean, each by a reader of its own. */
import { describe, expect, it } from "vitest";
import { exploreDumbly } from "../../../model/registers/test/oracle.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { exported } from "../../cli/commands/export.js";
import { quintOf } from "../quint.js";
import { scopeOf } from "../shown-run.js";
import { tlaOf } from "../tla.js";
import { Module as QuintModule } from "./quint-module.js";
import { Module as TlaModule } from "./tla-module.js";

const fileOf = (name: string) => `spec/tables/${name}.yaml`;

const LANGUAGES = [
  {
    language: "TLA+",
    format: "tla",
    file: "three_majority.tla",
    explore: (text: string) => new TlaModule(text).explore("Agreement"),
    translate: tlaOf,
  },
  {
    language: "Quint",
    format: "quint",
    file: "three_majority.qnt",
    explore: (text: string) => new QuintModule(text).explore("agreement"),
    translate: quintOf,
  },
];

/** Two servers, an open set below owned ones: several values are read there. */
const mixed = (selection: string, decide: string) => `
servers: [a, b]
selection: ${selection}
registers:
  - { sets: 0, allocation: open, decide: ${decide} }
  - { sets: 1, decide: any 1, prepare: all }
`;

interface Case {
  readonly name: string;
  readonly table: QuorumTable;
  readonly values?: number;
}

const CASES: readonly Case[] = [
  {
    name: "an input that nobody else has, strict",
    table: parseTable(mixed("strict", "all"), "mixed.yaml"),
    values: 3,
  },
  { name: "talk-unsafe-open-set", table: loadTable(fileOf("talk-unsafe-open-set")) },
  { name: "relaxed-phase-1, by decision table", table: loadTable(fileOf("relaxed-phase-1")) },
  { name: "wrong-open-singletons, open and eager", table: loadTable(fileOf("wrong-open-singletons")) },
  ...(
    [
      ["greatest", "all"],
      ["eager", "all"],
      ["eager", "any 1"],
      ["strict", "any 1"],
      ["decision-table", "any 1"],
    ] as const
  ).map(([selection, decide]) => ({
    name: `an open set that ${decide} decides, ${selection}`,
    table: parseTable(mixed(selection, decide), "mixed.yaml"),
  })),
];

describe.each(LANGUAGES)("a module of $language", ({ language, format, file, explore, translate }) => {
  const moduleOf = async (name: string) => (await exported(format, fileOf(name), { maxStates: 1 })).text;

  it.each(CASES)(
    "read and run by the letter, has the oracle's states, transitions and verdict: $name",
    ({ table, values = 2 }) => {
      const scope = { ...scopeOf(table), values };
      const { distinctStates, transitions, shortestViolation } = exploreDumbly(table, scope);
      expect(explore(translate(scope))).toEqual({
        states: distinctStates,
        transitions,
        holds: shortestViolation === null,
      });
    },
  );

  it("has 558 states and 1,598 transitions, for three majorities and two sets", async () => {
    expect(explore(await moduleOf("three-majority"))).toEqual({ states: 558, transitions: 1598, holds: true });
  });

  it("of three-majority is this text", async () => {
    await expect(await moduleOf("three-majority")).toMatchFileSnapshot(file);
  });

  it("says what it does not translate", async () => {
    await expect(moduleOf("raft")).rejects.toThrow(
      `raft.yaml: the translation to ${language} has no elections, and register set`,
    );
  });
});

/** Three sets, in which what was read above tells of what is below. */
const RELAYED = `
servers: [a, b]
selection: decision-table
registers:
  - { sets: 0, decide: all }
  - { sets: 1.., decide: all }
`;

// In TLA+ it takes three times as long, and says the same.
it("three sets, by decision table, in Quint", () => {
  const table = parseTable(RELAYED, "relayed.yaml");
  const { distinctStates, transitions } = exploreDumbly(table, scopeOf(table));
  const found = new QuintModule(quintOf(scopeOf(table))).explore("agreement");
  expect(found).toEqual({ states: distinctStates, transitions, holds: true });
});
