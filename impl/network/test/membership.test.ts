/** Servers and clients that do not belong together, over TCP: nobody is asked anything before that is noticed. */
import { afterEach, describe, expect, it } from "vitest";
import type { ClientFacts } from "../../encoding/handshake-messages.js";
import { newLog } from "../../encoding/log-format.js";
import type { ClientPins, ServerPins } from "../../encoding/pins.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { MemoryPins } from "../../storage/pin-store.js";
import { ServerHost } from "../../storage/server-host.js";
import { type ConnectionError, MismatchError } from "../connection.js";
import { freePort } from "../free-port.js";
import { Membership } from "../membership.js";
import { TcpConnection } from "../tcp-client.js";
import { serveTcp, type TcpServer } from "../tcp-server.js";
import type { Party } from "../tcp-session.js";
import { doorOf, facts, partyOf } from "./parties.js";

const SERVERS = ["S0", "S1", "S2"];
const READ = { kind: "read" } as const;
const PATIENT = { timeout_ms: 10_000 };

/** Undone after each test, last first. */
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Pins that are durable when they are told to be. */
class HeldPins<Pins> extends MemoryPins<Pins> {
  release = () => {};
  readonly #released = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  override durable(): Promise<void> {
    return this.#released;
  }
}

interface Running {
  readonly name: string;
  readonly tcp: TcpServer;
  /** What it was asked. */
  readonly asked: string[];
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A server that began a log of its own. */
async function serve(name: string, hold?: (pins: HeldPins<ServerPins>) => void): Promise<Running> {
  const host = await ServerHost.open(name, new MemoryDisk(name, newLog(name)));
  const asked: string[] = [];
  const handle = host.handle.bind(host);
  host.handle = (request) => {
    asked.push(request.kind);
    return handle(request);
  };
  const pins = new HeldPins(doorOf(host, SERVERS).pins.pins);
  const door = { pins };
  if (hold === undefined) pins.release();
  else hold(pins);
  let tcp = await serveTcp(host, door, { host: "127.0.0.1", port: await freePort() });
  undo.push(() => tcp.close());
  const { address } = tcp;
  const start = async () => {
    tcp = await serveTcp(host, door, address);
  };
  return { name, tcp, asked, start, stop: () => tcp.close() };
}

const serveAll = () => Promise.all(SERVERS.map((name) => serve(name)));

function connect(servers: readonly Running[], party: Party): TcpConnection[] {
  const connections = servers.map(({ name, tcp }) => new TcpConnection({ server: name, ...tcp.address }, party));
  undo.push(() => {
    for (const connection of connections) connection.close();
  });
  return connections;
}

const askAll = (connections: readonly TcpConnection[]) =>
  Promise.allSettled(connections.map((connection) => connection.request(READ, PATIENT)));

const client = (index: number, digits: string): ClientFacts => ({ ...facts(index, 3), identity: digits.repeat(16) });

const kinds = (results: readonly PromiseSettledResult<{ kind: string }>[]): string[] =>
  results.map((result) => (result.status === "fulfilled" ? result.value.kind : (result.reason as Error).name));

describe("a client", () => {
  it("works with servers that know each other", async () => {
    const cluster = await serveAll();
    for (const index of [0, 1]) {
      expect(kinds(await askAll(connect(cluster, partyOf(SERVERS, facts(index, 3)))))).toEqual(["row", "row", "row"]);
    }
  });

  it("is not let near servers of two clusters by any that another client works with", async () => {
    const [one, other] = [await serveAll(), await serveAll()];
    await askAll(connect(one, partyOf(SERVERS, facts(0, 3))));
    const asked = one[0]!.asked.length;
    const mixed = [one[0]!, other[1]!, other[2]!];
    const results = await askAll(connect(mixed, partyOf(SERVERS, facts(1, 3))));
    expect(new Set(kinds(results))).toEqual(new Set(["MismatchError"]));
    expect(String((results[0] as PromiseRejectedResult).reason)).toMatch(
      /^MismatchError: S0 at 127.0.0.1:\d+: S0 is in one cluster with S1 [0-9a-f]{8}, and this client speaks to S1 [0-9a-f]{8}: servers of two clusters are mixed/,
    );
    expect([one[0]!.asked.length, other[1]!.asked, other[2]!.asked]).toEqual([asked, [], []]);
  });

  it("and another that come first at the same time, to one server and two clusters, do not both get in", async () => {
    for (let round = 0; round < 10; round++) {
      const [one, other] = [await serveAll(), await serveAll()];
      const ways = [one, [one[0]!, other[1]!, other[2]!]];
      const clients = ways.map((servers, index) => connect(servers, partyOf(SERVERS, facts(index, 3))));
      const results = await Promise.all(clients.map(askAll));
      expect(results.map((result) => kinds(result).includes("MismatchError"))).toContain(true);
      // Of the server that both have in common only one has been told anything.
      expect(one[0]!.asked.length).toBeLessThanOrEqual(1);
    }
  });

  it("asks nobody anything before most servers know it", async () => {
    const cluster = await serveAll();
    await Promise.all([cluster[1]!.stop(), cluster[2]!.stop()]);
    const connections = connect(cluster, partyOf(SERVERS, facts(0, 3)));
    const answer = (timeout_ms: number) =>
      connections[0]!.request(READ, { timeout_ms }).catch((error: ConnectionError) => error.message);
    const waits = `S0 at 127.0.0.1:${cluster[0]!.tcp.address.port}: it waits until most servers know this client, and all that it asked know of each other`;
    // On a busy machine it may take a while until this one welcomes it.
    while ((await answer(300)) !== waits) expect(cluster[0]!.asked).toEqual([]);
    expect(await answer(20)).toBe(waits);
    expect(cluster[0]!.asked).toEqual([]);
    await cluster[1]!.start();
    expect(await connections[0]!.request(READ, PATIENT)).toMatchObject({ kind: "row" });
  });

  it("needs one of them only, once they do", async () => {
    const cluster = await serveAll();
    const party = partyOf(SERVERS, facts(0, 3));
    await askAll(connect(cluster, party));
    await Promise.all([cluster[1]!.stop(), cluster[2]!.stop()]);
    const [connection] = connect(cluster, party);
    expect(await connection!.request(READ, PATIENT)).toMatchObject({ kind: "row" });
  });

  it("tells servers that it asked of one that it meets later, before it asks that one", async () => {
    const [one, other] = [await serveAll(), await serveAll()];
    await one[2]!.stop();
    const connections = connect(one, partyOf(SERVERS, facts(0, 3)));
    expect(kinds(await Promise.allSettled(connections.slice(0, 2).map((c) => c.request(READ, PATIENT))))).toEqual([
      "row",
      "row",
    ]);
    await one[2]!.start();
    expect(await connections[2]!.request(READ, PATIENT)).toMatchObject({ kind: "row" });
    // Both know of it now, so whoever comes with another S2 is turned away by either.
    for (const server of [0, 1]) {
      const mixed = SERVERS.map((_, index) => (index === server ? one[index]! : other[index]!));
      const [refused] = [await askAll(connect(mixed, partyOf(SERVERS, facts(server + 1, 3))))];
      expect(kinds(refused)).toContain("MismatchError");
    }
  });

  it("does not ask a server of which one that it asked cannot be told", async () => {
    const cluster = await serveAll();
    await cluster[2]!.stop();
    const connections = connect(cluster, partyOf(SERVERS, facts(0, 3)));
    for (const server of [0, 1]) await connections[server]!.request(READ, PATIENT);
    await cluster[0]!.stop();
    await cluster[2]!.start();
    await expect(connections[2]!.request(READ, { timeout_ms: 300 })).rejects.toThrow(/: it waits until most servers/);
    expect(cluster[2]!.asked).toEqual([]);
    await cluster[0]!.start();
    expect(await connections[2]!.request(READ, PATIENT)).toMatchObject({ kind: "row" });
  });

  it("that shares its number with another is turned away, whichever of the servers each can reach", async () => {
    const cluster = await serveAll();
    await cluster[2]!.stop();
    await askAll(connect(cluster.slice(0, 2), partyOf(SERVERS, client(1, "aa"))));
    await cluster[0]!.stop();
    await cluster[2]!.start();
    const connections = connect(cluster.slice(1), partyOf(SERVERS, client(1, "bb")));
    await expect(connections[1]!.request(READ, PATIENT)).rejects.toThrow(MismatchError);
    expect(cluster[2]!.asked).toEqual([]);
  });

  it("is not welcome, and asks nothing, before what both remember is durable", async () => {
    let pins: HeldPins<ServerPins> | undefined;
    const server = await serve("S0", (held) => {
      pins = held;
    });
    const store = new HeldPins<ClientPins>(new Map());
    const membership = new Membership(store, ["S0"]);
    const [connection] = connect([server], { ...partyOf(["S0"]), membership });
    const answer = connection!.request(READ, PATIENT);
    const told = () => store.pins.get("S0")?.told ?? [];
    while (pins!.pins.clients.size === 0) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told()).toEqual([]);
    pins!.release();
    while (told().length === 0) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.asked).toEqual([]);
    store.release();
    expect(await answer).toMatchObject({ kind: "row" });
  });

  it("that only reads needs nobody but those that it asks", async () => {
    const cluster = await serveAll();
    await Promise.all([cluster[1]!.stop(), cluster[2]!.stop()]);
    const membership = new Membership(new MemoryPins<ClientPins>(new Map()), SERVERS, { known: "by-those-asked" });
    const [connection] = connect(cluster, { ...partyOf(SERVERS, null), membership });
    expect(await connection!.request(READ, PATIENT)).toMatchObject({ kind: "row" });
  });

  it("that only reads may not write", async () => {
    const cluster = await serveAll();
    const [connection] = connect(cluster.slice(0, 1), partyOf(["S0"], null));
    expect(await connection!.request({ kind: "write", registerSet: 0, value: "A" }, PATIENT)).toEqual({
      kind: "rejected",
      reason: "this client said that it only reads",
    });
    expect(cluster[0]!.asked).toEqual([]);
  });
});
