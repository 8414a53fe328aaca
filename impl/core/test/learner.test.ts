import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decidedValues } from "../../../spec/state-table.js";
import { RulesBrokenError } from "../exclusive-reads.js";
import { Learner } from "../learner.js";
import type { RowReply, Written } from "../protocol.js";
import { ServerCore } from "../server.js";
import { allAboard, careless, grid, threeMajority } from "./tables.js";

const row = (...written: Written[]): RowReply => ({ kind: "row", frozenBelow: 0, written });

describe("a learner", () => {
  it("knows a decision as soon as it has seen a phase-2 quorum of one register set hold it", () => {
    const learner = new Learner(threeMajority);
    expect(learner.nextTo(0)).toEqual({ kind: "read" });
    learner.receive(0, row([3, "apple"], [5, "pear"]));
    learner.receive(0, row([5, "apple"]));
    learner.receive(1, row([4, "apple"]));
    expect([learner.decision, learner.heard, learner.nextTo(0)]).toEqual([null, 0b011, null]);
    expect(learner.greatest).toEqual([{ registerSet: 5, value: "pear", servers: 0b001 }]);
    learner.receive(2, { ...row([3, "apple"]), next: 7 });
    expect(learner.decision).toEqual({ value: "apple", registerSet: 3, servers: 0b101 });
    expect(learner.nextTo(2)).toBeNull();
  });

  it("asks on where a page ended, and takes none twice", () => {
    const learner = new Learner(threeMajority);
    const page: RowReply = { ...row([3, "apple"]), next: 7 };
    learner.receive(1, page);
    learner.receive(1, page);
    expect([learner.nextTo(1), learner.heard]).toEqual([{ kind: "read", from: 7 }, 0]);
    learner.receive(1, { ...row([9, "apple"]), from: 7 });
    expect([learner.nextTo(1), learner.heard]).toEqual([null, 0b010]);
  });

  it("believes a server that was told, and stops where there are two decisions", () => {
    const learner = new Learner(threeMajority);
    learner.receive(1, { kind: "decided", value: "apple" });
    expect(learner.decision).toEqual({ value: "apple", toldTo: 1 });
    expect(() => learner.receive(2, { kind: "decided", value: "pear" })).toThrow(
      new RulesBrokenError(
        'two values are decided, "apple" and, as S2 was told, "pear": the table is not safe, or somebody uses another one, another number of clients, or one number twice; stop all clients and find out who',
      ),
    );
    const unsafe = new Learner(careless);
    expect(() => [0, 1].map((server) => unsafe.receive(server, row([0, "A"], [1, "B"])))).toThrow(
      /^two values are decided, "A" and "B": the table is not safe/,
    );
  });

  it("ignores what no client of the table can have written, and what is no row", () => {
    const few = new Learner({ ...allAboard, ranges: [allAboard.ranges[0]!] });
    for (const server of [0, 1, 2]) few.receive(server, row([10, "apple"]));
    few.receive(0, { kind: "rejected", reason: "no" });
    expect([few.decision, few.greatest]).toEqual([null, []]);
  });

  it("finds what is decided, and nothing else, in any rows and whatever the order of hearing", () => {
    const registers = fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.constantFrom("A", "B")), { maxLength: 12 });
    fc.assert(
      fc.property(registers, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (registers, order) => {
        const cores = grid.servers.map(() => new ServerCore());
        for (const [server, registerSet, value] of registers) {
          cores[server]!.handle({ kind: "write", registerSet, value });
        }
        const registerSets = [0, 1, 2];
        const rows = registerSets.map((registerSet) => cores.map((core) => core.registerAt(registerSet)));
        const decided = decidedValues(grid, { registerSets, rows });
        const learner = new Learner(grid);
        const hear = () =>
          order.map((server) => learner.receive(server, cores[server]!.handle({ kind: "read" }).reply));
        if (decided.length > 1) {
          expect(hear).toThrow(RulesBrokenError);
          return;
        }
        hear();
        expect(learner.decision?.value).toEqual(decided[0]);
      }),
      { numRuns: 500 },
    );
  });
});
