/** A client of the implementation as replay sees it: replies go in, and what it makes of each is judged at once. */
import type { Value } from "../../../spec/register.js";

/** What a run compares of any client. */
export interface SeenClient {
  /** What it proposes, or null before. */
  readonly chosen: Value | null;
  readonly output: Value | null;
}

/**
 * What the client is after the replies that it has heard. All methods throw ImplementationFault where it does what the
 * model does not allow.
 */
export interface ClientUnderTest<Request, Reply> extends SeenClient {
  /** What it asks of the server about the register set, now or earlier. */
  requestTo(server: number, registerSet: number): Request;
  /** The client after one more reply. Only a remembered client may be used afterwards as what it was before. */
  after(server: number, reply: Reply): ClientUnderTest<Request, Reply>;
}
