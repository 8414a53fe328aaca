/** The bytes on the wire and on disk, written out: what reads them may be another version of this program. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holding, NIL, UNWRITTEN } from "../../../spec/register.js";
import type { LogRecord } from "../../core/log-record.js";
import {
  REGISTER_SET_LIMIT,
  type Reply,
  type Request,
  SERVER_NAME_BYTES_MAX,
  VALUE_BYTES_MAX,
} from "../../core/protocol.js";
import { ByteReader, ByteWriter, MalformedBytesError } from "../bytes.js";
import { encodeFrame, FRAME_BYTES_MAX, FrameDecoder } from "../frames.js";
import { encodeBatch, type LogEnd } from "../log-batches.js";
import { newLog, recoverLog } from "../log-format.js";
import { LogError } from "../log-identity.js";
import { encodeMark } from "../log-marks.js";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../messages.js";
import { decodeRecord, encodeRecord } from "../record-codec.js";

const HEADER = 8;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bodyOf = (frame: Buffer): string => hex(frame.subarray(HEADER));
const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Version and kind, the id 0x0102, and what follows. */
const REQUESTS: readonly (readonly [Request, string])[] = [
  [{ kind: "prepare", registerSet: 7 }, "01 00 000000000102 00000002 5330 000000000007 000000000000"],
  [{ kind: "prepare", registerSet: 7, from: 3 }, "01 00 000000000102 00000002 5330 000000000007 000000000003"],
  [
    { kind: "write", registerSet: 2 ** 40 + 1, value: "é" },
    "01 01 000000000102 00000002 5330 010000000001 00000002 c3a9",
  ],
  [{ kind: "read" }, "01 02 000000000102 00000002 5330 000000000000"],
  [{ kind: "decided", value: "é" }, "01 03 000000000102 00000002 5330 00000002 c3a9"],
  [
    { kind: "vote", registerSet: 7, candidate: 2 ** 40 + 1, promise: true },
    "01 04 000000000102 00000002 5330 000000000007 010000000001 01",
  ],
  [
    { kind: "vote", registerSet: 0, candidate: 0, promise: false },
    "01 04 000000000102 00000002 5330 000000000000 000000000000 00",
  ],
  [{ kind: "read", from: 2 ** 48 - 1 }, "01 02 000000000102 00000002 5330 ffffffffffff"],
];

/** Of a page: it begins at 0, and no other follows. */
const WHOLE = "000000000000 000000000000";

const REPLIES: readonly (readonly [Reply, string])[] = [
  [{ kind: "prepared", registerSet: 5, written: [] }, `01 00 000000000102 000000000005 ${WHOLE} 00000000 00000000`],
  [
    // Each value once: A, then B; then the registers with their values' places.
    {
      kind: "prepared",
      registerSet: 5,
      written: [
        [1, "A"],
        [2, "B"],
        [4, "A"],
      ],
    },
    `01 00 000000000102 000000000005 ${WHOLE} 00000002 00000001 41 00000001 42 00000003 000000000001 00000000 000000000002 00000001 000000000004 00000000`,
  ],
  [{ kind: "written", registerSet: 5, value: "A" }, "01 01 000000000102 000000000005 00000001 41"],
  [{ kind: "refused", registerSet: 5, holds: UNWRITTEN }, "01 02 000000000102 000000000005 00"],
  [{ kind: "refused", registerSet: 5, holds: NIL }, "01 02 000000000102 000000000005 01"],
  [{ kind: "refused", registerSet: 5, holds: holding("") }, "01 02 000000000102 000000000005 02 00000000"],
  [
    { kind: "row", frozenBelow: 9, written: [[3, "A"]] },
    `01 03 000000000102 000000000009 ${WHOLE} 00000001 00000001 41 00000001 000000000003 00000000`,
  ],
  [
    { kind: "row", frozenBelow: 9, from: 3, written: [[3, "A"]], next: 7 },
    "01 03 000000000102 000000000009 000000000003 000000000007 00000001 00000001 41 00000001 000000000003 00000000",
  ],
  [{ kind: "decided", value: "é" }, "01 05 000000000102 00000002 c3a9"],
  [{ kind: "voted", registerSet: 5, candidate: 3 }, "01 06 000000000102 000000000005 000000000003"],
  [{ kind: "rejected", reason: "no" }, "01 04 000000000102 00000002 6e6f 000000000000"],
  [{ kind: "rejected", reason: "no", preparesUpTo: 5 }, "01 04 000000000102 00000002 6e6f 000000000005"],
];

