/**
 * Quorum families by brute force: every set of servers is tried on the formula as it stands. Shares no line with
 * spec/families, and is for six servers or so.
 */
import type { Formula } from "../families/formula.js";
import { contains, membersOf, type ServerSet, sizeOf } from "../server-set.js";

export const everySet = (servers: number): ServerSet[] => Array.from({ length: 2 ** servers }, (_, set) => set);

export function satisfies(set: ServerSet, formula: Formula): boolean {
  switch (formula.kind) {
    case "server":
      return membersOf(set).includes(formula.server);
    case "list":
      return formula.quorums.some((quorum) => contains(set, quorum));
    case "threshold": {
      const had = formula.operands.filter((operand) => satisfies(set, operand.formula));
      return had.reduce((sum, { weight }) => sum + weight, 0) >= formula.threshold;
    }
  }
}

/** The sets that are enough, of which no proper subset is; smallest first, and of one size by their bits. */
export function minimalAmong(servers: number, isEnough: (set: ServerSet) => boolean): ServerSet[] {
  const enough = everySet(servers).filter(isEnough);
  return enough
    .filter((set) => !enough.some((other) => other !== set && contains(set, other)))
    .sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
}

export const minimalQuorums = (servers: number, formula: Formula): ServerSet[] =>
  minimalAmong(servers, (set) => satisfies(set, formula));

/** The minimal sets that share a server with every one of the quorums. */
export const hittingSets = (servers: number, quorums: readonly ServerSet[]): ServerSet[] =>
  minimalAmong(servers, (set) => quorums.every((quorum) => (quorum & set) !== 0));
