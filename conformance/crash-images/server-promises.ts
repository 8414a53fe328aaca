/** What a server may come back with after a crash: its log, its row, and those whom it has met. */
import type { Hello } from "../../impl/encoding/handshake-messages.js";
import type { Found } from "./machine.js";
import { type Acquaintances, PinPromises } from "./pin-promises.js";
import { type Row, type RowMark, RowPromises } from "./row-promises.js";

export interface FoundServer extends Found {
  readonly row: Row;
  readonly acquaintances: Acquaintances;
}

/** What happened to a server that matters to its promises. */
export type ServerMark =
  /** Its directory was made: from here on it must come back. */
  | { readonly kind: "made" }
  | { readonly kind: "started"; readonly row: Row; readonly acquaintances: Acquaintances }
  | { readonly kind: "hears" | "welcomes"; readonly hello: Hello }
  | Exclude<RowMark, { readonly kind: "started" }>;

export class ServerPromises {
  readonly #server: string;
  readonly #row: RowPromises;
  readonly #pins: PinPromises;
  #isMade = false;

  constructor(server: string) {
    this.#server = server;
    this.#row = new RowPromises(server);
    this.#pins = new PinPromises(server);
  }

  take(mark: ServerMark): void {
    switch (mark.kind) {
      case "made":
        this.#isMade = true;
        break;
      case "hears":
        this.#pins.heard(mark.hello);
        break;
      case "welcomes":
        this.#pins.welcomed(mark.hello);
        break;
      case "started":
        this.#pins.started(mark.acquaintances);
        this.#row.take(mark);
        break;
      default:
        this.#row.take(mark);
    }
  }

  /** The sentence that says what is wrong with what was found, or null. */
  broken({ isNew, row, acquaintances }: FoundServer): string | null {
    if (isNew && this.#isMade) return `${this.#server} has lost its log`;
    return this.#pins.broken(acquaintances) ?? this.#row.broken(row);
  }
}
