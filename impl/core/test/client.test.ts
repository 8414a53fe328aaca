import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holding, NIL, UNWRITTEN } from "../../../spec/register.js";
import { ClientCore } from "../client.js";
import { checkValue, type Reply, VALUE_BYTES_MAX, type Written } from "../protocol.js";
import { allAboard, careless, changing, family, MAJORITIES, tableOf, threeMajority } from "./tables.js";

const prepared = (registerSet: number, ...written: Written[]): Reply => ({ kind: "prepared", registerSet, written });
const written = (registerSet: number, value: string): Reply => ({ kind: "written", registerSet, value });
const refused = (registerSet: number, holds = NIL): Reply => ({ kind: "refused", registerSet, holds });

const started = (registerSet: number, table = threeMajority) => {
  const core = new ClientCore({ table, registerSet, input: "mine" });
  core.start();
  return core;
};

describe("phase 1", () => {
  it("is not needed in set 0", () => {
    const core = new ClientCore({ table: threeMajority, registerSet: 0, input: "mine" });
    expect(core.start()).toEqual({ kind: "write", registerSet: 0, value: "mine" });
    expect(core.phase).toBe("write");
    expect(core.chosen).toBe("mine");
  });

  it("asks every server and waits for a quorum", () => {
    const core = new ClientCore({ table: threeMajority, registerSet: 4, input: "mine" });
    expect(core.phase).toBe("idle");
    expect(core.start()).toEqual({ kind: "prepare", registerSet: 4 });
    expect(core.receive(0, prepared(4))).toBeUndefined();
    expect(core.chosen).toBeNull();
    expect(core.receive(2, prepared(4))).toEqual({ kind: "write", registerSet: 4, value: "mine" });
    expect(core.chosen).toBe("mine");
  });

  it("counts a repeated reply once", () => {
    const core = started(4);
    core.receive(1, prepared(4));
    expect(core.receive(1, prepared(4))).toBeUndefined();
    expect(core.phase).toBe("prepare");
  });

  it("takes the value of the greatest register set, whoever told it and in whatever order", () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const core = started(9);
      const replies = [prepared(9, [2, "low"], [7, "high"]), prepared(9, [5, "middle"])];
      for (const server of order) core.receive(server, replies[server]!);
      expect(core.chosen).toBe("high");
    }
  });

  it("takes the first value heard where an open set shows several", () => {
    const open = tableOf(3, [{ first: 0, decide: MAJORITIES, allocation: { kind: "open" } }]);
    const core = started(1, open);
    core.receive(2, prepared(1, [0, "first"]));
    core.receive(0, prepared(1, [0, "second"]));
    expect(core.chosen).toBe("first");
  });

  it("counts servers beyond a quorum when they were heard before it was complete", () => {
    const core = started(10, tableOf(3, [{ first: 0, decide: MAJORITIES, prepare: family(0b011) }]));
    core.receive(2, prepared(10, [3, "told by an outsider"]));
    core.receive(0, prepared(10));
    core.receive(1, prepared(10));
    expect(core.chosen).toBe("told by an outsider");
  });

  it("ignores replies from other register sets, and senseless ones", () => {
    const core = started(4);
    const senseless = [
      prepared(3),
      prepared(5),
      prepared(4, [4, "not below"]),
      prepared(4, [9, "above"]),
      prepared(4, [2, "descending"], [1, "order"]),
      prepared(4, [1, "twice"], [1, "the same"]),
      prepared(4, [-1, "negative"]),
      written(4, "mine"),
      refused(4),
      { kind: "row", frozenBelow: 4, written: [] } as Reply,
      { kind: "rejected", reason: "no" } as Reply,
    ];
    for (const reply of senseless) for (const server of [0, 1, 2]) expect(core.receive(server, reply)).toBeUndefined();
    expect(core.phase).toBe("prepare");
  });

  it("uses each range's own quorums, written or derived", () => {
    const first = started(1, changing);
    expect(first.receive(2, prepared(1))).toBeUndefined();
    expect(first.receive(0, prepared(1))?.kind).toBe("write");
    expect(started(2, changing).receive(1, prepared(2))?.kind).toBe("write");
    expect(started(5, careless).receive(0, prepared(5))?.kind).toBe("write");
    // Below set 10 only all together decide, so any one server tells; above it a majority is needed.
    expect(started(10, allAboard).receive(2, prepared(10))?.kind).toBe("write");
    expect(started(11, allAboard).receive(2, prepared(11))).toBeUndefined();
  });
});

