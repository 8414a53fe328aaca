/** What a search has found so far, by what its threads have counted in the memory that they share. */
import { CONTROL, COUNTER, sumOf } from "../store/search-memory.js";
import type { SearchTables } from "../store/search-tables.js";
import type { FoundStates, Level } from "./exploration.js";
import { rangesOf } from "./level-ranges.js";

export class SearchFigures {
  readonly #tables: SearchTables;

  constructor(tables: SearchTables) {
    this.#tables = tables;
  }

  get distinctStates(): number {
    return Atomics.load(this.#tables.memory.control, CONTROL.states);
  }

  get transitions(): number {
    return this.#sum(COUNTER.transitions);
  }

  /** States of which the successors are known. */
  get expanded(): number {
    return this.#sum(COUNTER.expanded);
  }

  /** How many states those that were expanded stand for, with a symmetry; 0 without. */
  get represented(): number {
    return this.#sum(COUNTER.represented);
  }

  get bytes(): number {
    return this.#tables.bytes;
  }

  states(levels: readonly Level[]): FoundStates {
    const { states, fill } = this.#tables.memory;
    return { packed: states, levels, rangesOf: (level) => rangesOf(level, fill) };
  }

  #sum(counter: number): number {
    return sumOf(this.#tables.memory.counters, counter);
  }
}
