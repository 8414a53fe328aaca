/**
 * The bytes of a log record: kind (1), register set (6; none where a value is decided), and the value (4 for its
 * length, then UTF-8; none for a freeze), or for a vote the number of the client (6).
 */
import type { LogRecord } from "../core/log-record.js";
import { VALUE_BYTES_MAX } from "../core/protocol.js";
import { type ByteReader, type ByteWriter, MalformedBytesError } from "./bytes.js";

const FROZEN = 1;
const WRITTEN = 2;
const DECIDED = 3;
const VOTED = 4;
const CODES = { frozen: FROZEN, written: WRITTEN, decided: DECIDED, voted: VOTED } as const;

export function encodeRecord(record: LogRecord, writer: ByteWriter): void {
  writer.u8(CODES[record.kind]);
  if (record.kind === "frozen") writer.u48(record.below);
  if (record.kind === "written" || record.kind === "voted") writer.u48(record.registerSet);
  if (record.kind === "voted") writer.u48(record.candidate);
  if (record.kind === "written" || record.kind === "decided") writer.text(record.value);
}

/** Throws MalformedBytesError. */
export function decodeRecord(reader: ByteReader): LogRecord {
  const kind = reader.u8();
  if (kind === FROZEN) return { kind: "frozen", below: reader.u48() };
  if (kind === DECIDED) return { kind: "decided", value: reader.text(VALUE_BYTES_MAX) };
  if (kind === VOTED) return { kind: "voted", registerSet: reader.u48(), candidate: reader.u48() };
  if (kind !== WRITTEN) throw new MalformedBytesError(`unknown kind of record ${kind}`);
  return { kind: "written", registerSet: reader.u48(), value: reader.text(VALUE_BYTES_MAX) };
}
