import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeReply } from "../../encoding/messages.js";
import { ClientCore } from "../client.js";
import { PAGE_BYTES_MAX, PAGE_REGISTERS_MAX, Pages } from "../pages.js";
import { type Page, type PreparedReply, REGISTER_SET_LIMIT, VALUE_BYTES_MAX, type Written } from "../protocol.js";
import { RegisterRow } from "../register-row.js";
import { ServerCore } from "../server.js";
import { threeMajority } from "./tables.js";

const LONG = "x".repeat(VALUE_BYTES_MAX);

/** Distinct values, so that each takes its room in a page. */
const longValue = (registerSet: number): string => `${registerSet}${LONG}`.slice(0, VALUE_BYTES_MAX);

function rowOf(written: readonly Written[]): RegisterRow {
  const row = new RegisterRow();
  for (const [registerSet, value] of written) row.write(registerSet, value);
  return row;
}

/** All pages below the register set, as a client asks for them; `meanwhile` happens after each. */
function readPages(row: RegisterRow, below: number, meanwhile: () => void = () => {}): Page[] {
  const pages: Page[] = [];
  for (let from: number | undefined = 0; from !== undefined; from = pages.at(-1)!.next) {
    pages.push(row.page(from, below));
    meanwhile();
  }
  return pages;
}

function together(pages: readonly Page[], below: number): Pages {
  const collected = new Pages(below);
  for (const page of pages) expect(collected.take(page)).toBe(true);
  return collected;
}

