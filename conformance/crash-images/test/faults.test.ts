/**
 * One-line faults in what makes promises durable: `crash-images` must find each of them, exit 3, and say which promise
 * a crash breaks, by the smallest image.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../replay/test/changed-builds.js";
import { FaultWorkshop } from "../../replay/test/fault-workshop.js";

interface Fault extends Change {
  /** Of histories that show it soon, where those of SEED do not. */
  readonly seed?: string;
  /** Whose servers are crashed; of three-majority unless given. */
  readonly table?: string;
  readonly shows: { readonly machine: string; readonly kind: string; readonly broken: string; readonly size: number };
}

/** Its histories show most faults soon: others make ten times as many images before they do. */
const SEED = "3";

const FAULTS: readonly Fault[] = [
  {
    name: "no sync before the reply",
    file: "storage/server-host.js",
    line: "await this.#log.durable();",
    changed: "this.#log.durable().catch(() => {});",
    shows: {
      machine: "S0",
      kind: "powerCut",
      broken: "S0 replied to the prepare of R2, and after the crash R1 is unwritten instead of nil",
      size: 32,
    },
  },
  {
    name: "a vote that is not logged",
    table: "raft",
    file: "core/server.js",
    line: 'return { records: [...frozen, record], reply: { kind: "voted", registerSet, candidate } };',
    changed: 'return { records: frozen, reply: { kind: "voted", registerSet, candidate } };',
    shows: {
      machine: "S0",
      kind: "powerCut",
      broken: "S0 told that its vote in R0 is client 2's, and after the crash it is nobody's",
      size: 31,
    },
  },
  {
    name: "sync of a new file, but not of its directory",
    file: "storage/directories.js",
    line: "await syncDirectory(path.dirname(file), files);\n    return true;",
    changed: "return true;",
    shows: { machine: "client 0", kind: "powerCut", broken: "client 0 has lost the directory of its claims", size: 9 },
  },
  {
    name: "sync of a new directory, but not of the one that it is in",
    file: "storage/directories.js",
    line: "        return makeDirectory(absolute, files);\n    }\n    await syncDirectory(path.dirname(absolute), files);",
    changed: "        return makeDirectory(absolute, files);\n    }",
    shows: { machine: "client 0", kind: "powerCut", broken: "client 0 has lost the directory of its claims", size: 8 },
  },
  {
    name: "the reply of one batch on the sync of the batch before",
    file: "storage/log.js",
    line: "while (this.#durable < target)",
    changed: "if (this.#durable < target)",
    seed: "2",
    shows: {
      machine: "S1",
      kind: "powerCut",
      broken: "S1 replied to the prepare of R2, and after the crash R1 is unwritten instead of nil",
      size: 33,
    },
  },
  {
    name: "a reply that reveals what is not durable yet",
    file: "storage/server-host.js",
    line: "await this.#log.durable();",
    changed: "if (records.length > 0) await this.#log.durable();",
    seed: "6",
    shows: {
      machine: "S0",
      kind: "powerCut",
      broken: "S0 replied to the prepare of R2, and after the crash R1 is unwritten instead of nil",
      size: 32,
    },
  },
  {
    name: "claims that are not synced",
    seed: "1",
    file: "storage/claims.js",
    line: "await Promise.all([made.sync(), syncDirectory(path.dirname(file), files)]);",
    changed: "",
    shows: {
      machine: "client 0",
      kind: "powerCut",
      broken: 'client 0 proposed "v1-" in R3, and after the crash may claim R3 again',
      size: 27,
    },
  },
  {
    name: "a claim that is used before it is durable",
    seed: "1",
    file: "proposer/attempt.js",
    line: "!(await this.#options.mayPropose)",
    changed: "false",
    shows: {
      machine: "client 0",
      kind: "powerCut",
      broken: 'client 0 proposed "v1-" in R3, and after the crash may claim R3 again',
      size: 29,
    },
  },
  {
    name: "a welcome before the client is known durably",
    file: "network/doorkeeper.js",
    line: "await pins.durable();",
    changed: "pins.durable().catch(() => {});",
    shows: {
      machine: "S0",
      kind: "powerCut",
      broken: "S0 welcomed a hello of or with client 0, and after the crash it does not know whom it met",
      size: 23,
    },
  },
  {
    name: "a request to a server before it is known durably which one it is",
    file: "network/membership.js",
    line: "await this.#store.durable();",
    changed: "this.#store.durable().catch(() => {});",
    shows: {
      machine: "client 0",
      kind: "powerCut",
      broken: "client 0 asked S1, and after the crash it does not know which S1 it met",
      size: 13,
    },
  },
  {
    name: "pins whose name is not synced",
    file: "storage/directories.js",
    line: "await files.rename(await writeBeside(file, content, files), file);\n    await syncDirectory(path.dirname(file), files);",
    changed: "await files.rename(await writeBeside(file, content, files), file);",
    shows: { machine: "S0", kind: "names", broken: "S0 does not come back: there is no /quorate/data/pins", size: 12 },
  },
  {
    name: "a new server's log before its pins",
    file: "storage/file-disk.js",
    line: "await before();\n            if (!(await createWhole(file, content, files)))",
    changed:
      "const isMade = await createWhole(file, content, files);\n            await before();\n            if (!isMade)",
    shows: {
      machine: "S0",
      kind: "inRecovery",
      broken: "S0 does not come back: there is no /quorate/data/pins",
      size: 1,
    },
  },
  {
    name: "a recovery that trusts clean pages of the last batch",
    file: "storage/log.js",
    line: "last.bytes.length > 0 ?",
    changed: "false ?",
    shows: {
      machine: "S0",
      kind: "failedSync",
      broken:
        "S0 does not come back: /quorate/data/registers.log: batch 1 of the log is damaged or missing from byte 1536 on, although 1 were durable by its marks: promises that this server made are lost, or may be, so it must not serve from this log",
      size: 32,
    },
  },
  {
    name: "a recovery that trusts clean pages of the newest mark",
    file: "storage/log.js",
    line: "this.#markAgain(marks, previous)",
    changed: "this.#markOnce(previous)",
    shows: {
      machine: "S0",
      kind: "failedSync",
      broken:
        "S0 does not come back: /quorate/data/registers.log: its marks are of batches 0 and 2, so one of them is out of date: promises that this server made are lost, or may be, so it must not serve from this log",
      size: 34,
    },
  },
  {
    name: "a recovery that does not sync what it has read",
    file: "storage/log.js",
    line: "await this.#disk.sync();\n        await this.#markTwice();",
    changed: "",
    shows: {
      machine: "S0",
      kind: "killThenCut",
      broken:
        "S0 came back with all below R2 frozen, and client 2, client 0, S1, S2 known, and after a crash with nothing frozen, and client 2, client 0, S1, S2 known",
      size: 31,
    },
  },
  {
    name: "a log that gives way to a shorter one, whose name is not synced",
    file: "storage/file-disk.js",
    line: "await syncDirectory(path.dirname(this.name), this.#files);",
    changed: "",
    seed: "8",
    shows: {
      machine: "S0",
      kind: "powerCut",
      broken:
        'S0 replied that "v1------------------"… of 1400 characters is written to R5, and after the crash R5 is unwritten instead of "v1------------------"… of 1400 characters',
      size: 60,
    },
  },
  {
    name: "a log that gives way to a shorter one, which is not synced",
    file: "storage/file-disk.js",
    line: "await handle.sync();\n        return handle;",
    changed: "return handle;",
    seed: "2",
    shows: {
      machine: "S2",
      kind: "inRecovery",
      broken:
        "S2 does not come back: /quorate/data/registers.log: damaged at byte 0: it does not begin like a log of registers; this is not a log that can be served",
      size: 48,
    },
  },
];

let workshop: FaultWorkshop;

beforeAll(async () => {
  workshop = await FaultWorkshop.open();
});

afterAll(() => workshop.close());

describe("crash-images exits 3 and shows the smallest image when the implementation would have", () => {
  it.for(FAULTS)("$name", async ({ shows, seed = SEED, table = "three-majority", ...fault }) => {
    const { code, report } = await workshop.crashImages(fault, [
      "--images",
      "150000",
      "--workers",
      "1",
      "--seed",
      seed,
      "--table",
      `spec/tables/${table}.yaml`,
    ]);
    const { machine, kind, broken, size } = report.bad ?? {};
    expect({ code, verdict: report.verdict, machine, kind, broken, size }).toEqual({
      code: 3,
      verdict: "broken",
      ...shows,
    });
  });
});
