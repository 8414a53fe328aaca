/**
 * A quorum family as it is written: a monotone boolean formula over servers. A set of servers satisfies it if and only
 * if it contains a quorum. Plain data, so that tables can be copied and sent to threads; diagrams.ts answers questions.
 */
import { type ServerSet, sizeOf } from "../server-set.js";

export type Formula =
  | { readonly kind: "server"; readonly server: number }
  /** Quorums one by one; none of them is empty. */
  | { readonly kind: "list"; readonly quorums: readonly ServerSet[] }
  /**
   * Operands whose weights sum to the threshold or more. The threshold is positive and no larger than the sum of all.
   */
  | { readonly kind: "threshold"; readonly threshold: number; readonly operands: readonly Operand[] };

export interface Operand {
  /** A whole number; 0 for an operand that does not matter. */
  readonly weight: number;
  readonly formula: Formula;
}

export const serverFormula = (server: number): Formula => ({ kind: "server", server });

export const listFormula = (quorums: readonly ServerSet[]): Formula => ({ kind: "list", quorums });

export const weighing = (threshold: number, operands: readonly Operand[]): Formula => ({
  kind: "threshold",
  threshold,
  operands,
});

/** At least `count` of the operands, 1 ≤ count ≤ operands.length. */
export function choose(count: number, operands: readonly Formula[]): Formula {
  if (operands.length === 1) return operands[0]!;
  return weighing(
    count,
    operands.map((formula) => ({ weight: 1, formula })),
  );
}

export const allOf = (operands: readonly Formula[]): Formula => choose(operands.length, operands);

export const anyOf = (operands: readonly Formula[]): Formula => choose(1, operands);

/** Servers in the order in which the formulas first name them, lists by their smallest quorums; the rest follow. */
export function orderOfMention(formulas: readonly Formula[], serverCount: number): number[] {
  const order = new Set<number>();
  const seen = new Set<Formula>();
  const visit = (formula: Formula): void => {
    if (seen.has(formula)) return;
    seen.add(formula);
    if (formula.kind === "server") order.add(formula.server);
    else if (formula.kind === "threshold") for (const operand of formula.operands) visit(operand.formula);
    else mention(formula.quorums, order);
  };
  for (const formula of formulas) visit(formula);
  for (let server = 0; server < serverCount; server++) order.add(server);
  return [...order];
}

function mention(quorums: readonly ServerSet[], order: Set<number>): void {
  for (const quorum of [...quorums].sort((a, b) => sizeOf(a) - sizeOf(b))) {
    for (let server = 0; quorum >>> server !== 0; server++) if (((quorum >>> server) & 1) === 1) order.add(server);
  }
}
