/** The built commands as a user runs them: three servers, proposals, a kill -9, the same value again. */
import { stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UNNUMBERED_CLIENTS } from "../../../../impl/core/ownership.js";
import { FileClaims } from "../../../../impl/storage/claims.js";
import { CommandCluster } from "../../test/cluster.js";

const SERVERS = ["S0", "S1", "S2"];

let cluster: CommandCluster;

beforeEach(async () => {
  cluster = await CommandCluster.create(SERVERS);
});

afterEach(() => cluster.remove());

it("decides one value and keeps to it, whoever proposes and whichever server is killed", async () => {
  for (const server of SERVERS) expect(await cluster.serve(server, "--new")).toMatch(/recovered 0 records/);
  expect(await cluster.propose("apple")).toMatchObject({ code: 0, stdout: "apple\n" });
  await cluster.kill("S1");
  expect(await cluster.propose("pear", ["--data", "elsewhere"])).toMatchObject({ code: 0, stdout: "apple\n" });
  expect(await cluster.serve("S1")).toMatch(/recovered [1-9]\d* records?/);
  await cluster.kill("S0");
  expect(await cluster.propose("plum")).toMatchObject({ code: 0, stdout: "apple\n" });
  await cluster.kill("S2");
  // One server that was told what is decided is enough.
  expect(await cluster.propose("fig")).toMatchObject({ code: 0, stdout: "apple\n" });
  await cluster.kill("S1");
  const lonely = await cluster.propose("fig", ["--timeout", "1"]);
  expect(lonely).toMatchObject({ code: 69, stdout: "" });
  expect(lonely.stderr).toContain("S0");
  expect(lonely.stderr).toContain("S2");
});

it("needs next to nothing to remember a decision, and uses up no register set to learn it again", async () => {
  for (const server of SERVERS) await cluster.serve(server, "--new");
  const numbered = ["--client", "1", "--clients", "3"];
  const first = await cluster.propose("apple", [...numbered, "--new"]);
  expect(first).toEqual({ code: 0, stdout: "apple\n", stderr: "proposing in register set 1\n" });
  expect(await cluster.propose("pear", numbered)).toEqual({
    code: 0,
    stdout: "apple\n",
    stderr: "another value was decided already, or won\n",
  });
  const newcomer = await cluster.propose("pear", ["--client", "2", "--clients", "3", "--new"]);
  expect(newcomer).toMatchObject({
    stdout: "apple\n",
    stderr: expect.stringContaining("proposing in register set 2\n"),
  });
  for (const server of SERVERS) {
    await cluster.kill(server);
    expect(await cluster.serve(server)).toMatch(/recovered 1 record$/m);
    expect((await stat(path.join(cluster.directory, ".quorate", server, "registers.log"))).size).toBe(4 * 512);
  }
});

it("goes on under another number where all sets of the first are used up", async () => {
  for (const server of ["S0", "S1"]) await cluster.serve(server, "--new");
  const claims = await FileClaims.ofUnnumbered(path.join(cluster.directory, ".quorate", "client"), UNNUMBERED_CLIENTS);
  await claims.claim(claims.client.index + 65_535 * UNNUMBERED_CLIENTS);
  const { code, stdout, stderr } = await cluster.propose("apple");
  expect([code, stdout]).toEqual([0, "apple\n"]);
  expect(stderr).toMatch(
    /^the register sets of this client's number are used up; it has drawn another\nproposing in register set \d+\n$/,
  );
});

it("says in one line what is wrong with a directory, and does not call it a fault of its own", async () => {
  await writeFile(path.join(cluster.directory, "file"), "");
  for (const words of [
    ["serve", "S0", "--new", "--data", "file/inside"],
    ["propose", "apple", "--data", "file/inside"],
  ]) {
    const { code, stdout, stderr } = await cluster.quorate(...words);
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toMatch(
      /^quorate: cannot .*: .*something on the way there is a file; name another .* \(ENOTDIR\)\n$/,
    );
  }
});

it("says which sets a client of a drawn number never owns", async () => {
  const table = path.resolve("spec/tables/all-aboard.yaml");
  const { code, stderr } = await cluster.propose("apple", ["--table", table, "--timeout", "0.2"]);
  expect(code).toBe(69);
  expect(stderr).toMatch(
    /^quorate: drawn at random, this client's number has no register set in R0 to R9; with --client and --clients it has\n/,
  );
  const numbered = await cluster.propose("apple", [
    "--table",
    table,
    "--timeout",
    "0.2",
    "--client=1",
    "--clients=3",
    "--new",
  ]);
  expect(numbered.stderr).toMatch(/^proposing in register set 1\n/);
});

describe("creating and starting are different acts", () => {
  const logged = () => path.join(cluster.directory, ".quorate", "S0");

  it("for servers: none comes back empty unasked, and none is begun anew", async () => {
    expect(await cluster.quorate("serve", "S0")).toEqual({
      code: 65,
      stdout: "",
      stderr: `quorate: S0 has no log in ${logged()}; if it never ran, start it with --new, and if it did, name its directory with --data\n`,
    });
    expect(await cluster.serve("S0", "--new")).toContain(`log ${logged()}/registers.log, recovered 0 records`);
    await cluster.kill("S0");
    expect(await cluster.quorate("serve", "S0", "--new")).toEqual({
      code: 64,
      stdout: "",
      stderr: `quorate: S0 has a log in ${logged()} already; leave out --new to start it from there\n`,
    });
    const log = path.join(logged(), "registers.log");
    for (const length of [0, 100, 600]) {
      await truncate(log, length);
      const { code, stderr } = await cluster.quorate("serve", "S0");
      expect([code, stderr.split(":")[1]]).toEqual([65, ` ${log}`]);
    }
  });

  it("for numbered clients, which own register sets by their number", async () => {
    const numbered = (...more: string[]) =>
      cluster.propose("apple", ["--client", "1", "--clients", "3", "--timeout", "0.2", ...more]);
    const home = path.join(cluster.directory, ".quorate", "client-1");
    expect(await numbered()).toEqual({
      code: 64,
      stdout: "",
      stderr: `quorate: there is no ${home}/identity; if this client never proposed, add --new, and if it did, name its directory with --data\n`,
    });
    expect((await numbered("--new")).code).toBe(69);
    expect((await numbered()).code).toBe(69);
    expect(await numbered("--new")).toEqual({
      code: 64,
      stdout: "",
      stderr: `quorate: ${home} belongs to client 1 of 3 already; leave out --new to go on with it\n`,
    });
  });
});
