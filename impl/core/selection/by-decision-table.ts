import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { DecisionTable } from "../decision-table.js";
import type { Written } from "../protocol.js";
import type { SelectionRule } from "./selection-rule.js";

/**
 * Rule 4 as it stands: propose what the decision table permits, as soon as it permits anything. No phase-1 quorum is
 * needed, since what such a quorum is good for, one server in every quorum below, is what the table asks for itself.
 *
 * Of several values that are permitted the input comes first. There are several only if nothing can be decided below
 * any more; then the values read are leftovers that bind no client, and eager takes the input too. It also lets
 * replay see more: a client with input v proposes v wherever v is permitted, which one that prefers what it read
 * never does in some states. Either is safe.
 */
export class DecisionTableSelection implements SelectionRule {
  readonly needsPhase1Quorum = false;
  readonly #decisions: DecisionTable;

  constructor(table: QuorumTable, registerSet: number) {
    this.#decisions = new DecisionTable(table, registerSet);
  }

  hear(server: number, written: readonly Written[]): void {
    this.#decisions.hear(server, written);
  }

  choose(input: Value): Value | null {
    // A quorum that is not out binds the client to a value of the greatest set; if all are out, the input will do.
    const candidates = [input, ...this.#decisions.greatestRead()];
    return candidates.find((value) => this.#decisions.permits(value)) ?? null;
  }
}
