/**
 * A disk that is really full: a small file system in memory, in a mount namespace of its own, where the system lets one
 * have it.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QUORATE } from "../../test/quorate.js";

/** No root is needed where users may have namespaces. */
const APART = ["--map-root-user", "--mount"];

function canMount(): boolean {
  try {
    execFileSync("unshare", [...APART, "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** In the background; as a process of its own, which can be ended. */
const SERVE = `"${process.execPath}" "${QUORATE}" serve S0 --new --listen 127.0.0.1:0 --data small/S0 --table table.yaml > served 2>&1 & server=$!`;

const NO_ROOM = "no space is left on the device; make room, then start again: nothing was promised that is not on disk";

describe.skipIf(!canMount())("a full disk", () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "quorate-full-"));
    const table = "servers: [S0]\nregisters:\n  - sets: 0..\n    decide: all\n";
    await writeFile(path.join(directory, "table.yaml"), table);
  });

  afterAll(() => rm(directory, { recursive: true }));

  /** Lines of a shell, in a directory where `small` holds this number of kilobytes; what it prints on both streams. */
  const shell = (kilobytes: number, ...lines: string[]): Promise<string> => {
    const script = [
      `mkdir -p small && mount -t tmpfs -o size=${kilobytes}k none small`,
      // What a server of another test has said is not of this one.
      "rm -f served",
      `quorate() { "${process.execPath}" "${QUORATE}" "$@" --table table.yaml 2>&1; echo "code $?"; }`,
      ...lines,
    ].join("\n");
    return new Promise((resolve) => {
      execFile("unshare", [...APART, "sh", "-c", script], { cwd: directory }, (_, stdout) => resolve(stdout));
    });
  };

  it("is told from a fault of Quorate, by a server that cannot begin and by a client", async () => {
    const said = await shell(
      4,
      "quorate serve S0 --new --listen 127.0.0.1:0 --data small/S0",
      "quorate propose apple --at S0=127.0.0.1:1 --data small/client",
    );
    expect(said).toBe(
      [
        `quorate: cannot use ${directory}/small/S0: ${NO_ROOM} (ENOSPC)`,
        "code 69",
        `quorate: cannot keep what this client must not forget: ${NO_ROOM} (ENOSPC)`,
        "code 69",
        "",
      ].join("\n"),
    );
  });

  it("stops a server that cannot log, before it promises anything", async () => {
    const long = "x".repeat(30_000);
    const said = await shell(
      16,
      SERVE,
      "until grep -qs serves served; do sleep 0.05; done",
      "at=$(grep -o '127.0.0.1:[0-9]*' served)",
      `quorate propose ${long} --at S0=$at --timeout 1 --data client`,
      "wait $server; code=$?; cat served; echo code $code",
    );
    const plain = said.replaceAll(/127\.0\.0\.1:\d+/g, "ADDRESS").replace(/register set \d+/, "register set N");
    // A busy machine leaves no time to ask it again once it is gone.
    expect(plain.replace(/connection (?:lost|refused)/, "connection lost or refused")).toBe(
      [
        "proposing in register set N",
        "quorate: no quorum answered within 1 s: S0 at ADDRESS: connection lost or refused. If it was proposed, the value may still be decided: propose again to find out",
        "code 69",
        `S0 serves registers on ADDRESS, log ${directory}/small/S0/registers.log, recovered 0 records`,
        `quorate: S0 stopped, for it cannot write ${directory}/small/S0/registers.log: ${NO_ROOM} (ENOSPC)`,
        "code 69",
        "",
      ].join("\n"),
    );
  });

  it("is told to a client that the server cannot remember", async () => {
    const said = await shell(
      8,
      SERVE,
      "until grep -qs serves served; do sleep 0.05; done",
      "at=$(grep -o '127.0.0.1:[0-9]*' served)",
      "quorate propose apple --at S0=$at --timeout 1 --data other",
      "kill $server; wait $server",
    );
    expect(
      said
        .replaceAll(/127\.0\.0\.1:\d+/g, "ADDRESS")
        .split("\n")
        .slice(1, 3),
    ).toEqual([
      "quorate: no quorum answered within 1 s: S0 at ADDRESS: S0 cannot keep what it must remember of its clients, so it needs looking after (ENOSPC: no space left on device, write). If it was proposed, the value may still be decided: propose again to find out",
      "code 69",
    ]);
  });
});
