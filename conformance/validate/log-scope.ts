/**
 * What a log mentions: its register sets and values are the scope in which its model is explored, and the table's
 * quorums in them.
 *
 * Sets that it does not mention are there nonetheless, and have to be frozen by whoever prepares one above. Between two
 * mentioned ones they all have the same contents, and within a range the same quorums: so one of each range stands for
 * them.
 */
import type { Written } from "../../impl/core/protocol.js";
import { TableFacts } from "../../model/registers/table-facts.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import type { LogEvent } from "./event.js";

/** Sets are numbered 0, 1, … in ascending order, and values in the order in which the log has them. */
export class LogScope extends TableFacts {
  readonly table: QuorumTable;
  /** Real indices, ascending. */
  readonly registerSets: readonly number[];
  readonly values: readonly Value[];
  /**
   * By set, the name of the client that alone may propose in it; null where the table does not say, or it has no owner.
   */
  readonly owners: readonly (string | null)[];
  /** Up to here a set is its own number: most logs leave none out, and this is asked several times an event. */
  readonly #gapless: number;
  /** Of all other sets. */
  readonly #numbers: ReadonlyMap<number, number>;
  readonly #valueNumbers: ReadonlyMap<Value, number>;

  constructor(table: QuorumTable, events: readonly LogEvent[]) {
    const mentioned = new Mentioned();
    for (const event of events) mentioned.add(event);
    const { sets, values } = mentioned;
    const registerSets = withGaps(table, sets);
    super(table, registerSets);
    this.table = table;
    this.registerSets = registerSets;
    this.values = [...values.keys()];
    this.#valueNumbers = values;
    const gap = registerSets.findIndex((real, r) => real !== r);
    this.#gapless = gap < 0 ? registerSets.length : gap;
    this.#numbers = new Map(registerSets.slice(this.#gapless).map((real, r) => [real, this.#gapless + r]));
    const ownerOf = ownersIn(table);
    this.owners = registerSets.map(ownerOf);
  }

  /** The number of a set that the log mentions. */
  setOf(real: number): number {
    return real < this.#gapless ? real : this.#numbers.get(real)!;
  }

  /** How many sets are below this one, which the log need not mention. */
  setsBelow(real: number): number {
    const number = real < this.#gapless ? real : this.#numbers.get(real);
    return number ?? this.registerSets.filter((set) => set < real).length;
  }

  /** The number of a value that the log mentions. */
  numberOf(value: Value): number {
    return this.#valueNumbers.get(value)!;
  }
}

/** Where all clients of a table own sets by name, others may take their turns: it need not list any that does not. */
function ownersIn({ ranges, clients }: QuorumTable): (registerSet: number) => string | null {
  const named = new Set(ranges.map(({ allocation }) => (allocation.kind === "client" ? allocation.client : null)));
  const isListed = clients.some((client) => !named.has(client));
  return (registerSet) => {
    const { allocation } = ranges.find(({ last }) => registerSet <= last)!;
    if (allocation.kind === "client") return allocation.client;
    return allocation.kind === "round-robin" && isListed ? clients[registerSet % clients.length]! : null;
  };
}

/**
 * Ascending. Right below a mentioned set is the last of those between; at the end of a range, the last of that one's.
 */
function withGaps({ ranges }: QuorumTable, mentioned: ReadonlySet<number>): number[] {
  let greatest = -1;
  for (const set of mentioned) greatest = Math.max(greatest, set);
  const ends = ranges.map(({ last }) => last).filter((last) => last < greatest);
  const below = [...mentioned].filter((set) => set > 0).map((set) => set - 1);
  return Array.from(Float64Array.from(new Set([...mentioned, ...below, ...ends])).sort());
}

/** The sets and values that events mention. */
class Mentioned {
  readonly sets = new Set<number>();
  readonly values = new Map<Value, number>();
  /** What one event mentions the next one often mentions again. */
  #lastSet = -1;
  #lastValue: Value | null = null;

  add(event: LogEvent): void {
    if ("registerSet" in event && event.registerSet !== null) this.#addSet(event.registerSet);
    switch (event.event) {
      case "start":
        this.#addAll(event.found?.values ?? []);
        for (const [set] of event.found?.votes ?? []) this.#addSet(set);
        break;
      case "freeze":
      case "learn":
        if (event.values !== null) this.#addAll(event.values);
        break;
      case "refuse":
        if (event.holds?.state === "value") this.#addValue(event.holds.value);
        break;
      case "write":
      case "propose":
      case "told":
      case "output":
        this.#addValue(event.value);
    }
  }

  #addAll(pairs: readonly Written[]): void {
    for (const [set, value] of pairs) {
      this.#addSet(set);
      this.#addValue(value);
    }
  }

  #addSet(set: number): void {
    if (set === this.#lastSet) return;
    this.#lastSet = set;
    this.sets.add(set);
  }

  #addValue(value: Value): void {
    if (value === this.#lastValue) return;
    this.#lastValue = value;
    if (!this.values.has(value)) this.values.set(value, this.values.size);
  }
}
