/**
 * Quorum expressions, from text to syntax tree.
 *
 *     expression = conjunction ("or" conjunction)*
 *     conjunction = atom ("and" atom)*
 *     atom = "(" expression ")" | choice | name
 *     choice = amount                                        among all servers; not with a bare number
 *            | amount "of" "(" expression ("," expression)* ")"
 *            | amount "of" name                              among the members of a group
 *     amount = "all" | "majority" | ["any"] number | "any"   a bare "any" only before "of": any one
 */

import { quote } from "./quote.js";

/** How many of the operands must be had. */
export type Amount =
  | { readonly kind: "all" }
  | { readonly kind: "majority" }
  | { readonly kind: "number"; readonly number: number };

/** Offsets count UTF-16 units from the start of the expression's text. */
export type Expression =
  | { readonly kind: "name"; readonly name: string; readonly offset: number }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[]; readonly offset: number }
  | {
      readonly kind: "choice";
      readonly amount: Amount;
      /** The choice up to its operands as written, e.g. `any 2` or `2 of`. */
      readonly text: string;
      /** The operands, the name of a group, or null for all servers of the table. */
      readonly among: readonly Expression[] | string | null;
      readonly offset: number;
      /** Where the operands or the group's name start. */
      readonly amongOffset: number;
    };

/** Words that cannot be names, for they mean something in an expression. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  "all",
  "any",
  "majority",
  "of",
  "and",
  "or",
  "self",
  "region",
]);

export const EXPRESSION_DEPTH_MAX = 100;
export const OPERANDS_MAX = 1000;

/** The text is not an expression. `problem` and `hint` are without the full stop. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly offset: number;
  readonly problem: string;
  readonly hint: string | null;

  constructor(offset: number, problem: string, hint: string | null = null) {
    super(problem);
    this.offset = offset;
    this.problem = problem;
    this.hint = hint;
  }
}

/** Throws ExpressionError. */
export function parseExpression(text: string): Expression {
  return new ExpressionParser(text).parse();
}

