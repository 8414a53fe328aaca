/**
 * Which servers a client works with, and whether they know of each other.
 *
 * Servers of two clusters may answer to one client's addresses, or a number may be used twice, and each server by
 * itself has nothing to object. So nothing is asked of a server before
 *
 * - it, and all that were asked before by this process, have welcomed a hello that names every server met so far: two
 *   clients that count one server agree on all that they count with it; and
 * - most servers of the table have: any two clients have said hello to one server at least, which compares them.
 *
 * What was welcomed is kept among the client's pins, so only a client's first connections take longer.
 */
import type { Greeting, KnownServer } from "../encoding/handshake-messages.js";
import type { ClientPins } from "../encoding/pins.js";
import type { PinStore } from "../storage/pin-store.js";
import type { MismatchError } from "./connection.js";
import { greetingRefusal, hasHeard } from "./handshake.js";

/** A connection that can be made to say hello, again if need be. */
export interface Introducible {
  readonly server: string;
  introduce(): void;
}

/** How long a first hello waits for others to be met: to name them at once saves a second one. */
const GATHERING_MS = 100;

export class Membership {
  readonly #store: PinStore<ClientPins>;
  readonly #servers: readonly string[];
  /** How many servers must know of each other. */
  readonly #least: number;
  readonly #connections = new Map<string, Introducible>();
  readonly #unreachable = new Set<string>();
  /** Servers that may be asked, and so have been. */
  readonly #asked = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #gathering: Promise<void> | null = null;
  #gathered: () => void = () => {};
  #mismatch: MismatchError | null = null;

  /**
   * `servers`: all of the table. `known`: by which of them the client must be; who only reads has no number that
   * another could have too, so those that it asks are enough.
   */
  constructor(
    store: PinStore<ClientPins>,
    servers: readonly string[],
    { known }: { readonly known: "by-most" | "by-those-asked" } = { known: "by-most" },
  ) {
    this.#store = store;
    this.#servers = servers;
    this.#least = known === "by-most" ? Math.floor(servers.length / 2) + 1 : 1;
  }

  /** Every server of the table that was met so far. */
  get known(): KnownServer[] {
    const { pins } = this.#store;
    return this.#servers.flatMap((server) => {
      const pinned = pins.get(server);
      return pinned === undefined ? [] : { server, incarnation: pinned.incarnation };
    });
  }

  join(connection: Introducible): void {
    this.#connections.set(connection.server, connection);
  }

  /** Takes the server for what it says it is; null, or why it is not the one that it ought to be. */
  meet(greeting: Greeting, expected: string): string | null {
    const { pins } = this.#store;
    const { server, incarnation } = greeting;
    const refusal = greetingRefusal(greeting, expected, pins.get(expected)?.incarnation);
    if (refusal !== null) return refusal;
    if (!pins.has(server)) {
      this.#store.replace(new Map(pins).set(server, { incarnation, told: [] }));
      this.#changed();
    }
    this.#checkGathered();
    return null;
  }

  unreachable(server: string): void {
    this.#unreachable.add(server);
    this.#checkGathered();
  }

  /** Resolves when every server was met or does not answer, or before long. */
  gathered(): Promise<void> {
    if (this.#isGathered()) return Promise.resolve();
    this.#gathering ??= new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHERING_MS);
      this.#gathered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return this.#gathering;
  }

  /** The server has welcomed a hello that named these. */
  welcomed(server: string, named: readonly KnownServer[]): void {
    const { pins } = this.#store;
    const { incarnation, told } = pins.get(server)!;
    if (!hasHeard(told, named)) {
      const all = new Set([...told, ...named.map((known) => known.server)]);
      this.#store.replace(new Map(pins).set(server, { incarnation, told: [...all] }));
    }
    this.#changed();
  }

  /** Nothing is asked any more. */
  stop(mismatch: MismatchError): void {
    this.#mismatch ??= mismatch;
    this.#changed();
  }

  isAdmitted(server: string): boolean {
    return this.#mismatch === null && this.#asked.has(server);
  }

  /** Resolves when the server may be asked; rejects with MismatchError, and the errors of the client's directory. */
  async admitted(server: string, signal: AbortSignal): Promise<void> {
    while (!this.isAdmitted(server)) {
      if (this.#mismatch !== null) throw this.#mismatch;
      signal.throwIfAborted();
      if (!this.#isIntroducedFor(server)) {
        for (const connection of this.#lacking()) connection.introduce();
        await this.#nextChange(signal);
        continue;
      }
      await this.#store.durable();
      // Others may have been met meanwhile.
      if (this.#isIntroducedFor(server)) this.#asked.add(server);
    }
  }

  #isIntroducedFor(server: string): boolean {
    const { known } = this;
    const informed = new Set(this.#servers.filter((one) => this.#hasHeard(one, known)));
    return informed.size >= this.#least && [server, ...this.#asked].every((one) => informed.has(one));
  }

  #lacking(): Introducible[] {
    const { known } = this;
    return [...this.#connections.values()].filter(({ server }) => !this.#hasHeard(server, known));
  }

  #hasHeard(server: string, known: readonly KnownServer[]): boolean {
    const pinned = this.#store.pins.get(server);
    return pinned !== undefined && hasHeard(pinned.told, known);
  }

  #isGathered(): boolean {
    return this.#servers.every((server) => this.#store.pins.has(server) || this.#unreachable.has(server));
  }

  #checkGathered(): void {
    if (this.#isGathered()) this.#gathered();
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
    });
  }
}