describe("phase 2", () => {
  const writing = () => {
    const core = started(4);
    core.receive(0, prepared(4));
    core.receive(1, prepared(4));
    return core;
  };

  it("outputs once a whole quorum holds the value", () => {
    const core = writing();
    core.receive(2, written(4, "mine"));
    expect(core.output).toBeNull();
    core.receive(0, written(4, "mine"));
    expect(core.output).toBe("mine");
    expect(core.phase).toBe("output");
  });

  it("counts a repeated acknowledgement once, and none of other sets or values", () => {
    const core = writing();
    const ignored = [written(3, "mine"), written(4, "theirs"), written(5, "mine"), prepared(4)];
    for (const reply of ignored) for (const server of [0, 1, 2]) core.receive(server, reply);
    core.receive(1, written(4, "mine"));
    core.receive(1, written(4, "mine"));
    expect(core.output).toBeNull();
  });

  it("never changes what it chose", () => {
    const core = writing();
    core.receive(2, prepared(4, [3, "late"]));
    expect(core.chosen).toBe("mine");
  });

  it("is blocked when refusals hit every quorum", () => {
    const core = writing();
    core.receive(0, refused(4));
    core.receive(0, refused(4));
    expect(core.blocked).toBe(false);
    core.receive(1, refused(3));
    core.receive(1, refused(4, UNWRITTEN));
    core.receive(1, refused(4, holding("mine")));
    expect(core.blocked).toBe(false);
    core.receive(1, refused(4));
    expect(core.blocked).toBe(true);
    expect(core.output).toBeNull();
  });

  it("comes to the same end in whatever order, and however often, replies arrive", () => {
    const replies = fc.array(
      fc.tuple(
        fc.nat(2),
        fc.constantFrom(prepared(4), written(4, "mine"), written(3, "mine"), prepared(3), refused(4)),
      ),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(replies, (replies) => {
        const core = started(4);
        const ready = new Set<number>();
        const holders = new Set<number>();
        for (const [server, reply] of replies) {
          const phase = core.phase;
          core.receive(server, reply);
          if (phase === "prepare" && reply.kind === "prepared" && reply.registerSet === 4) ready.add(server);
          if (phase !== "prepare" && reply.kind === "written" && reply.registerSet === 4) holders.add(server);
        }
        expect(core.chosen).toBe(ready.size >= 2 ? "mine" : null);
        expect(core.output).toBe(holders.size >= 2 ? "mine" : null);
      }),
    );
  });
});

describe("a value", () => {
  it("is any well-formed text of at most 64 KiB, and nothing else", () => {
    let refused = 0;
    const unit = fc.oneof(fc.constantFrom("a", "\uD83D\uDE00", "\uD83D", "\uDE00"), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const text = units.join("");
        // Each code point by itself: what is left alone of a pair is in the range of surrogates.
        const isWellFormed = [...text].every(
          (point) => !(point >= "\uD800" && point <= "\uDFFF" && point.length === 1),
        );
        if (isWellFormed) {
          checkValue(text);
          return;
        }
        refused++;
        expect(() => checkValue(text)).toThrow(
          new RangeError("a value must be well-formed text: it has a lone surrogate"),
        );
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(50);
    for (const text of ["", "x".repeat(VALUE_BYTES_MAX), "é".repeat(VALUE_BYTES_MAX / 2)]) checkValue(text);
    expect(() => checkValue("x".repeat(VALUE_BYTES_MAX + 1))).toThrow(/this one has 65537/);
    expect(() => checkValue("é".repeat(VALUE_BYTES_MAX / 2 + 1))).toThrow(/this one has 65538/);
  });
});

describe("a client core", () => {
  it("refuses what it cannot do, and says so", () => {
    const make = (registerSet: number, table = threeMajority, input = "mine") =>
      new ClientCore({ table, registerSet, input });
    expect(() => make(1, tableOf(3, [{ first: 0, last: 0, decide: MAJORITIES }]))).toThrow(/has no register set 1/);
    expect(() => make(-1)).toThrow(RangeError);
    expect(() => make(0, threeMajority, "\uDC00")).toThrow(/lone surrogate/);
    expect(() => started(4).receive(3, prepared(4))).toThrow(/no server has index 3/);
    expect(() => started(4).start()).toThrow(/started before/);
  });
});
