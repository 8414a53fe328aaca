/** What a user sees of `quorate read`, with servers of which one is not there. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CommandCluster } from "../../test/cluster.js";

const SERVERS = ["S0", "S1", "S2"];

/** Without S2, nothing can be decided. */
const TABLE = `
name: everybody
servers: [S0, S1, S2]
registers:
  - sets: 0..
    decide: all
    prepare: any 1
`;

let cluster: CommandCluster;

beforeEach(async () => {
  cluster = await CommandCluster.create(SERVERS);
});

afterEach(() => cluster.remove());

it("reads what is decided, and says what is known where nothing is", async () => {
  const table = path.join(cluster.directory, "everybody.yaml");
  await writeFile(table, TABLE);
  const at = [...cluster.addresses].map((entry) => entry.join("=")).join(",");
  const read = (...more: string[]) => cluster.quorate("read", table, "--at", at, "--timeout", "1.5", ...more);
  const refused = (server: string) => `${server} at ${cluster.addresses.get(server)}: connection refused`;
  expect(await read()).toEqual({
    code: 69,
    stdout: "",
    stderr: `quorate: no server has told what it holds within 1.5 s: ${SERVERS.map(refused).join("; ")}\n`,
  });
  for (const server of ["S0", "S1"]) await cluster.serve(server, "--new", "--table", table);
  expect(await read()).toEqual({
    code: 2,
    stdout: "",
    stderr: `quorate: nothing is known to be decided: {S0, S1} hold no value; ${refused("S2")}\n`,
  });
  const client = ["--table", table, "--client", "1", "--clients", "3"];
  expect((await cluster.propose("fig", [...client, "--new", "--timeout", "1.5"])).code).toBe(69);
  expect(await read()).toEqual({
    code: 2,
    stdout: "",
    stderr: `quorate: nothing is known to be decided: of what {S0, S1} hold, the greatest register set is R1, with "fig" at {S0, S1}, and nowhere is there a phase-2 quorum; ${refused("S2")}\n`,
  });
  const json = await read("--format", "json");
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout)).toEqual({
    table: "everybody",
    decided: null,
    evidence: null,
    heard: ["S0", "S1"],
    greatest: [{ registerSet: 1, value: "fig", servers: ["S0", "S1"] }],
    unanswered: [{ server: "S2", reason: refused("S2") }],
  });
  await cluster.serve("S2", "--new", "--table", table);
  // Whichever server answers first has a fig, or nothing yet: one of any server is enough to prepare.
  const { code, stdout } = await cluster.propose("pear", client);
  expect([code, ["fig\n", "pear\n"].includes(stdout)]).toEqual([0, true]);
  expect(await read()).toEqual({ code: 0, stdout, stderr: "" });
  const decided = JSON.parse((await read("--format", "json")).stdout);
  expect(decided).toMatchObject({ decided: stdout.trim(), evidence: { toldTo: expect.stringMatching(/^S[012]$/) } });
  expect(await cluster.quorate("read", "no-such-table.yaml")).toMatchObject({ code: 65, stdout: "" });
});
