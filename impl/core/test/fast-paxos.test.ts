import { afterEach, describe, expect, it } from "vitest";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import type { Connection } from "../../network/connection.js";
import { TcpConnection } from "../../network/tcp-client.js";
import { serveTcp, type TcpServer } from "../../network/tcp-server.js";
import { doorOf, facts, partyOf } from "../../network/test/parties.js";
import { type ProposeOptions, propose } from "../../proposer/proposer.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { MemoryNetwork } from "../../simulation/memory-network.js";
import { MemoryClaims } from "../../storage/claims.js";
import { ServerHost } from "../../storage/server-host.js";
import { family, fastPaxos, THREE_OF_FOUR, tableOf } from "./tables.js";

const SELECTIONS: readonly Selection[] = ["eager", "strict", "decision-table"];

interface Client {
  readonly attempts: number[];
  readonly options: ProposeOptions;
}

function client(table: QuorumTable, connections: readonly Connection[], clientIndex: number): Client {
  const attempts: number[] = [];
  const onAttempt = (registerSet: number) => void attempts.push(registerSet);
  return {
    attempts,
    options: { table, connections, clientIndex, clientCount: 2, claims: new MemoryClaims(), onAttempt },
  };
}

async function inMemory(table: QuorumTable) {
  const network = await MemoryNetwork.open(table.servers);
  const connections = table.servers.map((_, server) => network.connection(server));
  return { network, clients: [0, 1].map((index) => client(table, connections, index)) as [Client, Client] };
}

/** Writes as another client would, in whatever register set it owns. */
const write = async (network: MemoryNetwork, server: number, registerSet: number, value: string) =>
  expect(await network.request(server, { kind: "write", registerSet, value })).toMatchObject({ kind: "written" });

describe.each(SELECTIONS)("proposing in an open set, selection %s", (selection) => {
  it("takes one round trip for one client, and keeps what it decided", async () => {
    const { clients } = await inMemory(fastPaxos(selection));
    expect(await propose("A", clients[0].options)).toBe("A");
    expect(await propose("B", clients[1].options)).toBe("A");
    expect([clients[0].attempts, clients[1].attempts[0]]).toEqual([[0], 0]);
  });

  it("goes on to a later set after a collision that no value can have won", async () => {
    const { network, clients } = await inMemory(fastPaxos(selection));
    for (const server of [2, 3]) await write(network, server, 0, "B");
    expect(await propose("A", clients[0].options)).toBe("A");
    expect(clients[0].attempts).toEqual([0, 2]);
  });

  it("goes on from a collision when the server that could settle it is down", async () => {
    const { network, clients } = await inMemory(fastPaxos(selection));
    await write(network, 2, 0, "B");
    network.crash(3);
    // A is at S0 and S1, which is one short, and S2 refuses: waiting for S3 is not the only way.
    expect(await propose("A", clients[0].options)).toBe("A");
    expect(clients[0].attempts).toEqual([0, 2]);
  });

  it("never proposes a second value there after a restart", async () => {
    const { network, clients } = await inMemory(fastPaxos(selection));
    const [{ options, attempts }] = clients;
    for (const server of [1, 2, 3]) network.crash(server);
    await expect(propose("A", { ...options, timeout_ms: 50 })).rejects.toThrow(/no quorum answered/);
    for (const server of [1, 2, 3]) await network.restart(server);
    // Having lost all but its claims, the client gets to know of A like anybody else; or not, where S0 is slower than
    // the rest.
    expect(["A", "B"]).toContain(await propose("B", options));
    expect(attempts.slice(0, 2)).toEqual([0, 2]);
    for (const server of [1, 2, 3]) expect(network.registerAt(server, 0)).toEqual({ state: "nil" });
  });
});

describe("a client that waits in vain", () => {
  it("looks for a later set, since others may have got further", async () => {
    const table = tableOf(
      4,
      [
        { first: 0, last: 0, decide: THREE_OF_FOUR, allocation: { kind: "open" } },
        { first: 1, decide: family(0b0011), prepare: family(0b0011) },
      ],
      "strict",
    );
    const { network, clients } = await inMemory(table);
    const [{ options, attempts }] = clients;
    await write(network, 0, 0, "A");
    await write(network, 1, 0, "B");
    for (const server of [2, 3]) network.crash(server);
    // The other client heard S2 or S3 before they died, so it knows that B is out, and decides A in set 5.
    const decideElsewhere = async () => {
      for (const server of [0, 1]) await network.request(server, { kind: "prepare", registerSet: 5 });
      for (const server of [0, 1]) await write(network, server, 5, "A");
    };
    const onAttempt = (registerSet: number) => {
      attempts.push(registerSet);
      if (registerSet === 2) void decideElsewhere();
    };
    expect(await propose("C", { ...options, onAttempt })).toBe("A");
    expect(attempts).toEqual([0, 2, 6]);
  });
});

describe("over TCP", () => {
  const opened: { close(): unknown }[] = [];

  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
  });

  async function listen(name: string): Promise<TcpServer> {
    const host = await ServerHost.open(name, MemoryDisk.withLogOf(name));
    const tcp = await serveTcp(host, doorOf(host), { host: "127.0.0.1", port: 0 });
    opened.push({ close: () => tcp.close() });
    return tcp;
  }

  it.each(SELECTIONS)("clients that propose different values at once come out with one (%s)", async (selection) => {
    const table = fastPaxos(selection);
    for (let round = 0; round < 10; round++) {
      const servers = await Promise.all(table.servers.map(listen));
      const clients = [0, 1].map((index) => {
        const party = partyOf(table.servers, facts(index, 2));
        const connections = servers.map(({ address }, i) => new TcpConnection({ server: `S${i}`, ...address }, party));
        for (const connection of connections) opened.push({ close: () => connection.close() });
        return client(table, connections, index);
      });
      const outputs = await Promise.all(clients.map(({ options }, index) => propose(`v${index}`, options)));
      expect(new Set(outputs).size).toBe(1);
      expect(clients.map(({ attempts }) => attempts[0])).toEqual([0, 0]);
    }
  });
});
