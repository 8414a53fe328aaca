/** `quorate linearize` as a user runs it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { quorate } from "../../test/quorate.js";

it("shows the smallest history that is refused, as docs/validate.md does, and the same to programs", async () => {
  const file = "examples/logs/stale-read.edn";
  const { code, stdout } = await quorate("linearize", file);
  const [, shown] = readFileSync("docs/validate.md", "utf8").split(`$ npx quorate linearize ${file}\n`);
  expect(code).toBe(1);
  expect(stdout).toContain(shown!.slice(0, shown!.indexOf("\n…")));
  const json = JSON.parse((await quorate("linearize", file, "--format", "json")).stdout);
  expect(json).toMatchObject({
    file,
    verdict: "refused",
    keys: [{ key: "register", explained: 3, operation: { invoked: 9, completed: 10 }, possible: [2, 3] }],
  });
});

it("writes what Porcupine reads, which is refused as well", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "quorate-linearize-"));
  try {
    const log = path.join(directory, "log");
    await quorate("linearize", "examples/logs/stale-read.edn", "--porcupine", log);
    expect(readFileSync(log, "utf8").split("\n")[0]).toBe("INFO  jepsen.util - 0\t:invoke\t:write\t1");
    expect((await quorate("linearize", log)).code).toBe(1);
    const unwritable = await quorate("linearize", log, "--porcupine", path.join(directory, "no", "where"));
    expect([unwritable.code, unwritable.stderr]).toEqual([69, expect.stringContaining("cannot write")]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it("an empty history is no pass", async () => {
  const { code, stdout, stderr } = await quorate("linearize", "/dev/null");
  expect([code, stdout, stderr]).toEqual([
    65,
    "",
    expect.stringContaining("/dev/null:1:1: the history has no answers"),
  ]);
});
