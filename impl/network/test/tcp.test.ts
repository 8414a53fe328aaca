import { once } from "node:events";
import { connect, createServer, Socket } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Request } from "../../core/protocol.js";
import { encodeFrame, FrameDecoder } from "../../encoding/frames.js";
import { decodeServerAnswer, encodeGreeting, encodeRefusal, encodeWelcome } from "../../encoding/handshake-messages.js";
import { decodeReply, encodeReply, encodeRequest, REQUEST_BYTES_MAX } from "../../encoding/messages.js";
import type { ClientPins } from "../../encoding/pins.js";
import { MemoryDisk } from "../../simulation/memory-disk.js";
import { MemoryPins } from "../../storage/pin-store.js";
import { ServerHost } from "../../storage/server-host.js";
import { ConnectionError, MismatchError } from "../connection.js";
import { freePort } from "../free-port.js";
import { Membership } from "../membership.js";
import { TcpConnection } from "../tcp-client.js";
import { serveTcp, type TcpServer } from "../tcp-server.js";
import { doorOf, facts, partyOf, rawHello } from "./parties.js";

const LOOPBACK = "127.0.0.1";

let host: ServerHost;
let tcp: TcpServer;
let connection: TcpConnection;

beforeEach(async () => {
  host = await ServerHost.open("S0", MemoryDisk.withLogOf("S0"));
  tcp = await serveTcp(host, doorOf(host), { host: LOOPBACK, port: await freePort() });
  connection = new TcpConnection({ server: "S0", ...tcp.address }, partyOf(["S0"]));
});

afterEach(async () => {
  connection.close();
  await tcp.close();
});

/** However it ends. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once("close", () => resolve()));

const write = (registerSet: number, value: string): Request => ({ kind: "write", registerSet, value });

/** Sends raw bytes and resolves when the server has closed the connection. */
async function sendRaw(bytes: Uint8Array): Promise<void> {
  const socket = connect(tcp.address.port, LOOPBACK);
  socket.on("error", () => {});
  socket.resume();
  socket.end(bytes);
  await closed(socket);
}

