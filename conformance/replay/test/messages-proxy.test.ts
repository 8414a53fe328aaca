/** The proxy that holds frames, and servers as processes of their own, each by itself and together. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { encodeReply, encodeRequest } from "../../../impl/encoding/messages.js";
import { ConnectionError } from "../../../impl/network/connection.js";
import { TcpConnection } from "../../../impl/network/tcp-client.js";
import { type ListenOptions, serveTcp } from "../../../impl/network/tcp-server.js";
import { MemoryDisk } from "../../../impl/simulation/memory-disk.js";
import { MemoryPins } from "../../../impl/storage/pin-store.js";
import { newServerPins } from "../../../impl/storage/server-directory.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import { FrameProxy } from "../messages/frame-proxy.js";
import { ServerProcess } from "../messages/server-process.js";
import { WriteBackDisk } from "../messages/write-back-disk.js";
import { replayedClient, replayedServer, replayingParty } from "../systems/replay-party.js";

const SOON_MS = 10_000;

/** Undone after each test, last first. */
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function proxyTo(serverAddress: () => ListenOptions): Promise<FrameProxy> {
  const proxy = await FrameProxy.listen(serverAddress);
  undo.push(() => proxy.close());
  return proxy;
}

function connectionTo(proxy: FrameProxy): TcpConnection {
  const connection = new TcpConnection({ server: "S0", ...proxy.address }, replayingParty("S0", replayedClient(0, 1)));
  undo.push(() => connection.close());
  return connection;
}

const write = (registerSet: number, value: string): Request => ({ kind: "write", registerSet, value });
const written = (registerSet: number, value: string): Reply => ({ kind: "written", registerSet, value });
const ask = (connection: TcpConnection, request: Request) => connection.request(request, { timeout_ms: SOON_MS });

describe("the frame proxy", () => {
  /** Raw ends on both sides: what the one sends and the other gets, byte for byte. */
  async function rawEnds(): Promise<{ proxy: FrameProxy; client: Socket; server: Promise<Socket> }> {
    const listener = createServer();
    const server = once(listener, "connection").then(([socket]) => socket as Socket);
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as { port: number };
    const address = { host: "127.0.0.1", port };
    const proxy = await proxyTo(() => address);
    const client = connect(proxy.address);
    await once(client, "connect");
    undo.push(async () => {
      client.destroy();
      listener.close();
    });
    return { proxy, client, server };
  }

  async function read(socket: Socket, length: number): Promise<Buffer> {
    let content = Buffer.alloc(0);
    while (content.length < length) {
      const [chunk] = (await once(socket, "data")) as [Buffer];
      content = Buffer.concat([content, chunk]);
    }
    return content;
  }

  it("holds every frame and lets through what it is told, in that order, byte for byte", async () => {
    const { proxy, client, server } = await rawEnds();
    const frames = ["A", "B", "C"].map((value, id) => encodeRequest({ id, server: "S0", request: write(id, value) }));
    const stream = Buffer.concat(frames);
    // Chopped where no frame ends.
    client.write(stream.subarray(0, 5));
    client.write(stream.subarray(5, frames[0]!.length + 3));
    client.write(stream.subarray(frames[0]!.length + 3));
    const [a, b, c] = [
      await proxy.nextRequest(SOON_MS),
      await proxy.nextRequest(SOON_MS),
      await proxy.nextRequest(SOON_MS),
    ];
    expect([a, b, c].map(({ message }) => message.request)).toEqual([write(0, "A"), write(1, "B"), write(2, "C")]);
    expect([a, b, c].map(({ bytes }) => bytes)).toEqual(frames);
    // Reordered, B lost, A duplicated.
    for (const frame of [c, a, a]) expect(await proxy.deliver(frame)).toBe(true);
    const expected = Buffer.concat([frames[2]!, frames[0]!, frames[0]!]);
    expect(await read(await server, expected.length)).toEqual(expected);
    expect(proxy.waiting("request")).toBe(0);
  });

  it("does the same for replies", async () => {
    const { proxy, client, server } = await rawEnds();
    client.write(encodeRequest({ id: 0, server: "S0", request: write(0, "A") }));
    await proxy.deliver(await proxy.nextRequest(SOON_MS));
    const frames = ["A", "B"].map((value, id) => encodeReply({ id, reply: written(id, value) }));
    (await server).write(Buffer.concat(frames));
    const [a, b] = [await proxy.nextReply(SOON_MS), await proxy.nextReply(SOON_MS)];
    expect([a, b].map(({ message }) => message)).toEqual([
      { id: 0, reply: written(0, "A") },
      { id: 1, reply: written(1, "B") },
    ]);
    for (const frame of [b, a, b]) expect(await proxy.deliver(frame)).toBe(true);
    const expected = Buffer.concat([frames[1]!, frames[0]!, frames[1]!]);
    expect(await read(client, expected.length)).toEqual(expected);
  });

  it("says that nothing comes: in silence, after nonsense, from a server that is gone, at the end", async () => {
    const { proxy, client, server } = await rawEnds();
    await expect(proxy.nextRequest(20)).rejects.toThrow(new ConnectionError("nothing was sent within 20 ms"));
    const unused = await proxyTo(() => proxy.address);
    await expect(unused.nextReply(SOON_MS)).rejects.toThrow(new ConnectionError("the server closed the connection"));
    client.write(encodeRequest({ id: 0, server: "S0", request: write(0, "A") }));
    await proxy.deliver(await proxy.nextRequest(SOON_MS));
    const reply = expect(proxy.nextReply(SOON_MS)).rejects.toThrow("the server closed the connection");
    (await server).destroy();
    await reply;
    const request = expect(proxy.nextRequest(SOON_MS)).rejects.toThrow(/^nonsense was sent: a frame of \d+ bytes/);
    client.write("GET / HTTP/1.1\r\n\r\n");
    await request;
    const other = await rawEnds();
    const last = expect(other.proxy.nextRequest(SOON_MS)).rejects.toThrow("the proxy has been closed");
    await other.proxy.close();
    await last;
  });
});

