/**
 * Logs of more values than a number has bits, by each selection; each once as it was, and once with another value
 * proposed.
 */
import { describe, expect, it } from "vitest";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { withLogs } from "./log-files.js";

const { validated } = withLogs();

const VALUES = 40;
const counted = Array.from({ length: VALUES }, (_, n) => n);

const propose = (node: string, registerSet: number, value: string, heard?: readonly string[]) => ({
  ...{ node, event: "propose", registerSet, value },
  ...(heard !== undefined && { heard }),
});
const write = (node: string, registerSet: number, value: string) => ({ node, event: "write", registerSet, value });
const freeze = (node: string, registerSet: number) => ({ node, event: "freeze", registerSet });

/** Why the last event is refused; null where all is explained. */
async function refusalOfLast(table: QuorumTable, lines: readonly object[]): Promise<string | null> {
  const { verdict, prefixes } = await validated(table, lines);
  const refused = prefixes.flatMap((prefix) => prefix.refused);
  if (verdict === "explained") return null;
  expect(refused.map(({ event }) => event.line)).toEqual([lines.length]);
  return refused[0]!.why;
}

/** Each set has a value of its own, which S0 alone holds, and the clients of the next ones do not hear S0. */
const UNHEARD = [
  ...counted.flatMap((r) => [
    ...["S1", "S2"].map((server) => freeze(server, r)),
    propose(`c${r}`, r, `v${r}`, ["S1", "S2"]),
    write("S0", r, `v${r}`),
  ]),
  freeze("S0", VALUES),
  freeze("S1", VALUES),
];

describe.each<Selection>(["greatest", "eager", "strict", "decision-table"])("selection %s", (selection) => {
  const table: QuorumTable = { ...loadTable("spec/tables/relaxed-phase-1.yaml"), selection };

  it.each([
    ["having heard {S0, S1}", ["S0", "S1"]],
    ["whoever of those that promised it heard", undefined],
  ])("the value of the greatest set is proposed, %s", async (after, heard) => {
    const proposing = (value: string) => [...UNHEARD, propose("d", VALUES, value, heard)];
    expect(await refusalOfLast(table, proposing("v39"))).toBe(null);
    // As bits of a number, 7 and 39 are the same.
    for (const value of ["v7", "v38"]) {
      expect(await refusalOfLast(table, proposing(value))).toBe(
        `selection "${selection}" does not allow "${value}" in R40, ${after}: it allows "v39"`,
      );
    }
  });
});

it.each([
  ["eager", "fast-paxos-4-3-3"],
  ["strict", "quorum-based-selection"],
])(
  "selection %s: of two values in an open set that has many proposals, the one that can be decided",
  async (selection, name) => {
    const heard = ["S0", "S1", "S2"];
    const lines = [
      ...counted.map((n) => propose(`c${n}`, 0, `v${n}`)),
      ...[write("S0", 0, "v3"), write("S1", 0, "v35"), write("S2", 0, "v35")],
      ...heard.map((server) => freeze(server, 1)),
    ];
    const table = loadTable(`spec/tables/${name}.yaml`);
    expect(await refusalOfLast(table, [...lines, propose("d", 1, "v35", heard)])).toBe(null);
    for (const value of ["v3", "v39"]) {
      expect(await refusalOfLast(table, [...lines, propose("d", 1, value, heard)])).toBe(
        `selection "${selection}" does not allow "${value}" in R1, having heard {S0, S1, S2}: it allows "v35"`,
      );
    }
  },
);

it("selection strict: a value of which the log says nothing may be decided where nobody was heard", async () => {
  const registers = "registers:\n  - sets: 0..\n    decide: any 2\n    prepare: any 2\n";
  const table = parseTable(`name: t\nservers: [S0, S1, S2, S3]\nselection: strict\n${registers}`, "t.yaml");
  const lines = [propose("c0", 0, "A"), write("S0", 0, "A"), freeze("S0", 1), freeze("S1", 1)];
  expect(await refusalOfLast(table, [...lines, propose("c1", 1, "A", ["S0", "S1"])])).toBe(
    'selection "strict" does not allow "A" in R1, having heard {S0, S1}: it has to wait',
  );
});

it("a register set that holds more different values than can be told apart is a sentence", async () => {
  const servers = Array.from({ length: 31 }, (_, s) => `S${s}`);
  const registers =
    "registers:\n  - sets: 0\n    decide: all\n    allocation: open\n  - sets: 1..\n    decide: all\n    prepare: all\n";
  const table = parseTable(`name: t\nservers: [${servers}]\nselection: eager\n${registers}`, "t.yaml");
  const lines = [
    ...servers.flatMap((server) => [propose(`of ${server}`, 0, server), write(server, 0, server), freeze(server, 1)]),
    propose("d", 1, "S0", servers),
  ];
  await expect(validated(table, lines)).rejects.toThrow(
    'R0 holds more different values than selection "eager" can be judged with, which are 29',
  );
});

it("selection eager: who may have heard any of more than 20 servers is asked to say whom", async () => {
  const servers = Array.from({ length: 21 }, (_, s) => `S${s}`);
  const registers =
    "registers:\n  - sets: 0\n    decide: all\n    allocation: open\n  - sets: 1..\n    decide: all\n    prepare: all\n";
  const table = parseTable(`name: t\nservers: [${servers}]\nselection: eager\n${registers}`, "t.yaml");
  const lines = [propose("a", 0, "A"), ...servers.flatMap((server) => [write(server, 0, "A"), freeze(server, 1)])];
  expect(await refusalOfLast(table, [...lines, propose("d", 1, "B", servers)])).toMatch(/it allows "A"$/);
  expect(await refusalOfLast(table, [...lines, propose("d", 1, "A")])).toBe(null);
  await expect(validated(table, [...lines, propose("d", 1, "B")])).rejects.toThrow(
    'a client proposes in R1 and does not say whom of 21 servers it has heard: selection "eager" is judged for each set of 20 servers at most; add "heard" to its line',
  );
});
