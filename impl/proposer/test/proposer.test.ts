import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { parseTable } from "../../../spec/table-file.js";
import { PAGE_REGISTERS_MAX } from "../../core/pages.js";
import type { Request } from "../../core/protocol.js";
import { allAboard, MAJORITIES, tableOf, threeMajority } from "../../core/test/tables.js";
import { type Connection, ConnectionError } from "../../network/connection.js";
import { MemoryNetwork } from "../../simulation/memory-network.js";
import { MemoryClaims } from "../../storage/claims.js";
import { announce } from "../announce.js";
import { NoQuorumError, NoRegisterSetError, type ProposeOptions, propose } from "../proposer.js";

async function cluster(table: QuorumTable) {
  const network = await MemoryNetwork.open(table.servers);
  const connections = table.servers.map((_, server) => network.connection(server));
  const attempts: number[] = [];
  const client = (clientIndex: number, clientCount: number, more: Partial<ProposeOptions> = {}): ProposeOptions => ({
    table,
    clientIndex,
    clientCount,
    connections,
    claims: new MemoryClaims(),
    onAttempt: (registerSet) => attempts.push(registerSet),
    ...more,
  });
  return { network, client, attempts, connections };
}

/** Requests that arrive but whose replies are lost at random, and some that never arrive. */
const lossy = (connection: Connection, random: () => number): Connection => ({
  ...connection,
  request: async (request: Request) => {
    if (random() < 0.3) throw new ConnectionError("lost on its way");
    const reply = await connection.request(request);
    if (random() < 0.3) throw new ConnectionError("reply lost");
    return reply;
  },
});

