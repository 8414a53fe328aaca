import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MalformedBytesError } from "../bytes.js";
import { FrameDecoder } from "../frames.js";
import {
  decodeGreeting,
  decodeHello,
  decodeServerAnswer,
  encodeGreeting,
  encodeHello,
  encodeRefusal,
  encodeWelcome,
  type Hello,
  isHandshake,
  signedFrame,
} from "../handshake-messages.js";
import { decodeReply, decodeRequest, encodeRequest } from "../messages.js";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((drawn) => Buffer.from(drawn).toString("hex"));
const name = fc.string({ unit: "grapheme", maxLength: 20 });
const proof = fc.option(hex(32));
const client = fc.record({ index: fc.nat(), count: fc.constant(2 ** 32), identity: hex(16) });
const hello: fc.Arbitrary<Hello> = fc.record({
  nonce: hex(16),
  server: name,
  table: fc.record({ name, hash: hex(16) }),
  client: fc.option(client),
  known: fc.array(fc.record({ server: name, incarnation: hex(16) }), { maxLength: 31 }),
});

const bodyOf = (frame: Buffer): Buffer => new FrameDecoder().push(frame)[0]!;

describe("messages of the handshake", () => {
  it("come back as they were said", () => {
    fc.assert(
      fc.property(hello, proof, (said, proof) => {
        const bytes = encodeHello(said);
        expect(decodeHello(bodyOf(signedFrame(bytes, proof)))).toEqual({ said, proof, bytes });
        const greeting = { nonce: said.nonce, server: said.server, incarnation: said.table.hash };
        expect(decodeGreeting(encodeGreeting(greeting))).toEqual(greeting);
        expect(decodeServerAnswer(bodyOf(encodeWelcome(proof)))).toEqual({ kind: "welcome", proof });
        const refusal = { isFinal: proof === null, reason: said.table.name };
        expect(decodeServerAnswer(bodyOf(encodeRefusal(refusal)))).toEqual({ kind: "refusal", ...refusal });
      }),
    );
  });

  it("are bounded, whatever is said in them", () => {
    const reason = "€".repeat(10_000);
    const answer = decodeServerAnswer(bodyOf(encodeRefusal({ isFinal: true, reason })));
    expect(answer).toMatchObject({ reason: "€".repeat(1365) });
  });

  it("are not taken for anything else, nor cut, nor longer", () => {
    const [said] = fc.sample(hello, { numRuns: 1, seed: 1 });
    const body = bodyOf(signedFrame(encodeHello(said!), "00".repeat(32)));
    expect(isHandshake(body)).toBe(true);
    const request = bodyOf(encodeRequest({ id: 0, server: "S0", request: { kind: "read" } }));
    expect(isHandshake(request)).toBe(false);
    for (const decode of [decodeRequest, decodeReply, decodeGreeting, decodeServerAnswer]) {
      expect(() => decode(body)).toThrow(MalformedBytesError);
    }
    for (let length = 0; length < body.length; length++) {
      expect(() => decodeHello(body.subarray(0, length))).toThrow(MalformedBytesError);
    }
    expect(() => decodeHello(Buffer.concat([body, Buffer.of(0)]))).toThrow(MalformedBytesError);
    expect(() => decodeHello(Buffer.from([0x51, 2, 2]))).toThrow("version 2 of the handshake, not 1");
  });

  it("make no sense for a client beyond the last", () => {
    const [said] = fc.sample(hello, { numRuns: 1, seed: 1 });
    const beyond = { ...said!, client: { index: 3, count: 3, identity: "00".repeat(16) } };
    expect(() => decodeHello(bodyOf(signedFrame(encodeHello(beyond), null)))).toThrow("client 3 of 3");
  });

  it("that are nonsense are told from bugs", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const head of [[], [0x51, 1, 2], [0x51, 1, 3], [0x51, 1, 4]]) {
          for (const decode of [decodeHello, decodeGreeting, decodeServerAnswer]) {
            try {
              decode(Buffer.from([...head, ...bytes]));
            } catch (error) {
              expect(error).toBeInstanceOf(MalformedBytesError);
            }
          }
        }
      }),
    );
  });
});
