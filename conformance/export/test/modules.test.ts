/** The exported modules of TLA+ and of Quint: their texts, and what they mean, each by a reader of its own. */
import { describe, expect, it } from "vitest";
import { exploreDumbly } from "../../../model/registers/test/oracle.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { exported } from "../../cli/export.js";
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

const CASES: readonly (readonly [string, QuorumTable, values: number])[] = [
  ["an input that nobody else has, strict", parseTable(mixed("strict", "all"), "mixed.yaml"), 3],
  ["talk-unsafe-open-set", loadTable(fileOf("talk-unsafe-open-set")), 2],
  ["relaxed-phase-1, by decision table", loadTable(fileOf("relaxed-phase-1")), 2],
  ["wrong-open-singletons, open and eager", loadTable(fileOf("wrong-open-singletons")), 2],
  ...[
    ["greatest", "all"],
    ["eager", "all"],
    ["eager", "any 1"],
    ["strict", "any 1"],
    ["decision-table", "any 1"],
  ].map(
    ([selection, decide]) =>
      [
        `an open set that ${decide} decides, ${selection}`,
        parseTable(mixed(selection!, decide!), "mixed.yaml"),
        2,
      ] as const,
  ),
];

describe.each(LANGUAGES)("a module of $language", ({ language, format, file, explore, translate }) => {
  const moduleOf = async (name: string) => (await exported(format, fileOf(name), { maxStates: 1 })).text;

  it.each(CASES)(
    "read and run by the letter, has the oracle's states, transitions and verdict: %s",
    (_, table, values) => {
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
