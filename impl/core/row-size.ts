/**
 * How many bytes a row takes in a reply, so that no write is accepted that would make phase 1 permanently
 * unanswerable: a `prepared` reply tells all values below, and it must fit in one frame.
 */
import type { Value } from "../../spec/register.js";
import { VALUE_BYTES_MAX } from "./protocol.js";

/** Room for the values of a row in one reply; a frame (1 MiB) has some bytes of its own. */
const ROW_BYTES_MAX = 1024 * 1024 - 1024;

/** On the wire an entry is a register set and the index of its value; each distinct value goes once. */
const ENTRY_BYTES = 10;
const VALUE_LENGTH_BYTES = 4;

export class RowSize {
  readonly #distinct = new Set<Value>();
  #length_bytes = 0;

  hasRoomFor(value: Value): boolean {
    // Measuring the text is only worth it near the limit.
    if (this.#length_bytes + ENTRY_BYTES + VALUE_LENGTH_BYTES + VALUE_BYTES_MAX <= ROW_BYTES_MAX) return true;
    return this.#length_bytes + this.#cost_bytes(value) <= ROW_BYTES_MAX;
  }

  add(value: Value): void {
    this.#length_bytes += this.#cost_bytes(value);
    this.#distinct.add(value);
  }

  #cost_bytes(value: Value): number {
    if (this.#distinct.has(value)) return ENTRY_BYTES;
    return ENTRY_BYTES + VALUE_LENGTH_BYTES + Buffer.byteLength(value, "utf8");
  }
}
