/**
 * A store behind its connection answers as a server that knows its row, and a client that does not belong there is
 * turned away.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reply, Request } from "../../core/protocol.js";
import { ServerCore } from "../../core/server.js";
import { threeMajority } from "../../core/test/tables.js";
import type { ClientPins } from "../../encoding/pins.js";
import { identityOfTable } from "../../encoding/table-identity.js";
import { ConnectionError, MismatchError } from "../../network/connection.js";
import { Membership } from "../../network/membership.js";
import { learn } from "../../proposer/learn.js";
import { propose } from "../../proposer/proposer.js";
import { MemoryClaims } from "../../storage/claims.js";
import { MemoryPins } from "../../storage/pin-store.js";
import { STORE_SETS_MAX, StoreConnection } from "../store-connection.js";
import { MemoryStore } from "./memory-store.js";

const { servers } = threeMajority;

interface Options {
  readonly index?: number;
  readonly count?: number;
  readonly identity?: string;
  readonly table?: { readonly name: string; readonly hash: string };
  readonly pins?: MemoryPins<ClientPins>;
}

const noPins = () => new MemoryPins<ClientPins>(new Map());

/** Connections of one client to the stores, in the order of the table's servers. */
function clientOf(stores: readonly MemoryStore[], options: Options = {}) {
  const { index = 0, count = 4, identity = `${index}`.repeat(32), table = identityOfTable(threeMajority) } = options;
  const membership = new Membership(options.pins ?? noPins(), servers);
  const party = { table, client: { index, count, identity }, membership };
  return stores.map(
    (store, server) => new StoreConnection(servers[server]!, { store: store.client(), prefix: "q" } as never, party),
  );
}

function readerOf(stores: readonly MemoryStore[]) {
  const membership = new Membership(noPins(), servers, { known: "by-those-asked" });
  const party = { table: identityOfTable(threeMajority), client: null, membership };
  return stores.map(
    (store, server) => new StoreConnection(servers[server]!, { store: store.client(), prefix: "q" } as never, party),
  );
}

const threeStores = () => servers.map(() => new MemoryStore());

/** As often as it takes. */
async function patiently(connection: StoreConnection, request: Request): Promise<Reply> {
  for (;;) {
    try {
      return await connection.request(request, { timeout_ms: 100 });
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
    }
  }
}

const prepare = (registerSet: number): Request => ({ kind: "prepare", registerSet });
const write = (registerSet: number, value: string): Request => ({ kind: "write", registerSet, value });

const someRequest = fc.oneof(
  fc.nat(6).map(prepare),
  fc
    .tuple(fc.nat(6), fc.constantFrom("", "A", "B", "null", '"', "\0 ü\u{1f600}"))
    .map(([set, value]) => write(set, value)),
);