describe("a real client and a server in memory, with the proxy between them", () => {
  let proxy: FrameProxy;
  let connection: TcpConnection;
  let host: ServerHost;

  beforeEach(async () => {
    host = await ServerHost.open("S0", MemoryDisk.withLogOf("S0"));
    const pins = new MemoryPins(newServerPins(host.incarnation, replayedServer("S0")));
    const tcp = await serveTcp(host, { pins }, { host: "127.0.0.1", port: 0 });
    undo.push(() => tcp.close());
    proxy = await proxyTo(() => tcp.address);
    connection = connectionTo(proxy);
  });

  it("a request that is held changes nothing, and one that was dropped never will", async () => {
    const first = ask(connection, write(0, "A"));
    // Never delivered: lost.
    await proxy.nextRequest(SOON_MS);
    const second = ask(connection, write(1, "B"));
    await proxy.deliver(await proxy.nextRequest(SOON_MS));
    await proxy.deliver(await proxy.nextReply(SOON_MS));
    expect(await second).toEqual(written(1, "B"));
    expect([host.registerAt(0).state, host.registerAt(1).state]).toEqual(["unwritten", "value"]);
    connection.close();
    await expect(first).rejects.toThrow("closed");
  });

  it("replies that overtake each other reach the right requests; a second copy reaches nobody", async () => {
    const [a, b] = [ask(connection, write(0, "A")), ask(connection, write(1, "B"))];
    const requests = [await proxy.nextRequest(SOON_MS), await proxy.nextRequest(SOON_MS)];
    for (const request of [...requests].reverse()) await proxy.deliver(request);
    const [replyB, replyA] = [await proxy.nextReply(SOON_MS), await proxy.nextReply(SOON_MS)];
    for (const reply of [replyB, replyB, replyA]) await proxy.deliver(reply);
    expect(await Promise.all([a, b])).toEqual([written(0, "A"), written(1, "B")]);
  });

  it("a client that has closed its connection gets nothing, also not on its next one", async () => {
    const abandoned = ask(connection, write(0, "A"));
    const request = await proxy.nextRequest(SOON_MS);
    connection.close();
    await expect(abandoned).rejects.toThrow("closed");
    // The request was on its way: it still arrives, and is answered.
    expect(await proxy.deliver(request)).toBe(true);
    const reply = await proxy.nextReply(SOON_MS);
    expect(reply.message.reply).toEqual(written(0, "A"));
    const next = connectionTo(proxy);
    const answer = ask(next, write(0, "B"));
    const later = await proxy.nextRequest(SOON_MS);
    // Both clients count their requests from 0, so the old reply would be taken for the new one's.
    expect(later.message.id).toBe(request.message.id);
    expect(await proxy.deliver(reply)).toBe(false);
    await proxy.deliver(later);
    await proxy.deliver(await proxy.nextReply(SOON_MS));
    expect(await answer).toMatchObject({ kind: "refused", holds: { value: "A" } });
  });
});

