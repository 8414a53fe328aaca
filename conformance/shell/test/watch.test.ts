/** `verify --watch`, as an editor and somebody who presses Ctrl-C see it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { QUORATE, quorate } from "../../cli/test/quorate.js";
import { EXIT } from "../exit-codes.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-watch-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const text = (name: string) => readFileSync(`spec/tables/${name}.yaml`, "utf8");

it("verifies again after each change, a new file in the place of the old and a broken one too, until Ctrl-C", async () => {
  const file = path.join(directory, "table.yaml");
  // As editors do; one that writes in place may be seen halfway, and the table is then verified once more.
  const put = (content: string) => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  put(text("singleton"));
  const words = ["verify", "--no-replay", "--watch", file];
  const child = spawn(process.execPath, [QUORATE, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    out += part;
  });
  let told = () => {};
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    err += part;
    told();
  });
  const waits = (times: number) =>
    new Promise<void>((resolve) => {
      told = () => err.split("Ctrl-C ends it.").length > times && resolve();
      told();
    });
  await waits(1);
  expect(out).toMatch(/^SAFE {2}singleton /);
  put(text("wrong-singleton"));
  await waits(2);
  expect(out).toMatch(/^UNSAFE {2}wrong-singleton /m);
  put("servers: [");
  await waits(3);
  expect(err).toContain(`${file}:1:`);
  put(text("wrong-singleton"));
  await waits(4);
  child.kill("SIGINT");
  expect((await once(child, "close"))[0]).toBe(EXIT.unsafe);
  expect(out.match(/^UNSAFE /gm)).toHaveLength(2);
});

it("refuses standard input", async () => {
  const { code, stderr } = await quorate("verify", "--watch", "-");
  expect([code, stderr]).toEqual([EXIT.usage, "quorate: standard input cannot be watched: name a file\n"]);
});
