/**
 * What a server must not forget: one record for each change of its row, or what takes the place of the row. Its bytes
 * are in encoding/record-codec.ts.
 */
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

/** The server's vote in the register set went to the client of this number. */
interface VotedRecord {
  readonly kind: "voted";
  readonly registerSet: number;
  readonly candidate: number;
}

/** A client said that the value is decided. The last record of a log: what came before is of no use any more. */
interface DecidedRecord {
  readonly kind: "decided";
  readonly value: Value;
}

export type LogRecord = FrozenRecord | WrittenRecord | VotedRecord | DecidedRecord;
