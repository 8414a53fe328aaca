import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClientPins, decodeServerPins, encodeServerPins, PinsError } from "../../encoding/pins.js";
import { FileClaims } from "../claims.js";
import { PlaceError } from "../directories.js";
import { FileDisk } from "../file-disk.js";
import { FilePins } from "../pin-store.js";
import { createServerDirectory, openServerPins } from "../server-directory.js";
import { ServerHost } from "../server-host.js";

const TABLE = { name: "three-majority", hash: "7a".repeat(16) };
const NEW = { server: "S0", servers: ["S0", "S1"], table: TABLE };
const FORMAT = { encode: encodeServerPins, decode: decodeServerPins };

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "quorate-pins-"));
});

afterEach(() => rm(home, { recursive: true }));

async function openServer(directory: string): Promise<{ host: ServerHost; pins: Promise<unknown> }> {
  const host = await ServerHost.open("S0", await FileDisk.open(directory));
  const pins = openServerPins(directory, host);
  await pins.catch(() => {});
  await host.close();
  return { host, pins };
}

describe("a server's pins", () => {
  it("are made with its log, and of it", async () => {
    await createServerDirectory(home, { ...NEW, clientCount: 3 });
    const { host, pins } = await openServer(home);
    expect(await pins).toMatchObject({
      pins: { ...NEW, incarnation: host.incarnation, clientCount: 3, clients: new Map(), peers: new Map() },
    });
  });

  it("are another server's when the log was begun anew, and each file is missed without the other", async () => {
    const [one, other] = [path.join(home, "one"), path.join(home, "other")];
    for (const directory of [one, other]) await createServerDirectory(directory, NEW);
    await writeFile(path.join(other, "registers.log"), await readFile(path.join(one, "registers.log")));
    const [{ host }, { pins }] = [await openServer(one), await openServer(other)];
    const { incarnation } = decodeServerPins(await readFile(path.join(other, "pins"), "utf8"), "pins");
    expect(incarnation).not.toBe(host.incarnation);
    await expect(pins).rejects.toThrow(
      new PinsError(
        `${other}: its log is of S0 ${host.incarnation.slice(0, 8)} and its pins are of S0 ${incarnation.slice(0, 8)}: one of the two files was put there from elsewhere; put back what was made together`,
      ),
    );
    await rm(path.join(one, "pins"));
    await expect((await openServer(one)).pins).rejects.toThrow(new PlaceError(`there is no ${one}/pins`));
  });

  it("are not made over those of a server that is there", async () => {
    await createServerDirectory(home, NEW);
    const before = await readFile(path.join(home, "pins"), "utf8");
    await expect(createServerDirectory(home, NEW)).rejects.toThrow(PlaceError);
    expect(await readFile(path.join(home, "pins"), "utf8")).toBe(before);
  });

  it("are refused when a single character is not as it was written", async () => {
    await createServerDirectory(home, NEW);
    const file = path.join(home, "pins");
    const text = await readFile(file, "utf8");
    for (let at = 0; at < text.length; at++) {
      const damaged = `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`;
      expect(() => decodeServerPins(damaged, file)).toThrow(PinsError);
      expect(() => decodeServerPins(text.slice(0, at), file)).toThrow(PinsError);
    }
  });

  it("are durable, all that were replaced together in one writing", async () => {
    await createServerDirectory(home, NEW);
    const file = path.join(home, "pins");
    const store = await FilePins.open(file, FORMAT);
    const meetings = Array.from({ length: 50 }, (_, index) => {
      const clients = new Map(store.pins.clients).set(index, "cc".repeat(16));
      store.replace({ ...store.pins, clients });
      return store.durable();
    });
    await meetings[0];
    await Promise.all(meetings);
    expect((await FilePins.open(file, FORMAT)).pins.clients.size).toBe(50);
    expect((await readdir(home)).sort()).toEqual(["pins", "registers.log"]);
  });

  it("are not durable when they could not be written, until they can", async () => {
    await createServerDirectory(home, NEW);
    const store = await FilePins.open(path.join(home, "pins"), FORMAT);
    await rm(home, { recursive: true });
    store.replace({ ...store.pins, clientCount: 5 });
    for (let time = 0; time < 2; time++) await expect(store.durable()).rejects.toThrow(/ENOENT/);
    await createServerDirectory(home, NEW);
    await store.durable();
    expect((await FilePins.open(path.join(home, "pins"), FORMAT)).pins.clientCount).toBe(5);
  });
});

describe("a client's pins", () => {
  const pinned = (digits: string, ...told: string[]) => ({ incarnation: digits.repeat(16), told });

  it("are kept from its first process to its last, also where two run at once", async () => {
    const identity = { index: 1, count: 3 };
    const claims = await FileClaims.create(path.join(home, "client"), identity);
    const [one, other] = [await claims.pins(), await claims.pins()];
    expect(one.pins).toEqual(new Map());
    one.replace(new Map([["S0", pinned("a0", "S0")]]));
    other.replace(
      new Map([
        ["S0", pinned("a0", "S1")],
        ["S1", pinned("a1")],
      ]),
    );
    await one.durable();
    await other.durable();
    const all: ClientPins = new Map([
      ["S0", pinned("a0", "S0", "S1")],
      ["S1", pinned("a1")],
    ]);
    const reopened = await FileClaims.open(path.join(home, "client"), identity);
    expect(reopened.client).toEqual(claims.client);
    expect((await reopened.pins()).pins).toEqual(all);
    one.replace(new Map([["S1", pinned("b1")]]));
    await expect(one.durable()).rejects.toThrow(
      new PinsError("two processes of this client speak to different servers S1; use one --at for both"),
    );
  });
});
