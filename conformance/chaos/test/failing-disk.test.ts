/** A server whose disk fails says so and ends; what it had acknowledged is there afterwards. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort } from "../../../impl/network/free-port.js";
import { QUORATE } from "../../cli/test/quorate.js";
import type { DiskFault } from "../disk-fault.js";
import { lastWordsOf, RunningProcess } from "../processes.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "quorate-failing-disk-"));
});
afterEach(() => rm(directory, { recursive: true }));

it.each<{ what: string; diskFault: DiskFault; sentence: RegExp }>([
  {
    what: "cannot sync",
    diskFault: { failingSync: 3 },
    sentence: /^quorate: S0 stopped, for it cannot write .*registers\.log: .*\(EIO\)$/,
  },
  {
    what: "has no room left",
    diskFault: { fullAfter_bytes: 1000 },
    sentence: /^quorate: S0 stopped, for it cannot write .*registers\.log: .*\(ENOSPC\)$/,
  },
])("a disk that $what", async ({ diskFault, sentence }) => {
  const port = await freePort();
  const data = path.join(directory, "S0");
  const table = path.join(directory, "alone.yaml");
  await writeFile(table, "servers: [S0]\nregisters: [{ sets: 0.., decide: S0 }]\n");
  const serve = (words: readonly string[], fault?: DiskFault) =>
    new RunningProcess({
      script: QUORATE,
      words: ["serve", "S0", "--table", table, "--listen", `127.0.0.1:${port}`, "--data", data, ...words],
      ...(fault && { diskFault: fault }),
    });
  const first = serve(["--new"]);
  await first.prints("serves registers on");
  await first.kill();
  const failing = serve([], diskFault);
  expect(await failing.prints("serves registers on")).toBe(true);
  const at = `S0=127.0.0.1:${port}`;
  const proposal = new RunningProcess({
    script: QUORATE,
    words: [
      "propose",
      "apple",
      "--table",
      table,
      "--at",
      at,
      "--data",
      path.join(directory, "client"),
      "--timeout",
      "1",
    ],
  });
  const { code, ...ended } = await failing.ended;
  expect([code, lastWordsOf({ code, ...ended })]).toEqual([69, expect.stringMatching(sentence)]);
  expect((await proposal.ended).code).toBe(69);
  const again = serve([]);
  expect(await again.prints("serves registers on")).toBe(true);
  await again.kill();
});