describe("the bytes of a message", () => {
  it.each(REQUESTS)("%o", (request, bytes) => {
    expect(bodyOf(encodeRequest({ id: 0x0102, server: "S0", request }))).toBe(bytes.replaceAll(" ", ""));
    expect(decodeRequest(bytesOf(bytes))).toEqual({ id: 0x0102, server: "S0", request });
  });

  it.each(REPLIES)("%o", (reply, bytes) => {
    expect(bodyOf(encodeReply({ id: 0x0102, reply }))).toBe(bytes.replaceAll(" ", ""));
    expect(decodeReply(bytesOf(bytes))).toEqual({ id: 0x0102, reply });
  });

  it("stand in a frame behind their number and their checksum", () => {
    const body = Buffer.from("a body");
    const frame = encodeFrame(body);
    expect(hex(frame)).toBe(`00000006${crc32(body).toString(16).padStart(8, "0")}${hex(body)}`);
    expect(() => encodeFrame(Buffer.alloc(0))).toThrow(new RangeError("a frame has 1 to 1048576 bytes, not 0"));
    expect(encodeFrame(Buffer.alloc(FRAME_BYTES_MAX))).toHaveLength(FRAME_BYTES_MAX + HEADER);
  });

  it.each([
    ["02 00 000000000102 00000002 5330 000000000007", "protocol version 2, not 1"],
    ["01 05 000000000102 00000002 5330", "unknown code 5, known are prepare, write, read, decided, vote"],
    ["01 04 000000000102 00000002 5330 000000000007 000000000000 02", "2 is neither yes (1) nor no (0)"],
    ["01 02 000000000102 00000100", "text of 256 bytes, at most 255 are allowed"],
    ["01 02 000000000102 00000002 5330 000000000000 00", "1 bytes too many"],
    ["01 02 0000000001", "1 bytes too few"],
    ["01 01 000000000102 00000002 5330 000000000007 00010001", "text of 65537 bytes, at most 65536 are allowed"],
    ["01 01 000000000102 00000002 5330 000000000007 00000001 ff", "text that is not UTF-8"],
  ])("of a request may not be %s", (bytes, problem) => {
    expect(() => decodeRequest(bytesOf(bytes))).toThrow(new MalformedBytesError(problem));
  });

  it.each([
    ["00 00 000000000102", "protocol version 0, not 1"],
    ["01 07 000000000102", "unknown code 7, known are prepared, written, refused, row, rejected, decided, voted"],
    ["01 02 000000000102 000000000005 03", "unknown code 3, known are unwritten, nil, value"],
    [
      `01 00 000000000102 000000000005 ${WHOLE} 00000001 00000001 41 00000001 000000000001 00000001`,
      "a register whose value is missing",
    ],
    ["01 04 000000000102 00000401", "text of 1025 bytes, at most 1024 are allowed"],
    [`01 03 000000000102 000000000009 ${WHOLE} ffffffff`, "4 bytes too few"],
  ])("of a reply may not be %s", (bytes, problem) => {
    expect(() => decodeReply(bytesOf(bytes))).toThrow(new MalformedBytesError(problem));
  });

  it("of a reason end where there is no more room for it", () => {
    const reply: Reply = { kind: "rejected", reason: "€".repeat(300) };
    expect(decodeReply(new FrameDecoder().push(encodeReply({ id: 1, reply }))[0]!).reply).toEqual({
      kind: "rejected",
      reason: "€".repeat(256),
    });
  });

  it("carry a name and a value of the greatest length", () => {
    const server = "s".repeat(SERVER_NAME_BYTES_MAX);
    const request: Request = {
      kind: "write",
      registerSet: REGISTER_SET_LIMIT - 1,
      value: "é".repeat(VALUE_BYTES_MAX / 2),
    };
    const [body] = new FrameDecoder().push(encodeRequest({ id: REGISTER_SET_LIMIT - 1, server, request }));
    expect(decodeRequest(body!)).toEqual({ id: REGISTER_SET_LIMIT - 1, server, request });
  });
});

describe("fields", () => {
  it("come back as they were written, past the first buffer too", () => {
    const text = "x".repeat(300);
    const writer = new ByteWriter();
    writer.u8(255);
    writer.u32(0xffff_fffe);
    writer.text(text);
    writer.u48(2 ** 48 - 1);
    writer.text("");
    writer.patchU32(1, 7);
    const reader = new ByteReader(writer.bytes());
    expect([reader.u8(), reader.u32(), reader.text(300), reader.u48(), reader.text(0)]).toEqual([
      255,
      7,
      text,
      2 ** 48 - 1,
      "",
    ]);
    expect(reader.remaining).toBe(0);
    expect(() => reader.end()).not.toThrow();
    expect(() => reader.u8()).toThrow(new MalformedBytesError("1 bytes too few"));
    for (const bad of [-1, 0.5, 2 ** 48]) expect(() => writer.u48(bad)).toThrow(RangeError);
  });

  it("are read from where their bytes lie", () => {
    const whole = Uint8Array.from([9, 9, 1, 2, 3, 9]);
    const reader = new ByteReader(whole.subarray(2, 5));
    expect([reader.u8(), reader.u8(), reader.u8()]).toEqual([1, 2, 3]);
    expect(reader.remaining).toBe(0);
  });
});