describe("TCP", () => {
  it("carries requests and replies, also of the greatest size and many at once", async () => {
    const big = "x".repeat(64 * 1024);
    const replies = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((r) => connection.request(write(r, `${r}${big.slice(1)}`))),
    );
    expect(replies.map((reply) => reply.kind)).toEqual(new Array(8).fill("written"));
    const row = await connection.request({ kind: "read" });
    expect(row.kind === "row" && row.written.map(([r, value]) => [r, value.length])).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((r) => [r, big.length]),
    );
    expect(await connection.request({ kind: "prepare", registerSet: 0 })).toMatchObject({ kind: "prepared" });
    expect(await connection.request(write(0, "other"))).toMatchObject({ kind: "refused" });
  });

  it("notices when an address leads to another server", async () => {
    const mistaken = new TcpConnection({ server: "S1", ...tcp.address }, partyOf(["S1"]));
    const sentence = `S1 at ${LOOPBACK}:${tcp.address.port}: this is server S0, not S1; mend --at`;
    for (let time = 0; time < 2; time++) {
      await expect(mistaken.request(write(0, "A"))).rejects.toThrow(new MismatchError(sentence));
    }
    expect(host.registerAt(0).state).toBe("unwritten");
    mistaken.close();
  });

  it("closes on nonsense and serves the others", async () => {
    await sendRaw(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await sendRaw(encodeFrame(Buffer.from("a frame, but no message")));
    const damaged = encodeRequest({ id: 1, server: "S0", request: write(0, "A") });
    damaged[damaged.length - 1]! ^= 1;
    await sendRaw(damaged);
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), sendRaw), { numRuns: 50 });
    expect(host.registerAt(0).state).toBe("unwritten");
    expect(await connection.request(write(0, "A"))).toMatchObject({ kind: "written" });
  });

  it("reconnects to a server that came back", async () => {
    await connection.request(write(0, "A"));
    const { address } = tcp;
    await tcp.close();
    await expect(connection.request({ kind: "read" })).rejects.toThrow(ConnectionError);
    await expect(connection.request({ kind: "read" })).rejects.toThrow(
      `S0 at ${LOOPBACK}:${address.port}: connection refused`,
    );
    tcp = await serveTcp(host, doorOf(host), address);
    expect(await connection.request({ kind: "read" })).toMatchObject({ kind: "row", written: [[0, "A"]] });
  });

  it("gives up on silence, and tries anew with a fresh connection", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.resume()));
    silent.listen(0, LOOPBACK);
    await once(silent, "listening");
    const address = silent.address() as { port: number };
    const hopeful = new TcpConnection({ server: "S0", host: LOOPBACK, port: address.port }, partyOf(["S0"]));
    const request = () => hopeful.request({ kind: "read" }, { timeout_ms: 30 });
    await expect(request()).rejects.toThrow(/no answer within 30 ms/);
    await expect(request()).rejects.toThrow(/no answer within 30 ms/);
    expect(sockets).toHaveLength(2);
    await expect(hopeful.request({ kind: "read" }, { signal: AbortSignal.timeout(10) })).rejects.toThrow(/aborted/);
    hopeful.close();
    await expect(request()).rejects.toThrow(/has been closed/);
    silent.close();
  });

  it("gives up on a server that fell silent after it had answered", async () => {
    await connection.request({ kind: "read" });
    host.handle = () => new Promise(() => {});
    await expect(connection.request({ kind: "read" }, { timeout_ms: 30 })).rejects.toThrow(/no answer within 30 ms$/);
  });

  it("says what to do when there are too many files open to connect", async () => {
    const error = Object.assign(new Error("connect EMFILE"), { code: "EMFILE", syscall: "connect" });
    const dialer = { dial: () => new Socket().destroy(error), refusalOf: () => null };
    const starved = new TcpConnection({ server: "S0", ...tcp.address }, { ...partyOf(["S0"]), dialer });
    await expect(starved.request({ kind: "read" })).rejects.toThrow(
      new ConnectionError(
        `S0 at ${LOOPBACK}:${tcp.address.port}: this process has too many files open; raise the limit (ulimit -n)`,
      ),
    );
  });

  it("turns away whoever is not welcome in time", async () => {
    const strict = await serveTcp(host, doorOf(host), { host: LOOPBACK, port: 0 }, { ...LIMITS, handshake_ms: 30 });
    const loiterer = await opened(strict);
    await closed(loiterer);
    const client = new TcpConnection({ server: "S0", ...strict.address }, partyOf(["S0"]));
    await client.request({ kind: "read" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    // Once welcome, it may stay.
    const session = client.request({ kind: "read" });
    expect(await session).toMatchObject({ kind: "row" });
    client.close();
    await strict.close();
  });

  it("answers nobody before the handshake is done", async () => {
    await sendRaw(encodeRequest({ id: 0, server: "S0", request: write(0, "A") }));
    expect(host.registerAt(0).state).toBe("unwritten");
  });

  it("lets nobody become another on the way", async () => {
    const socket = connect(tcp.address.port, LOOPBACK);
    const said: Buffer[] = [];
    socket.on("data", (chunk) => said.push(chunk));
    for (const index of [1, 1, 2]) socket.write(rawHello("S0", facts(index, 3)));
    await closed(socket);
    const bodies = new FrameDecoder().push(Buffer.concat(said));
    expect(bodies.slice(1).map((body) => decodeServerAnswer(body))).toEqual([
      { kind: "welcome", proof: null },
      { kind: "welcome", proof: null },
      { kind: "refusal", isFinal: false, reason: "a client cannot become another; open another connection" },
    ]);
  });

  it("takes no reply before the handshake is done", async () => {
    const hasty = createServer((socket) => {
      socket.write(encodeFrame(encodeGreeting({ nonce: "00".repeat(16), server: "S0", incarnation: "aa".repeat(16) })));
      socket.write(encodeReply({ id: 0, reply: { kind: "written", registerSet: 0, value: "A" } }));
    });
    hasty.listen(0, LOOPBACK);
    await once(hasty, "listening");
    const { port } = hasty.address() as { port: number };
    const client = new TcpConnection({ server: "S0", host: LOOPBACK, port }, partyOf(["S0"]));
    await expect(client.request(write(0, "A"))).rejects.toThrow(
      "the server sent nonsense: a reply before the handshake was done",
    );
    client.close();
    hasty.close();
  });

  it("takes no welcome after a refusal", async () => {
    const fickle = createServer((socket) => {
      const greeting = encodeGreeting({ nonce: "00".repeat(16), server: "S0", incarnation: "aa".repeat(16) });
      socket.write(encodeFrame(greeting));
      socket.once("data", () => {
        socket.write(Buffer.concat([encodeRefusal({ isFinal: false, reason: "no" }), encodeWelcome(null)]));
      });
    });
    fickle.listen(0, LOOPBACK);
    await once(fickle, "listening");
    const { port } = fickle.address() as { port: number };
    const pins = new MemoryPins<ClientPins>(new Map());
    const party = { ...partyOf(["S0"]), membership: new Membership(pins, ["S0"]) };
    const client = new TcpConnection({ server: "S0", host: LOOPBACK, port }, party);
    await expect(client.request(write(0, "A"))).rejects.toThrow(`S0 at ${LOOPBACK}:${port}: no`);
    expect(pins.pins.get("S0")?.told).toEqual([]);
    client.close();
    fickle.close();
  });

  it("drops its clients when the server has stopped", async () => {
    host.stop();
    await expect(connection.request({ kind: "read" })).rejects.toThrow(/connection lost/);
  });

  it("does not take nonsense from a server", async () => {
    const babbler = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    babbler.listen(0, LOOPBACK);
    await once(babbler, "listening");
    const { port } = babbler.address() as { port: number };
    const listener = new TcpConnection({ server: "S0", host: LOOPBACK, port }, partyOf(["S0"]));
    await expect(listener.request({ kind: "read" })).rejects.toThrow(/the server sent nonsense/);
    listener.close();
    babbler.close();
  });
});

