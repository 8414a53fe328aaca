import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import type { Written } from "../protocol.js";
import { GreatestSet } from "./greatest-set.js";
import type { SelectionRule } from "./selection-rule.js";

/**
 * Proposes a value only when no other can be decided any more in the greatest register set that shows any, and waits
 * for more servers until then. So a table may do without F2: what eager would get wrong, strict waits for.
 *
 * Where nothing can be decided there any more, the client's own input comes first, as in eager: the values read are
 * not needed.
 */
export class StrictSelection implements SelectionRule {
  readonly needsPhase1Quorum = true;
  readonly #table: QuorumTable;
  readonly #greatest = new GreatestSet();

  constructor(table: QuorumTable) {
    this.#table = table;
  }

  hear(server: number, written: readonly Written[]): void {
    this.#greatest.hear(server, written);
  }

  choose(input: Value): Value | null {
    const { values } = this.#greatest;
    if (values.length === 0) return input;
    // An unheard quorum may decide anything, also values that were not read.
    if (this.#greatest.isAnyChoosable(this.#table)) return null;
    const choosable = values.filter((value) => this.#greatest.isChoosable(value, this.#table));
    const candidates = values.length > 1 ? [input, ...values] : values;
    return candidates.find((value) => choosable.every((other) => other === value)) ?? null;
  }
}