describe("the write-back disk", () => {
  it("keeps nothing that was not synced, and what was synced as it was written", async () => {
    const below = new MemoryDisk();
    const disk = new WriteBackDisk(below);
    await disk.write(0, Buffer.from("synced, "));
    await disk.write(8, Buffer.from("together"));
    expect(below.length).toBe(0);
    await disk.sync();
    expect(Buffer.from(await disk.read(0, 100)).toString()).toBe("synced, together");
    await disk.write(16, Buffer.from("; lost"));
    await expect(disk.read(0, 1)).rejects.toThrow("read with bytes that were not synced");
    expect(Buffer.from(below.durable).toString()).toBe("synced, together");
    expect(below.isDurable).toBe(true);
  });
});

describe("a real client and a server process, with the proxy between them", () => {
  let directory: string;
  let server: ServerProcess;
  let proxy: FrameProxy;
  let connection: TcpConnection;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "quorate-messages-"));
    undo.push(() => rm(directory, { recursive: true }));
    server = await ServerProcess.start("S0", directory);
    undo.push(() => server.kill());
    proxy = await proxyTo(() => server.address);
    connection = connectionTo(proxy);
  });

  it("a request delivered twice is answered twice alike", async () => {
    const answer = ask(connection, { kind: "prepare", registerSet: 3 });
    const request = await proxy.nextRequest(SOON_MS);
    for (let copy = 0; copy < 2; copy++) await proxy.deliver(request);
    const replies = [await proxy.nextReply(SOON_MS), await proxy.nextReply(SOON_MS)];
    expect(replies[0]!.bytes).toEqual(replies[1]!.bytes);
    for (const reply of replies) await proxy.deliver(reply);
    expect(await answer).toEqual({ kind: "prepared", registerSet: 3, written: [] });
  });

  it("a request that was held over a kill -9 is answered by the restarted server; a reply from before still counts", async () => {
    const answers = [ask(connection, write(0, "A")), ask(connection, write(1, "B")), ask(connection, write(1, "C"))];
    const [a, b, c] = [
      await proxy.nextRequest(SOON_MS),
      await proxy.nextRequest(SOON_MS),
      await proxy.nextRequest(SOON_MS),
    ];
    await proxy.deliver(a);
    const before = await proxy.nextReply(SOON_MS);
    await server.kill();
    await server.kill();
    expect(await proxy.deliver(b)).toBe(false);
    await server.restart();
    expect(server.recoveredRecords).toBe(1);
    expect(await proxy.deliver(b)).toBe(true);
    const after = await proxy.nextReply(SOON_MS);
    await proxy.deliver(after);
    await proxy.deliver(before);
    expect(await Promise.all(answers.slice(0, 2))).toEqual([written(0, "A"), written(1, "B")]);
    await server.restart();
    await proxy.deliver(c);
    await proxy.deliver(await proxy.nextReply(SOON_MS));
    expect(await answers[2]).toEqual({ kind: "refused", registerSet: 1, holds: { state: "value", value: "B" } });
    expect(server.recoveredRecords).toBe(2);
  });

  it("a process that cannot start says why", async () => {
    await server.kill();
    await writeFile(path.join(directory, "registers.log"), "no log");
    await expect(server.restart()).rejects.toThrow(
      /^its process ended before it was ready: \S+registers\.log: damaged at byte 0: it does not begin like a log of registers; this is not a log that can be served$/,
    );
  });
});