/** Every request that the host was asked, as it came. */
function watchRequests(): Request["kind"][] {
  const asked: Request["kind"][] = [];
  const handle = host.handle.bind(host);
  host.handle = (request) => {
    asked.push(request.kind);
    return handle(request);
  };
  return asked;
}

const reads = (count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, id) => encodeRequest({ id, server: "S0", request: { kind: "read" } })),
  );

describe("a client that asks for much", () => {
  const REGISTERS = 5000;

  beforeEach(async () => {
    await Promise.all(Array.from({ length: REGISTERS }, (_, registerSet) => host.handle(write(registerSet, "A"))));
  });

  it("does not keep others waiting until all of it is answered", async () => {
    const asked = watchRequests();
    const greedy = connect(tcp.address.port, LOOPBACK).resume();
    greedy.write(Buffer.concat([rawHello("S0"), reads(300)]));
    while (asked.length === 0) await new Promise(setImmediate);
    expect(await connection.request({ kind: "prepare", registerSet: 0 })).toMatchObject({ kind: "prepared" });
    expect(asked.filter((kind) => kind === "read").length).toBeLessThan(300);
    greedy.destroy();
  });

  it("is not answered any more once it is gone", async () => {
    const asked = watchRequests();
    const gone = connect(tcp.address.port, LOOPBACK);
    gone.write(Buffer.concat([rawHello("S0"), reads(300)]));
    while (asked.length === 0) await once(gone, "data");
    gone.destroy();
    let before = -1;
    while (before !== asked.length) {
      before = asked.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(asked.length).toBeLessThan(300);
  });

  it("does not keep others waiting for requests that came in one piece and have short answers", async () => {
    const asked = watchRequests();
    const greedy = connect(tcp.address.port, LOOPBACK).resume();
    const shorts = Array.from({ length: 2000 }, (_, id) =>
      encodeRequest({ id, server: "S0", request: write(id, "B") }),
    );
    greedy.write(Buffer.concat([rawHello("S0"), Buffer.concat(shorts)]));
    while (asked.length === 0) await new Promise(setImmediate);
    await connection.request({ kind: "read", from: REGISTERS });
    expect(asked.indexOf("read")).toBeGreaterThan(0);
    expect(asked.indexOf("read")).toBeLessThan(1000);
    greedy.destroy();
  });

  it("is given no room for frames longer than a request", async () => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(REQUEST_BYTES_MAX + 1, 0);
    await sendOpen(header);
  });

  it("has no more connections than there may be, and keeps nobody out by holding them", async () => {
    const limited = await serveTcp(host, doorOf(host), { host: LOOPBACK, port: 0 }, { ...LIMITS, connections_max: 4 });
    const honest = new TcpConnection({ server: "S0", ...limited.address }, partyOf(["S0"]));
    await honest.request({ kind: "read", from: REGISTERS });
    const held = [await opened(limited), await opened(limited), await opened(limited)];
    await honest.request({ kind: "read", from: REGISTERS });
    // The fifth closes the one that was silent for longest, and not the one that was there before it.
    held.push(await opened(limited));
    await closed(held[0]!);
    expect(held.filter((socket) => socket.closed)).toEqual([held[0]]);
    expect(await honest.request({ kind: "read", from: REGISTERS })).toMatchObject({ kind: "row" });
    honest.close();
    await limited.close();
  });

  it("is not waited for when a request of it does not come whole, in however small pieces", async () => {
    const impatient = await serveTcp(host, doorOf(host), { host: LOOPBACK, port: 0 }, { ...LIMITS, stalled_ms: 50 });
    const dripping = await opened(impatient);
    const drip = setInterval(() => dripping.write(Buffer.alloc(1)), 5);
    dripping.write(
      encodeRequest({ id: 1, server: "S0", request: write(REGISTERS, "x".repeat(60_000)) }).subarray(0, 30),
    );
    await closed(dripping);
    clearInterval(drip);
    await impatient.close();
  });

  it("is not waited for when it does not take what it asked for", async () => {
    const impatient = await serveTcp(host, doorOf(host), { host: LOOPBACK, port: 0 }, { ...LIMITS, stalled_ms: 50 });
    const asked = watchRequests();
    const deaf = await opened(impatient);
    deaf.pause();
    deaf.write(Buffer.concat([rawHello("S0"), reads(3000)]));
    // Paused, a socket does not tell that it was closed.
    while (!(await isRefused(deaf))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked.length).toBeLessThan(3000);
    deaf.destroy();
    await impatient.close();
  });
});

