/** The part of a refused history that is enough to refuse it. */
import { type Content, changesNothing, type Operation } from "./operation.js";
import { type SearchOptions, searchRegister } from "./register-search.js";

/** Operations looked at in all, over all tries; what is left over then is shown as it is. */
const LOOKED_AT_MAX = 3_000_000;

/**
 * Operations of one register that no order explains, and of which none can be left out: whatever content those left out
 * put there, and however often and whenever they did, it would not help. So the rest is refused by itself. In their
 * order; `refused` is one of them, and what began after its answer is not.
 */
export function smallestRefused(
  operations: readonly Operation[],
  refused: Operation,
  options: SearchOptions,
): readonly Operation[] {
  let kept = operations.flatMap((operation) => asKnownAt(refused.completed!, operation));
  const leftOut: Operation[] = [];
  let lookedAt = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1 && lookedAt < LOOKED_AT_MAX; ) {
    const before = kept.length;
    for (let at = 0; at < kept.length && lookedAt < LOOKED_AT_MAX; ) {
      const part = kept.slice(at, at + size);
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
      lookedAt += rest.length;
      if (isRefused(rest, [...leftOut, ...part], options)) {
        kept = rest;
        leftOut.push(...part);
      } else at += size;
    }
    // What could not be left out before may be once something else is gone.
    if (size > 1 || kept.length === before) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return kept;
}

/** An answer that came later says nothing here; what is not known of by then may have had its effect, if it has one. */
function asKnownAt(time: number, operation: Operation): Operation[] {
  if (operation.invoked > time) return [];
  if (operation.completed === null || operation.completed <= time) return [operation];
  return changesNothing(operation) ? [] : [{ ...operation, completed: null }];
}

function isRefused(rest: readonly Operation[], leftOut: readonly Operation[], options: SearchOptions): boolean {
  const anyTime = new Map(leftOut.flatMap(contentsPut).map((content) => [JSON.stringify(content), content]));
  return searchRegister(rest, { ...options, anyTime: [...anyTime.values()] }).verdict === "refused";
}

function contentsPut({ op, args }: Operation): Content[] {
  if (op === "read") return [];
  return [op === "write" ? args[0] : args[1]];
}
