/**
 * Servers and clients that do not belong together, as a user brings them together: one sentence, and never a second
 * value.
 */
import { copyFile, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandCluster } from "../../test/cluster.js";
import type { Ended } from "../../test/quorate.js";

const SERVERS = ["S0", "S1", "S2", "S3", "S4"];
const FIVE = path.resolve("spec/tables/five-majority.yaml");
const FLEXIBLE = path.resolve("spec/tables/flexible-simple-5.yaml");
const FIRST = ["--client", "0", "--clients", "3"];

/** One after the other, they are told of one cluster. */
let cluster: CommandCluster;
let other: CommandCluster;

beforeAll(async () => {
  [cluster, other] = [await CommandCluster.create(SERVERS), await CommandCluster.create(["S4"])];
  await Promise.all(SERVERS.map((server) => cluster.serve(server, "--table", FIVE, "--new")));
});

afterAll(async () => {
  await cluster.remove();
  await other.remove();
});

const propose = (value: string, client: readonly string[], table = FIVE, elsewhere: Record<string, string> = {}) =>
  cluster.propose(value, ["--table", table, ...client], elsewhere);

/**
 * What was drawn, which address the system gave, and which of the servers was first to say it, differ from run to run.
 */
const plain = ({ code, stdout, stderr }: Ended) => ({
  code,
  stdout,
  stderr: stderr
    .replace(/^(proposing in register set \d+\n|another value was decided already, or won\n)*/, "")
    .replaceAll(/\b[0-9a-f]{8}\b/g, "########")
    .replace(/^quorate: (S\d) at 127\.0\.0\.1:\d+: (.*)\b\1\b/s, "quorate: $1 at ADDRESS: $2$1")
    .replaceAll(/127\.0\.0\.1:\d+/g, "ADDRESS"),
});

const refused = (stderr: string | RegExp) => ({
  code: 65,
  stdout: "",
  stderr: typeof stderr === "string" ? `quorate: ${stderr}\n` : expect.stringMatching(stderr),
});

it("another table", async () => {
  expect(plain(await propose("pear", ["--new", ...FIRST, "--data", "flexible"], FLEXIBLE))).toEqual(
    refused(
      /^quorate: (S\d) at ADDRESS: the tables differ in meaning: \1 serves five-majority \(########\), this client has flexible-simple-5 \(########\); give this client the servers' table with --table\n$/,
    ),
  );
  expect(await propose("apple", ["--new", ...FIRST])).toMatchObject({ code: 0, stdout: "apple\n" });
});

it("another number of clients", async () => {
  const fourth = ["--client", "3", "--clients", "4", "--new"];
  expect(plain(await propose("pear", fourth))).toEqual(
    refused(
      /^quorate: (S\d) at ADDRESS: \1 knows 3 numbered clients, and this client says that there are 4 numbered clients; give every client of these servers the same --clients, always\n$/,
    ),
  );
  expect(plain(await propose("pear", ["--data", "drawn"]))).toEqual(
    refused(
      /^quorate: (S\d) at ADDRESS: \1 knows 3 numbered clients, and this client says that there are clients that draw their numbers; give every client of these servers the same --clients, always\n$/,
    ),
  );
});

it("one number used from two directories", async () => {
  expect(plain(await propose("pear", [...FIRST, "--new", "--data", "elsewhere"]))).toEqual(
    refused(
      /^quorate: (S\d) at ADDRESS: client 0 is one that \1 knows from another directory \(########, this one is ########\); no two clients may share a number: give this one the directory that client 0 has had, with --data, or another number\n$/,
    ),
  );
});

it("servers of two clusters", async () => {
  await other.serve("S4", "--table", FIVE, "--new");
  const elsewhere = { S4: other.addresses.get("S4")! };
  const second = ["--client", "1", "--clients", "3", "--new", "--data", "mixed"];
  expect(plain(await propose("pear", second, FIVE, elsewhere))).toEqual(
    refused(
      /^quorate: (S[0-3]) at ADDRESS: \1 is in one cluster with S4 ########, and this client speaks to S4 ########: servers of two clusters are mixed, then mend --at; or S4 has lost its data and was begun anew, then stop it and start it from its old directory\n$/,
    ),
  );
});

/** A client that was here before may learn what is decided from others first; it stops all the same. */
const refusedInTheEnd = (stderr: string) => ({ ...refused(stderr), stdout: expect.stringMatching(/^(apple\n)?$/) });

it("an address that leads to another server", async () => {
  const elsewhere = { S3: cluster.addresses.get("S4")! };
  expect(plain(await propose("pear", FIRST, FIVE, elsewhere))).toEqual(
    refusedInTheEnd("S3 at ADDRESS: this is server S4, not S3; mend --at"),
  );
});

describe("a server's directory", () => {
  const home = () => path.join(cluster.directory, ".quorate", "S4");
  const serve = (...more: string[]) => cluster.quorate("serve", "S4", "--listen", "127.0.0.1:0", ...more);

  beforeAll(() => cluster.kill("S4"));

  it("made for another table", async () => {
    expect(plain(await serve("--table", FLEXIBLE))).toEqual(
      refused(
        `S4 in ${home()} serves table five-majority (########), and flexible-simple-5 (########) differs from it in meaning; give it its own with --table, or another directory with --data`,
      ),
    );
  });

  it("that has met another number of clients", async () => {
    expect(plain(await serve("--table", FIVE, "--clients", "4"))).toEqual(
      refused(`S4 in ${home()} knows 3 clients, not 4; leave out --clients, for their number can never change`),
    );
  });

  it("with the log of another server, or of another cluster", async () => {
    await copyFile(path.join(cluster.directory, ".quorate/S3/registers.log"), path.join(home(), "registers.log"));
    expect(plain(await serve("--table", FIVE))).toEqual(
      refused(`${home()}/registers.log: is the log of server S3, not of S4`),
    );
    await copyFile(path.join(other.directory, ".quorate/S4/registers.log"), path.join(home(), "registers.log"));
    expect(plain(await serve("--table", FIVE))).toEqual(
      refused(
        `${home()}: its log is of S4 ######## and its pins are of S4 ########: one of the two files was put there from elsewhere; put back what was made together`,
      ),
    );
  });

  it("without its pins", async () => {
    await rm(path.join(home(), "pins"));
    expect(plain(await serve("--table", FIVE))).toEqual(
      refused(
        `there is no ${home()}/pins, which was made with the log beside it; put it back, for without it a mix-up would go unnoticed`,
      ),
    );
  });

  it("begun anew: amnesia is noticed by the clients that knew it, and by its neighbours for those that did not", async () => {
    await rm(home(), { recursive: true });
    await cluster.serve("S4", "--table", FIVE, "--new");
    expect(plain(await propose("pear", FIRST))).toEqual(
      refusedInTheEnd(
        "S4 at ADDRESS: this client has met S4 as ########, and this is S4 ########: it has lost its data and was begun anew, then stop it and start it from its old directory; or it is of another cluster, then mend --at, or give this client another directory with --data",
      ),
    );
    const third = ["--client", "2", "--clients", "3", "--new"];
    expect(plain(await propose("pear", third))).toEqual(
      refused(
        /^quorate: (S[0-3]) at ADDRESS: \1 is in one cluster with S4 ########, and this client speaks to S4 ########: servers of two clusters are mixed, /,
      ),
    );
    await cluster.kill("S4");
    expect(await propose("pear", FIRST)).toMatchObject({ code: 0, stdout: "apple\n" });
  });
});
