import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { allServers } from "../../../spec/server-set.js";
import { tries } from "../../../spec/test/effort.js";
import { ClientCore } from "../client.js";
import type { Reply, Written } from "../protocol.js";
import { readsAfter, readsInOrder, writtenOf } from "./random-reads.js";
import { allowedValues } from "./selection-oracle.js";
import { family, fastPaxos, MAJORITIES, TWO_OF_FOUR, tableOf } from "./tables.js";

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

const OPEN = { kind: "open" } as const;

/**
 * What the client of set 1, with input `mine`, chooses after each reply; server i reads reads[i] in set 0, null for
 * nil.
 */
function choices(table: QuorumTable, reads: readonly (Value | null)[]) {
  const core = new ClientCore({ table, registerSet: 1, input: "mine" });
  core.start();
  return reads.map((value, server) => {
    const written: Written[] = value === null ? [] : [[0, value]];
    core.receive(server, { kind: "prepared", registerSet: 1, written });
    return core.chosen;
  });
}

describe.each(SELECTIONS)("selection %s", (selection) => {
  it("chooses as soon as its definition allows a value, and one of those", () => {
    let chose = 0;
    let waited = 0;
    fc.assert(
      fc.property(readsInOrder(selection), (run) => {
        const { table, registerSet, input, arrivals } = run;
        const core = new ClientCore({ table, registerSet, input });
        core.start();
        for (let count = 0; core.chosen === null; count++) {
          expect(allowedValues(readsAfter(run, count), input)).toEqual(new Set());
          const isEverybodyHeard = count === table.servers.length;
          expect(core.blocked).toBe(isEverybodyHeard);
          if (count === arrivals.length) return void waited++;
          const { server, row } = arrivals[count]!;
          const reply: Reply = { kind: "prepared", registerSet, written: writtenOf(row) };
          const request = core.receive(server, reply);
          // Networks duplicate; nothing comes of it.
          expect(core.receive(server, reply)).toBeUndefined();
          const allowed = allowedValues(readsAfter(run, count + 1), input);
          if (allowed.size === 0) expect([request, core.chosen]).toEqual([undefined, null]);
          else expect(request).toEqual({ kind: "write", registerSet, value: core.chosen });
          if (core.chosen !== null) expect(allowed).toContain(core.chosen);
        }
        expect(core.blocked).toBe(false);
        chose++;
      }),
      { numRuns: tries(1000, 3000) },
    );
    expect(Math.min(chose, waited)).toBeGreaterThan(200);
  });

  it("takes the input at once where there is nothing below", () => {
    const table = tableOf(3, [{ first: 0, decide: MAJORITIES, allocation: OPEN }], selection);
    const core = new ClientCore({ table, registerSet: 0, input: "mine" });
    expect(core.start()).toEqual({ kind: "write", registerSet: 0, value: "mine" });
  });

  it("takes the input where no server holds a value", () => {
    // The decision table needs two servers to know that no three of them hold anything.
    const expected = selection === "decision-table" ? [null, "mine", "mine"] : [null, null, "mine"];
    expect(choices(fastPaxos(selection), [null, null, null])).toEqual(expected);
  });

  it("takes the only value there is, as soon as a quorum was heard", () => {
    expect(choices(fastPaxos(selection), ["A", null, "A"]).at(-1)).toBe("A");
    expect(choices(fastPaxos(selection), ["A", "A", "A"]).at(-1)).toBe("A");
  });
});

