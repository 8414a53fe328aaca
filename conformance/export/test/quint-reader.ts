/** Reads as much of Quint as an exported module has, and shares no line with what writes it. */
import { TokenReader } from "./token-reader.js";
import type { Value } from "./values.js";

export type Expression =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "lambda"; readonly parameters: readonly string[]; readonly body: Expression }
  | { readonly kind: "if"; readonly if: Expression; readonly then: Expression; readonly else: Expression }
  | { readonly kind: "all" | "any"; readonly parts: readonly Expression[] }
  /** `nondet` binds each member of the set by turns. */
  | { readonly kind: "let" | "nondet"; readonly name: string; readonly of: Expression; readonly body: Expression }
  | { readonly kind: "assign"; readonly name: string; readonly to: Expression };

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Expression;
}

export interface ModuleText {
  readonly name: string;
  readonly variables: readonly string[];
  readonly definitions: readonly Definition[];
}

const QUALIFIERS = ["pure", "val", "def", "action", "var"];

/** Weakest first; within a level to the left. */
const LEVELS: readonly (readonly string[])[] = [["implies"], ["or"], ["and"], ["->"], ["==", "!=", "<", ">"]];

export class Reader extends TokenReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    super();
    const plain = text.replaceAll(/\/\/.*$/gm, "");
    this.#tokens = [...plain.matchAll(/"[^"]*"|-?\d+|\w+'?|=>|->|==|!=|\S/g)].map(([token]) => token);
  }

  module(): ModuleText {
    this.expect("module");
    const name = this.take();
    this.expect("{");
    const variables: string[] = [];
    const definitions: Definition[] = [];
    while (this.peek() !== "}") {
      if (this.peek() === "var") {
        this.take();
        variables.push(this.take());
        this.#skipType();
      } else definitions.push(this.#definition());
    }
    this.expect("}");
    if (this.peek() !== undefined) throw new Error(`${this.peek()} after the module`);
    return { name, variables, definitions };
  }

  protected override peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  protected override take(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error("the module ends too early");
    return token;
  }

  protected override expect(text: string): void {
    const taken = this.take();
    if (taken !== text) {
      const before = this.#tokens.slice(Math.max(0, this.#at - 8), this.#at).join(" ");
      throw new Error(`${text} expected, and there is ${taken}: ${before}`);
    }
  }

  /** As far as the next definition, or what is defined. */
  #skipType(): void {
    while (this.peek() !== "=" && !QUALIFIERS.includes(this.peek()!)) this.take();
  }

  #definition(): Definition {
    while (QUALIFIERS.includes(this.peek()!)) this.take();
    const name = this.take();
    const parameters = this.peek() === "(" ? this.listed("(", ")", () => this.take()) : [];
    if (this.peek() === ":") this.#skipType();
    this.expect("=");
    return { name, parameters, body: this.#expression() };
  }

  #expression(level = 0): Expression {
    if (level === LEVELS.length) return this.#postfix();
    let left = this.#expression(level + 1);
    while (LEVELS[level]!.includes(this.peek()!)) {
      const name = this.take();
      left = { kind: "call", name, arguments: [left, this.#expression(level + 1)] };
    }
    return left;
  }

  /** `set.filter(x => …)` is `filter(set, x => …)`. */
  #postfix(): Expression {
    let of = this.#atom();
    while (this.peek() === ".") {
      this.take();
      const name = this.take();
      of = { kind: "call", name, arguments: [of, ...this.listed("(", ")", () => this.#expression())] };
    }
    return of;
  }

  #atom(): Expression {
    if (this.peek(1) === "=>" || this.#isList()) return this.#lambda();
    const token = this.take();
    if (token === "true") return { kind: "value", value: true };
    if (/^-?\d/.test(token)) return { kind: "value", value: Number(token) };
    if (token.startsWith('"')) return { kind: "value", value: token.slice(1, -1) };
    switch (token) {
      case "(":
        return this.#closed(")");
      case "{":
        return this.#closed("}");
      case "all":
      case "any":
        return { kind: token, parts: this.listed("{", "}", () => this.#expression()) };
      case "val":
      case "nondet": {
        const name = this.take();
        this.expect("=");
        const of = this.#expression();
        return { kind: token === "val" ? "let" : token, name, of, body: this.#expression() };
      }
      case "if": {
        this.expect("(");
        const condition = this.#closed(")");
        const then = this.#expression();
        this.expect("else");
        return { kind: "if", if: condition, then, else: this.#expression() };
      }
    }
    if (!/^\w+'?$/.test(token)) throw new Error(`${token} begins no expression`);
    if (token.endsWith("'")) {
      this.expect("=");
      return { kind: "assign", name: token.slice(0, -1), to: this.#expression() };
    }
    if (this.peek() !== "(") return { kind: "name", name: token };
    return { kind: "call", name: token, arguments: this.listed("(", ")", () => this.#expression()) };
  }

  #closed(close: string): Expression {
    const inner = this.#expression();
    this.expect(close);
    return inner;
  }

  /** `(a, b) => …` */
  #isList(): boolean {
    return this.peek() === "(" && this.peek(2) === "," && this.peek(4) === ")" && this.peek(5) === "=>";
  }

  #lambda(): Expression {
    const parameters = this.peek() === "(" ? this.listed("(", ")", () => this.take()) : [this.take()];
    this.expect("=>");
    return { kind: "lambda", parameters, body: this.#expression() };
  }
}
