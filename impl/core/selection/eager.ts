import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import type { Written } from "../protocol.js";
import { GreatestSet } from "./greatest-set.js";
import type { SelectionRule } from "./selection-rule.js";

/**
 * Fast Paxos: a single value seen is taken. Of several, one that may still be decided (by F2 there is one at most),
 * and if none may, the client's own input. Never waits for more than a phase-1 quorum.
 *
 * Source: Lamport, "Fast Paxos", 2006, section 2.2 and figure 2.
 */
export class EagerSelection implements SelectionRule {
  readonly needsPhase1Quorum = true;
  readonly #table: QuorumTable;
  readonly #greatest = new GreatestSet();

  constructor(table: QuorumTable) {
    this.#table = table;
  }

  hear(server: number, written: readonly Written[]): void {
    this.#greatest.hear(server, written);
  }

  choose(input: Value): Value {
    const { values } = this.#greatest;
    if (values.length === 1) return values[0]!;
    return values.find((value) => this.#greatest.isChoosable(value, this.#table)) ?? input;
  }
}