const LIMITS = { connections_max: 10, idle_ms: 60_000, stalled_ms: 60_000, handshake_ms: 60_000 };

async function opened({ address }: TcpServer): Promise<Socket> {
  const socket = connect(address.port, LOOPBACK).on("error", () => {});
  await once(socket, "connect");
  return socket.resume();
}

/** Whether the other side has closed the connection, as writing to it tells. */
const isRefused = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => socket.write(Buffer.alloc(1), (error) => resolve(error != null)));

/** Sends bytes without ending, and resolves when the server closes the connection all the same. */
async function sendOpen(bytes: Uint8Array): Promise<void> {
  const socket = connect(tcp.address.port, LOOPBACK);
  socket.on("error", () => {});
  socket.resume().write(bytes);
  await closed(socket);
}

describe("a client that has said all it has to say", () => {
  it("is answered still", async () => {
    const handle = host.handle.bind(host);
    host.handle = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return handle(request);
    };
    const socket = connect(tcp.address.port, LOOPBACK);
    const bodies: Buffer[] = [];
    const decoder = new FrameDecoder();
    socket.on("data", (chunk: Buffer) => bodies.push(...decoder.push(chunk)));
    socket.end(Buffer.concat([rawHello("S0"), encodeRequest({ id: 7, server: "S0", request: write(3, "A") })]));
    await closed(socket);
    // First a greeting and a welcome.
    expect(bodies.slice(2).map((body) => decodeReply(body))).toEqual([
      { id: 7, reply: { kind: "written", registerSet: 3, value: "A" } },
    ]);
  });
});
