/** Reads as much of TLA+ as an exported module has, and shares no line with what writes it. */
import { TokenReader } from "./token-reader.js";
import type { Value } from "./values.js";

export type Expression =
  | { readonly kind: "name"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "operator"; readonly operator: string; readonly operands: readonly Expression[] }
  | {
      readonly kind: "bound";
      readonly binder: string;
      readonly names: readonly string[];
      readonly sets: readonly Expression[];
      readonly body: Expression;
    }
  | { readonly kind: "except"; readonly of: Expression; readonly path: readonly Expression[]; readonly to: Expression }
  | { readonly kind: "let"; readonly definitions: readonly Definition[]; readonly body: Expression }
  | { readonly kind: "if"; readonly cases: readonly (readonly [Expression, Expression])[] };

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Expression;
}

interface Token {
  readonly text: string;
  readonly column: number;
  readonly isFirst: boolean;
}

function tokensOf(text: string): Token[] {
  return text.split("\n").flatMap((line) => {
    const found = [
      ...line.matchAll(/"[^"]*"|\d+|\w+'?|\\\w+|\/\\|\\\/|==|=>|\/=|<=|\|->|->|\.\.|\[\]|<<|>>|[-=<>[\](){}:,!]/g),
    ];
    return found.map((match, index) => ({ text: match[0], column: match.index, isFirst: index === 0 }));
  });
}

const LEVELS: readonly (readonly string[])[] = [
  ["=>"],
  ["\\/"],
  ["/\\"],
  ["=", "/=", "<", "<=", ">", "\\in", "\\notin", "\\subseteq"],
  ["\\cup", "\\cap"],
  [".."],
];

export class Reader extends TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  /**
   * Columns of the bulleted lists that are open: what begins a line at one of them, or before it, ends what stands
   * there.
   */
  readonly #bullets: number[] = [];

  constructor(text: string) {
    super();
    this.#tokens = tokensOf(text);
  }

  definitions(): Definition[] {
    const found: Definition[] = [];
    while (this.#at < this.#tokens.length) found.push(this.#definition());
    return found;
  }

  #definition(): Definition {
    const name = this.take();
    const parameters = this.peek() === "(" ? this.listed("(", ")", () => this.take()) : [];
    this.expect("==");
    return { name, parameters, body: this.#expression() };
  }

  protected override peek(): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined) return null;
    const innermost = this.#bullets.at(-1) ?? -1;
    return token.isFirst && token.column <= innermost ? null : token.text;
  }

  protected override take(): string {
    return this.#tokens[this.#at++]!.text;
  }

  protected override expect(text: string): void {
    const token = this.#tokens[this.#at];
    const taken = this.take();
    if (taken !== text)
      throw new Error(`${text} expected, and there is ${taken} at ${token!.column}, token ${this.#at}`);
  }

  #expression(level = 0): Expression {
    if (level === LEVELS.length) return this.#postfix();
    let left = this.#expression(level + 1);
    for (let operator = this.peek(); operator !== null && LEVELS[level]!.includes(operator); operator = this.peek()) {
      // The next definition begins so.
      if (this.#tokens[this.#at + 1]?.text === "==") break;
      this.take();
      left = { kind: "operator", operator, operands: [left, this.#expression(level + 1)] };
    }
    return left;
  }

  #postfix(): Expression {
    let expression = this.#atom();
    while (this.peek() === "[" && !this.#tokens[this.#at]!.isFirst) {
      const [index] = this.listed("[", "]", () => this.#expression());
      expression = { kind: "operator", operator: "apply", operands: [expression, index!] };
    }
    return expression;
  }

  #atom(): Expression {
    const token = this.#tokens[this.#at]!;
    if (token.text === "/\\" || token.text === "\\/") return this.#bulleted(token);
    const text = this.take();
    if (/^\d/.test(text)) return { kind: "value", value: Number(text) };
    if (text.startsWith('"')) return { kind: "value", value: JSON.parse(text) };
    switch (text) {
      case "TRUE":
        return { kind: "value", value: true };
      case "(": {
        const inner = this.#expression();
        this.expect(")");
        return inner;
      }
      case "{":
        return this.#set();
      case "[":
        return this.#function();
      case "\\A":
      case "\\E":
      case "CHOOSE": {
        const bound = this.#bounds();
        this.expect(":");
        return { kind: "bound", binder: text, ...bound, body: this.#expression() };
      }
      case "SUBSET":
      case "UNION":
      case "UNCHANGED":
        return { kind: "operator", operator: text, operands: [this.#postfix()] };
      case "IF": {
        const condition = this.#expression();
        this.expect("THEN");
        const then = this.#expression();
        this.expect("ELSE");
        return {
          kind: "if",
          cases: [
            [condition, then],
            [{ kind: "value", value: true }, this.#expression()],
          ],
        };
      }
      case "CASE": {
        const cases: [Expression, Expression][] = [];
        for (let more = true; more; more = this.peek() === "[]" && this.take() === "[]") {
          const condition = this.#expression();
          this.expect("->");
          cases.push([condition, this.#expression()]);
        }
        return { kind: "if", cases };
      }
      case "LET": {
        const definitions: Definition[] = [];
        while (this.peek() !== "IN") definitions.push(this.#definition());
        this.expect("IN");
        return { kind: "let", definitions, body: this.#expression() };
      }
      default:
        return {
          kind: "name",
          name: text,
          arguments: this.peek() === "(" ? this.listed("(", ")", () => this.#expression()) : [],
        };
    }
  }

  #bulleted({ text, column }: Token): Expression {
    const items: Expression[] = [];
    for (
      let token = this.#tokens[this.#at];
      token?.text === text && token.column === column;
      token = this.#tokens[this.#at]
    ) {
      this.take();
      this.#bullets.push(column);
      items.push(this.#expression());
      this.#bullets.pop();
    }
    return { kind: "operator", operator: text, operands: items };
  }

  #bounds(): { names: string[]; sets: Expression[] } {
    const [names, sets]: [string[], Expression[]] = [[], []];
    do {
      names.push(this.take());
      this.expect("\\in");
      sets.push(this.#expression());
    } while (this.peek() === "," && this.take() === ",");
    return { names, sets };
  }

  #set(): Expression {
    if (this.#tokens[this.#at + 1]?.text === "\\in") {
      const start = this.#at;
      const bound = this.#bounds();
      if (this.peek() === ":") {
        this.take();
        const body = this.#expression();
        this.expect("}");
        return { kind: "bound", binder: "filter", ...bound, body };
      }
      this.#at = start;
    }
    const items: Expression[] = [];
    while (this.peek() !== "}") {
      items.push(this.#expression());
      if (this.peek() === ",") this.take();
      if (this.peek() === ":") {
        this.take();
        const bound = this.#bounds();
        this.expect("}");
        return { kind: "bound", binder: "map", ...bound, body: items[0]! };
      }
    }
    this.expect("}");
    return { kind: "operator", operator: "{}", operands: items };
  }

  #function(): Expression {
    if (this.#tokens[this.#at + 1]?.text === "\\in") {
      const bound = this.#bounds();
      this.expect("|->");
      const body = this.#expression();
      this.expect("]");
      return { kind: "bound", binder: "function", ...bound, body };
    }
    const of = this.#expression();
    this.expect("EXCEPT");
    this.expect("!");
    const path: Expression[] = [];
    while (this.peek() === "[") path.push(...this.listed("[", "]", () => this.#expression()));
    this.expect("=");
    const to = this.#expression();
    this.expect("]");
    return { kind: "except", of, path, to };
  }
}
