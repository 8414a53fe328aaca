import { describe, expect, it } from "vitest";
import { formatRange } from "../../../spec/quorum-table.js";
import { parseTable } from "../../../spec/table-file.js";
import { formatTable } from "../../../spec/table-printer.js";
import { everyTable } from "../every-table.js";
import { randomTables } from "../random-tables.js";
import { countTables, tablesOf } from "../sweep.js";
import type { SweptTable } from "../swept-table.js";
import { requestOf } from "./requests.js";

const shapeOf = ({ table }: SweptTable): string[] =>
  table.ranges.map(
    (range) => `${formatRange(range)} ${range.allocation.kind}${range.prepare === null ? "" : " prepared"}`,
  );

describe("every table", () => {
  it.each([
    { ranges: 1, shapes: "one", shape: ["0.. round-robin prepared"], tables: 10, standFor: 4 ** 2 },
    { ranges: 2, shapes: "one", shape: ["0 round-robin", "1.. round-robin prepared"], tables: 36, standFor: 4 ** 3 },
    {
      ranges: 2,
      shapes: "ten",
      shape: ["0..9 round-robin prepared", "10.. round-robin prepared"],
      tables: 136,
      standFor: 4 ** 4,
    },
    {
      ranges: 3,
      shapes: "one",
      shape: ["0 round-robin", "1 round-robin prepared", "2.. round-robin prepared"],
      tables: 528,
      standFor: 4 ** 5,
    },
  ] as const)(
    "with 2 servers, $ranges ranges, $shapes each: $tables",
    ({ ranges, shapes, shape, tables, standFor }) => {
      const request = requestOf({ servers: 2, ranges, shapes });
      const swept = [...everyTable(request)];
      expect(swept).toHaveLength(tables);
      expect(countTables(request)).toBe(BigInt(tables));
      expect(swept.reduce((sum, one) => sum + one.standsFor, 0)).toBe(standFor);
      for (const one of swept) expect(shapeOf(one)).toEqual(shape);
      expect(new Set(swept.map(({ table }) => formatTable({ ...table, name: "same" }))).size).toBe(tables);
    },
  );

  it("is open where it is asked to be", () => {
    const request = requestOf({ servers: 1, selection: "eager" });
    const [openFirst] = everyTable({ ...request, allocation: "open-first" });
    const [open] = everyTable({ ...request, allocation: "open" });
    expect(shapeOf(openFirst!)).toEqual(["0 open", "1.. round-robin prepared"]);
    expect(shapeOf(open!)).toEqual(["0 open", "1.. open prepared"]);
    expect(open!.table.selection).toBe("eager");
  });
});

describe("random tables", () => {
  const request = requestOf({ servers: 4, ranges: 3, random: 200, seed: 5 });
  const tables = [...tablesOf(request)];
  const ranges = tables.flatMap(({ table }) => table.ranges);

  it("are as many as asked for, the same for the same seed", () => {
    expect(tables).toHaveLength(200);
    expect(countTables(request)).toBe(200n);
    expect([...randomTables(request, 200, 5)]).toEqual(tables);
    expect([...randomTables(request, 200, 6)]).not.toEqual(tables);
    // A larger sample begins with the smaller one.
    expect([...randomTables(request, 300, 5)].slice(0, 200)).toEqual(tables);
  });

  it("have every size and kind of range", () => {
    expect(new Set(tables.map(({ table }) => table.servers.length))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(tables.map(({ table }) => table.ranges.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(ranges.map(({ first, last }) => last - first + 1))).toEqual(
      new Set([1, 2, 3, Number.POSITIVE_INFINITY]),
    );
    expect(new Set(ranges.map(({ prepare }) => prepare === null)).size).toBe(2);
  });
});

describe("what is printed of a swept table", () => {
  it("reads back as the same table", () => {
    const swept = [
      ...[...everyTable(requestOf({ servers: 3, ranges: 1, shapes: "ten", allocation: "open-first" }))],
      ...randomTables(requestOf({ servers: 4, ranges: 3, allocation: "open", selection: "strict" }), 50, 1),
    ];
    for (const { table } of swept) {
      const text = formatTable(table);
      expect(formatTable(parseTable(text, "swept.yaml"))).toBe(text);
    }
  });
});
