/** Who proposes in a set that one client owns. */
import { expect, it } from "vitest";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { withLogs } from "./log-files.js";

const { validated } = withLogs();

const majority = loadTable("spec/tables/three-majority.yaml");
const leader = loadTable("spec/tables/multi-paxos.yaml");
const turns = parseTable(
  "name: turns\nservers: [S0, S1, S2]\nclients: [alice, bob]\nregisters:\n  - sets: 0..\n    decide: majority\n",
  "turns.yaml",
);

const propose = (node: string, registerSet = 0, more: object = {}) => ({
  ...{ node, event: "propose", registerSet, value: "A" },
  ...more,
});
const prepared = (registerSet: number) => ["S0", "S1"].map((node) => ({ node, event: "freeze", registerSet }));

const refusalsOf = async (table: typeof majority, lines: readonly object[], hidden: readonly "freeze"[] = []) =>
  (await validated(table, lines, { hidden: new Set(hidden) })).prefixes.map(({ refused }) =>
    refused.map(({ event, why }) => `${event.line}: ${why}`),
  );

it.each<[string, typeof majority, readonly object[], string]>([
  [
    "two clients, though of one value",
    majority,
    [propose("c0"), propose("c1")],
    "2: c0 has proposed in R0, which is one client's own, and c1 is another",
  ],
  [
    "somebody whose turn it is not",
    turns,
    [...prepared(1), propose("alice", 1)],
    "3: R1 is for bob alone to propose in, and alice is another client",
  ],
  [
    "somebody whom the table does not know",
    turns,
    [propose("client mallory")],
    "1: R0 is for alice alone to propose in, and client mallory is another client",
  ],
  [
    "somebody else than the one that is named",
    leader,
    [propose("follower")],
    "1: R0 is for leader alone to propose in, and follower is another client",
  ],
])("is refused: %s", async (_, table, lines, sentence) => {
  expect(await refusalsOf(table, lines)).toEqual([[sentence]]);
});

it.each<[string, typeof majority, readonly object[]]>([
  [
    "the owner, twice, after it has started anew",
    majority,
    [propose("c0"), { node: "c0", event: "start" }, propose("c0")],
  ],
  ["owners in turn, by either name", turns, [propose("alice"), ...prepared(1), propose("client bob", 1)]],
  [
    "a client of a range whose clients the table need not list",
    leader,
    [propose("leader"), ...prepared(11), propose("successor", 11)],
  ],
])("is explained: %s", async (_, table, lines) => {
  expect((await validated(table, lines)).verdict).toBe("explained");
});

it.each<[string, readonly "freeze"[]]>([
  ["nothing hidden", []],
  ["hidden freezes", ["freeze"]],
])("of two whose order is not known, either may have been first: %s", async (_, hidden) => {
  const at = [0, 9];
  const found = await refusalsOf(majority, [propose("c0", 0, { at }), propose("c1", 0, { at })], hidden);
  const stranger = (line: number, first: string, second: string) =>
    `${line}: ${first} has proposed in R0, which is one client's own, and ${second} is another`;
  expect(found.flat().sort()).toEqual([stranger(1, "c1", "c0"), stranger(2, "c0", "c1")]);
});
