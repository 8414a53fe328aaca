/** A client that is gone: what it said before, and was not heard yet, has no effect any more. */
import { expect, it } from "vitest";
import { threeMajority } from "../../core/test/tables.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { ServerHost } from "../../storage/server-host.js";
import { ClientGoneError, Doorkeeper } from "../doorkeeper.js";
import { Permissions } from "../permissions.js";
import { doorOf, rawHello } from "./parties.js";

/** Without the length and the checksum that stand before it. */
const HEADER_BYTES = 8;

it("does not come in again, and writes nothing", async () => {
  const host = await ServerHost.open("S0", MemoryDisk.withLogOf("S0"));
  const there = new Set<number>();
  class Watched extends Permissions {
    override enter(...[client]: Parameters<Permissions["enter"]>) {
      there.add(client.index);
      return super.enter(client);
    }
    override leave(...[client]: Parameters<Permissions["leave"]>) {
      there.delete(client.index);
      super.leave(client);
    }
  }
  const doorkeeper = new Doorkeeper(host, { ...doorOf(host), permissions: new Watched("S0", threeMajority) });
  const hello = rawHello("S0").subarray(HEADER_BYTES);
  const write = { id: 1, server: "S0", request: { kind: "write", registerSet: 0, value: "A" } } as const;
  expect((await doorkeeper.hear(hello)).isWelcome).toBe(true);
  expect([...there]).toEqual([0]);
  doorkeeper.leave();
  await expect(doorkeeper.hear(hello)).rejects.toThrow(ClientGoneError);
  await expect(doorkeeper.answer(write)).rejects.toThrow(ClientGoneError);
  expect([...there]).toEqual([]);
  expect(host.isUnwritten(0)).toBe(true);
});
