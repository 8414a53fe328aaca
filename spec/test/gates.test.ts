/** Ranges that wait for a decision in the one before: in a file, in its normal form, and what the rules then ask. */
import { describe, expect, it } from "vitest";
import { normalForm } from "../normal-form.js";
import { type QuorumTable, rangesWaitedFor } from "../quorum-table.js";
import { holding, UNWRITTEN } from "../register.js";
import { previousDecisions } from "../rules/four-rules.js";
import { judgeRules } from "../rules/judge.js";
import { namesOf } from "../server-set.js";
import { phase1Family } from "../table-families.js";
import { parseTable } from "../table-file.js";
import { formatTable } from "../table-printer.js";
import { shortestViolatingRun } from "../violation/shortest-plan.js";

const tableOf = (...ranges: string[]): QuorumTable =>
  parseTable(
    `servers: [a, b, c, d]\nregisters:\n${ranges.map((range) => `  - { ${range} }\n`).join("")}`,
    "gated.yaml",
  );

const judged = (table: QuorumTable): string =>
  judgeRules(table)
    .map(({ rule, holds }) => `${holds ? "" : "!"}${rule}`)
    .join(", ");

const WAITS = "after: decided";

describe("PQ after a gate", () => {
  it.each([
    {
      what: "meets the range before",
      ranges: ["sets: 0, decide: a", `sets: 1.., decide: b, prepare: a, ${WAITS}`],
      rules: "PQ, PQ after a gate",
    },
    {
      what: "meets nothing that decided before",
      ranges: ["sets: 0, decide: a", `sets: 1.., decide: b, prepare: b, ${WAITS}`],
      rules: "PQ, !PQ after a gate",
      length: 5,
    },
    {
      what: "need not meet what lies below the range before",
      ranges: ["sets: 0, decide: a", "sets: 1, decide: b, prepare: a", `sets: 2.., decide: c, prepare: b, ${WAITS}`],
      rules: "PQ, PQ after a gate",
    },
    {
      what: "without waiting it must",
      ranges: ["sets: 0, decide: a", "sets: 1, decide: b, prepare: a", "sets: 2.., decide: c, prepare: b"],
      rules: "!PQ",
      length: 5,
    },
    {
      what: "meets any of the ranges that are waited for, each quorum its own",
      ranges: [
        "sets: 0, decide: a",
        `sets: 1, decide: b, prepare: a, ${WAITS}`,
        `sets: 2.., decide: c, prepare: a or b, ${WAITS}`,
      ],
      rules: "PQ, PQ after a gate",
    },
    {
      what: "has to meet all quorums of that range",
      ranges: [
        "sets: 0, decide: a or b",
        `sets: 1, decide: c or d, prepare: a and b, ${WAITS}`,
        `sets: 2.., decide: c, prepare: a and c, ${WAITS}`,
      ],
      rules: "PQ, !PQ after a gate",
      // Propose, write; freeze a and b, propose, write; freeze a and c, propose, write: a needs no second freeze.
      length: 2 + 3 + 3,
    },
    {
      what: "a range without a gate need not meet gated ones below",
      ranges: ["sets: 0, decide: a", `sets: 1, decide: b, prepare: a, ${WAITS}`, "sets: 2.., decide: a, prepare: a"],
      rules: "PQ, PQ after a gate",
    },
    {
      what: "open sets that wait are asked nothing else",
      ranges: ["sets: 0, decide: a", `sets: 1.., decide: a or b, prepare: a, allocation: open, ${WAITS}`],
      rules: "PQ, PQ after a gate",
    },
  ])("$what", ({ ranges, rules, length = null }) => {
    const table = tableOf(...ranges);
    expect(judged(table)).toBe(rules);
    expect(shortestViolatingRun(table)).toBe(length);
  });

  it("is shown by a phase-1 quorum and what may have decided in every range that is waited for", () => {
    const table = tableOf(
      "sets: 0, decide: a or b",
      `sets: 1, decide: c or d, prepare: a and b, ${WAITS}`,
      `sets: 2.., decide: c, prepare: a and c, ${WAITS}`,
    );
    const { witness } = judgeRules(table)[1]!;
    const shown = witness!.quorums.map(
      ({ phase, registerSet, quorum }) => `${phase} R${registerSet} ${namesOf(quorum, table.servers)}`,
    );
    expect(shown).toEqual(["2 R0 b", "2 R1 d", "1 R2 a,c"]);
  });
});

it("a gated set waits for the range before, and for what that waits for", () => {
  const table = tableOf(
    "sets: 0..3, decide: a",
    "sets: 4, decide: a",
    `sets: 5, decide: a, ${WAITS}`,
    `sets: 6.., decide: a, ${WAITS}`,
  );
  const firsts = [3, 4, 5, 6, 9].map((set) => rangesWaitedFor(table, set).map(({ first }) => first));
  expect(firsts).toEqual([[], [], [4], [4, 5], [4, 5]]);
});

it("phase 1 that is left out is what meets all of one range that is waited for; without a gate, all of all that have none", () => {
  const shown = (table: QuorumTable, set: number) =>
    phase1Family(table, set)
      .list()
      .map((quorum) => namesOf(quorum, table.servers).join(""));
  const table = tableOf(
    "sets: 0, decide: a or b",
    `sets: 1, decide: c, ${WAITS}`,
    `sets: 2..3, decide: d, ${WAITS}`,
    "sets: 4.., decide: d",
  );
  expect([1, 2, 3, 4, 5].map((set) => shown(table, set).join(" "))).toEqual(["ab", "c ab", "c ab", "ab", "abd"]);
});

it("is part of what a table means, and is printed", () => {
  const table = tableOf("sets: 0..1, decide: a", "sets: 2, decide: a", `sets: 3.., decide: a, ${WAITS}`);
  expect(parseTable(formatTable(table), "again.yaml").ranges.map(({ after }) => after)).toEqual([
    undefined,
    undefined,
    "decided",
  ]);
  const without = tableOf("sets: 0..1, decide: a", "sets: 2, decide: a", "sets: 3.., decide: a");
  const waitingForMore = tableOf("sets: 0..2, decide: a", `sets: 3.., decide: a, ${WAITS}`);
  expect(new Set([table, without, waitingForMore].map(normalForm)).size).toBe(3);
});

it("rule 4, previous decisions: past a gate, what is decided; and gated sets below ask nothing", () => {
  const [A, _] = [holding("A"), UNWRITTEN];
  const table = tableOf(
    "sets: 0, decide: a and b",
    `sets: 1, decide: c, prepare: a, ${WAITS}`,
    "sets: 2.., decide: d, prepare: a",
  );
  const state = (...rows: (typeof A)[][]) => ({ registerSets: [0, 1], rows });
  const decided = state([A, A, _, _], [_, _, _, _]);
  expect(previousDecisions(table, decided, 1, "A")).toBe(true);
  expect(previousDecisions(table, decided, 1, "B")).toBe(false);
  // c is unwritten in R1, and may decide there: A, if anything.
  expect(previousDecisions(table, decided, 2, "A")).toBe(true);
  expect(previousDecisions(table, state([A, _, _, _], [_, _, _, _]), 2, "B")).toBe(false);
});
