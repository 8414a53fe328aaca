/** What an exploration covers: which register sets, how many values, whose inputs, in which steps. */
import { isElected, isGated, type QuorumTable, setsStandingFor } from "../../spec/quorum-table.js";
import type { Variant } from "./variant.js";

export interface Scope {
  readonly table: QuorumTable;
  /** Real indices of the explored register sets, ascending. While exploring they are numbered 0..R-1. */
  readonly registerSets: readonly number[];
  /** How many values there are. */
  readonly values: number;
  /**
   * Null: inputs are free, whoever proposes may have any value as input. Else this many fixed clients take turns:
   * client c owns the explored sets r with r mod C = c and its input is always value c (the picture in the paper;
   * unsound as a small scope).
   */
  readonly clients: number | null;
  /** What servers do in one step; left out: PLAIN. */
  readonly variant?: Variant;
}

/**
 * The compressed scope (proofs-notes.md, "Cutoff"): two register sets of every range, one of a range that has only one.
 * They are the first and the last of a closed range, and the first two of the open one. Where quorums depend on who
 * proposes, it is as many for each client that takes turns, so that each of them comes below and above every other.
 */
export function compressedRegisterSets(table: QuorumTable): number[] {
  return table.ranges.flatMap((range) => {
    const { first, last } = range;
    const count = setsStandingFor(table, range);
    const low = Math.ceil(count / 2);
    return Array.from({ length: count }, (_, index) =>
      index < low || last === Number.POSITIVE_INFINITY ? first + index : last - (count - 1 - index),
    );
  });
}

/**
 * One register set more than the given ones, ascending, or null where the table has none. With fewer than three sets a
 * client reads at most one register of each server, and never has to choose between two values.
 */
export function deeperRegisterSets(table: QuorumTable, registerSets: readonly number[]): number[] | null {
  const { last } = table.ranges.at(-1)!;
  const greatest = registerSets.at(-1)!;
  if (greatest < last) return [...registerSets, greatest + 1];
  const free = Array.from({ length: greatest }, (_, registerSet) => registerSet).find(
    (set) => !registerSets.includes(set),
  );
  return free === undefined ? null : [...registerSets, free].sort((a, b) => a - b);
}

/** Sets 0..count-1 as they stand. Throws RangeError if the table ends before. */
export function leadingRegisterSets(table: QuorumTable, count: number): number[] {
  const last = table.ranges.at(-1)!.last;
  if (count > last + 1) throw new RangeError(`the table ends at register set ${last}, so it has no ${count} sets`);
  return Array.from({ length: count }, (_, registerSet) => registerSet);
}

/**
 * Whether a client that proposes in explored set r may have value v as its input (see Scope.clients): its owner, or any
 * client.
 */
export function isInput(clients: Scope["clients"], owned: boolean, r: number, v: number): boolean {
  if (clients === null) return true;
  return owned ? v === r % clients : v < clients;
}

/**
 * For what knows neither elections nor gates. Throws RangeError where a set of the scope has one; `who` begins the
 * sentence.
 */
export function refuseElectionsAndGates(
  { table, registerSets }: Pick<Scope, "table" | "registerSets">,
  who: string,
): void {
  const elected = registerSets.find((real) => isElected(table, real));
  if (elected !== undefined) throw new RangeError(`${who} has no elections, and register set ${elected} is elected`);
  const gated = registerSets.find((real) => isGated(table, real));
  if (gated !== undefined) throw new RangeError(`${who} has no gates, and register set ${gated} waits for a decision`);
}
