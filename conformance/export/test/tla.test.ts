/** The exported module of TLA+: its text, and what it means, by a reader of its own. */
import { describe, expect, it } from "vitest";
import { exploreDumbly } from "../../../model/registers/test/oracle.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { exported } from "../../cli/export.js";
import { scopeOf } from "../shown-run.js";
import { tlaOf } from "../tla.js";
import { Module } from "./tla-module.js";

const fileOf = (name: string) => `spec/tables/${name}.yaml`;
const moduleOf = async (name: string) => (await exported("tla", fileOf(name), { maxStates: 1 })).text;

/** Two servers, an open set below owned ones: several values are read there. */
const mixed = (selection: string, decide: string) => `
servers: [a, b]
selection: ${selection}
registers:
  - { sets: 0, allocation: open, decide: ${decide} }
  - { sets: 1, decide: any 1, prepare: all }
`;

describe("the module, read and run by the letter, has the states, transitions and verdict of the oracle", () => {
  it.each<[string, QuorumTable]>([
    ["talk-unsafe-open-set", loadTable(fileOf("talk-unsafe-open-set"))],
    ["relaxed-phase-1, by decision table", loadTable(fileOf("relaxed-phase-1"))],
    ["wrong-open-singletons, open and eager", loadTable(fileOf("wrong-open-singletons"))],
    ...[
      ["greatest", "all"],
      ["eager", "all"],
      ["eager", "any 1"],
      ["strict", "any 1"],
      ["decision-table", "any 1"],
    ].map(([selection, decide]): [string, QuorumTable] => [
      `an open set that ${decide} decides, ${selection}`,
      parseTable(mixed(selection!, decide!), "mixed.yaml"),
    ]),
  ])("%s", (_, table) => {
    const scope = scopeOf(table);
    const { distinctStates, transitions, shortestViolation } = exploreDumbly(table, scope);
    expect(new Module(tlaOf(scope)).explore("Agreement")).toEqual({
      states: distinctStates,
      transitions,
      holds: shortestViolation === null,
    });
  });

  it("558 states and 1,598 transitions, for three majorities and two sets", async () => {
    const found = new Module(await moduleOf("three-majority")).explore("Agreement");
    expect(found).toEqual({ states: 558, transitions: 1598, holds: true });
  });
});

it("of three-majority is this text", async () => {
  await expect(await moduleOf("three-majority")).toMatchFileSnapshot("three_majority.tla");
});

it("says what it does not translate", async () => {
  const refused = (name: string) => exported("tla", fileOf(name), { maxStates: 1 });
  await expect(refused("raft")).rejects.toThrow(
    "raft.yaml: the translation to TLA+ has no elections, and register set",
  );
});
