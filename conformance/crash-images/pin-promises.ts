/**
 * Whom a server may know after a crash: everybody whom it has welcomed, and whom it has welcomed them with, and no
 * others.
 */
import type { Hello } from "../../impl/encoding/handshake-messages.js";
import type { ServerPins } from "../../impl/encoding/pins.js";

/** Those that matter to promises. */
export type Acquaintances = Pick<ServerPins, "clients" | "peers">;

type Said = Pick<Hello, "client" | "known">;

export class PinPromises {
  readonly #server: string;
  /** As pairs "what, whose identity or incarnation". */
  #welcomed = new Set<string>();
  readonly #heard = new Set<string>();

  constructor(server: string) {
    this.#server = server;
  }

  started(with_: Acquaintances): void {
    this.#welcomed = new Set(namesOf(with_));
    for (const name of this.#welcomed) this.#heard.add(name);
  }

  heard(said: Said): void {
    for (const name of this.#namesSaid(said)) this.#heard.add(name);
  }

  welcomed(said: Said): void {
    for (const name of this.#namesSaid(said)) this.#welcomed.add(name);
  }

  /** The sentence that says what is wrong with what was found, or null. */
  broken(found: Acquaintances): string | null {
    const names = new Set(namesOf(found));
    for (const name of this.#welcomed) {
      if (names.has(name)) continue;
      return `${this.#server} welcomed a hello of or with ${placeIn(name)}, and after the crash it does not know whom it met`;
    }
    for (const name of names) {
      if (!this.#heard.has(name)) return `${this.#server} knows ${placeIn(name)}, of whom it has never heard`;
    }
    return null;
  }

  *#namesSaid({ client, known }: Said): Generator<string> {
    if (client !== null) yield `client ${client.index}, ${client.identity}`;
    for (const { server, incarnation } of known) if (server !== this.#server) yield `${server}, ${incarnation}`;
  }
}

function* namesOf({ clients, peers }: Acquaintances): Generator<string> {
  for (const [index, identity] of clients) yield `client ${index}, ${identity}`;
  for (const [server, incarnation] of peers) yield `${server}, ${incarnation}`;
}

/** Who it is, without what was drawn. */
const placeIn = (name: string): string => name.slice(0, name.indexOf(","));

/** The same for equal ones. */
export const keyOfAcquaintances = (found: Acquaintances): string => [...namesOf(found)].sort().join(" ");
