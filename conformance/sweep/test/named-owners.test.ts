/**
 * Ranges that belong to named clients: exclusive like any other, for the rules, for the explorer and in what is
 * printed.
 */
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { parseTable } from "../../../spec/table-file.js";
import { formatTable } from "../../../spec/table-printer.js";
import { quorums } from "../../../spec/test/tables.js";
import { type Examination, examine } from "../examine.js";
import type { SweepRequest, SweptAllocation } from "../request.js";
import { rulesJudge } from "../rules-judge.js";
import { tablesOf } from "../sweep.js";
import { tableOf } from "../swept-table.js";
import { requestOf } from "./requests.js";

const PAIRS: readonly (readonly [named: SweptAllocation, plain: SweptAllocation])[] = [
  ["named", "exclusive"],
  ["open-first-named", "open-first"],
];

function examined(request: SweepRequest): Examination[] {
  return [...tablesOf(request)].map(({ table }) => examine(table, { explorer: request.explorer })!);
}

const ownersOf = ({ ranges, clients }: QuorumTable) => ({
  allocations: ranges.map(({ allocation }) => allocation),
  clients,
});

describe.each(PAIRS)("swept %s", (named, plain) => {
  it.each(["greatest", "eager", "strict", "decision-table"] as const)(
    "every table of 2 servers and 2 ranges is examined as %s finds it with owners by turns",
    (selection) => {
      const request = requestOf({ servers: 2, selection });
      const found = examined({ ...request, allocation: named });
      expect(found).toEqual(examined({ ...request, allocation: plain }));
      expect(found.filter(({ disagreement }) => disagreement !== null)).toEqual([]);
      // By decision table, exclusive sets need no rule for agreement.
      const verdicts = named === "named" && selection === "decision-table" ? ["safe"] : ["safe", "unsafe"];
      expect(new Set(found.map(({ explorer }) => explorer))).toEqual(new Set(verdicts));
    },
  );

  it("so are random tables, by the reduction", () => {
    const request = requestOf({ servers: 3, ranges: 2, explorer: "reduced", random: 20, seed: 3, selection: "eager" });
    const found = examined({ ...request, allocation: named });
    expect(found).toEqual(examined({ ...request, allocation: plain }));
    expect(found.filter(({ disagreement }) => disagreement !== null)).toEqual([]);
  });

  it("gives each range that is not open a client of its own, and reads back from what is printed", () => {
    const [first] = tablesOf(requestOf({ servers: 2, ranges: 3, allocation: named }));
    const own = (range: number) => ({ kind: "client", client: `c${range}` });
    expect(ownersOf(first!.table)).toEqual(
      named === "named"
        ? { allocations: [own(0), own(1), own(2)], clients: ["c0", "c1", "c2"] }
        : { allocations: [{ kind: "open" }, own(1), own(2)], clients: ["c1", "c2"] },
    );
    const text = formatTable(first!.table);
    expect(formatTable(parseTable(text, "swept.yaml"))).toBe(text);
    expect(ownersOf(parseTable(text, "swept.yaml"))).toEqual(ownersOf(first!.table));
  });
});

it("a judge that asks F1 of named clients' sets is contradicted", () => {
  const all = quorums("01");
  const table = tableOf(
    "named",
    2,
    [
      { first: 0, last: 0, decide: all, prepare: null, elect: null },
      { first: 1, last: Number.POSITIVE_INFINITY, decide: quorums("0", "1"), prepare: all, elect: null },
    ],
    { selection: "greatest", allocation: "open-first-named" },
  );
  expect(examine(table, { explorer: "whole" })).toMatchObject({ rules: "safe", explorer: "safe", disagreement: null });
  // F1 as it would be judged if whoever is named were anybody.
  const open: QuorumTable = {
    ...table,
    ranges: table.ranges.map((range) => ({ ...range, allocation: { kind: "open" } })),
  };
  const judge = { ...rulesJudge, saySafe: () => rulesJudge.saySafe(open) };
  expect(examine(table, { explorer: "whole", judge })!.disagreement).toBe(
    "a rule is broken, and yet no run of the scope decides two values",
  );
});
