/** A client of a gated register set: what it asks for, what opens its gate, and what it then does. */
import { describe, expect, it } from "vitest";
import { propose } from "../../proposer/proposer.js";
import { MemoryNetwork } from "../../simulation/memory-network.js";
import { MemoryClaims } from "../../storage/claims.js";
import { ClientCore } from "../client.js";
import type { Reply, RowReply, Written } from "../protocol.js";
import { RegisterByRegisterClient } from "../register-by-register.js";
import { family, MAJORITIES, tableOf } from "./tables.js";

/**
 * Sets 0..3 and 4..5 are decided by majorities, of which the second range waits for the first; from 6 on S2 decides
 * alone, and waits.
 */
const table = tableOf(3, [
  { first: 0, last: 3, decide: MAJORITIES },
  { first: 4, last: 5, decide: MAJORITIES, prepare: MAJORITIES, after: "decided" },
  { first: 6, decide: family(0b100), prepare: MAJORITIES, after: "decided" },
]);

const row = (...written: Written[]): RowReply => ({ kind: "row", frozenBelow: 0, written });
const prepared = (registerSet: number, ...written: Written[]): Reply => ({ kind: "prepared", registerSet, written });

const started = (registerSet: number) => {
  const core = new ClientCore({ table, registerSet, input: "mine" });
  return { core, first: core.start() };
};

describe("a gate", () => {
  it("asks for rows from the range before on, and stays closed as long as no quorum of one of its sets holds one value", () => {
    const { core, first } = started(6);
    expect([core.phase, first]).toEqual(["gate", { kind: "read", from: 4 }]);
    // The first range has decided, and no set of the second one, though a majority holds a value in some set of it.
    expect(core.receive(0, row([1, "a"], [4, "a"]))).toBeUndefined();
    expect(core.receive(1, row([1, "a"], [5, "a"]))).toBeUndefined();
    expect(core.receive(2, row([1, "a"], [4, "b"]))).toBeUndefined();
    expect([core.phase, core.nextTo(0)]).toEqual(["gate", first]);
  });

  it("opens by a quorum of one set, whatever is told twice, and phase 1 begins", () => {
    const { core } = started(4);
    expect(core.receive(0, row([2, "a"]))).toBeUndefined();
    expect(core.receive(0, row([2, "a"]))).toBeUndefined();
    expect(core.receive(1, row([3, "a"]))).toBeUndefined();
    expect(core.receive(2, prepared(4, [2, "a"]))).toBeUndefined();
    expect(core.receive(1, row([2, "a"], [3, "a"]))).toEqual({ kind: "prepare", registerSet: 4 });
    expect(core.phase).toBe("prepare");
  });

  it("is no read: what the client proposes follows from phase 1, and it outputs what its own set decides", () => {
    const { core } = started(6);
    for (const server of [0, 1]) core.receive(server, row([4, "a"]));
    expect(core.output).toBeNull();
    core.receive(0, prepared(6));
    expect(core.receive(2, prepared(6))).toEqual({ kind: "write", registerSet: 6, value: "mine" });
    core.receive(2, { kind: "written", registerSet: 6, value: "mine" });
    expect(core.output).toBe("mine");
  });

  it("reads page after page, as far as the range before goes, and then anew", () => {
    const { core } = started(6);
    core.receive(1, { kind: "row", from: 4, next: 5, frozenBelow: 0, written: [] });
    expect(core.nextTo(1)).toEqual({ kind: "read", from: 5 });
    core.receive(1, { kind: "row", from: 5, next: 9, frozenBelow: 0, written: [] });
    expect(core.nextTo(1)).toEqual({ kind: "read", from: 4 });
    expect(core.nextTo(0)).toEqual({ kind: "read", from: 4 });
  });

  it("cannot open where the servers that answer are no quorum of the range before", () => {
    const { core } = started(6);
    expect([0b111, 0b101, 0b100].map((answering) => core.couldEndWith(answering))).toEqual([true, true, false]);
    expect(core.blocked).toBe(false);
  });

  it("cannot be asked of storage of single registers", () => {
    expect(() => new RegisterByRegisterClient({ table, registerSet: 4, input: "mine" })).toThrow(
      new RangeError("register set 4 waits for a decision, and storage of single registers tells of none"),
    );
  });
});

it("a proposer of a gated set asks until somebody has decided before it", async () => {
  const network = await MemoryNetwork.open(table.servers);
  const connections = table.servers.map((_, server) => network.connection(server));
  const attempts: number[] = [];
  const clientIn = async (claimed: number) => {
    const claims = new MemoryClaims();
    for (let set = 0; set <= claimed; set++) await claims.claim(set);
    const onAttempt = (registerSet: number) => attempts.push(registerSet);
    return { table, clientIndex: 0, clientCount: 1, connections, claims, onAttempt };
  };
  const waiting = propose("late", await clientIn(3));
  expect(await propose("early", await clientIn(-1))).toBe("early");
  expect(await waiting).toBe("early");
  expect(attempts.sort()).toEqual([0, 4]);
});
