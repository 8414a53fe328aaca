/**
 * Transactions over lists that are appended to: is there one order of them, in which each comes between its call and
 * its answer, and reads what those before it have appended? An exact search, for histories of few transactions at a
 * time.
 */
import { isDeepStrictEqual } from "node:util";

/** One step of a transaction. `list` is what it read; null where nothing was there. */
export type ListAccess =
  | { readonly op: "r"; readonly key: string; readonly list: readonly unknown[] | null }
  | { readonly op: "append"; readonly key: string; readonly value: unknown };

export interface Transaction {
  readonly accesses: readonly ListAccess[];
  /** When it was asked for, by any clock that all share. */
  readonly invoked: number;
  /** When it was answered; null where it is not known what came of it: then its reads are not known either. */
  readonly completed: number | null;
}

/** By key. */
type Lists = ReadonlyMap<string, readonly unknown[]>;

/** A history of nothing is. */
export function isStrictlySerializable(transactions: readonly Transaction[]): boolean {
  const seen = new Set<string>();
  const search = (placed: ReadonlySet<number>, lists: Lists): boolean => {
    if (transactions.every(({ completed }, index) => completed === null || placed.has(index))) return true;
    const key = JSON.stringify([[...placed].sort((a, b) => a - b), [...lists]]);
    if (seen.has(key)) return false;
    seen.add(key);
    // Whoever was answered before another was asked for comes before it.
    const left = transactions.flatMap((transaction, index) => (placed.has(index) ? [] : [{ transaction, index }]));
    const firstAnswer = Math.min(...left.map(({ transaction }) => transaction.completed ?? Number.POSITIVE_INFINITY));
    return left.some(({ transaction, index }) => {
      if (transaction.invoked > firstAnswer) return false;
      const after = listsAfter(lists, transaction);
      return after !== null && search(new Set([...placed, index]), after);
    });
  };
  return search(new Set(), new Map());
}

/** Null where it has read something else than there was. */
function listsAfter(lists: Lists, { accesses, completed }: Transaction): Lists | null {
  const after = new Map(lists);
  for (const access of accesses) {
    const list = after.get(access.key) ?? [];
    if (access.op === "append") after.set(access.key, [...list, access.value]);
    // A list without appends may be told as empty, or as none.
    else if (completed !== null && !isDeepStrictEqual(access.list ?? [], list)) return null;
  }
  return after;
}