describe("a row in pages", () => {
  const registers = fc.uniqueArray(fc.tuple(fc.nat(30), fc.boolean()), { selector: ([set]) => set, maxLength: 25 });

  it("is told whole, in order, whatever the order of writing and whatever the register set", () => {
    fc.assert(
      fc.property(registers, fc.nat(31), (registers, below) => {
        const written = registers.map(([set, isLong]): Written => [set, isLong ? longValue(set) : "A"]);
        const expected = written.filter(([set]) => set < below).sort(([one], [other]) => one - other);
        const pages = readPages(rowOf(written), below);
        const collected = together(pages, below);
        expect([collected.isWhole, collected.written]).toEqual([true, expected]);
        for (const page of pages)
          expect(page.written.filter(([, value]) => value !== "A").length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 50 },
    );
  });

  it("has pages of bounded size, of which each fits in a frame", () => {
    const many = rowOf(Array.from({ length: PAGE_REGISTERS_MAX + 1 }, (_, set): Written => [set, "A"]));
    expect(readPages(many, REGISTER_SET_LIMIT).map(({ written, from, next }) => [from, written.length, next])).toEqual([
      [undefined, PAGE_REGISTERS_MAX, PAGE_REGISTERS_MAX],
      [PAGE_REGISTERS_MAX, 1, undefined],
    ]);
    const long = rowOf(Array.from({ length: 40 }, (_, set): Written => [set, longValue(set)]));
    const pages = readPages(long, REGISTER_SET_LIMIT);
    expect(pages.map(({ written }) => written.length)).toEqual([8, 8, 8, 8, 8]);
    for (const page of pages) {
      const frame = encodeReply({ id: 1, reply: { kind: "row", frozenBelow: 0, ...page } });
      expect(frame.length).toBeLessThan(PAGE_BYTES_MAX + 100);
    }
  });

  it("shows nothing that is not so when it changes between pages, and misses nothing that was there", () => {
    const written = Array.from({ length: 3 * PAGE_REGISTERS_MAX }, (_, at): Written => [2 * at + 1, "A"]);
    const row = rowOf(written);
    let next = 0;
    const pages = readPages(row, REGISTER_SET_LIMIT, () => {
      row.write(next, "late");
      next += 2 * PAGE_REGISTERS_MAX;
    });
    const collected = together(pages, REGISTER_SET_LIMIT);
    for (const [set, value] of collected.written) expect(row.registerAt(set)).toEqual({ state: "value", value });
    expect(collected.written.filter(([, value]) => value === "A")).toEqual(written);
  });

  it("keeps its order when thousands of registers are written from the last to the first", () => {
    const count = 50_000;
    const row = rowOf(Array.from({ length: count }, (_, at): Written => [count - at, `${at}`]));
    expect(row.page(0, 3).written).toEqual([
      [1, `${count - 1}`],
      [2, `${count - 2}`],
    ]);
    row.write(0, "late");
    expect(row.page(0, 2).written[0]).toEqual([0, "late"]);
    expect(row.written).toHaveLength(count + 1);
  });

  it("has room for as many values as fit in memory, and says so when it has not", () => {
    const core = new ServerCore();
    for (let set = 0; set < 100; set++) {
      const { reply } = core.handle({ kind: "write", registerSet: set, value: longValue(set) });
      expect(reply.kind).toBe("written");
    }
    // Text of one object, so that the test does not take what the row would.
    let set = 100;
    while (core.handle({ kind: "write", registerSet: set, value: LONG }).reply.kind === "written") set++;
    expect(set).toBe(8182);
    expect(core.handle({ kind: "write", registerSet: set, value: LONG }).reply).toEqual({
      kind: "rejected",
      reason: "this server's row of registers is full",
    });
    expect(core.handle({ kind: "read", from: set - 1 }).reply).toMatchObject({
      kind: "row",
      written: [[set - 1, LONG]],
    });
  });
});

describe("a client that is told in pages", () => {
  const REGISTER_SET = 10_000;
  const page = (from: number, written: readonly Written[], next?: number): PreparedReply => ({
    kind: "prepared",
    registerSet: REGISTER_SET,
    written,
    ...(from > 0 && { from }),
    ...(next !== undefined && { next }),
  });

  const started = () => {
    const core = new ClientCore({ table: threeMajority, registerSet: REGISTER_SET, input: "mine" });
    expect(core.start()).toEqual({ kind: "prepare", registerSet: REGISTER_SET });
    core.receive(1, page(0, []));
    return core;
  };

  it("counts a server only when all pages have come, and takes the value of the last one", () => {
    const core = started();
    expect(core.receive(0, page(0, [[1, "low"]], 5))).toBeUndefined();
    expect(core.nextTo(0)).toEqual({ kind: "prepare", registerSet: REGISTER_SET, from: 5 });
    expect(core.receive(0, page(5, [[5, "middle"]], 9000))).toBeUndefined();
    expect(core.nextTo(0)).toEqual({ kind: "prepare", registerSet: REGISTER_SET, from: 9000 });
    expect(core.chosen).toBeNull();
    expect(core.receive(0, page(9000, [[9999, "high"]]))).toEqual({
      kind: "write",
      registerSet: REGISTER_SET,
      value: "high",
    });
    expect(core.nextTo(0)).toEqual({ kind: "write", registerSet: REGISTER_SET, value: "high" });
  });

  it("takes no page twice, none before its turn, and none that makes no sense", () => {
    const core = started();
    core.receive(0, page(0, [[1, "low"]], 5));
    const misfits = [
      page(0, [[1, "low"]], 5),
      page(0, []),
      page(9000, [[9999, "out of turn"]]),
      page(5, [[4, "before the page"]]),
      page(5, [[9, "after it"]], 7),
      page(5, [], 5),
      page(5, [], REGISTER_SET),
      page(5, [
        [8, "descending"],
        [7, "order"],
      ]),
      { ...page(5, []), registerSet: REGISTER_SET - 1 },
    ];
    for (const misfit of misfits) expect(core.receive(0, misfit)).toBeUndefined();
    expect(core.chosen).toBeNull();
    expect(core.nextTo(0)).toEqual({ kind: "prepare", registerSet: REGISTER_SET, from: 5 });
    expect(core.receive(0, page(5, []))).toEqual({ kind: "write", registerSet: REGISTER_SET, value: "low" });
  });
});
