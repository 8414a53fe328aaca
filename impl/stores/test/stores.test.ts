/** Every kind of store does what is asked of one, on real servers of it where there are some. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../open-store.js";
import type { ExaminedStore } from "../write-once-store.js";
import { type FakeS3, startFakeS3 } from "./fake-s3.js";
import { lacks, leftOutWithout, type ServerName, StoreServer } from "./servers.js";

interface Started {
  readonly url: string;
  readonly end: () => Promise<void>;
}

const server = (name: ServerName, ...options: string[]) => ({
  kind: name,
  needs: [name],
  start: async (): Promise<Started> => {
    const started = await StoreServer.start(name, ...options);
    return { url: started.url, end: () => started.remove() };
  },
});

const KINDS: readonly { kind: string; needs: readonly ServerName[]; start: () => Promise<Started> }[] = [
  server("redis-server"),
  server("postgres"),
  server("etcd"),
  server("nats-server"),
  {
    kind: "S3",
    needs: [],
    start: async () => {
      const fake: FakeS3 = await startFakeS3();
      return { url: fake.url, end: () => fake.close() };
    },
  },
  {
    kind: "file",
    needs: [],
    start: async () => {
      const directory = await mkdtemp(path.join(tmpdir(), "quorate-files-"));
      return { url: `file:${directory}/registers`, end: () => rm(directory, { recursive: true }) };
    },
  },
];

describe.each(KINDS)("$kind", ({ needs, start }) => {
  const isLeftOut = lacks(...needs);
  let started: Started;
  let store: ExaminedStore;
  beforeAll(async () => {
    if (isLeftOut) return;
    started = await start();
    ({ store } = await openStore(started.url));
  });
  afterAll(async () => {
    await store?.close();
    await started?.end();
  });

  it.skipIf(isLeftOut)(
    `puts a key once, tells everybody the same, and reads it${leftOutWithout(...needs)}`,
    async () => {
      const { store: other } = await openStore(started.url);
      expect(await store.read("quorate/a/S0/R0")).toBeNull();
      expect(await store.putIfAbsent("quorate/a/S0/R0", "mine")).toBe("mine");
      expect(await other.putIfAbsent("quorate/a/S0/R0", "theirs")).toBe("mine");
      expect(await store.putIfAbsent("quorate/a/S0/R0", "mine")).toBe("mine");
      expect(await other.read("quorate/a/S0/R0")).toBe("mine");
      expect(await other.read("quorate/a/S0/R1")).toBeNull();
      const long = JSON.stringify(`\0 "'\\ \u{1f600}\u2028${"ü".repeat(32_000)}`);
      expect(await store.putIfAbsent("quorate/a/S0/R1", long)).toBe(long);
      expect(await other.read("quorate/a/S0/R1")).toBe(long);
      const [key, ...texts] = ["quorate/a/S0/R2", "A", "B", "C", "D", "E", "F"];
      const told = await Promise.all(texts.map((text, i) => (i % 2 ? store : other).putIfAbsent(key!, text)));
      expect(new Set(told)).toEqual(new Set([await store.read(key!)]));
      await store.remove(key!);
      expect(await other.read(key!)).toBeNull();
      expect(await other.putIfAbsent(key!, "again")).toBe("again");
      await other.close();
    },
  );
});
