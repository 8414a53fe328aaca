/**
 * Judges histories of registers: does every register behave as if one operation came after the other, each at some
 * moment between its call and its answer? Exact; memory is bounded by `configurationsMax`, and a search that needs more
 * says so.
 */
import type { Content, Operation } from "./operation.js";
import { type SearchResult, searchRegister } from "./register-search.js";
import { smallestRefused } from "./smallest.js";

export type { Content, Operation } from "./operation.js";

export interface HistoryOptions {
  /** What every register holds at first; by default nothing. */
  readonly initial?: Content;
  /** See SearchOptions. */
  readonly configurationsMax?: number;
}

const CONFIGURATIONS_MAX = 200_000;

export type KeyJudgement = { readonly key: string; readonly operations: number } & (
  | Exclude<SearchResult, { readonly verdict: "refused" }>
  | (Extract<SearchResult, { readonly verdict: "refused" }> & {
      /** The operations of this key that are enough to refuse it, in the order of their calls: smallestRefused. */
      readonly smallest: readonly Operation[];
    })
);

export interface HistoryJudgement {
  readonly verdict: "linearizable" | "refused" | "inconclusive";
  /**
   * In the order of their first operations. A history is linearizable if each of its registers is (Herlihy & Wing,
   * theorem 1).
   */
  readonly keys: readonly KeyJudgement[];
}

/**
 * Throws RangeError for an operation that was answered before it was asked for. A history of nothing is linearizable.
 */
export function judgeHistory(
  operations: readonly Operation[],
  { initial = null, configurationsMax = CONFIGURATIONS_MAX }: HistoryOptions = {},
): HistoryJudgement {
  for (const { invoked, completed } of operations) {
    if (completed !== null && completed < invoked) {
      throw new RangeError(`an operation was answered at ${completed}, before it was invoked at ${invoked}`);
    }
  }
  const options = { initial, configurationsMax, anyTime: [] };
  const keys = [...byKey(operations)].map(([key, ofKey]): KeyJudgement => {
    const result = searchRegister(ofKey, options);
    const judgement = { key, operations: ofKey.length };
    if (result.verdict !== "refused") return { ...judgement, ...result };
    return { ...judgement, ...result, smallest: smallestRefused(ofKey, result.operation, options) };
  });
  return { verdict: worstOf(keys), keys };
}

function byKey(operations: readonly Operation[]): Map<string, Operation[]> {
  const keys = new Map<string, Operation[]>();
  for (const operation of [...operations].sort((a, b) => a.invoked - b.invoked)) {
    const known = keys.get(operation.key);
    if (known === undefined) keys.set(operation.key, [operation]);
    else known.push(operation);
  }
  return keys;
}

function worstOf(keys: readonly KeyJudgement[]): HistoryJudgement["verdict"] {
  if (keys.some(({ verdict }) => verdict === "refused")) return "refused";
  return keys.some(({ verdict }) => verdict === "inconclusive") ? "inconclusive" : "linearizable";
}
