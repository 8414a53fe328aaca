import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nextOwnedSet } from "../../core/ownership.js";
import { MAJORITIES, tableOf, threeMajority } from "../../core/test/tables.js";
import { type Claims, FileClaims, MemoryClaims } from "../claims.js";
import { PlaceError } from "../directories.js";

const me = { index: 1, count: 3 };

describe("claims", () => {
  let directory: string;

  beforeEach(async () => {
    directory = path.join(await mkdtemp(path.join(tmpdir(), "quorate-claims-")), "client-1");
  });

  afterEach(async () => {
    await rm(path.dirname(directory), { recursive: true });
  });

  const kinds: [string, () => Promise<Claims>][] = [
    ["on disk", () => FileClaims.create(directory, me)],
    ["in memory", async () => new MemoryClaims()],
  ];

  it.each(kinds)("are given once (%s)", async (_, open) => {
    const claims = await open();
    expect(await claims.highest()).toBe(-1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => claims.claim(4)));
    const given = answers.filter((claim) => claim !== null);
    expect(given).toHaveLength(1);
    await given[0]!.durable;
    for (const registerSet of [10, 7]) expect(await claims.claim(registerSet)).not.toBeNull();
    expect(await claims.highest()).toBe(10);
  });

  it("of another process are known once one of them is met", async () => {
    const first = await FileClaims.create(directory, me);
    const second = await FileClaims.open(directory, me);
    for (const registerSet of [1, 4, 7]) expect(await first.claim(registerSet)).not.toBeNull();
    expect(await second.highest()).toBe(-1);
    expect(await second.claim(1)).toBeNull();
    expect(await second.highest()).toBe(7);
  });

  it("draw an identity once for a directory, and another for another", async () => {
    const identityIn = async (place: string) => (await FileClaims.ofUnnumbered(place, 2 ** 32)).client;
    const drawn = await Promise.all(Array.from({ length: 5 }, () => identityIn(directory)));
    expect(new Set(drawn.map(({ index, count }) => `${index} of ${count}`)).size).toBe(1);
    expect(await identityIn(directory)).toEqual(drawn[0]);
    expect(await identityIn(`${directory}-other`)).not.toEqual(drawn[0]);
    await expect(FileClaims.open(directory, drawn[0]!)).resolves.toBeInstanceOf(FileClaims);
  });

  it("go on under another number, once the sets of the first are used up", async () => {
    const first = await FileClaims.ofUnnumbered(directory, 2 ** 32);
    expect(await first.drawNext()).toBe(false);
    expect((await FileClaims.ofUnnumbered(directory, 2 ** 32)).client).toEqual(first.client);
    await first.claim(7);
    const drawn = await Promise.all([first.drawNext(), first.drawNext()]);
    expect(drawn).toEqual([true, true]);
    const next = await FileClaims.ofUnnumbered(directory, 2 ** 32);
    expect(next.client).not.toEqual(first.client);
    expect([await next.highest(), await first.highest()]).toEqual([-1, 7]);
    expect(await next.drawNext()).toBe(false);
    expect((await FileClaims.ofUnnumbered(directory, 2 ** 32)).client).toEqual(next.client);
  });

  it("are given once across restarts and processes", async () => {
    const [first, second] = [await FileClaims.create(directory, me), await FileClaims.open(directory, me)];
    const answers = await Promise.all([first.claim(1), second.claim(1)]);
    expect(answers.filter((claim) => claim === null)).toHaveLength(1);
    const restarted = await FileClaims.open(directory, me);
    expect(await restarted.claim(1)).toBeNull();
    expect(await restarted.highest()).toBe(1);
  });

  it("belong to one client, which may not change its turn", async () => {
    await expect(FileClaims.open(directory, me)).rejects.toThrow(new PlaceError(`there is no ${directory}/identity`));
    await FileClaims.create(directory, me);
    await expect(FileClaims.create(directory, me)).rejects.toThrow(
      new PlaceError(`${directory} belongs to client 1 of 3 already`),
    );
    await expect(FileClaims.open(directory, { index: 2, count: 3 })).rejects.toThrow(/belongs to client 1 of 3/);
    await expect(FileClaims.open(directory, { index: 1, count: 4 })).rejects.toThrow(/belongs to client 1 of 3/);
    await expect(FileClaims.open(directory, { index: 3, count: 3 })).rejects.toThrow(/not one of the 3 clients/);
  });
});

describe("ownership of register sets", () => {
  it("goes round-robin by the register set's own number", () => {
    expect([0, 1, 2, 3, 4].map((from) => nextOwnedSet(threeMajority, from, me))).toEqual([1, 1, 4, 4, 4]);
    expect(nextOwnedSet(threeMajority, 5, { index: 0, count: 1 })).toBe(5);
  });

  it("gives no register set to two clients", () => {
    const owned = [0, 1, 2].map((index) => {
      const sets = [];
      for (let from = 0; from < 30; )
        from = sets[sets.push(nextOwnedSet(threeMajority, from, { index, count: 3 })!) - 1]! + 1;
      return sets.slice(0, 10);
    });
    expect(new Set(owned.flat()).size).toBe(30);
  });

  const mixed = tableOf(3, [
    { first: 0, last: 1, decide: MAJORITIES, allocation: { kind: "open" } },
    { first: 2, last: 4, decide: MAJORITIES, allocation: { kind: "client", client: "alice" } },
    { first: 5, last: 6, decide: MAJORITIES },
    { first: 7, last: 8, decide: MAJORITIES, allocation: { kind: "client", client: "bob" } },
  ]);

  it("follows names and open sets, and ends with the table", () => {
    const next = (from: number, name: string) => nextOwnedSet(mixed, from, { ...me, name });
    expect([0, 2, 4, 5, 7].map((from) => next(from, "alice"))).toEqual([0, 2, 4, null, null]);
    expect([1, 2, 6, 8, 9].map((from) => next(from, "bob"))).toEqual([1, 7, 7, 8, null]);
  });
});
