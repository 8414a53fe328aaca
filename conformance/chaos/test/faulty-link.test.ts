import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { encodeFrame, FrameDecoder } from "../../../impl/encoding/frames.js";
import { Dice } from "../../chance/dice.js";
import { type Fault, FaultCounts } from "../faults.js";
import { FaultyLink } from "../faulty-link.js";

const FRAMES = 200;
const frameOf = (number: number): Buffer => encodeFrame(Buffer.from(`message ${number}`));

let server: Server;
/** What reached the server, in order, connection by connection. */
let received: string[][];
let counts: FaultCounts;
let link: FaultyLink;

beforeEach(async () => {
  received = [];
  counts = new FaultCounts();
  // Answers every frame with itself.
  server = createServer({ allowHalfOpen: true }, (socket) => {
    const decoder = new FrameDecoder();
    const heard: string[] = [];
    received.push(heard);
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("data", (chunk: Buffer) => {
      for (const body of decoder.push(chunk)) {
        heard.push(body.toString());
        socket.write(encodeFrame(body));
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  link = await FaultyLink.open(port, new Dice(7), counts);
});

afterEach(async () => {
  await link.close();
  server.close();
});

interface Dialled {
  readonly socket: Socket;
  readonly answers: string[];
}

function dial(): Dialled {
  const [host, port] = link.address.split(":");
  const socket = connect({ host: host!, port: Number(port), allowHalfOpen: true });
  const decoder = new FrameDecoder();
  const answers: string[] = [];
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    for (const body of decoder.push(chunk)) answers.push(body.toString());
  });
  return { socket, answers };
}

it("passes on all frames in order and once, when it is healed, however they are cut", async () => {
  link.heal();
  const { socket, answers } = dial();
  const bytes = Buffer.concat(Array.from({ length: FRAMES }, (_, number) => frameOf(number)));
  for (let at = 0; at < bytes.length; at += 7) socket.write(bytes.subarray(at, at + 7));
  socket.end();
  await once(socket, "end");
  const expected = Array.from({ length: FRAMES }, (_, number) => `message ${number}`);
  expect([received, answers]).toEqual([[expected], expected]);
  expect([...counts].every(([, count]) => count === 0)).toBe(true);
});

it("delays, reorders, repeats, tears, cuts and half-closes, and counts what it did", async () => {
  // Few messages each, since most connections end before long.
  const dialled = Array.from({ length: 100 }, () => dial().socket);
  for (const socket of dialled) for (let number = 0; number < 5; number++) socket.write(frameOf(number));
  await pause(500);
  for (const socket of dialled) socket.destroy();
  const kinds: readonly Fault[] = ["delayed", "reordered", "repeated", "message torn", "connection cut", "half closed"];
  expect(kinds.filter((fault) => counts.of(fault) === 0)).toEqual([]);
  // Nothing is made up, and a message arrives twice at most.
  for (const heard of received) {
    expect(heard.every((message) => /^message \d+$/.test(message))).toBe(true);
    for (const message of new Set(heard)) expect(heard.filter((other) => other === message).length).toBeLessThan(3);
  }
  expect(received.flat().length).toBeGreaterThan(new Set(received.flat()).size);
});

it("lets nothing through while the server is cut off, and everything afterwards", async () => {
  link.heal();
  const { socket, answers } = dial();
  socket.write(frameOf(0));
  while (answers.length < 1) await pause(1);
  link.isCutOff = true;
  socket.write(frameOf(1));
  await pause(50);
  expect(answers).toEqual(["message 0"]);
  link.isCutOff = false;
  while (answers.length < 2) await pause(1);
  expect(answers).toEqual(["message 0", "message 1"]);
  expect(counts.of("server cut off")).toBe(1);
  socket.destroy();
});
