import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holding, NIL, type Register, UNWRITTEN } from "../../../spec/register.js";
import { tries } from "../../../spec/test/effort.js";
import { REGISTER_SET_LIMIT, type Reply, type Request, VALUE_BYTES_MAX, type Written } from "../../core/protocol.js";
import { ByteReader, MalformedBytesError } from "../bytes.js";
import { encodeFrame, FRAME_BYTES_MAX, FrameDecoder } from "../frames.js";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../messages.js";

const registerSet = fc.integer({ min: 0, max: REGISTER_SET_LIMIT - 1 });
const value = fc.string({ unit: "binary", maxLength: 40 });
const id = registerSet;
const register: fc.Arbitrary<Register> = fc.oneof(fc.constant(NIL), fc.constant(UNWRITTEN), value.map(holding));
/** Present or not, and never 0, which is not there. */
const optional = {
  from: fc.integer({ min: 1, max: REGISTER_SET_LIMIT - 1 }),
  next: fc.integer({ min: 1, max: REGISTER_SET_LIMIT - 1 }),
};
const written = fc.array(fc.tuple(registerSet, value) as fc.Arbitrary<Written>, { maxLength: 8 });

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record(
    { kind: fc.constant("prepare" as const), registerSet, from: optional.from },
    { requiredKeys: ["kind", "registerSet"] },
  ),
  fc.record({ kind: fc.constant("write" as const), registerSet, value }),
  fc.record({ kind: fc.constant("decided" as const), value }),
  fc.record({ kind: fc.constant("vote" as const), registerSet, candidate: registerSet, promise: fc.boolean() }),
  fc.record({ kind: fc.constant("read" as const), from: optional.from }, { requiredKeys: ["kind"] }),
);

const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record(
    { kind: fc.constant("prepared" as const), registerSet, written, ...optional },
    { requiredKeys: ["kind", "registerSet", "written"] },
  ),
  fc.record({ kind: fc.constant("written" as const), registerSet, value }),
  fc.record({ kind: fc.constant("decided" as const), value }),
  fc.record({ kind: fc.constant("voted" as const), registerSet, candidate: registerSet }),
  fc.record({ kind: fc.constant("refused" as const), registerSet, holds: register }),
  fc.record(
    { kind: fc.constant("row" as const), frozenBelow: registerSet, written, ...optional },
    { requiredKeys: ["kind", "frozenBelow", "written"] },
  ),
  fc.record(
    { kind: fc.constant("rejected" as const), reason: fc.string({ maxLength: 40 }), preparesUpTo: optional.next },
    { requiredKeys: ["kind", "reason"] },
  ),
);

/** The one frame's body. */
const unframe = (frame: Buffer): Buffer => new FrameDecoder().push(frame)[0]!;

/** Cuts bytes into chunks at arbitrary places. */
const chop = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
};

