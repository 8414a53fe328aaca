import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holding, mayBecome, NIL, type Register, UNWRITTEN } from "../../../spec/register.js";
import { REGISTER_SET_LIMIT, type Request, VALUE_BYTES_MAX } from "../protocol.js";
import { RegisterRow } from "../register-row.js";
import { ServerCore } from "../server.js";

/** The register sets that are looked at: neighbours, and those where numbers of 31, 32 and 48 bits end. */
const SETS = [0, 1, 2, 3, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 48 - 2, 2 ** 48 - 1];

const registerSet = fc.constantFrom(...SETS);

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ kind: fc.constant("prepare" as const), registerSet }),
  fc.record({
    kind: fc.constant("write" as const),
    registerSet,
    value: fc.constantFrom("A", "B", "", "x".repeat(VALUE_BYTES_MAX)),
  }),
  fc.record({ kind: fc.constant("read" as const) }),
);

const rowOf = (core: ServerCore): Register[] => SETS.map((r) => core.registerAt(r));

/** The row that a sequence of requests must lead to, register by register: deliberately dumb. */
function expectedRow(requests: readonly Request[]): Register[] {
  const row: Register[] = SETS.map(() => UNWRITTEN);
  for (const request of requests) {
    if (!("registerSet" in request)) continue;
    const at = SETS.indexOf(request.registerSet);
    if (request.kind === "write" && row[at]!.state === "unwritten") row[at] = holding(request.value);
    if (request.kind === "prepare") {
      for (let below = 0; below < at; below++) if (row[below]!.state === "unwritten") row[below] = NIL;
    }
  }
  return row;
}

const valuesBelow = (row: readonly Register[], registerSet: number) =>
  row.flatMap((register, at) =>
    SETS[at]! < registerSet && register.state === "value" ? [[SETS[at], register.value]] : [],
  );

function expectedReply(request: Request, after: readonly Register[]): unknown {
  switch (request.kind) {
    case "prepare":
      return { kind: "prepared", registerSet: request.registerSet, written: valuesBelow(after, request.registerSet) };
    case "decided":
      throw new Error("not among these requests");
    case "read":
      return expect.objectContaining({ kind: "row", written: valuesBelow(after, REGISTER_SET_LIMIT) });
    case "write": {
      const { registerSet, value } = request;
      const holds = after[SETS.indexOf(registerSet)]!;
      const accepted = holds.state === "value" && holds.value === value;
      return accepted ? { kind: "written", registerSet, value } : { kind: "refused", registerSet, holds };
    }
  }
}

describe("RegisterRow", () => {
  it("never thaws", () => {
    const row = new RegisterRow();
    row.freezeBelow(5);
    row.freezeBelow(3);
    expect([row.frozenBelow, row.registerAt(4), row.registerAt(5)]).toEqual([5, NIL, UNWRITTEN]);
  });

  it("refuses to be written twice, or where it is nil", () => {
    const row = new RegisterRow();
    row.freezeBelow(2);
    row.write(2, "A");
    expect(() => row.write(2, "A")).toThrow(/register 2 is write-once/);
    expect(() => row.write(1, "A")).toThrow(/not unwritten but nil/);
  });
});

