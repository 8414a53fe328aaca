/** Quorums that depend on who proposes: what they mean for each register set, and which sets stand for all. */
import { describe, expect, it } from "vitest";
import { compressedRegisterSets } from "../../model/registers/scope.js";
import { normalForm } from "../normal-form.js";
import type { QuorumTable } from "../quorum-table.js";
import { judgeRules } from "../rules/judge.js";
import { areSafe } from "../rules/judgement.js";
import { representatives } from "../rules/representatives.js";
import { namesOf } from "../server-set.js";
import { phase1Family, phase2Family } from "../table-families.js";
import { parseTable } from "../table-file.js";
import { shortestViolatingRun } from "../violation/shortest-plan.js";

const tableOf = (text: string): QuorumTable =>
  parseTable(`servers: [a, b, c, d]\ngroups: { east: [a, b], west: [c, d] }\n${text}\n`, "placed.yaml");

const shown = (table: QuorumTable, set: number, phase = phase2Family): string =>
  phase(table, set)
    .list()
    .map((quorum) => namesOf(quorum, table.servers).join(""))
    .join(" ");

describe("quorums of whoever proposes", () => {
  it("are those of the client whose turn it is, or of the one that is named", () => {
    const table = tableOf(
      "clients: { ann: a, bob: d }\nregisters: [{ sets: 0..3, decide: self and (b or c) }, { sets: 4.., decide: all of region(self), allocation: bob }]",
    );
    expect([0, 1, 2, 3, 4, 5].map((set) => shown(table, set))).toEqual([
      "ab ac",
      "bd cd",
      "ab ac",
      "bd cd",
      "cd",
      "cd",
    ]);
  });

  it("may be lists and weights, of clients in a region", () => {
    const table = tableOf(
      "clients: { ann: a, bob: west }\nregisters: [{ sets: 0.., decide: any 1 of region(self), prepare: [[a, c]] }, ]".replace(
        ", ]",
        "]",
      ),
    );
    expect([0, 1].map((set) => shown(table, set))).toEqual(["a b", "c d"]);
  });

  it("derive phase 1 from the clients that own sets below", () => {
    const table = tableOf("clients: { ann: a, bob: d }\nregisters: [{ sets: 0.., decide: self }]");
    expect([0, 1, 2, 3].map((set) => shown(table, set, phase1Family))).toEqual(["", "a", "ad", "ad"]);
    expect(areSafe(judgeRules(table))).toBe(true);
  });
});

it("two sets of every client stand for a range, and as many of a closed one are explored", () => {
  const rest = (sets: string) =>
    tableOf(`clients: { ann: a, bob: d, cid: b }\nregisters: [{ sets: ${sets}, decide: self }]`);
  expect(representatives(rest("0..")).map(({ registerSet }) => registerSet)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(compressedRegisterSets(rest("0.."))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(compressedRegisterSets(rest("0..20"))).toEqual([0, 1, 2, 18, 19, 20]);
  expect(compressedRegisterSets(rest("0..3"))).toEqual([0, 1, 2, 3]);
});

it("local quorums in two regions are unsafe, and those that meet everywhere are safe", () => {
  const registers = (decide: string, prepare: string) =>
    tableOf(`clients: { ann: a, bob: c }\nregisters: [{ sets: 0.., decide: ${decide}, prepare: ${prepare} }]`);
  const local = registers("all of region(self)", "all of region(self)");
  expect(areSafe(judgeRules(local))).toBe(false);
  expect(shortestViolatingRun(local)).toBe(2 + 2 + 2 + 2);
  const [pq] = judgeRules(local);
  expect(
    pq!.witness!.quorums.map(({ registerSet, quorum }) => `R${registerSet} ${namesOf(quorum, local.servers)}`),
  ).toEqual(["R0 a,b", "R1 c,d"]);
  expect(areSafe(judgeRules(registers("all of region(self)", "east and west")))).toBe(true);
  // In one client's sets alone local quorums are enough.
  expect(
    areSafe(
      judgeRules(
        tableOf("clients: { ann: a }\nregisters: [{ sets: 0.., decide: all of region(self), prepare: self }]"),
      ),
    ),
  ).toBe(true);
});

it("where a client is placed is part of what a table means", () => {
  const placed = (place: string) =>
    normalForm(tableOf(`clients: { ann: ${place}, bob: c }\nregisters: [{ sets: 0.., decide: self }]`));
  expect(placed("a")).not.toBe(placed("b"));
});
