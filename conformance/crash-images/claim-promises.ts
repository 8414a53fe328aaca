/**
 * What a client may find of its claims after a crash: all sets in which it has proposed, and none that it did not ask
 * for.
 */
import type { Value } from "../../spec/register.js";
import { quotedValue } from "../words/quoted-value.js";

export interface FoundClaims {
  /** Whether there were none of this client before. */
  readonly isNew: boolean;
  /** -1 for none. */
  readonly highest: number;
  /** Of the sets in which it has proposed, those that could be claimed again. */
  readonly free: readonly number[];
  /** The servers that it has met. */
  readonly met: readonly string[];
}

export type ClientMark =
  /** Its directory was made: from here on there must be one. */
  | { readonly kind: "made" }
  | { readonly kind: "claiming"; readonly registerSet: number }
  /** A first request to the server leaves. */
  | { readonly kind: "asked"; readonly server: string }
  /** A first proposal in the set leaves. */
  | { readonly kind: "proposed"; readonly registerSet: number; readonly value: Value };

export class ClaimPromises {
  readonly #client: string;
  readonly #proposed = new Map<number, Value>();
  readonly #asked = new Set<string>();
  #isMade = false;
  #highestAsked = -1;

  constructor(client: string) {
    this.#client = client;
  }

  /** What it has proposed, by register set. */
  get proposed(): ReadonlyMap<number, Value> {
    return this.#proposed;
  }

  take(mark: ClientMark): void {
    if (mark.kind === "made") this.#isMade = true;
    else if (mark.kind === "asked") this.#asked.add(mark.server);
    else if (mark.kind === "claiming") this.#highestAsked = Math.max(this.#highestAsked, mark.registerSet);
    else this.#proposed.set(mark.registerSet, mark.value);
  }

  broken({ isNew, highest, free, met }: FoundClaims): string | null {
    if (isNew && this.#isMade) return `${this.#client} has lost the directory of its claims`;
    for (const server of this.#asked) {
      if (met.includes(server)) continue;
      return `${this.#client} asked ${server}, and after the crash it does not know which ${server} it met`;
    }
    for (const registerSet of free) {
      return `${this.#client} proposed ${quotedValue(this.#proposed.get(registerSet)!)} in R${registerSet}, and after the crash may claim R${registerSet} again`;
    }
    const highestProposed = Math.max(-1, ...this.#proposed.keys());
    if (highest < highestProposed)
      return `${this.#client} proposed in R${highestProposed}, and after the crash knows of R${highest} at most`;
    if (highest <= this.#highestAsked) return null;
    return `${this.#client} finds R${highest} claimed, which it never asked for`;
  }
}