describe("ServerCore", () => {
  it("does to its row, and replies, what the registers' definition says", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const core = new ServerCore();
        requests.forEach((request, i) => {
          const { reply } = core.handle(request);
          const after = expectedRow(requests.slice(0, i + 1));
          expect(rowOf(core)).toEqual(after);
          expect(reply).toEqual(expectedReply(request, after));
        });
      }),
    );
  });

  it("never changes a register twice", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const core = new ServerCore();
        for (const request of requests) {
          const before = rowOf(core);
          core.handle(request);
          const after = rowOf(core);
          expect(before.every((register, r) => mayBecome(register, after[r]!))).toBe(true);
        }
      }),
    );
  });

  it("is the same after any number of restarts from its records", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(request, fc.boolean()), { maxLength: 30 }), (steps) => {
        const steady = new ServerCore();
        let restarted = new ServerCore();
        const log = [];
        for (const [request, restart] of steps) {
          const { records, reply } = restarted.handle(request);
          expect(reply).toEqual(steady.handle(request).reply);
          log.push(...records);
          if (restart) restarted = ServerCore.recover(log);
        }
        expect(rowOf(restarted)).toEqual(rowOf(steady));
      }),
    );
  });

  it("told to freeze below what it writes, is as if every write that it takes came after a prepare", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(request, fc.boolean()), { maxLength: 30 }), (steps) => {
        const options = { writesFreezeBelow: true };
        const plain = new ServerCore();
        let freezing = new ServerCore(options);
        const log = [];
        for (const [request, restart] of steps) {
          const isTaken = request.kind === "write" && plain.registerAt(request.registerSet).state === "unwritten";
          if (isTaken) plain.handle({ kind: "prepare", registerSet: request.registerSet });
          const { records, reply } = freezing.handle(request);
          expect(reply).toEqual(plain.handle(request).reply);
          log.push(...records);
          if (restart) freezing = ServerCore.recover(log, options);
          expect(rowOf(freezing)).toEqual(rowOf(plain));
        }
      }),
    );
  });

  it("records nothing when nothing changes, so that repeated requests cost no sync", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), request, (requests, repeated) => {
        const core = new ServerCore();
        for (const request of requests) core.handle(request);
        const first = core.handle(repeated);
        const second = core.handle(repeated);
        expect(second.records).toEqual([]);
        expect(second.reply).toEqual(first.reply);
      }),
    );
  });

  it("told what is decided, says so to everybody, and never again what contradicts its row", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), fc.array(request, { maxLength: 20 }), (before, after) => {
        const core = new ServerCore();
        const log = before.flatMap((request) => core.handle(request).records);
        const decided = { kind: "decided", value: "A" } as const;
        const told = core.handle(decided);
        expect(told).toEqual({ records: [decided], reply: decided });
        expect([...core.history()]).toEqual([decided]);
        // Live, from its whole log, and from the one that takes its place.
        for (const server of [core, ServerCore.recover([...log, decided]), ServerCore.recover(core.history())]) {
          for (const request of [...after, { kind: "decided", value: "B" } as const]) {
            expect(server.handle(request)).toEqual({ records: [], reply: decided });
          }
          expect(server.decided).toBe("A");
          expect(() => server.registerAt(0)).toThrow(/are gone/);
        }
      }),
    );
  });

  it("has a history that leads to where it is, however it came there, and that does not change with it", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const core = new ServerCore();
        for (const request of requests) core.handle(request);
        const before = rowOf(core);
        const history = core.history();
        core.handle({ kind: "prepare", registerSet: 3 });
        core.handle({ kind: "write", registerSet: 3, value: "later" });
        const records = [...history];
        expect(rowOf(ServerCore.recover(records))).toEqual(before);
        expect(records.length).toBeLessThanOrEqual(before.filter(({ state }) => state === "value").length + 1);
      }),
    );
  });

  it("takes back nothing after a decision", () => {
    const decided = { kind: "decided", value: "A" } as const;
    expect(() => ServerCore.recover([decided, { kind: "frozen", below: 3 }])).toThrow(
      'a record, "frozen", of a server that knew what is decided',
    );
    expect(() => ServerCore.recover([decided, decided])).toThrow(/"decided", of a server that knew/);
  });

  it("rejects what makes no sense", () => {
    const core = new ServerCore();
    for (const registerSet of [-1, 1.5, Number.NaN, 2 ** 48]) {
      expect(core.handle({ kind: "prepare", registerSet }).reply.kind).toBe("rejected");
      expect(core.handle({ kind: "write", registerSet, value: "A" }).reply.kind).toBe("rejected");
    }
    const tooLong = core.handle({ kind: "write", registerSet: 0, value: "x".repeat(VALUE_BYTES_MAX + 1) });
    expect(tooLong).toEqual({
      records: [],
      reply: { kind: "rejected", reason: expect.stringContaining("65536 bytes") },
    });
  });
});
