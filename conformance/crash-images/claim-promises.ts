/** What a client may find of its claims after a crash: all that it has used, and nothing that it did not ask for. */
import type { Value } from "../../spec/register.js";
import { quoted } from "./quoted.js";

export interface FoundClaims {
  /** Whether there were none of this client before. */
  readonly isNew: boolean;
  /** -1 for none. */
  readonly highest: number;
  /** Of the sets that were used, those that could be claimed again. */
  readonly free: readonly number[];
}

export type ClientMark =
  /** Its directory was made: from here on there must be one. */
  | { readonly kind: "made" }
  | { readonly kind: "claiming"; readonly registerSet: number }
  /** A first message about the set leaves. */
  | { readonly kind: "used"; readonly registerSet: number; readonly input: Value };

export class ClaimPromises {
  readonly #client: string;
  readonly #used = new Map<number, Value>();
  #isMade = false;
  #highestAsked = -1;

  constructor(client: string) {
    this.#client = client;
  }

  /** The sets that it has used, by their inputs. */
  get used(): ReadonlyMap<number, Value> {
    return this.#used;
  }

  take(mark: ClientMark): void {
    if (mark.kind === "made") this.#isMade = true;
    else if (mark.kind === "claiming") this.#highestAsked = Math.max(this.#highestAsked, mark.registerSet);
    else this.#used.set(mark.registerSet, mark.input);
  }

  broken({ isNew, highest, free }: FoundClaims): string | null {
    if (isNew && this.#isMade) return `${this.#client} has lost the directory of its claims`;
    for (const registerSet of free) {
      return `${this.#client} proposed ${quoted(this.#used.get(registerSet)!)} in R${registerSet}, and after the crash may claim R${registerSet} again`;
    }
    const highestUsed = Math.max(-1, ...this.#used.keys());
    if (highest < highestUsed)
      return `${this.#client} used R${highestUsed}, and after the crash knows of R${highest} at most`;
    if (highest <= this.#highestAsked) return null;
    return `${this.#client} finds R${highest} claimed, which it never asked for`;
  }
}
