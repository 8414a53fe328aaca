/** Quorum expressions, from syntax tree to formula. */
import { allOf, anyOf, choose, type Formula, serverFormula } from "./families/formula.js";
import type { Amount, Expression } from "./quorum-expression-parser.js";

/** What a name in an expression stands for. */
export type Meaning =
  | { readonly kind: "server"; readonly server: number }
  /** A list of servers or groups: on its own all of them, after `of` the ones to choose among. */
  | { readonly kind: "list"; readonly members: readonly Formula[] }
  | { readonly kind: "quorums"; readonly formula: Formula };

/** What an expression is read against. Offsets are those of the expression's text. */
export interface ExpressionScope {
  /** Whom `all`, `any 2` and `majority` choose among. */
  readonly counted: readonly number[];
  /** How many of them `majority` is. */
  readonly majority: number;
  /** What their number is called, as in "the number of servers". */
  readonly countedAre: string;
  /** Null if the name means nothing, which resolve has then reported. */
  resolve(name: string, offset: number): Meaning | null;
  report(offset: number, problem: string, hint?: string | null): void;
}

/**
 * The formula that the expression stands for, or null if something in it is wrong, which is then reported. All operands
 * are looked at, so that every unknown name is reported at once.
 */
export function evaluate(expression: Expression, scope: ExpressionScope): Formula | null {
  switch (expression.kind) {
    case "name": {
      const meaning = scope.resolve(expression.name, expression.offset);
      return meaning === null ? null : formulaOf(meaning);
    }
    case "and": {
      const operands = evaluateAll(expression.operands, scope);
      return operands === null ? null : allOf(operands);
    }
    case "or": {
      const operands = evaluateAll(expression.operands, scope);
      return operands === null ? null : anyOf(operands);
    }
    case "choice":
      return evaluateChoice(expression, scope);
  }
}

/** What a name on its own stands for. */
export function formulaOf(meaning: Meaning): Formula {
  switch (meaning.kind) {
    case "server":
      return serverFormula(meaning.server);
    case "list":
      return allOf(meaning.members);
    case "quorums":
      return meaning.formula;
  }
}

type Choice = Extract<Expression, { kind: "choice" }>;

function evaluateChoice(choice: Choice, scope: ExpressionScope): Formula | null {
  const operands = operandsOf(choice, scope);
  if (operands === null) return null;
  const isPlainMajority = choice.among === null && choice.amount.kind === "majority";
  const count = isPlainMajority ? scope.majority : countOf(choice.amount, operands.length);
  if (count > operands.length) {
    const what = choice.among === null ? scope.countedAre : "the number to choose among";
    scope.report(choice.offset, `the threshold of "${choice.text}" is larger than ${operands.length}, ${what}`);
    return null;
  }
  return choose(count, operands);
}

/** The formulas to choose among, or null if something is wrong with them. */
function operandsOf(choice: Choice, scope: ExpressionScope): readonly Formula[] | null {
  const { among } = choice;
  if (among === null) return scope.counted.map(serverFormula);
  if (typeof among === "string") return membersOfGroup(choice, among, scope);
  const [only] = among;
  if (among.length === 1 && only!.kind === "name") {
    // `2 of (east)` means what `2 of east` means: parentheses around one thing change nothing.
    const meaning = scope.resolve(only!.name, only!.offset);
    if (meaning === null) return null;
    return meaning.kind === "list" ? meaning.members : [formulaOf(meaning)];
  }
  return reportRepeatedNames(among, scope) ? null : evaluateAll(among, scope);
}

function membersOfGroup(choice: Choice, name: string, scope: ExpressionScope): readonly Formula[] | null {
  const meaning = scope.resolve(name, choice.amongOffset);
  if (meaning === null) return null;
  if (meaning.kind === "list") return meaning.members;
  const what = meaning.kind === "server" ? "a server" : "a group of quorums";
  const hint = `put the operands into parentheses, as in ${choice.text} (${name}, …)`;
  scope.report(choice.amongOffset, `"${name}" is ${what}, not a list of servers to choose among`, hint);
  return null;
}

function evaluateAll(operands: readonly Expression[], scope: ExpressionScope): Formula[] | null {
  const formulas = operands.map((operand) => evaluate(operand, scope));
  return formulas.every((formula) => formula !== null) ? formulas : null;
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
