/**
 * What a server must not forget: one record for each change of its row.
 *
 * Bytes of a record: kind (1), register set (6), and for a write the value (4 for its length, then UTF-8).
 */
import type { Value } from "../spec/register.js";
import { type ByteReader, type ByteWriter, MalformedBytesError } from "./bytes.js";
import { VALUE_BYTES_MAX } from "./protocol.js";

/** Every unwritten register below `below` became nil. */
interface FrozenRecord {
  readonly kind: "frozen";
  readonly below: number;
}

/** An unwritten register took a value. */
interface WrittenRecord {
  readonly kind: "written";
  readonly registerSet: number;
  readonly value: Value;
}

export type LogRecord = FrozenRecord | WrittenRecord;

const FROZEN = 1;
const WRITTEN = 2;

export function encodeRecord(record: LogRecord, writer: ByteWriter): void {
  if (record.kind === "frozen") {
    writer.u8(FROZEN);
    writer.u48(record.below);
  } else {
    writer.u8(WRITTEN);
    writer.u48(record.registerSet);
    writer.text(record.value);
  }
}

/** Throws MalformedBytesError. */
export function decodeRecord(reader: ByteReader): LogRecord {
  const kind = reader.u8();
  if (kind === FROZEN) return { kind: "frozen", below: reader.u48() };
  if (kind !== WRITTEN) throw new MalformedBytesError(`unknown kind of record ${kind}`);
  return { kind: "written", registerSet: reader.u48(), value: reader.text(VALUE_BYTES_MAX) };
}
