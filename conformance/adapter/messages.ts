/**
 * What Quorate and an adapter say to each other: lines of JSON, each a message in the envelope of Maelstrom, or an
 * array of them. docs/adapters.md says what each kind of message means.
 */

/** Kinds and fields beside `type` are those of docs/adapters.md; other fields do no harm. */
export interface Body {
  readonly type: string;
  readonly msg_id?: number;
  readonly in_reply_to?: number;
  readonly [field: string]: unknown;
}

export interface Envelope {
  readonly src: string;
  readonly dest: string;
  readonly body: Body;
}

/** As whom Quorate speaks. */
export const QUORATE = "quorate";

/** One line, without its end: a batch is an array. */
export const encodeLine = (envelopes: readonly Envelope[]): string =>
  JSON.stringify(envelopes.length === 1 ? envelopes[0] : envelopes);

/** Throws Error, with a sentence about what the line is not. */
export function decodeLine(line: string): Envelope[] {
  const decoded = parsed(line);
  return (Array.isArray(decoded) ? decoded : [decoded]).map(envelopeOf);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error("sent a line that is not JSON; what is not a message belongs on stderr");
  }
}

function envelopeOf(candidate: unknown): Envelope {
  if (!isRecord(candidate)) throw new Error("sent a message that is no JSON object");
  const { src, dest, body } = candidate;
  if (typeof src !== "string" || typeof dest !== "string") {
    throw new Error('sent a message without the names "src" and "dest"');
  }
  if (!isRecord(body) || typeof body.type !== "string")
    throw new Error('sent a message without a body that has a "type"');
  return { src, dest, body: body as Body };
}

export const isRecord = (candidate: unknown): candidate is Readonly<Record<string, unknown>> =>
  typeof candidate === "object" && candidate !== null && !Array.isArray(candidate);
