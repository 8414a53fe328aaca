/**
 * Real Redis and PostgreSQL are killed and started again while clients race over them and a directory: all outputs of a
 * round are one value. And where stores forget, the same harm leads to two: so it would be noticed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { threeMajority } from "../../core/test/tables.js";
import type { ClientPins } from "../../encoding/pins.js";
import { identityOfTable } from "../../encoding/table-identity.js";
import { MismatchError } from "../../network/connection.js";
import { Membership } from "../../network/membership.js";
import { announce } from "../../proposer/announce.js";
import { propose } from "../../proposer/proposer.js";
import { MemoryClaims } from "../../storage/claims.js";
import { MemoryPins } from "../../storage/pin-store.js";
import { openStore } from "../open-store.js";
import { StoreConnection } from "../store-connection.js";
import { lacks, leftOutWithout, StoreServer } from "./servers.js";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(...given: Parameters<typeof StoreServer.start>): Promise<StoreServer> {
  const server = await StoreServer.start(...given);
  ends.push(() => server.remove());
  return server;
}

const { servers } = threeMajority;
const CLIENTS = 4;

/** What one client remembers from one proposal to the next. */
const memory = () => ({ claims: new MemoryClaims(), pins: new MemoryPins<ClientPins>(new Map()) });

async function proposed(urls: readonly string[], index: number, { claims, pins } = memory()): Promise<string> {
  const client = { index, count: CLIENTS, identity: `${index}`.repeat(32) };
  const party = { table: identityOfTable(threeMajority), client, membership: new Membership(pins, servers) };
  const opened = await Promise.all(urls.map(openStore));
  const connections = opened.map((store, server) => new StoreConnection(servers[server]!, store, party));
  try {
    const decided = await propose(`of client ${index}`, {
      ...{ table: threeMajority, clientIndex: index, clientCount: CLIENTS, connections, claims, timeout_ms: 90_000 },
    });
    // One client in two keeps it to itself, so that others have to find out from registers.
    if (index % 2 === 0) await announce(decided, connections, 100);
    return decided;
  } finally {
    for (const connection of connections) connection.close();
  }
}

it.skipIf(lacks("redis-server", "postgres"))(
  `clients agree while Redis and PostgreSQL are killed${leftOutWithout("redis-server", "postgres")}`,
  async () => {
    const redis = await started("redis-server", "--appendonly", "yes", "--appendfsync", "always");
    const postgres = await started("postgres");
    const directory = await mkdtemp(path.join(tmpdir(), "quorate-files-"));
    // Requests that nobody waits for any more may still be under way.
    ends.push(() => rm(directory, { recursive: true, maxRetries: 20, retryDelay: 50 }));
    const places = [redis.url, postgres.url, `file:${directory}`];
    const [moments] = fc.sample(fc.array(fc.nat(40), { minLength: 40, maxLength: 40 }), { numRuns: 1, seed: 16 });
    let kills = 0;
    for (let round = 0; round < 3; round++) {
      const urls = places.map((place) => `${place}?prefix=round${round}`);
      let isOver = false;
      const harm = async (server: StoreServer, turn: number): Promise<void> => {
        for (let time = turn; !isOver; time += 2) {
          await setTimeout(moments![(12 * round + time) % moments!.length]);
          await server.kill();
          kills++;
          await server.restart();
          await setTimeout(250);
        }
      };
      const harming = [harm(redis, 0), harm(postgres, 1)];
      const outputs = await Promise.all([0, 1, 2].map((index) => proposed(urls, index)));
      isOver = true;
      await Promise.all(harming);
      // Whoever comes when all is quiet again finds the same.
      outputs.push(await proposed(urls, 3));
      expect(outputs).toEqual(Array(CLIENTS).fill(outputs[0]));
    }
    expect(kills).toBeGreaterThanOrEqual(6);
  },
);

it.skipIf(lacks("redis-server"))(
  `two values are decided where stores forget, by clients that have not met before${leftOutWithout("redis-server")}`,
  async () => {
    const redis = [await started("redis-server"), await started("redis-server"), await started("redis-server")];
    const urls = redis.map(({ url }) => url);
    const old = memory();
    expect(await proposed(urls, 1, old)).toBe("of client 1");
    for (const server of redis) {
      await server.kill();
      await server.restart();
    }
    expect(await proposed(urls, 2)).toBe("of client 2");
    // A client that was there before has met other stores.
    await expect(proposed(urls, 1, old)).rejects.toThrow(MismatchError);
  },
);