describe("a store", () => {
  it("answers like a server that knows its row, to several clients, also when requests and answers are lost", async () => {
    const scenario = fc.array(fc.tuple(fc.nat(2), someRequest), { maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(scenario, fc.boolean(), fc.infiniteStream(fc.nat(3)), async (asked, isLossy, dice) => {
        const stores = threeStores();
        const clients = [0, 1, 2].map((index) => clientOf(stores, { index }));
        await Promise.all(clients.flat().map((connection) => connection.request(prepare(0))));
        if (isLossy) for (const store of stores) store.fails = () => dice.next().value === 0;
        const row = new ServerCore();
        for (const [client, request] of asked) {
          expect(await patiently(clients[client]![0]!, request)).toEqual(row.handle(request).reply);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is asked about each register once, however often a request is repeated, and about few at a time", async () => {
    const stores = threeStores();
    const [connection] = clientOf(stores);
    await connection!.request(prepare(0));
    const [store] = stores as [MemoryStore];
    store.puts.length = 0;
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    await expect(connection!.request(prepare(40), { timeout_ms: 5 })).rejects.toThrow(
      "S0 at memory:: no answer within 5 ms",
    );
    const again = connection!.request(prepare(40), { timeout_ms: 60_000 });
    open();
    expect(await again).toEqual({ kind: "prepared", registerSet: 40, written: [] });
    expect(await connection!.request(prepare(40))).toEqual({ kind: "prepared", registerSet: 40, written: [] });
    expect([store.puts.length, new Set(store.puts).size]).toEqual([40, 40]);
    expect(store.mostUnderWay).toBeLessThanOrEqual(32);
  });

  it("is not asked about more registers than anybody would wait for", async () => {
    const [connection] = clientOf(threeStores());
    const far = STORE_SETS_MAX + 1;
    expect(await connection!.request(prepare(far))).toEqual({
      kind: "rejected",
      reason: `R${far} has more than ${STORE_SETS_MAX} registers below, and a store is asked about each`,
    });
    expect((await connection!.request({ kind: "vote", registerSet: 0, candidate: 0, promise: false })).kind).toBe(
      "rejected",
    );
  });

  it("whose registers somebody else has put is not believed", async () => {
    const stores = threeStores();
    stores[0]!.content.set("q/S0/R0", "{}");
    const [connection] = clientOf(stores);
    await expect(connection!.request(prepare(1))).rejects.toThrow(
      new MismatchError(
        'S0 at memory:: a register holds what no client of Quorate has put there: "{}" is neither a value nor null',
      ),
    );
  });
});

describe("a reader", () => {
  it("leaves nothing, and learns what is decided from registers, over gaps, or from who noted it", async () => {
    const stores = threeStores();
    const read = () => learn({ table: threeMajority, connections: readerOf(stores), timeout_ms: 5_000 });
    const nothing = await read();
    expect([nothing.learner.decision, nothing.learner.heard, nothing.unanswered]).toEqual([null, 0b111, []]);
    expect(stores.map(({ puts }) => puts.length)).toEqual([0, 0, 0]);
    const [client, other] = [clientOf(stores), clientOf(stores, { index: 1 })];
    await Promise.all([...client, ...other].map((connection) => connection.request(prepare(0))));
    for (const set of [14, 28]) await client[1]!.request(write(set, "apple"));
    await Promise.all([0, 2].map((server) => client[server]!.request(write(14, "apple"))));
    const before = stores.map(({ puts }) => puts.length);
    expect((await read()).learner.decision).toEqual({ value: "apple", registerSet: 14, servers: expect.any(Number) });
    expect(await client[1]!.request({ kind: "read" })).toEqual({
      ...{ kind: "row", frozenBelow: 0 },
      written: [14, 28].map((set) => [set, "apple"]),
    });
    expect(await other[1]!.request({ kind: "read" })).toMatchObject({
      written: [
        [14, "apple"],
        [28, "apple"],
      ],
    });
    expect(stores.map(({ puts }) => puts.length)).toEqual(before);
    await other[1]!.request({ kind: "decided", value: "apple" });
    const [, late] = clientOf(stores, { index: 2 });
    expect(await late!.request(prepare(3))).toEqual({ kind: "decided", value: "apple" });
    for (const store of [stores[0]!, stores[2]!]) store.fails = () => true;
    expect((await read()).learner.decision).toEqual({ value: "apple", toldTo: 1 });
    expect(await client[1]!.request({ kind: "read" })).toEqual({ kind: "decided", value: "apple" });
    expect(await client[1]!.request({ kind: "decided", value: "pear" })).toEqual({ kind: "decided", value: "apple" });
  });
});

describe("who does not belong there is turned away", () => {
  const ask = (stores: readonly MemoryStore[], options: Options) => clientOf(stores, options)[0]!.request(prepare(1));
  const used = async () => {
    const stores = threeStores();
    const pins = noPins();
    for (const connection of clientOf(stores, { pins })) await connection.request(prepare(0));
    return { stores, pins };
  };

  it.each<[string, Options, string]>([
    [
      "of another table",
      { index: 1, table: { name: "other", hash: "f".repeat(32) } },
      "the tables differ in meaning: S0 serves ",
    ],
    [
      "who counts other clients",
      { index: 1, count: 5 },
      "S0 knows 4 numbered clients, and this client says that there are 5 numbered clients; ",
    ],
    [
      "with the number of another",
      { identity: "a".repeat(32) },
      "client 0 is one that S0 knows from another directory (00000000, this one is aaaaaaaa); ",
    ],
  ])("a client %s", async (_, options, sentence) => {
    const { stores } = await used();
    const before = new Map(stores[0]!.content);
    await expect(ask(stores, options)).rejects.toThrow(MismatchError);
    await expect(ask(stores, options)).rejects.toThrow(`S0 at memory:: ${sentence}`);
    if (options.identity === undefined) expect(stores[0]!.content).toEqual(before);
  });

  it("a client that comes back to a store that has forgotten, and a new one too, as long as another store remembers", async () => {
    const { stores, pins } = await used();
    stores[0]!.content.clear();
    const again = clientOf(stores, { pins });
    await expect(again[0]!.request(prepare(1))).rejects.toThrow(
      /^S0 at memory:: this client has met S0 as [0-9a-f]{8}, and this is S0 /,
    );
    // Nobody else is asked any more, either.
    await expect(again[1]!.request(prepare(1))).rejects.toThrow(/^S0 at memory:: this client has met/);
    const anew = clientOf(stores, { index: 1 });
    const refused = Promise.all(anew.map((connection) => connection.request(prepare(1))));
    await expect(refused).rejects.toThrow(
      /^S[12] at memory:: S[12] is in one cluster with S0 [0-9a-f]{8}, and this client speaks to S0 /,
    );
  });

  it("a client on whose way the store forgets", async () => {
    const stores = threeStores();
    const [connection] = clientOf(stores);
    await connection!.request(prepare(1));
    stores[0]!.content.clear();
    stores[0]!.fails = () => true;
    await expect(connection!.request(prepare(2))).rejects.toThrow(ConnectionError);
    stores[0]!.fails = () => false;
    await expect(connection!.request(prepare(2))).rejects.toThrow(MismatchError);
  });
});

it("clients agree over stores, whatever is lost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(19)), async (dice) => {
      const stores = threeStores();
      for (const store of stores) store.fails = () => dice.next().value === 0;
      const outputs = await Promise.all(
        ["apple", "pear", "fig"].map((value, index) =>
          propose(value, {
            ...{ table: threeMajority, clientIndex: index, clientCount: 4 },
            ...{ connections: clientOf(stores, { index }), claims: new MemoryClaims() },
            ...{ timeout_ms: 60_000, requestTimeout_ms: 50 },
          }),
        ),
      );
      expect(new Set(outputs).size).toBe(1);
    }),
    { numRuns: 10 },
  );
});
