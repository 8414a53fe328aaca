import { describe, expect, it } from "vitest";
import { RulesBrokenError } from "../../core/exclusive-reads.js";
import { PAGE_REGISTERS_MAX } from "../../core/pages.js";
import type { Request } from "../../core/protocol.js";
import { careless, threeMajority } from "../../core/test/tables.js";
import type { Connection } from "../../network/connection.js";
import { MemoryNetwork } from "../../simulation/memory-network.js";
import { type Learned, learn } from "../learn.js";

async function cluster() {
  const network = await MemoryNetwork.open(threeMajority.servers);
  const asked: Request[] = [];
  const connections = threeMajority.servers.map((_, server): Connection => {
    const connection = network.connection(server);
    return {
      ...connection,
      request: (request, options) => {
        asked.push(request);
        return connection.request(request, options);
      },
    };
  });
  const write = (server: number, registerSet: number, value: string) =>
    network.request(server, { kind: "write", registerSet, value });
  const ask = (table = threeMajority): Promise<Learned> => learn({ table, connections, timeout_ms: 200 });
  return { network, asked, write, ask };
}

describe("learning what is decided", () => {
  it("finds what a quorum holds, also in rows of many pages, and writes nothing", async () => {
    const { ask, asked, write, network } = await cluster();
    await Promise.all(Array.from({ length: PAGE_REGISTERS_MAX }, (_, set) => write(0, set, "pear")));
    for (const server of [0, 1]) await write(server, PAGE_REGISTERS_MAX + 5, "apple");
    network.crash(2);
    const { learner } = await ask();
    expect(learner.decision).toEqual({ value: "apple", registerSet: PAGE_REGISTERS_MAX + 5, servers: 0b011 });
    expect(new Set(asked.map(({ kind }) => kind))).toEqual(new Set(["read"]));
    expect(network.registerAt(1, 0).state).toBe("unwritten");
  });

  it("says who did not answer, and why, when nothing is known", async () => {
    const { ask, write, network } = await cluster();
    await write(1, 4, "apple");
    network.crash(2);
    const { learner, unanswered } = await ask();
    expect([learner.decision, learner.heard]).toEqual([null, 0b011]);
    expect(learner.greatest).toEqual([{ registerSet: 4, value: "apple", servers: 0b010 }]);
    expect(unanswered).toEqual([{ server: "S2", reason: "S2: connection refused" }]);
  });

  it("asks again until there is an answer", async () => {
    const { ask, write, network } = await cluster();
    for (const server of [0, 2]) await write(server, 4, "apple");
    network.crash(2);
    setTimeout(() => void network.restart(2), 20);
    expect((await ask()).learner.decision).toEqual({ value: "apple", registerSet: 4, servers: 0b101 });
  });

  it("is told by one server that was told", async () => {
    const { ask, network } = await cluster();
    await network.request(1, { kind: "decided", value: "apple" });
    for (const server of [0, 2]) network.crash(server);
    expect((await ask()).learner.decision).toEqual({ value: "apple", toldTo: 1 });
  });

  it("waits for nobody once a decision is known", async () => {
    const { network } = await cluster();
    await network.request(1, { kind: "decided", value: "apple" });
    const silent: Connection = {
      server: "S0",
      request: (_, options) =>
        new Promise((_, reject) => options!.signal!.addEventListener("abort", () => reject(options!.signal!.reason))),
      close: () => {},
    };
    const connections = [silent, network.connection(1), { ...silent, server: "S2" }];
    const { learner } = await learn({ table: threeMajority, connections, timeout_ms: 3_600_000 });
    expect(learner.decision).toEqual({ value: "apple", toldTo: 1 });
  });

  it("stops where two values are decided", async () => {
    const { ask, write } = await cluster();
    for (const server of [0, 1]) await write(server, 0, "apple");
    for (const server of [0, 1]) await write(server, 1, "pear");
    await expect(ask(careless)).rejects.toThrow(RulesBrokenError);
  });
});
