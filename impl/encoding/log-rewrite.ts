/**
 * A log that takes the place of a longer one: the fewest records that lead to where the server is.
 *
 * Its head, which says how many batches there are, is written last, once it is known.
 */
import type { LogRecord } from "../core/log-record.js";
import { encodeBatch, type LogEnd } from "./log-batches.js";
import { BLOCK_BYTES, FIRST_BATCH_BLOCK } from "./log-blocks.js";
import { headOf } from "./log-format.js";
import { encodeIdentity } from "./log-identity.js";

/** Bytes that belong there in a file. */
export interface FilePart {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** About how long a batch is, in bytes: others have their turn after each. */
const BATCH_BYTES = 128 * 1024;
/** About what a record takes besides the text of its value. */
const RECORD_BYTES = 13;

export class LogRewrite {
  readonly salt: Buffer;
  readonly #identity: Buffer;
  readonly #records: Iterable<LogRecord>;
  #end: LogEnd;

  /** `origin`: of the log that gives way (log-identity.ts). `salt`: another than that log's. */
  constructor(server: string, origin: Buffer, records: Iterable<LogRecord>, salt: Buffer) {
    const { block, seal } = encodeIdentity(server, { salt, origin });
    this.salt = salt;
    this.#identity = block;
    this.#records = records;
    this.#end = { position: FIRST_BATCH_BLOCK, batch: 0, seal };
  }

  /** Where it ends, as far as its parts have been taken. */
  get end(): LogEnd {
    return this.#end;
  }

  /** The whole file, part by part. To be taken once. */
  *parts(): Generator<FilePart> {
    let batch: LogRecord[] = [];
    let length_bytes = 0;
    for (const record of this.#records) {
      batch.push(record);
      length_bytes += RECORD_BYTES + ("value" in record ? record.value.length : 0);
      if (length_bytes < BATCH_BYTES) continue;
      yield this.#append(batch);
      batch = [];
      length_bytes = 0;
    }
    if (batch.length > 0) yield this.#append(batch);
    yield { position: 0, bytes: headOf(this.#identity, this.#end, this.salt) };
  }

  #append(batch: readonly LogRecord[]): FilePart {
    const { position } = this.#end;
    const { bytes, end } = encodeBatch(batch, this.salt, this.#end);
    this.#end = end;
    return { position: position * BLOCK_BYTES, bytes };
  }
}
