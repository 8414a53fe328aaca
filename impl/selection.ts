/**
 * How a client picks the value to propose, fed with what phase 1 reads, server by server.
 *
 * Source: Howard & Mortier 2019, section 4; rule 4 of the design ("previous decisions").
 */
import type { QuorumTable, Selection } from "../spec/quorum-table.js";
import type { Value } from "../spec/register.js";
import type { Written } from "./protocol.js";

export interface SelectionRule {
  /** Takes in all values that one server holds below the client's register set, ascending. Once for each server. */
  hear(written: readonly Written[]): void;

  /** The value to propose after what was heard so far, once that contains a phase-1 quorum; null for "wait for more". */
  choose(input: Value): Value | null;
}

/** Throws RangeError for a selection that clients cannot do yet. */
export function selectionRule(table: QuorumTable): SelectionRule {
  const selection: Selection = table.selection;
  if (selection === "greatest") return new GreatestSelection();
  throw new RangeError(`table ${table.name}: clients cannot select by "${selection}" yet, only by "greatest"`);
}

/**
 * Paxos: the value in the greatest register set that holds any, else the client's own input.
 * Where an open set shows several values, the first one heard.
 */
class GreatestSelection implements SelectionRule {
  #registerSet = -1;
  #value: Value | null = null;

  hear(written: readonly Written[]): void {
    const greatest = written.at(-1);
    if (greatest === undefined || greatest[0] <= this.#registerSet) return;
    [this.#registerSet, this.#value] = greatest;
  }

  choose(input: Value): Value {
    return this.#value ?? input;
  }
}
