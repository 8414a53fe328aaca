/**
 * What the operating system really refuses: a directory of somebody else's, and one file more than a process may have.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { QUORATE } from "../../test/quorate.js";

/** To the superuser, nothing is forbidden but by the lack of these. */
const WITHOUT_PRIVILEGES = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "quorate-limits-"));
  await writeFile(path.join(directory, "table.yaml"), "servers: [S0]\nregisters: [{ sets: 0.., decide: S0 }]\n");
});
afterEach(() => rm(directory, { recursive: true }));

const quorate = (...words: readonly string[]): readonly string[] => [
  process.execPath,
  QUORATE,
  ...words,
  "--table=table.yaml",
];

/** The last line that it prints, and its exit code. */
function lastLine([program, ...words]: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(program!, words, { cwd: directory }, (_, stdout, stderr) => {
      resolve(`${`${stderr}${stdout}`.trim().split("\n").at(-1)}, code ${child.exitCode}`);
    });
  });
}

it("a directory of somebody else's", async () => {
  await mkdir(path.join(directory, "theirs"));
  await chmod(path.join(directory, "theirs"), 0);
  const [serve, propose] = await Promise.all(
    [
      quorate("serve", "S0", "--new", "--listen=127.0.0.1:0", "--data=theirs/S0"),
      quorate("propose", "apple", "--at=S0=127.0.0.1:1", "--data=theirs/me"),
    ].map((words) => lastLine([...WITHOUT_PRIVILEGES, ...words])),
  );
  await chmod(path.join(directory, "theirs"), 0o700);
  const remedy =
    "there is no permission for it; give it to this user, or name another directory with --data (EACCES), code 69";
  expect(serve).toBe(`quorate: cannot use ${directory}/theirs/S0: ${directory}/theirs/S0: ${remedy}`);
  expect(propose).toBe(
    `quorate: cannot keep what this client must not forget: ${directory}/theirs/me/next/identity: ${remedy}`,
  );
});

it("one file more than a server may have", async () => {
  const [program, ...words] = quorate("serve", "S0", "--new", "--listen=127.0.0.1:0", "--data=S0");
  const server = spawn(program!, words, { cwd: directory, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await new Promise<string[]>((resolve) => {
      createInterface({ input: server.stdout }).once("line", (said) => resolve([said]));
    });
    const at = /127\.0\.0\.1:\d+/.exec(line!)![0];
    const propose = (value: string) =>
      lastLine(quorate("propose", value, `--at=S0=${at}`, "--timeout=1", `--data=${value}`));
    let open = 0;
    while (existsSync(`/proc/${server.pid}/fd/${open}`)) open++;
    const allow = (files: number) => execFileSync("prlimit", ["--pid", `${server.pid}`, `--nofile=${files}:`]);
    const unanswered = (why: string) =>
      `quorate: no quorum answered within 1 s: S0 at ${at}: ${why}. If it was proposed, the value may still be decided: propose again to find out, code 69`;
    allow(open);
    expect(await propose("apple")).toBe(unanswered("connection lost"));
    // The connection is one more, and what the server is to remember of the client would be another.
    allow(open + 1);
    const said = (await propose("pear")).replace(/, open '.*'/, ", open");
    expect(said).toBe(
      unanswered(
        "S0 cannot keep what it must remember of its clients, so it needs looking after (EMFILE: too many open files, open)",
      ),
    );
    allow(open + 2);
    expect(await propose("plum")).toBe("plum, code 0");
  } finally {
    server.kill();
  }
});
