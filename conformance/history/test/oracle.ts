/**
 * Linearizability by the book, slow on purpose: every order of every subset that contains all answered operations.
 * Shares no line with the search.
 */
import type { Content, Operation } from "../operation.js";

export function isLinearizable(operations: readonly Operation[], initial: Content = null): boolean {
  const go = (left: readonly Operation[], holds: string): boolean => {
    if (left.every(({ completed }) => completed === null)) return true;
    return left.some((candidate) => {
      // Whoever was answered before the candidate was invoked comes before it.
      if (left.some((other) => other.completed !== null && other.completed < candidate.invoked)) return false;
      const after = apply(candidate, holds);
      return (
        after !== null &&
        go(
          left.filter((other) => other !== candidate),
          after,
        )
      );
    });
  };
  return go(operations, JSON.stringify(initial));
}

/** What is there afterwards, or null where the answer would have been another one. */
function apply(operation: Operation, holds: string): string | null {
  switch (operation.op) {
    case "read":
      return operation.completed === null || JSON.stringify(operation.result) === holds ? holds : null;
    case "write":
      return JSON.stringify(operation.args[0]);
    case "cas": {
      const isThere = JSON.stringify(operation.args[0]) === holds;
      if (operation.completed !== null && isThere !== operation.result) return null;
      return isThere ? JSON.stringify(operation.args[1]) : holds;
    }
  }
}
