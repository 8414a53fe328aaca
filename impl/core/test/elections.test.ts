/** Elected register sets: servers that vote once, and clients that need votes. */
import { describe, expect, it } from "vitest";
import { propose } from "../../proposer/proposer.js";
import { MemoryNetwork } from "../../simulation/memory-network.js";
import { MemoryClaims } from "../../storage/claims.js";
import { ClientCore } from "../client.js";
import type { Reply, Request, Written } from "../protocol.js";
import { RegisterByRegisterClient } from "../register-by-register.js";
import { ServerCore } from "../server.js";
import { MAJORITIES, tableOf } from "./tables.js";

const elected = (vote: "promise" | "apart") =>
  tableOf(3, [{ first: 0, decide: MAJORITIES, allocation: { kind: "elected", elect: null, vote } }]);

const vote = (registerSet: number, candidate: number, promise = true): Request => ({
  kind: "vote",
  registerSet,
  candidate,
  promise,
});
const voted = (registerSet: number, candidate: number): Reply => ({ kind: "voted", registerSet, candidate });
const prepared = (registerSet: number, ...written: Written[]): Reply => ({ kind: "prepared", registerSet, written });

describe("a server", () => {
  it("votes once in a set, for ever, and tells everybody for whom", () => {
    const core = new ServerCore();
    expect(core.handle(vote(4, 2))).toEqual({
      records: [
        { kind: "frozen", below: 4 },
        { kind: "voted", registerSet: 4, candidate: 2 },
      ],
      reply: voted(4, 2),
    });
    for (const candidate of [2, 7])
      expect(core.handle(vote(4, candidate))).toEqual({ records: [], reply: voted(4, 2) });
    expect(core.handle(vote(3, 7)).reply).toEqual(voted(3, 7));
    const again = ServerCore.recover([...core.history()]);
    expect([3, 4].map((set) => again.handle(vote(set, 9)).reply)).toEqual([voted(3, 7), voted(4, 2)]);
    expect(again.registerAt(3).state).toBe("nil");
  });

  it("freezes nothing for a vote apart from promises", () => {
    const core = new ServerCore();
    expect(core.handle(vote(4, 2, false)).records).toEqual([{ kind: "voted", registerSet: 4, candidate: 2 }]);
    expect(core.registerAt(3).state).toBe("unwritten");
  });

  it("promises by a vote no further ahead than by a prepare, and takes no number that is none", () => {
    const core = new ServerCore({ freezeBound: { inUse: 0, ahead: 10 } });
    expect(core.handle(vote(11, 0))).toMatchObject({ records: [], reply: { kind: "rejected", preparesUpTo: 10 } });
    expect(core.handle(vote(11, 0, false)).reply).toEqual(voted(11, 0));
    expect(core.handle(vote(1, -1)).reply).toEqual({
      kind: "rejected",
      reason: "client -1 is not an integer in [0, 2^48)",
    });
  });

  it("takes back no second vote from its log", () => {
    const record = { kind: "voted", registerSet: 4, candidate: 2 } as const;
    expect(() => ServerCore.recover([record, record])).toThrow("the vote in R4 was given to client 2 before");
  });
});

describe("a client", () => {
  const started = (how: "promise" | "apart", registerSet = 4) => {
    const core = new ClientCore({ table: elected(how), registerSet, input: "mine", candidate: 2 });
    return { core, first: core.start() };
  };

  it("asks for votes first, and then its voters for what they hold, where votes are promises", () => {
    const { core, first } = started("promise");
    expect(first).toEqual(vote(4, 2));
    core.receive(0, voted(4, 2));
    core.receive(1, voted(4, 5));
    expect([0, 1, 2].map((server) => core.nextTo(server)?.kind)).toEqual(["prepare", undefined, "vote"]);
    // Who has voted for another is not heard, and half of the votes elect nobody.
    core.receive(1, prepared(4, [3, "theirs"]));
    core.receive(0, prepared(4, [2, "read"]));
    expect(core.chosen).toBeNull();
    core.receive(2, voted(4, 2));
    expect(core.receive(2, prepared(4))).toEqual({ kind: "write", registerSet: 4, value: "read" });
  });

  it("hears whom it likes where votes come apart", () => {
    const { core } = started("apart");
    core.receive(1, voted(4, 5));
    expect(core.nextTo(1)).toEqual({ kind: "prepare", registerSet: 4 });
    core.receive(1, prepared(4, [3, "theirs"]));
    for (const server of [0, 2]) core.receive(server, voted(4, 2));
    expect(core.chosen).toBeNull();
    expect(core.receive(0, prepared(4))).toEqual({ kind: "write", registerSet: 4, value: "theirs" });
  });

  it("counts a vote once, and none that is of another set or for another client", () => {
    const { core } = started("promise", 0);
    for (const reply of [voted(0, 2), voted(0, 2)]) expect(core.receive(0, reply)).toBeUndefined();
    expect(core.receive(1, voted(1, 2))).toBeUndefined();
    expect(core.receive(1, voted(0, 3))).toBeUndefined();
    expect(core.receive(2, voted(0, 2))).toEqual({ kind: "write", registerSet: 0, value: "mine" });
  });

  it("gives up once others have too many votes, and knows who could still elect it", () => {
    const { core } = started("promise");
    core.receive(0, voted(4, 1));
    expect([core.blocked, core.couldEndWith(0b110), core.couldEndWith(0b011)]).toEqual([false, true, false]);
    core.receive(1, voted(4, 3));
    expect(core.blocked).toBe(true);
  });

  it("lifts a server that is far behind before it asks for its promise", () => {
    const { core } = started("promise");
    core.receive(0, { kind: "rejected", reason: "too far", preparesUpTo: 2 });
    expect(core.nextTo(0)).toEqual({ kind: "prepare", registerSet: 2 });
    core.receive(0, prepared(2));
    expect(core.nextTo(0)).toEqual(vote(4, 2));
  });

  it("needs a number, and servers that vote", () => {
    const table = elected("promise");
    expect(() => new ClientCore({ table, registerSet: 1, input: "mine" })).toThrow(
      new RangeError("client NaN is not an integer in [0, 2^48)"),
    );
    expect(() => new RegisterByRegisterClient({ table, registerSet: 1, input: "mine", candidate: 0 })).toThrow(
      new RangeError("register set 1 is elected, and storage of single registers does not vote"),
    );
  });
});

it.each(["promise", "apart"] as const)("clients that race come to one value, and keep to it (%s)", async (how) => {
  const table = elected(how);
  const network = await MemoryNetwork.open(table.servers);
  const connections = table.servers.map((_, server) => network.connection(server));
  const inputs = ["a", "b", "c", "d"];
  const proposing = (value: string, clientIndex: number) =>
    propose(value, { table, clientIndex, clientCount: 5, connections, claims: new MemoryClaims(), timeout_ms: 60_000 });
  const outputs = await Promise.all(inputs.map(proposing));
  expect(new Set(outputs).size).toBe(1);
  expect(inputs).toContain(outputs[0]);
  expect(await proposing("late", 4)).toBe(outputs[0]);
});
