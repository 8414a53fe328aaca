/**
 * Who may connect, with certificates and with a token, over sockets. The certificates are test data:
 * certificates/make.sh.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { threeMajority } from "../../core/test/tables.js";
import type { ClientFacts } from "../../encoding/handshake-messages.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { ServerHost } from "../../storage/server-host.js";
import { ConnectionError, MismatchError } from "../connection.js";
import type { Door } from "../doorkeeper.js";
import { Permissions } from "../permissions.js";
import { TcpConnection } from "../tcp-client.js";
import { serveTcp } from "../tcp-server.js";
import type { Party } from "../tcp-session.js";
import { type TlsIdentity, tlsDialer, tlsListener } from "../tls.js";
import { doorOf, facts, partyOf } from "./parties.js";

const pem = (file: string): string => readFileSync(path.join(import.meta.dirname, "certificates", file), "utf8");

const identity = (name: string, authority = "ca"): TlsIdentity => ({
  key: pem(`${name}.key`),
  cert: pem(`${name}.pem`),
  ca: pem(`${authority}.pem`),
});

const READ = { kind: "read" } as const;
const PATIENT = { timeout_ms: 10_000 };
const NAMED: QuorumTable = { ...threeMajority, clients: ["alice", "bob"] };

/** Undone after each test, last first. */
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Resolves with a way to connect to the server, as who one likes. */
async function serve(
  more: Partial<Door>,
): Promise<(party: Partial<Party>, client?: ClientFacts | null) => TcpConnection> {
  const host = await ServerHost.open("S0", MemoryDisk.withLogOf("S0"));
  const tcp = await serveTcp(host, { ...doorOf(host), ...more }, { host: "127.0.0.1", port: 0 });
  undo.push(() => tcp.close());
  return (party, client = facts(0, 2)) => {
    const connection = new TcpConnection({ server: "S0", ...tcp.address }, { ...partyOf(["S0"], client), ...party });
    undo.push(() => connection.close());
    return connection;
  };
}

const withTls = (table = NAMED) =>
  serve({ listener: tlsListener(identity("S0")), permissions: new Permissions("S0", table) });

const as = (name: string, authority?: string): Partial<Party> => ({ dialer: tlsDialer(identity(name, authority)) });

const answer = (connection: TcpConnection) => connection.request(READ, PATIENT);

const refusal = async (connection: TcpConnection): Promise<string> => {
  const error = await answer(connection).then(String, (reason) => reason);
  expect(error).toBeInstanceOf(MismatchError);
  return (error as Error).message.replace(/^S0 at 127\.0\.0\.1:\d+: /, "");
};

describe("TLS", () => {
  it("lets in those whom the authority has signed for, under their own names, and is spoken by both sides", async () => {
    const connect = await withTls();
    expect(await answer(connect(as("alice")))).toMatchObject({ kind: "row" });
    expect(await answer(connect(as("alice"), null))).toMatchObject({ kind: "row" });
    expect(await refusal(connect(as("alice"), facts(1, 2)))).toBe(
      "this client says that it is client 1 of 2, and its certificate is of alice; give it one of bob, with --tls-cert and --tls-key",
    );
  });

  it("knows numbered clients by their numbers", async () => {
    const connect = await withTls(threeMajority);
    expect(await answer(connect(as("client-1"), facts(1, 2)))).toMatchObject({ kind: "row" });
    expect(await refusal(connect(as("client-1"), facts(0, 2)))).toBe(
      "this client says that it is client 0 of 2, and its certificate is of client-1; give it one of client-0, with --tls-cert and --tls-key",
    );
  });

  it("keeps out certificates of another authority, on both sides", async () => {
    const connect = await withTls();
    expect(await refusal(connect({ dialer: tlsDialer({ ...identity("other-alice"), ca: pem("ca.pem") }) }))).toMatch(
      /^S0 does not trust this client's certificate \([A-Z_]+\); give it one that the --tls-ca of S0 has signed$/,
    );
    expect(await refusal(connect({ dialer: tlsDialer({ ...identity("alice"), ca: pem("other-ca.pem") }) }))).toMatch(
      /^its certificate is not to be trusted \([A-Z_]+\); give S0 and this client certificates that their --tls-ca has signed$/,
    );
  });

  it("does not take one server for another", async () => {
    const connect = await serve({ listener: tlsListener(identity("alice")) });
    expect(await refusal(connect(as("alice")))).toBe(
      "its certificate is of alice, not of S0; mend --at, or give S0 its own --tls-cert",
    );
  });

  it("is missed on either side", async () => {
    const plain = await serve({});
    expect(await refusal(plain(as("alice")))).toMatch(
      /^TLS fails \([A-Z_]+\); does S0 have --tls-key, --tls-cert and --tls-ca\?$/,
    );
    const connect = await withTls();
    await expect(connect({}).request(READ, { timeout_ms: 300 })).rejects.toThrow(
      /: no answer within 300 ms, not even a greeting; does it ask for TLS\?$/,
    );
  });
});

