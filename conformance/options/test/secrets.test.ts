/** Tokens and certificates, as files that a user names, and servers that others can reach. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CommandCluster } from "../../cli/test/cluster.js";
import { CommandError } from "../../shell/command-error.js";
import { isLoopback } from "../cluster-options.js";
import { readSecrets, type SecretOptions } from "../secrets.js";

const certificate = (file: string) => path.resolve("impl/network/test/certificates", file);

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "quorate-secrets-"));
});

afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: string, mode = 0o600): Promise<string> {
  const named = path.join(directory, name);
  await writeFile(named, content);
  await chmod(named, mode);
  return named;
}

const complaint = async (options: SecretOptions): Promise<[number, string]> => {
  const error = await readSecrets(options).then(String, (reason) => reason);
  expect(error).toBeInstanceOf(CommandError);
  return [error.exitCode, error.message];
};

describe("files that hold secrets", () => {
  const warnings: string[] = [];

  beforeAll(() => {
    vi.spyOn(process.stderr, "write").mockImplementation((text) => warnings.push(String(text)) > 0);
  });

  afterEach(() => warnings.splice(0));

  afterAll(() => vi.restoreAllMocks());

  it("give a token, without the end of its line", async () => {
    const { token } = await readSecrets({ tokenFile: await file("token", "sixteen bytes or more\n") });
    expect([token?.toString(), warnings]).toEqual(["sixteen bytes or more", []]);
  });

  it("are better not read by others", async () => {
    const tokenFile = await file("open", "sixteen bytes or more\n", 0o644);
    await readSecrets({ tokenFile });
    expect(warnings).toEqual([
      `quorate: others may read ${tokenFile}, or write it (mode 0644); chmod 600 keeps it secret\n`,
    ]);
  });

  it("are refused in one sentence when they will not do", async () => {
    const short = await file("short", "secret\n");
    expect(await complaint({ tokenFile: short })).toEqual([
      65,
      `${short} holds a token of 6 bytes, and it takes 16 that nobody can guess; make one with: openssl rand -hex 32`,
    ]);
    expect(await complaint({ tokenFile: `${directory}/none` })).toEqual([65, `there is no ${directory}/none`]);
    expect(await complaint({ tokenFile: directory })).toEqual([65, `${directory} is a directory; name the file in it`]);
    expect(await complaint({ tlsKey: short })).toEqual([64, "--tls-key, --tls-cert and --tls-ca go together"]);
    const [tlsCert, tlsCa] = [certificate("S0.pem"), certificate("ca.pem")];
    expect(await complaint({ tlsKey: short, tlsCert, tlsCa })).toEqual([
      65,
      `${short}, ${tlsCert} and ${tlsCa} are not a private key, its certificate and an authority's, all in PEM`,
    ]);
  });
});

it("a machine reaches itself by these addresses, and others by the rest", () => {
  expect(["127.0.0.1", "127.1.2.3", "::1", "localhost"].filter((host) => !isLoopback(host))).toEqual([]);
  expect(["0.0.0.0", "::", "10.0.0.1", "127.example.org", "example.org"].filter(isLoopback)).toEqual([]);
});

describe("a server that others can reach", () => {
  let cluster: CommandCluster;

  beforeAll(async () => {
    cluster = await CommandCluster.create(["S0"]);
    await writeFile(
      path.join(cluster.directory, "table.yaml"),
      "servers: [S0]\nclients: [alice, bob]\nregisters:\n  - sets: 0..\n    decide: all\n",
    );
    await writeFile(path.join(cluster.directory, "token"), "sixteen bytes or more\n", { mode: 0o600 });
  });

  afterAll(() => cluster.remove());

  it("lets nobody in whom it does not know", async () => {
    const served = ["serve", "S0", "--table", "table.yaml", "--listen", "0.0.0.0:0"];
    expect(await cluster.quorate(...served)).toEqual({
      code: 64,
      stdout: "",
      stderr:
        "quorate: S0 would let in anybody who reaches 0.0.0.0:0; give it --token-file, or --tls-key, --tls-cert and --tls-ca, or --insecure where nobody else can reach it\n",
    });
    // No further than to what is missing next.
    for (const more of [["--insecure"], ["--token-file", "token"]]) {
      expect((await cluster.quorate(...served, ...more)).stderr).toMatch(/^quorate: S0 has no log in /);
    }
  });

  it("asks for token and certificate, and knows whose each register set is", async () => {
    const tls = (name: string) =>
      ["tls-key", "tls-cert", "tls-ca"].flatMap((option, index) => [
        `--${option}`,
        certificate([`${name}.key`, `${name}.pem`, "ca.pem"][index]!),
      ]);
    const shared = ["--table", "table.yaml", "--token-file", "token"];
    await chmod(certificate("S0.key"), 0o600);
    await chmod(certificate("alice.key"), 0o600);
    await cluster.serve("S0", ...shared, ...tls("S0"), "--new");
    expect(await cluster.propose("apple", ["--client", "alice", "--new", ...shared, ...tls("alice")])).toEqual({
      code: 0,
      stdout: "apple\n",
      stderr: "proposing in register set 0\n",
    });
    const bob = await cluster.propose("pear", ["--client", "bob", "--new", ...shared, ...tls("alice")]);
    expect(bob).toEqual({
      code: 65,
      stdout: "",
      stderr: `proposing in register set 1\nquorate: S0 at ${cluster.addresses.get("S0")}: this client says that it is client 1 of 2, and its certificate is of alice; give it one of bob, with --tls-cert and --tls-key\n`,
    });
  });
});
