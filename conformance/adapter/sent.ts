/** Requests that were sent, and what is heard of them. */
import type { AdapterError } from "./adapter-error.js";
import { type Body, type Envelope, encodeLine } from "./messages.js";

export interface Waiting {
  readonly request: Envelope;
  readonly resolve: (answer: Body) => void;
  readonly reject: (error: AdapterError) => void;
  /** Whether there may be no answer: a crash may be why, or that it is not due. */
  readonly mayBeLost: boolean;
}

export type Asked = Envelope & { readonly body: { readonly msg_id: number } };

export interface Sent {
  readonly request: Asked;
  readonly answer: Promise<Body>;
  /** The answer, once it has come. */
  readonly heard: Body | null;
}

/** In one line, or each in a line of its own. */
export function linesOf(sent: readonly Sent[], apart: boolean): string[] {
  const envelopes = sent.map(({ request }) => request);
  return apart ? envelopes.map((envelope) => encodeLine([envelope])) : [encodeLine(envelopes)];
}
