import { hasOwner } from "../../spec/quorum-table.js";
import type { Scope } from "../registers/scope.js";

/** One attempt of a client to reach consensus in one register set. */
export interface Attempt {
  /** The register set's explored number. */
  readonly registerSet: number;
  /** The value that it will propose if it ever proposes, or null where that is left open. */
  readonly proposes: number | null;
}

/**
 * All attempts there can be: one in an exclusive register set, one for each value in an open one.
 *
 * An open set takes any number of attempts. They are named after what they will propose: the name tells an attempt
 * nothing, it only says which of the many this is. Of several that would propose the same, one is enough: they would
 * send the same, and what one of them can hear, all of them can.
 */
export const attemptsOf = ({ table, registerSets, values }: Scope): Attempt[] =>
  registerSets.flatMap((real, registerSet): Attempt[] => {
    if (hasOwner(table, real)) return [{ registerSet, proposes: null }];
    return Array.from({ length: values }, (_, value) => ({ registerSet, proposes: value }));
  });
