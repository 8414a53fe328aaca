/**
 * A client that can be put back to where it was, since what it did is remembered: like RememberedServers, for clients.
 *
 * What a client makes of replies depends on these alone, and so does what the model allows it, since a register that a
 * reply tells of never changes again. So every sequence of replies is given to a real client once, and judged once. A
 * reply that it has heard before is taken to change nothing: the real client hears each twice the first time.
 */
import type { Value } from "../../../spec/register.js";
import type { ClientUnderTest } from "./client-under-test.js";

/** More than there can be servers. */
const SERVERS_LIMIT = 32;

/** What led to a client: one more reply to this one. */
interface Before<Request, Reply> {
  readonly client: RememberedClient<Request, Reply>;
  readonly server: number;
  readonly reply: Reply;
}

export class RememberedClient<Request, Reply> implements ClientUnderTest<Request, Reply> {
  readonly chosen: Value | null;
  readonly output: Value | null;
  readonly #make: () => ClientUnderTest<Request, Reply>;
  readonly #before: Before<Request, Reply> | null;
  /** The real client, until it goes on to another reply. */
  #live: ClientUnderTest<Request, Reply> | null;
  /**
   * By reply, of which equal ones must be one object; by server. There are many clients, and most go on to one other at
   * most.
   */
  #after: Map<Reply, RememberedClient<Request, Reply>[]> | null = null;
  #requests: Map<number, Request> | null = null;

  /** @param make a client that has heard nothing, the same at every call */
  constructor(make: () => ClientUnderTest<Request, Reply>, before: Before<Request, Reply> | null = null) {
    this.#make = make;
    this.#before = before;
    this.#live = null;
    const live = this.#alive();
    this.chosen = live.chosen;
    this.output = live.output;
  }

  requestTo(server: number, registerSet: number): Request {
    this.#requests ??= new Map();
    const key = registerSet * SERVERS_LIMIT + server;
    const known = this.#requests.get(key);
    if (known !== undefined) return known;
    const request = this.#alive().requestTo(server, registerSet);
    this.#requests.set(key, request);
    return request;
  }

  after(server: number, reply: Reply): RememberedClient<Request, Reply> {
    this.#after ??= new Map();
    const byServer = this.#after.get(reply) ?? [];
    const known = byServer[server];
    if (known !== undefined) return known;
    const after = this.#hasHeard(server, reply)
      ? this
      : new RememberedClient(this.#make, { client: this, server, reply });
    byServer[server] = after;
    this.#after.set(reply, byServer);
    return after;
  }

  #hasHeard(server: number, reply: Reply): boolean {
    for (let before = this.#before; before !== null; before = before.client.#before) {
      if (before.server === server && before.reply === reply) return true;
    }
    return false;
  }

  /** The real client after these replies: given them again if it has gone on since. */
  #alive(): ClientUnderTest<Request, Reply> {
    this.#live ??=
      this.#before === null ? this.#make() : this.#before.client.#goOn(this.#before.server, this.#before.reply);
    return this.#live;
  }

  #goOn(server: number, reply: Reply): ClientUnderTest<Request, Reply> {
    const live = this.#alive();
    this.#live = null;
    return live.after(server, reply);
  }
}