describe("propose", () => {
  it("decides, and from then on always the same", async () => {
    const { client } = await cluster(threeMajority);
    expect(await propose("apple", client(0, 3))).toBe("apple");
    expect(await propose("banana", client(1, 3))).toBe("apple");
    expect(await propose("cherry", client(2, 3))).toBe("apple");
  });

  it("never uses a register set twice, even under one identity shared by mistake", async () => {
    const { client } = await cluster(threeMajority);
    const used: number[] = [];
    const shared = client(0, 2, { watch: { proposes: ({ registerSet }) => used.push(registerSet) } });
    const values = ["a", "b", "c", "d", "e", "f"];
    const outputs = await Promise.all(values.map((value) => propose(value, shared)));
    expect(new Set(outputs).size).toBe(1);
    expect(used.length).toBeGreaterThan(1);
    expect(new Set(used).size).toBe(used.length);
    expect(used.every((registerSet) => registerSet % 2 === 0)).toBe(true);
  });

  it("prepares, or stands for election, while its claim is made, and writes when it is on the disk", async () => {
    const elected =
      "servers: [a, b, c]\nregisters: [{ sets: 0.., decide: majority, elect: any 1, allocation: elected }]";
    for (const table of [threeMajority, parseTable(elected, "elected.yaml")]) {
      const { client, connections } = await cluster(table);
      const asked: string[] = [];
      // All answer at once, so that some do when the phase is over.
      const watched = connections.map((connection) => ({
        ...connection,
        request: (request: Request) => {
          asked.push(request.kind);
          return connection.request(request);
        },
      }));
      let reachDisk = () => {};
      const durable = new Promise<void>((resolve) => {
        reachDisk = resolve;
      });
      let make = () => {};
      const made = new Promise<void>((resolve) => {
        make = resolve;
      });
      const claims = { claim: () => made.then(() => ({ durable })), highest: async () => 0 };
      const proposed = propose("apple", client(0, 1, { connections: watched, claims }));
      for (const goOn of [make, reachDisk]) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(asked).toContain(table === threeMajority ? "prepare" : "vote");
        expect(asked).not.toContain("write");
        goOn();
      }
      expect(await proposed).toBe("apple");
    }
  });

  it("proposes nothing where its claim cannot be made durable", async () => {
    const { client, connections } = await cluster(threeMajority);
    const durable = Promise.reject(new Error("EIO: i/o error, fsync"));
    durable.catch(() => {});
    const claims = { claim: async () => ({ durable }), highest: async () => -1 };
    await expect(propose("apple", client(0, 1, { claims }))).rejects.toThrow("EIO: i/o error, fsync");
    const [row] = await Promise.all(connections.map((connection) => connection.request({ kind: "read" })));
    expect(row).toMatchObject({ kind: "row", written: [] });
  });

  it("does not wait for anybody once it cannot claim", async () => {
    const { client, network } = await cluster(threeMajority);
    for (const server of [0, 1, 2]) network.crash(server);
    const claims = {
      claim: () => Promise.reject(new Error("ENOSPC: no space left on device, open")),
      highest: async () => -1,
    };
    // The second of two begins with a phase 1, in which it would wait for servers.
    await expect(propose("apple", client(1, 2, { claims, timeout_ms: 200 }))).rejects.toThrow(
      "ENOSPC: no space left on device, open",
    );
  });

  it("goes on beyond the sets that another process of the same client has claimed meanwhile", async () => {
    const { client, attempts } = await cluster(threeMajority);
    const theirs = await claimedUpTo(6);
    // As when a directory was read before they came there.
    const highest = [-1, 6];
    const claims = { claim: (set: number) => theirs.claim(set), highest: async () => highest.shift()! };
    expect(await propose("apple", client(0, 2, { claims }))).toBe("apple");
    expect(attempts).toEqual([0, 8]);
  });

  it("writes nothing to an arbiter, and needs its vote", async () => {
    const table = parseTable(
      "servers: [P, S, A]\narbiters: [A]\nregisters: [{ sets: 0.., decide: any 1, prepare: P, elect: all, allocation: elected }]",
      "arbiter.yaml",
    );
    const { client, connections } = await cluster(table);
    const asked = new Set<string>();
    const watched = connections.map((connection) => ({
      ...connection,
      request: (request: Request) => {
        asked.add(`${request.kind} ${connection.server}`);
        return connection.request(request);
      },
    }));
    expect(await propose("apple", client(0, 1, { connections: watched }))).toBe("apple");
    expect(asked).toContain("vote A");
    expect(asked).toContain("write P");
    expect(asked).not.toContain("write A");
  });

  it("ends duels of many clients, over connections that lose messages", async () => {
    const { client, connections } = await cluster(threeMajority);
    const unreliable = connections.map((connection) => lossy(connection, Math.random));
    const outputs = await Promise.all(
      Array.from({ length: 8 }, (_, index) => propose(`v${index}`, client(index, 8, { connections: unreliable }))),
    );
    expect(new Set(outputs).size).toBe(1);
  });

  it("jumps over what is frozen instead of creeping", async () => {
    const { network, client, attempts } = await cluster(threeMajority);
    for (const server of [0, 1, 2]) await network.request(server, { kind: "prepare", registerSet: 1_000_001 });
    expect(await propose("apple", client(1, 3))).toBe("apple");
    expect(attempts).toEqual([1, 1_000_003]);
  });

  it("is not stopped by one server that was told to freeze everything", async () => {
    for (const poisoned of [0, 1, 2]) {
      const { network, client } = await cluster(threeMajority);
      await network.request(poisoned, { kind: "prepare", registerSet: 2 ** 48 - 1 });
      // Sets that others have frozen meanwhile, so that the first attempts are in vain and watermarks are asked for.
      for (const server of [0, 1, 2]) {
        if (server !== poisoned) await network.request(server, { kind: "prepare", registerSet: 5 });
      }
      expect(await propose("apple", client(0, 3))).toBe("apple");
      expect(await propose("pear", client(1, 3))).toBe("apple");
    }
  });

  it("is not stopped by servers that were told to freeze everything, and let one request freeze only so far", async () => {
    const network = await MemoryNetwork.open(threeMajority.servers, { freezeBound: { inUse: 0, ahead: 1000 } });
    const connections = threeMajority.servers.map((_, server) => network.connection(server));
    const options = { table: threeMajority, clientCount: 3, connections };
    for (const server of [0, 1, 2]) {
      expect((await network.request(server, { kind: "prepare", registerSet: 2 ** 48 - 1 })).kind).toBe("rejected");
    }
    expect(await propose("apple", { ...options, clientIndex: 0, claims: new MemoryClaims() })).toBe("apple");
    // One that has been away is brought to where the others are, in steps, and without waiting in between.
    network.crash(0);
    for (let set = 1000; set <= 30_000; set += 1000) await network.request(1, { kind: "prepare", registerSet: set });
    await network.restart(0);
    network.crash(2);
    const claims = await claimedUpTo(30_000);
    expect(await propose("pear", { ...options, clientIndex: 1, claims, timeout_ms: 5000 })).toBe("apple");
  });

  it("learns what is decided from rows of many pages", async () => {
    const { network, client } = await cluster(threeMajority);
    const count = PAGE_REGISTERS_MAX + 1;
    for (const server of [0, 1, 2]) {
      const writes = Array.from({ length: count }, (_, registerSet) =>
        network.request(server, { kind: "write", registerSet, value: registerSet === count - 1 ? "apple" : "pear" }),
      );
      await Promise.all(writes);
    }
    expect(await propose("plum", client(0, 1, { claims: await claimedUpTo(count - 1) }))).toBe("apple");
  });

  it("stops with the reason when it reads two values where one client proposes", async () => {
    const { network, client } = await cluster(threeMajority);
    await network.request(0, { kind: "write", registerSet: 0, value: "apple" });
    for (const server of [1, 2]) await network.request(server, { kind: "write", registerSet: 0, value: "pear" });
    // Whoever hears S0 besides another server sees it; with S2 gone, nobody can hear others.
    network.crash(2);
    await expect(propose("plum", client(1, 3))).rejects.toThrow(
      /^R0 holds "(apple|pear)" at S[01] and "(apple|pear)" at S[01], though one client alone may propose there/,
    );
  });

  it("goes on while servers die and come back", async () => {
    const { network, client } = await cluster(threeMajority);
    network.crash(0);
    network.crash(1);
    const output = propose("apple", client(0, 1));
    setTimeout(() => void network.restart(1), 100);
    expect(await output).toBe("apple");
    network.crash(2);
    const second = propose("banana", client(0, 1, { claims: await claimedUpTo(0) }));
    setTimeout(() => void network.restart(0), 100);
    expect(await second).toBe("apple");
  });

  it("moves to a register set that the living servers can decide", async () => {
    const { network, client, attempts } = await cluster(allAboard);
    network.crash(1);
    expect(await propose("apple", client(1, 3))).toBe("apple");
    expect(attempts).toEqual([1, 10]);
  });

  it("names the servers that did not answer, and how", async () => {
    const { network, client } = await cluster(threeMajority);
    network.crash(0);
    network.crash(2);
    const failure = await propose("apple", client(0, 1, { timeout_ms: 200 })).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(NoQuorumError);
    expect((failure as Error).message).toBe(
      "no quorum answered within 0.2 s: S0: connection refused; S2: connection refused",
    );
    expect((failure as NoQuorumError).unanswered.map(({ server }) => server)).toEqual(["S0", "S2"]);
  });

  it("says when the table has nothing left for this client", async () => {
    const short = tableOf(3, [{ first: 0, last: 3, decide: MAJORITIES }]);
    const { network, client } = await cluster(short);
    for (const server of [0, 1, 2]) await network.request(server, { kind: "prepare", registerSet: 3 });
    await expect(propose("apple", client(0, 2))).rejects.toThrow(NoRegisterSetError);
    await expect(propose("apple", client(0, 2, { claims: await claimedUpTo(2) }))).rejects.toThrow(
      "client 0 of 2 has no register set left to propose in, from 3 on",
    );
  });

  it("learns from servers that were told what is decided, and uses up no register set for it", async () => {
    const { client, connections, attempts, network } = await cluster(threeMajority);
    const first = client(0, 3);
    expect(await propose("apple", first)).toBe("apple");
    await announce("apple", connections, 1000);
    expect(await propose("pear", first)).toBe("apple");
    expect(attempts).toEqual([0]);
    // Who comes for the first time asks as always, and one server is enough.
    network.crash(0);
    network.crash(1);
    expect(await propose("plum", client(1, 3))).toBe("apple");
    expect(attempts).toEqual([0, 1]);
    for (const server of [0, 1]) await network.restart(server);
    for (const server of [0, 1, 2]) {
      expect(await network.request(server, { kind: "read" })).toEqual({ kind: "decided", value: "apple" });
    }
  });

  it("tells servers that know of another decision, and those that do not answer, apart", async () => {
    const { connections, network } = await cluster(threeMajority);
    network.crash(0);
    await announce("apple", connections, 1000);
    await expect(announce("pear", connections, 1000)).rejects.toThrow(
      /^two values are decided, "pear" and, as S1 was told, "apple"/,
    );
    const silent: Connection = { server: "S0", request: (_, options) => abortedBy(options!.signal!), close: () => {} };
    await announce("apple", [silent], 20);
  });

  it("stops when told to", async () => {
    const { network, client } = await cluster(threeMajority);
    for (const server of [0, 1, 2]) network.crash(server);
    const told = new AbortController();
    const output = propose("apple", client(0, 1, { signal: told.signal }));
    setTimeout(() => told.abort(new Error("enough")), 50);
    await expect(output).rejects.toThrow("enough");
    await expect(propose("apple", client(0, 1, { signal: told.signal }))).rejects.toThrow("enough");
  });

  it("refuses options that would endanger agreement, before it claims anything", async () => {
    const { client, connections } = await cluster(threeMajority);
    const swapped = [connections[1]!, connections[0]!, connections[2]!];
    await expect(propose("apple", client(0, 1, { connections: swapped }))).rejects.toThrow(/do not match servers/);
    await expect(propose("apple", client(3, 3))).rejects.toThrow(/not one of the 3 clients/);
    const claims = new MemoryClaims();
    await expect(propose("x".repeat(70_000), client(0, 1, { claims }))).rejects.toThrow(/65536 bytes/);
    expect(await claims.highest()).toBe(-1);
  });
});

async function claimedUpTo(registerSet: number): Promise<MemoryClaims> {
  const claims = new MemoryClaims();
  for (let r = 0; r <= registerSet; r++) await claims.claim(r);
  return claims;
}

const abortedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
