/**
 * Reads one value of EDN, Clojure's notation for data, as Jepsen writes histories: maps, vectors, lists, sets,
 * keywords, text, numbers.
 */
import type { Content } from "./operation.js";

/** There is something else at this column, from 1 on. */
export class EdnError extends Error {
  override readonly name = "EdnError";
  readonly column: number;

  constructor(message: string, at: number) {
    super(message);
    this.column = at + 1;
  }
}

/**
 * Keywords become text without their colon, maps become objects, all sequences lists, tags are left out. Throws
 * EdnError.
 */
export function readEdn(text: string): Content {
  const reader = new EdnReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const CLOSING: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}", "#{": "}" };

const TOKEN = /[^\s,"[\](){};]+/y;
const SPACE = /(?:[\s,]|;.*)*/y;
const TEXT = /"(?:[^"\\]|\\.)*"/y;

class EdnReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#match(SPACE);
    if (this.#at < this.#text.length) throw new EdnError("there is more after the end", this.#at);
  }

  value(): Content {
    this.#match(SPACE);
    const at = this.#at;
    for (const opening of ["#{", "[", "(", "{"]) {
      if (!this.#text.startsWith(opening, at)) continue;
      this.#at += opening.length;
      const items = this.#items(CLOSING[opening]!, at);
      return opening === "{" ? this.#map(items, at) : items;
    }
    const text = this.#match(TEXT);
    if (text !== "") return this.#orFail(at, () => JSON.parse(text));
    const token = this.#match(TOKEN);
    if (token === "") throw new EdnError("a value is missing", at);
    // A tag says of what kind the value after it is.
    if (token.startsWith("#")) return this.value();
    return tokenValue(token);
  }

  #items(closing: string, opened: number): Content[] {
    const items: Content[] = [];
    for (;;) {
      this.#match(SPACE);
      if (this.#at >= this.#text.length) throw new EdnError(`"${closing}" is missing`, opened);
      if (this.#text.startsWith(closing, this.#at)) {
        this.#at += closing.length;
        return items;
      }
      items.push(this.value());
    }
  }

  #map(items: readonly Content[], at: number): Content {
    if (items.length % 2 === 1) throw new EdnError("a map has a key without a value", at);
    const pairs = Array.from(
      { length: items.length / 2 },
      (_, n) => [keyOf(items[2 * n]!), items[2 * n + 1]!] as const,
    );
    return Object.fromEntries(pairs);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #orFail<Value>(at: number, work: () => Value): Value {
    try {
      return work();
    } catch {
      throw new EdnError("this text has an escape that is none", at);
    }
  }
}

const keyOf = (key: Content): string => (typeof key === "string" ? key : JSON.stringify(key));

function tokenValue(token: string): Content {
  if (token === "nil") return null;
  if (token === "true" || token === "false") return token === "true";
  if (token.startsWith(":")) return token.slice(1);
  // Big and exact numbers have a letter at their end.
  const number = Number(
    /^[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?[NM]?$/.test(token) ? token.replace(/[NM]$/, "") : Number.NaN,
  );
  return Number.isNaN(number) ? token : number;
}