describe("after a collision in the fast set of Fast Paxos, four servers and quorums of three", () => {
  it("two of three hold A: it may be decided with the fourth, so it is chosen", () => {
    for (const reads of [
      ["A", "A", "B"],
      ["A", "B", "A"],
      ["B", "A", "A"],
    ]) {
      expect(choices(fastPaxos("eager"), reads)).toEqual([null, null, "A"]);
      expect(choices(fastPaxos("strict"), reads)).toEqual([null, null, "A"]);
      expect(choices(fastPaxos("decision-table"), reads).at(-1)).toBe("A");
    }
  });

  it("greatest takes the first value heard, which may be the wrong one: why F2 is no help to it", () => {
    expect(choices(fastPaxos("greatest"), ["B", "A", "A"])).toEqual([null, null, "B"]);
  });

  it("three different values, or two and a nil: nothing can be decided, so the input is chosen", () => {
    for (const selection of ["eager", "strict", "decision-table"] as const) {
      expect(choices(fastPaxos(selection), ["A", "B", "C"])).toEqual([null, null, "mine"]);
      expect(choices(fastPaxos(selection), ["A", "B", null])).toEqual([null, null, "mine"]);
    }
  });

  it("one value and two nils: eager and strict keep to A, the decision table knows when it is out", () => {
    expect(choices(fastPaxos("eager"), ["A", null, null])).toEqual([null, null, "A"]);
    expect(choices(fastPaxos("strict"), ["A", null, null])).toEqual([null, null, "A"]);
    // With one nil, three others may still have decided A; no quorum of phase 1 is needed to see that they decided
    // nothing else.
    expect(choices(fastPaxos("decision-table"), ["A", null, null])).toEqual([null, "A", "A"]);
    // Two nils, and nothing can be decided, whatever the others hold.
    expect(choices(fastPaxos("decision-table"), [null, null, "A"])).toEqual([null, "mine", "mine"]);
  });

  it("strict waits where phase 1 is too small to tell (F2 broken), eager does not", () => {
    expect(choices(fastPaxos("eager", TWO_OF_FOUR), ["A", "B", "B"])).toEqual([null, "A", "A"]);
    expect(choices(fastPaxos("strict", TWO_OF_FOUR), ["A", "B", "B"])).toEqual([null, null, "B"]);
    expect(choices(fastPaxos("strict", TWO_OF_FOUR), ["A", "B", null])).toEqual([null, null, "mine"]);
    expect(choices(fastPaxos("decision-table", TWO_OF_FOUR), ["A", "B", "B"])).toEqual([null, null, "B"]);
  });

  it("strict waits for an unheard quorum, even with a single value read (PQ broken)", () => {
    const ranges = [{ first: 0, decide: TWO_OF_FOUR, prepare: family(0b0001), allocation: OPEN }];
    expect(choices(tableOf(4, ranges, "eager"), ["A", "A", "A"])).toEqual(["A", "A", "A"]);
    expect(choices(tableOf(4, ranges, "strict"), ["A", "A", "A"])).toEqual([null, null, "A"]);
  });
});

describe("a client that may choose nothing", () => {
  const lonely = tableOf(2, [{ first: 0, decide: family(0b01, 0b10), allocation: OPEN }], "strict");

  it("is blocked once every server was heard, and still learns nothing more", () => {
    const core = new ClientCore({ table: lonely, registerSet: 1, input: "mine" });
    core.start();
    core.receive(0, { kind: "prepared", registerSet: 1, written: [[0, "A"]] });
    expect([core.blocked, core.couldEndWith(0b01), core.couldEndWith(0b10)]).toEqual([false, false, true]);
    core.receive(1, { kind: "prepared", registerSet: 1, written: [[0, "B"]] });
    expect([core.blocked, core.chosen, core.phase]).toEqual([true, null, "prepare"]);
    expect(core.couldEndWith(allServers(2))).toBe(false);
  });

  it("never has anything to choose from above quorums that it has not met", () => {
    const table = tableOf(3, [{ first: 0, decide: MAJORITIES }], "decision-table");
    const core = new ClientCore({ table, registerSet: 2 ** 48 - 1, input: "mine" });
    expect(core.start()).toEqual({ kind: "prepare", registerSet: 2 ** 48 - 1 });
    core.receive(0, { kind: "prepared", registerSet: 2 ** 48 - 1, written: [[2 ** 40, "A"]] });
    expect(core.chosen).toBeNull();
    core.receive(1, { kind: "prepared", registerSet: 2 ** 48 - 1, written: [] });
    expect(core.chosen).toBe("A");
  });
});

describe("a phase of which some servers refuse", () => {
  it("could end only with a quorum of the others", () => {
    const core = new ClientCore({ table: tableOf(3, [{ first: 0, decide: MAJORITIES }]), registerSet: 0, input: "A" });
    core.start();
    expect([0b011, 0b111, 0b001].map((answering) => core.couldEndWith(answering))).toEqual([true, true, false]);
    core.receive(0, { kind: "written", registerSet: 0, value: "A" });
    core.receive(1, { kind: "refused", registerSet: 0, holds: { state: "nil" } });
    // One has written, one refuses: only the third can complete a quorum.
    expect([0b011, 0b100, 0b111].map((answering) => core.couldEndWith(answering))).toEqual([false, true, true]);
    expect(core.blocked).toBe(false);
  });
});
