import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import { phase2Family } from "../../../spec/table-families.js";
import type { Written } from "../protocol.js";

/**
 * The greatest register set in which a heard server holds a value, and what is held there: all that `greatest`, `eager`
 * and `strict` look at. Whoever wrote there made sure of everything below.
 */
export class GreatestSet {
  #registerSet = -1;
  #heard: ServerSet = NO_SERVERS;
  /** In the order of hearing. */
  #holders = new Map<Value, ServerSet>();

  hear(server: number, written: readonly Written[]): void {
    this.#heard |= singleton(server);
    const greatest = written.at(-1);
    if (greatest === undefined || greatest[0] < this.#registerSet) return;
    const [registerSet, value] = greatest;
    if (registerSet > this.#registerSet) this.#holders = new Map();
    this.#registerSet = registerSet;
    this.#holders.set(value, (this.#holders.get(value) ?? NO_SERVERS) | singleton(server));
  }

  /**
   * The values in the set, the first one heard first; none if no heard server holds a value. Several only if it is
   * open.
   */
  get values(): readonly Value[] {
    return [...this.#holders.keys()];
  }

  /**
   * Whether some phase-2 quorum of the set may have decided the value, or may yet: none of its heard servers holds
   * anything else.
   */
  isChoosable(value: Value, table: QuorumTable): boolean {
    const others = this.#heard & ~(this.#holders.get(value) ?? NO_SERVERS);
    return !phase2Family(table, this.#registerSet).meetsEvery(others);
  }

  /** Whether that goes for every value, read or not: some phase-2 quorum of the set has not been heard at all. */
  isAnyChoosable(table: QuorumTable): boolean {
    return !phase2Family(table, this.#registerSet).meetsEvery(this.#heard);
  }
}