interface Token {
  /** A word, `(`, `)`, `,`, or "" at the end. */
  readonly text: string;
  readonly offset: number;
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): Expression {
    if (this.#peek().text === "") throw new ExpressionError(0, "the quorum expression is empty", EXAMPLES);
    const expression = this.#disjunction();
    const rest = this.#peek();
    if (rest.text === "") return expression;
    if (rest.text === ",") throw new ExpressionError(rest.offset, 'unexpected ","', LIST_HINT);
    const hint =
      rest.text === ")" ? 'there is no "(" for it' : 'join servers with "and" or "or", or write 2 of (S0, S1)';
    throw new ExpressionError(rest.offset, `unexpected ${show(rest)} after a complete expression`, hint);
  }

  #disjunction(): Expression {
    return this.#operands("or", () => this.#operands("and", () => this.#atom()));
  }

  #operands(kind: "and" | "or", operand: () => Expression): Expression {
    const { offset } = this.#peek();
    const operands = [operand()];
    while (this.#accept(kind)) operands.push(this.#limited(operands, operand));
    return operands.length === 1 ? operands[0]! : { kind, operands, offset };
  }

  #atom(): Expression {
    const token = this.#peek();
    if (token.text === "(") return this.#parenthesised();
    const start = this.#next;
    const amount = this.#amount();
    if (amount !== null) return this.#choice(amount, start);
    if (!isWord(token.text))
      throw new ExpressionError(token.offset, `expected a server or group, found ${show(token)}`);
    if (RESERVED_WORDS.has(token.text)) {
      const hint = token.text === "any" ? "say how many: any 1, or any 2 of (S0, S1, S2)" : EXAMPLES;
      throw new ExpressionError(token.offset, `expected a server or group, found ${show(token)}`, hint);
    }
    this.#next++;
    if (this.#peek().text === "of") {
      const hint = "write a number such as 2 of (S0, S1, S2), or all of, majority of, any of";
      throw new ExpressionError(token.offset, `${show(token)} is not a number of servers`, hint);
    }
    return { kind: "name", name: token.text, offset: token.offset };
  }

  #parenthesised(): Expression {
    const [inner, second] = this.#list();
    if (second !== undefined) throw new ExpressionError(second.offset, "this list has no number before it", LIST_HINT);
    return inner!;
  }

  /**
   * The amount that starts here, or null without taking anything. A number with no `any` and no `of` is a server's
   * name.
   */
  #amount(): Amount | null {
    const [first, second] = [this.#peek(), this.#peek(1)];
    if (first.text === "all" || first.text === "majority") {
      this.#next++;
      return { kind: first.text };
    }
    if (isNumber(first.text) && second.text === "of") {
      this.#next++;
      return { kind: "number", number: Number(first.text) };
    }
    if (first.text !== "any") return null;
    if (second.text === "of") {
      this.#next++;
      return { kind: "number", number: 1 };
    }
    if (!isWord(second.text)) return null;
    if (!isNumber(second.text)) {
      throw new ExpressionError(second.offset, `"any" needs a whole number, found ${show(second)}`, "as in any 2");
    }
    this.#next += 2;
    return { kind: "number", number: Number(second.text) };
  }

  #choice(amount: Amount, start: number): Expression {
    const hasOperands = this.#accept("of");
    const words = this.#tokens.slice(start, this.#next).map((token) => token.text);
    const { offset } = this.#tokens[start]!;
    const text = words.join(" ");
    if (amount.kind === "number" && amount.number === 0) {
      throw new ExpressionError(offset, `the threshold of "${text}" is zero: a quorum needs at least one server`);
    }
    const operand = this.#peek();
    const choice = { kind: "choice", amount, text, offset, amongOffset: operand.offset } as const;
    if (!hasOperands) return { ...choice, among: null };
    if (operand.text === "(") return { ...choice, among: this.#list() };
    if (!isWord(operand.text) || RESERVED_WORDS.has(operand.text)) {
      const hint = `as in ${text} (S0, S1, S2)`;
      throw new ExpressionError(operand.offset, `expected "(" or a group after "of", found ${show(operand)}`, hint);
    }
    this.#next++;
    return { ...choice, among: operand.text };
  }

  /** `(` expression, … `)` */
  #list(): Expression[] {
    const open = this.#take();
    if (++this.#depth > EXPRESSION_DEPTH_MAX) {
      throw new ExpressionError(
        open.offset,
        `the expression is nested deeper than ${EXPRESSION_DEPTH_MAX} levels at "("`,
      );
    }
    if (this.#peek().text === ")") throw new ExpressionError(open.offset, 'the list "()" is empty', EXAMPLES);
    const operands = [this.#disjunction()];
    while (this.#accept(",")) operands.push(this.#limited(operands, () => this.#disjunction()));
    const close = this.#take();
    if (close.text !== ")") throw new ExpressionError(close.offset, `expected "," or ")", found ${show(close)}`);
    this.#depth--;
    return operands;
  }

  #limited(operands: readonly Expression[], operand: () => Expression): Expression {
    if (operands.length < OPERANDS_MAX) return operand();
    throw new ExpressionError(this.#peek().offset, `more than ${OPERANDS_MAX} operands in one expression`);
  }

  #accept(text: string): boolean {
    if (this.#peek().text !== text) return false;
    this.#next++;
    return true;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }
}

const EXAMPLES = "as in majority, any 2, or 2 of (S0, S1, S2)";
const LIST_HINT = "say how many of a list are needed, as in 2 of (S0, S1), or join servers with and, or";

const isNumber = (text: string): boolean => /^\d+$/.test(text);
const isWord = (text: string): boolean => text !== "" && !"(),".includes(text);
const show = (token: Token): string => (token.text === "" ? "the end" : quote(token.text));

const OPERATOR_HINTS: Readonly<Record<string, string>> = { "&": 'write "and"', "|": 'write "or"', "+": 'write "and"' };

/** Words and punctuation with their offsets, and the end as an empty token. */
function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/[(),]|[\p{L}\p{N}_.:-]+|\S/gu)) {
    const [word] = match;
    if (!/^[(),\p{L}\p{N}_.:-]/u.test(word)) {
      const hint = OPERATOR_HINTS[word] ?? "names have letters, digits, _ . : - only";
      throw new ExpressionError(match.index, `unexpected ${quote(word)} in a quorum expression`, hint);
    }
    tokens.push({ text: word, offset: match.index });
  }
  return [...tokens, { text: "", offset: text.trimEnd().length }];
}
