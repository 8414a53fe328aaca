import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holding, NIL, UNWRITTEN } from "../../../spec/register.js";
import { type CellRecord, type PutIfAbsent, RegisterStorage, type WrittenRegister } from "../register-storage.js";

const SETS = 4;

const register = fc.constantFrom<WrittenRegister>(
  { state: "nil" },
  { state: "value", value: "A" },
  { state: "value", value: "" },
);
const put: fc.Arbitrary<PutIfAbsent> = fc.record({ registerSet: fc.nat(SETS - 1), put: register });

describe("RegisterStorage", () => {
  it("keeps the first thing put into each register, and tells it to everybody", () => {
    fc.assert(
      fc.property(fc.array(put, { maxLength: 20 }), (puts) => {
        const storage = new RegisterStorage();
        puts.forEach((request, i) => {
          const { registerSet } = request;
          const first = puts.slice(0, i + 1).find((earlier) => earlier.registerSet === registerSet)!;
          const { records, reply } = storage.putIfAbsent(request);
          expect(reply).toEqual({ kind: "holds", registerSet, holds: first.put });
          // Only what changes something has to become durable.
          expect(records).toEqual(first === request ? [{ registerSet, holds: first.put }] : []);
        });
        for (let registerSet = 0; registerSet < SETS; registerSet++) {
          const first = puts.find((request) => request.registerSet === registerSet);
          expect(storage.registerAt(registerSet)).toEqual(first?.put ?? UNWRITTEN);
        }
      }),
    );
  });

  it("is the same after any number of restarts from its records", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(put, fc.boolean()), { maxLength: 20 }), (steps) => {
        const steady = new RegisterStorage();
        let restarted = new RegisterStorage();
        const durable: CellRecord[] = [];
        for (const [request, restart] of steps) {
          const { records, reply } = restarted.putIfAbsent(request);
          expect(reply).toEqual(steady.putIfAbsent(request).reply);
          durable.push(...records);
          if (restart) restarted = RegisterStorage.recover(durable);
        }
      }),
    );
  });

  it("touches no other register: nil in one leaves the lower ones open", () => {
    const storage = new RegisterStorage();
    storage.putIfAbsent({ registerSet: 3, put: { state: "nil" } });
    expect([2, 3, 4].map((registerSet) => storage.registerAt(registerSet))).toEqual([UNWRITTEN, NIL, UNWRITTEN]);
    storage.putIfAbsent({ registerSet: 2, put: { state: "value", value: "A" } });
    expect(storage.registerAt(2)).toEqual(holding("A"));
  });

  it("rejects what makes no sense, and records that contradict each other", () => {
    const storage = new RegisterStorage();
    for (const registerSet of [-1, 0.5, 2 ** 48]) {
      const { records, reply } = storage.putIfAbsent({ registerSet, put: { state: "nil" } });
      expect([records, reply.kind]).toEqual([[], "rejected"]);
    }
    const torn = storage.putIfAbsent({ registerSet: 0, put: { state: "value", value: "\uD800" } });
    expect(torn.reply).toEqual({ kind: "rejected", reason: expect.stringContaining("lone surrogate") });
    expect(storage.registerAt(0)).toEqual(UNWRITTEN);
    const records: CellRecord[] = [
      { registerSet: 1, holds: { state: "nil" } },
      { registerSet: 1, holds: { state: "value", value: "A" } },
    ];
    expect(() => RegisterStorage.recover(records)).toThrow(/register 1 is write-once/);
  });
});
