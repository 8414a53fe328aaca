import type { Value } from "../../../spec/register.js";
import type { Written } from "../protocol.js";
import { GreatestSet } from "./greatest-set.js";
import type { SelectionRule } from "./selection-rule.js";

/**
 * Paxos: the value in the greatest register set that holds any, else the client's own input.
 * Where an open set shows several values, the first one heard.
 */
export class GreatestSelection implements SelectionRule {
  readonly needsPhase1Quorum = true;
  readonly #greatest = new GreatestSet();

  hear(server: number, written: readonly Written[]): void {
    this.#greatest.hear(server, written);
  }

  choose(input: Value): Value {
    return this.#greatest.values[0] ?? input;
  }
}