const record: fc.Arbitrary<LogRecord> = fc.oneof(
  fc.record({ kind: fc.constant("frozen" as const), below: fc.integer({ min: 0, max: REGISTER_SET_LIMIT - 1 }) }),
  fc.record({
    kind: fc.constant("voted" as const),
    registerSet: fc.constantFrom(0, 2 ** 32, REGISTER_SET_LIMIT - 1),
    candidate: fc.integer({ min: 0, max: REGISTER_SET_LIMIT - 1 }),
  }),
  fc.record({
    kind: fc.constant("written" as const),
    registerSet: fc.oneof(
      fc.integer({ min: 0, max: REGISTER_SET_LIMIT - 1 }),
      fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 32 + 1, REGISTER_SET_LIMIT - 1),
    ),
    value: fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom("", "\0", "\uFEFFx", "x".repeat(4096), "é".repeat(2049), "x".repeat(VALUE_BYTES_MAX)),
    ),
  }),
);

describe("the log", () => {
  const SALT = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");

  /** The block that holds this, with its seal: the hash of salt, place and content. */
  const block = (position: number, content: string): string => {
    const held = Buffer.alloc(504);
    held.write(content.replaceAll(" ", ""), "hex");
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(position));
    const digest = createHash("sha256").update(SALT).update(place).update(held).digest("hex");
    return digest.slice(0, 16) + hex(held);
  };
  const sealOf = (block: string): string => block.slice(0, 16);

  it("is, in bytes, an identity, two marks and batches", () => {
    const identity = block(0, `51554f524154450a 03 ${hex(SALT)} ${hex(SALT)} 00000002 5330`);
    const nothing = `000000000000 ${sealOf(identity)}`;
    expect(hex(newLog("S0", SALT))).toBe(identity + block(1, nothing) + block(2, nothing));
    const value = "A".repeat(600);
    const payload = `01 000000000003 02 000000000007 00000258 ${"41".repeat(600)}`.replaceAll(" ", "");
    const one = block(3, `${sealOf(identity)} 000000000001 00000001 01e4 ${payload.slice(0, 2 * 484)}`);
    const two = block(4, `${sealOf(one)} 000000000001 00000000 0086 ${payload.slice(2 * 484)}`);
    const records: LogRecord[] = [
      { kind: "frozen", below: 3 },
      { kind: "written", registerSet: 7, value },
    ];
    const { bytes, end } = encodeBatch(records, SALT, { position: 3, batch: 0, seal: sealOf(identity) });
    expect(hex(bytes)).toBe(one + two);
    expect(end).toEqual({ position: 5, batch: 1, seal: sealOf(two) });
    expect(hex(encodeMark(end, SALT, 1))).toBe(block(2, `000000000001 ${sealOf(two)}`));
  });

  it("gives back any records, at the bounds of what they hold, too", () => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { maxLength: 4 }), (batches) => {
        const parts = [newLog("S0", SALT)];
        let end: LogEnd = { position: 3, batch: 0, seal: hex(parts[0]!.subarray(0, 8)) };
        for (const batch of batches) {
          const encoded = encodeBatch(batch, SALT, end);
          parts.push(encoded.bytes);
          end = encoded.end;
        }
        const recovered = recoverLog(Buffer.concat(parts), "S0", "f");
        expect([recovered.records, recovered.end]).toEqual([batches.flat(), end]);
        for (const record of batches.flat()) {
          const writer = new ByteWriter();
          encodeRecord(record, writer);
          expect(decodeRecord(new ByteReader(writer.bytes()))).toEqual(record);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("is refused where a good seal covers what is no record", () => {
    const logOf = (payload: string): Buffer => {
      const head = newLog("S0", SALT);
      const bytes = payload.replaceAll(" ", "");
      const length = (bytes.length / 2).toString(16).padStart(4, "0");
      const batch = block(3, `${hex(head.subarray(0, 8))} 000000000001 00000000 ${length} ${bytes}`);
      return Buffer.concat([head, Buffer.from(batch, "hex")]);
    };
    const at = "f: unreadable records at byte 1536";
    const refusal = (payload: string) => () => recoverLog(logOf(payload), "S0", "f");
    expect(refusal("05")).toThrow(new LogError(`${at}: unknown kind of record 5`));
    expect(refusal("01 00")).toThrow(new LogError(`${at}: 5 bytes too few`));
    expect(refusal("02 000000000007 00010001")).toThrow(
      new LogError(`${at}: text of 65537 bytes, at most 65536 are allowed`),
    );
    expect(refusal("")).toThrow(new LogError(`${at}: a batch without records`));
  });

  it("is of one server, whose name fits", () => {
    expect(() => newLog("s".repeat(SERVER_NAME_BYTES_MAX + 1))).toThrow(/^the name of server s+ is too long$/);
    const longest = "s".repeat(SERVER_NAME_BYTES_MAX);
    expect(recoverLog(newLog(longest), longest, "f").end.position).toBe(3);
  });
});
