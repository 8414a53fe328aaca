/** Quorum expressions, from syntax tree to minimal quorums. */
import type { QuorumAlgebra } from "./quorum-algebra.js";
import type { Amount, Expression } from "./quorum-expression-parser.js";
import { type ServerSet, singleton } from "./server-set.js";

/** Minimal quorums, smallest first. */
export type Family = readonly ServerSet[];

/** What a name in an expression stands for. */
export type Meaning =
  | { readonly kind: "server"; readonly server: number }
  /** A list of servers or groups: on its own all of them, after `of` the ones to choose among. */
  | { readonly kind: "list"; readonly members: readonly Family[] }
  | { readonly kind: "quorums"; readonly quorums: Family };

/** What an expression is read against. Offsets are those of the expression's text. */
export interface ExpressionScope {
  readonly serverCount: number;
  readonly algebra: QuorumAlgebra;
  /** Null if the name means nothing, which resolve has then reported. */
  resolve(name: string, offset: number): Meaning | null;
  report(offset: number, problem: string, hint?: string | null): void;
}

/**
 * The minimal quorums of the expression, or null if something in it is wrong, which is then reported. All operands are looked
 * at, so that every unknown name is reported at once. Throws TooManyQuorums.
 */
export function evaluate(expression: Expression, scope: ExpressionScope): Family | null {
  switch (expression.kind) {
    case "name": {
      const meaning = scope.resolve(expression.name, expression.offset);
      return meaning === null ? null : familyOf(meaning, scope.algebra);
    }
    case "and": {
      const families = evaluateAll(expression.operands, scope);
      return families === null ? null : scope.algebra.allOf(families);
    }
    case "or": {
      const families = evaluateAll(expression.operands, scope);
      return families === null ? null : scope.algebra.anyOf(families);
    }
    case "choice":
      return evaluateChoice(expression, scope);
  }
}

/** The quorums that a name on its own stands for. */
export function familyOf(meaning: Meaning, algebra: QuorumAlgebra): Family {
  switch (meaning.kind) {
    case "server":
      return [singleton(meaning.server)];
    case "list":
      return algebra.allOf(meaning.members);
    case "quorums":
      return meaning.quorums;
  }
}

type Choice = Extract<Expression, { kind: "choice" }>;

function evaluateChoice(choice: Choice, scope: ExpressionScope): Family | null {
  const operands = operandsOf(choice, scope);
  if (operands === null) return null;
  const count = countOf(choice.amount, operands.length);
  if (count > operands.length) {
    const what = choice.among === null ? "the number of servers" : "the number to choose among";
    scope.report(choice.offset, `the threshold of "${choice.text}" is larger than ${operands.length}, ${what}`);
    return null;
  }
  return scope.algebra.choose(count, operands);
}

/** The families to choose among, or null if something is wrong with them. */
function operandsOf(choice: Choice, scope: ExpressionScope): readonly Family[] | null {
  const { among } = choice;
  if (among === null) return Array.from({ length: scope.serverCount }, (_, server) => [singleton(server)]);
  if (typeof among === "string") return membersOfGroup(choice, among, scope);
  const [only] = among;
  if (among.length === 1 && only!.kind === "name") {
    // `2 of (east)` means what `2 of east` means: parentheses around one thing change nothing.
    const meaning = scope.resolve(only!.name, only!.offset);
    if (meaning === null) return null;
    return meaning.kind === "list" ? meaning.members : [familyOf(meaning, scope.algebra)];
  }
  return reportRepeatedNames(among, scope) ? null : evaluateAll(among, scope);
}

function membersOfGroup(choice: Choice, name: string, scope: ExpressionScope): readonly Family[] | null {
  const meaning = scope.resolve(name, choice.amongOffset);
  if (meaning === null) return null;
  if (meaning.kind === "list") return meaning.members;
  const what = meaning.kind === "server" ? "a server" : "a group of quorums";
  const hint = `put the operands into parentheses, as in ${choice.text} (${name}, …)`;
  scope.report(choice.amongOffset, `"${name}" is ${what}, not a list of servers to choose among`, hint);
  return null;
}

function evaluateAll(operands: readonly Expression[], scope: ExpressionScope): Family[] | null {
  const families = operands.map((operand) => evaluate(operand, scope));
  return families.every((family) => family !== null) ? families : null;
}

/** Choosing S0 twice is not choosing two servers. */
function reportRepeatedNames(operands: readonly Expression[], scope: ExpressionScope): boolean {
  const seen = new Set<string>();
  let repeated = false;
  for (const operand of operands) {
    if (operand.kind !== "name") continue;
    if (seen.has(operand.name)) {
      scope.report(operand.offset, `"${operand.name}" is in the list twice`);
      repeated = true;
    }
    seen.add(operand.name);
  }
  return repeated;
}

function countOf(amount: Amount, available: number): number {
  switch (amount.kind) {
    case "all":
      return available;
    case "majority":
      return Math.floor(available / 2) + 1;
    case "number":
      return amount.number;
  }
}
