import { describe, expect, it } from "vitest";
import { ClientCore } from "../client.js";
import { FREEZES_AHEAD_MAX, nextOwnedSet, UNNUMBERED_CLIENTS } from "../ownership.js";
import type { Reply } from "../protocol.js";
import { type FreezeBound, ServerCore } from "../server.js";
import { threeMajority } from "./tables.js";

const BOUND: FreezeBound = { inUse: 0, ahead: FREEZES_AHEAD_MAX };

const prepare = (core: ServerCore, registerSet: number): Reply => core.handle({ kind: "prepare", registerSet }).reply;

describe("a server with a bound on how far one request freezes", () => {
  it("rejects what goes beyond in one sentence, and is as before", () => {
    const core = new ServerCore({ freezeBound: { inUse: 0, ahead: 100 } });
    expect(prepare(core, 7).kind).toBe("prepared");
    expect(core.handle({ kind: "prepare", registerSet: 2 ** 48 - 1 })).toEqual({
      records: [],
      reply: {
        kind: "rejected",
        reason:
          "R281474976710655 is too far beyond what is in use here, which ends below R7: R107 is the highest set to be frozen below at once",
        preparesUpTo: 107,
      },
    });
    expect(core.registerAt(7).state).toBe("unwritten");
    expect(prepare(core, 107).kind).toBe("prepared");
    expect(prepare(core, 208).kind).toBe("rejected");
    expect(prepare(core, 207).kind).toBe("prepared");
  });

  it("counts the first sets of ranges as in use, and what it has frozen before a restart", () => {
    const freezeBound = { inUse: 1000, ahead: 100 };
    const core = new ServerCore({ freezeBound });
    expect(prepare(core, 1101).kind).toBe("rejected");
    const { records } = core.handle({ kind: "prepare", registerSet: 1100 });
    expect(prepare(ServerCore.recover(records, { freezeBound }), 1200).kind).toBe("prepared");
  });

  it("does not let a write freeze further than a prepare, and lets one that freezes nothing be anywhere", () => {
    const freezing = new ServerCore({ freezeBound: BOUND, writesFreezeBelow: true });
    const write = { kind: "write", registerSet: 2 ** 48 - 1, value: "A" } as const;
    expect(freezing.handle(write).reply.kind).toBe("rejected");
    expect(new ServerCore({ freezeBound: BOUND }).handle(write).reply.kind).toBe("written");
  });

  it("has none unless asked for", () => {
    expect(prepare(new ServerCore(), 2 ** 48 - 1).kind).toBe("prepared");
  });

  it("answers clients without a number that missed as many as 255 turns", () => {
    const core = new ServerCore({ freezeBound: BOUND });
    let registerSet = -1;
    for (let turn = 0; turn < 256; turn++) {
      const last = { index: UNNUMBERED_CLIENTS - 1, count: UNNUMBERED_CLIENTS };
      registerSet = nextOwnedSet(threeMajority, registerSet + 1, last)!;
    }
    expect(prepare(core, registerSet).kind).toBe("prepared");
  });
});

describe("a client of servers that are far behind", () => {
  it("lifts them step by step until they promise", () => {
    const registerSet = 2 ** 48 - 1;
    const servers = [0, 1, 2].map(() => new ServerCore({ freezeBound: BOUND }));
    const client = new ClientCore({ table: threeMajority, registerSet, input: "mine" });
    client.start();
    let requests = 0;
    for (let request = client.nextTo(0); request !== null && requests < 1000; request = client.nextTo(0)) {
      client.receive(0, servers[0]!.handle(request).reply);
      requests++;
    }
    // For each of 255 steps, one that is rejected and one that is not.
    expect(requests).toBe(511);
    for (let step = 0; step < 1000 && client.chosen === null; step++) {
      client.receive(1, servers[1]!.handle(client.nextTo(1)!).reply);
    }
    expect(client.chosen).toBe("mine");
  });

  it("is not led astray by a server that names sets that are none, or its own", () => {
    const client = new ClientCore({ table: threeMajority, registerSet: 9, input: "mine" });
    client.start();
    for (const preparesUpTo of [undefined, -1, 0.5, 9, 10, 2 ** 48]) {
      client.receive(0, { kind: "rejected", reason: "no", ...(preparesUpTo !== undefined && { preparesUpTo }) });
      expect(client.nextTo(0)).toEqual({ kind: "prepare", registerSet: 9 });
    }
  });
});
