/** What a server must not forget: one record for each change of its row. Its bytes are in encoding/record-codec.ts. */
import type { Value } from "../../spec/register.js";

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