describe("a token", () => {
  const token = Buffer.from("sixteen bytes or more");

  it("opens the door to those who have it, and is asked of both sides", async () => {
    const connect = await serve({ token });
    expect(await answer(connect({ token }))).toMatchObject({ kind: "row" });
    expect(await refusal(connect({}))).toBe(
      "S0 asks for a token; give this client the servers' token with --token-file",
    );
    expect(await refusal(connect({ token: Buffer.from("a guess of somebody") }))).toBe(
      "S0 has another token than this client; give both the same --token-file",
    );
    const open = await serve({});
    expect(await refusal(open({ token }))).toBe(
      "S0 does not know of any token; start it with the --token-file of this client, or mend --at",
    );
  });
});

describe("what a client may do", () => {
  const write = (connection: TcpConnection, registerSet: number, value: string) =>
    connection.request({ kind: "write", registerSet, value }, PATIENT);

  it("is to write where it is the owner", async () => {
    const connect = await serve({ permissions: new Permissions("S0", threeMajority) });
    const client = connect({}, facts(1, 3));
    expect(await write(client, 4, "A")).toEqual({ kind: "written", registerSet: 4, value: "A" });
    expect(await write(client, 5, "A")).toEqual({
      kind: "rejected",
      reason: "R5 belongs to client 2, and client 1 of 3 may not write there",
    });
  });

  it("is to stand for election under its own number", async () => {
    const connect = await serve({ permissions: new Permissions("S0", threeMajority) });
    const client = connect({}, facts(1, 3));
    const vote = (candidate: number) =>
      client.request({ kind: "vote", registerSet: 4, candidate, promise: true }, PATIENT);
    expect(await vote(2)).toEqual({
      kind: "rejected",
      reason: "client 1 of 3 asks for a vote in R4 as client 2, which it is not",
    });
    expect(await vote(1)).toEqual({ kind: "voted", registerSet: 4, candidate: 1 });
  });

  it("is to have as many connections as others leave it, one after the other", async () => {
    const permissions = new Permissions("S0", threeMajority, { connections: 2, registers_bytes: 1000 });
    const connect = await serve({ permissions });
    const held = [connect({}), connect({})];
    for (const connection of held) await answer(connection);
    await expect(answer(connect({}))).rejects.toThrow(ConnectionError);
    await expect(answer(connect({}))).rejects.toThrow(
      /: client 0 has 2 connections to S0, and may have no more; end some of its processes$/,
    );
    expect(await answer(connect({}, facts(1, 2)))).toMatchObject({ kind: "row" });
    held[0]!.close();
    // The server hears of it in its own time.
    while (
      !(await answer(connect({})).then(
        () => true,
        () => false,
      ))
    )
      await new Promise(setImmediate);
  });

  it("may take a bounded room, in which stands what it wrote before", async () => {
    const host = await ServerHost.open("S0", MemoryDisk.withLogOf("S0"));
    await host.handle({ kind: "write", registerSet: 0, value: "x".repeat(500) });
    const permissions = new Permissions("S0", threeMajority, { connections: 9, registers_bytes: 1000 });
    host.follow((record) => permissions.follow(record, 2));
    const tcp = await serveTcp(host, { ...doorOf(host), permissions }, { host: "127.0.0.1", port: 0 });
    undo.push(() => tcp.close());
    const [alice, bob] = [0, 1].map((index) => {
      const connection = new TcpConnection({ server: "S0", ...tcp.address }, partyOf(["S0"], facts(index, 2)));
      undo.push(() => connection.close());
      return connection;
    });
    expect(await write(alice!, 2, "y".repeat(300))).toMatchObject({ kind: "written" });
    expect(await write(alice!, 4, "z".repeat(100))).toEqual({
      kind: "rejected",
      reason: "the registers of client 0 take as much room at S0 as they may, 1000 bytes; raise its --quota",
    });
    // What is there is told again.
    expect(await write(alice!, 2, "y".repeat(300))).toMatchObject({ kind: "written" });
    expect(await write(bob!, 1, "z".repeat(500))).toMatchObject({ kind: "written" });
  });
});