describe("messages", () => {
  it("carries every request", () => {
    fc.assert(
      fc.property(id, fc.string({ unit: "binary", maxLength: 20 }), request, (id, server, request) => {
        expect(decodeRequest(unframe(encodeRequest({ id, server, request })))).toEqual({ id, server, request });
      }),
    );
  });

  it("carries every reply", () => {
    fc.assert(
      fc.property(id, reply, (id, reply) => {
        expect(decodeReply(unframe(encodeReply({ id, reply })))).toEqual({ id, reply });
      }),
    );
  });

  it("keeps a byte order mark, which is part of the value", () => {
    const request: Request = { kind: "write", registerSet: 1, value: "\uFEFFa" };
    expect(decodeRequest(unframe(encodeRequest({ id: 1, server: "S0", request }))).request).toEqual(request);
  });

  it("names what a value may not be", () => {
    const encode = (value: string) =>
      encodeRequest({ id: 1, server: "S0", request: { kind: "write", registerSet: 1, value } });
    expect(() => encode("x".repeat(VALUE_BYTES_MAX))).not.toThrow();
    expect(() => encode("é".repeat(VALUE_BYTES_MAX / 2 + 1))).toThrow(/at most 65536 bytes/);
    expect(() => encode("\uD800")).toThrow(/lone surrogate/);
  });

  it.each([-1, 0.5, Number.NaN, REGISTER_SET_LIMIT])("refuses register set %d", (registerSet) => {
    expect(() => encodeRequest({ id: 1, server: "S0", request: { kind: "prepare", registerSet } })).toThrow(RangeError);
  });

  it("reads any garbage as a message or as malformed, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(decodeRequest, decodeReply), (garbage, decode) => {
        const started = Uint8Array.from([1, garbage.length % 6, ...garbage]);
        try {
          decode(started);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytesError);
        }
      }),
      { numRuns: tries(800, 2000) },
    );
  });

  it("reads no truncated message", () => {
    fc.assert(
      fc.property(id, reply, fc.nat(), (id, reply, cut) => {
        const body = unframe(encodeReply({ id, reply }));
        expect(() => decodeReply(body.subarray(0, cut % body.length))).toThrow(MalformedBytesError);
        expect(() => decodeReply(Buffer.concat([body, Buffer.of(0)]))).toThrow(MalformedBytesError);
      }),
    );
  });
});

describe("frames", () => {
  it("come out whole and in order, however the stream was cut", () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(), { maxLength: 30 }), (bodies, cuts) => {
        const decoder = new FrameDecoder();
        const stream = Buffer.concat(bodies.map(encodeFrame));
        const decoded = chop(stream, cuts).flatMap((chunk) => decoder.push(chunk));
        expect(decoded.map((body) => [...body])).toEqual(bodies.map((body) => [...body]));
      }),
    );
  });

  it("notice every flipped bit", () => {
    const frame = encodeFrame(Buffer.from("a body"));
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const flipped = Buffer.from(frame);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const decoder = new FrameDecoder();
      // A longer length shows only once more bytes have come.
      expect(() => [...decoder.push(flipped), ...decoder.push(Buffer.alloc(FRAME_BYTES_MAX))]).toThrow(
        MalformedBytesError,
      );
    }
  });

  it("are bounded before a single byte of their body is kept", () => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(FRAME_BYTES_MAX + 1, 0);
    expect(() => new FrameDecoder().push(header)).toThrow(/1048577 bytes/);
    expect(() => encodeFrame(Buffer.alloc(FRAME_BYTES_MAX + 1))).toThrow(RangeError);
    expect(() => new FrameDecoder().push(Buffer.alloc(8))).toThrow(MalformedBytesError);
  });

  it("stay as they were handed out, whatever comes after them", () => {
    const decoder = new FrameDecoder();
    const [first, second] = [Buffer.alloc(20, 1), Buffer.alloc(20, 2)].map(encodeFrame) as [Buffer, Buffer];
    decoder.push(first.subarray(0, 9));
    const bodies = decoder.push(Buffer.concat([first.subarray(9), second.subarray(0, 9)]));
    expect(decoder.isWithinFrame).toBe(true);
    bodies.push(...decoder.push(second.subarray(9)));
    expect(decoder.isWithinFrame).toBe(false);
    expect(bodies).toEqual([Buffer.alloc(20, 1), Buffer.alloc(20, 2)]);
  });

  it("of the greatest size arrive in time even byte by byte", () => {
    const decoder = new FrameDecoder();
    const frame = encodeFrame(Buffer.alloc(FRAME_BYTES_MAX, 7));
    let bodies: Buffer[] = [];
    for (let at = 0; at < frame.length; at++) bodies = decoder.push(frame.subarray(at, at + 1));
    expect(bodies[0]!.length).toBe(FRAME_BYTES_MAX);
  });
});

describe("ByteReader", () => {
  it("refuses bytes that are not UTF-8", () => {
    expect(() => new ByteReader(Uint8Array.from([0, 0, 0, 1, 0xff])).text(10)).toThrow(/not UTF-8/);
  });
});
