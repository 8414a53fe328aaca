/** What a proposer lately experienced with each server: which ones answer, and why the others do not. */
import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";

/** A server that does not answer, and the last reason. */
export interface Unanswered {
  readonly server: string;
  readonly reason: string;
}

export class Reachability {
  readonly #servers: readonly string[];
  readonly #reasons: string[];
  #answering: ServerSet = NO_SERVERS;

  constructor(servers: readonly string[]) {
    this.#servers = servers;
    this.#reasons = servers.map((server) => `${server}: no answer yet`);
  }

  /** Servers whose last request was answered. */
  get answering(): ServerSet {
    return this.#answering;
  }

  answered(server: number): void {
    this.#answering |= singleton(server);
  }

  failed(server: number, reason: string): void {
    this.#answering &= ~singleton(server);
    this.#reasons[server] = reason;
  }

  unanswered(): Unanswered[] {
    return this.#servers
      .map((server, index) => ({ server, reason: this.#reasons[index]! }))
      .filter((_, index) => (this.#answering & singleton(index)) === 0);
  }
}
