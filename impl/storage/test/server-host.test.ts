import { describe, expect, it } from "vitest";
import type { Reply } from "../../core/protocol.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import type { Disk } from "../disk.js";
import { ServerHost, ServerStoppedError } from "../server-host.js";

/** A disk whose syncs complete, or fail, only when told to. */
class HeldDisk implements Disk {
  readonly name = "held";
  readonly #disk = MemoryDisk.withLogOf("S0");
  readonly #held: { resolve: () => void; reject: (error: Error) => void }[] = [];
  holds = false;

  get waiting(): number {
    return this.#held.length;
  }

  release(): void {
    this.#held.shift()!.resolve();
  }

  fail(error: Error): void {
    this.#held.shift()!.reject(error);
  }

  async sync(): Promise<void> {
    if (this.holds) await new Promise<void>((resolve, reject) => this.#held.push({ resolve, reject }));
    await this.#disk.sync();
  }

  get length(): number {
    return this.#disk.length;
  }

  read = (position: number, length: number) => this.#disk.read(position, length);
  write = (position: number, bytes: Uint8Array) => this.#disk.write(position, bytes);
  close = () => this.#disk.close();
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function heldHost() {
  const disk = new HeldDisk();
  const host = await ServerHost.open("S0", disk);
  disk.holds = true;
  return { disk, host };
}

/** What has been replied so far. */
function watch(promises: readonly Promise<Reply>[]): (Reply["kind"] | "failed")[] {
  const seen: (Reply["kind"] | "failed")[] = [];
  for (const promise of promises) {
    promise.then(
      (reply) => seen.push(reply.kind),
      () => seen.push("failed"),
    );
  }
  return seen;
}

describe("ServerHost", () => {
  it("replies to a write or a prepare only once it is durable", async () => {
    for (const request of [
      { kind: "write", registerSet: 3, value: "A" },
      { kind: "prepare", registerSet: 3 },
    ] as const) {
      const { disk, host } = await heldHost();
      const seen = watch([host.handle(request)]);
      await settle();
      expect(seen).toEqual([]);
      disk.release();
      await settle();
      expect(seen).toHaveLength(1);
    }
  });

  it("reveals nothing that is not durable: reads, repeats, refusals and prepares wait too", async () => {
    const { disk, host } = await heldHost();
    const seen = watch([
      host.handle({ kind: "write", registerSet: 0, value: "A" }),
      host.handle({ kind: "read" }),
      host.handle({ kind: "write", registerSet: 0, value: "A" }),
      host.handle({ kind: "write", registerSet: 0, value: "B" }),
      host.handle({ kind: "prepare", registerSet: 0 }),
    ]);
    await settle();
    expect(seen).toEqual([]);
    disk.release();
    await settle();
    expect(seen.sort()).toEqual(["prepared", "refused", "row", "written", "written"]);
  });

  it("lets a reply go with the sync that covers it, and not with an earlier one", async () => {
    const { disk, host } = await heldHost();
    const first = watch([host.handle({ kind: "write", registerSet: 0, value: "A" })]);
    await settle();
    const later = watch([
      host.handle({ kind: "write", registerSet: 1, value: "B" }),
      host.handle({ kind: "write", registerSet: 2, value: "C" }),
    ]);
    disk.release();
    await settle();
    expect([first, later]).toEqual([["written"], []]);
    disk.release();
    await settle();
    expect(later).toEqual(["written", "written"]);
    expect(disk.waiting).toBe(0);
  });

  it("answers what needs no disk at once", async () => {
    const { host } = await heldHost();
    expect(await host.handle({ kind: "read" })).toEqual({ kind: "row", frozenBelow: 0, written: [] });
    expect(await host.handle({ kind: "prepare", registerSet: 0 })).toEqual({
      kind: "prepared",
      registerSet: 0,
      written: [],
    });
  });

  it("stops for ever when the disk fails, also for those who came later", async () => {
    const { disk, host } = await heldHost();
    const early = host.handle({ kind: "write", registerSet: 0, value: "A" });
    await settle();
    const late = host.handle({ kind: "write", registerSet: 1, value: "A" });
    const reading = host.handle({ kind: "read" });
    disk.fail(new Error("EIO: i/o error, fdatasync"));
    for (const pending of [early, late, reading]) await expect(pending).rejects.toThrow(ServerStoppedError);
    await expect(host.handle({ kind: "read" })).rejects.toThrow(/its disk failed: EIO/);
    expect((await host.failed).message).toContain("EIO");
    expect(disk.waiting).toBe(0);
  });

  it("is after a crash what its replies said", async () => {
    const disk = MemoryDisk.withLogOf("S0");
    let host = await ServerHost.open("S0", disk);
    await host.handle({ kind: "write", registerSet: 1, value: "A" });
    await host.handle({ kind: "prepare", registerSet: 5 });
    const unanswered = host.handle({ kind: "write", registerSet: 5, value: "B" });
    host.stop();
    disk.crash(3);
    await expect(unanswered).rejects.toThrow(ServerStoppedError);
    host = await ServerHost.open("S0", disk);
    expect(host.recovery).toEqual({ records: 2, torn_bytes: 3 });
    expect(await host.handle({ kind: "read" })).toEqual({ kind: "row", frozenBelow: 5, written: [[1, "A"]] });
  });

  it("does not start on another server's disk", async () => {
    const disk = MemoryDisk.withLogOf("S0", "S0's disk");
    await ServerHost.open("S0", disk);
    await expect(ServerHost.open("S1", disk)).rejects.toThrow("S0's disk: is the log of server S0, not of S1");
  });
});
