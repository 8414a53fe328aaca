/**
 * Reads a line as JSON.parse would, in a fraction of its time, where it is an object of an event's fields and these are
 * texts without escapes, numbers, lists or null. Any other line it leaves to JSON.parse, above all whatever is wrong.
 */
import { COMMON_FIELDS, EVENT_FIELDS } from "./event-fields.js";
import type { Fields } from "./field-reader.js";
import { hashWith, Recurring } from "./recurring.js";

const NAMES = [...new Set([...COMMON_FIELDS, ...Object.values(EVENT_FIELDS).flatMap(Object.keys)])];

/** Sets of fields, as bits of a number. Every name is an event's. */
export const namesOf = (names: readonly string[]): number =>
  names.reduce((set, name) => set | (1 << NAMES.indexOf(name)), 0);

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const SMALL_E = 0x65;
const SMALL_N = 0x6e;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** As many digits are a whole number without rounding. */
const DIGITS_MAX = 15;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

export class LineScanner {
  /** Of the line that was scanned last; undefined where it has none. The next line changes them. */
  readonly #fields: Record<string, unknown> = Object.fromEntries(NAMES.map((name) => [name, undefined]));
  #names = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  /** Before what is to be read next, or -1 once the line is left to JSON.parse. */
  #at = 0;
  readonly #indices = new Recurring((name) => NAMES.indexOf(name));
  readonly #texts = new Recurring((text) => text);
  readonly #lists = new Recurring((text): unknown => JSON.parse(text));

  get fields(): Fields {
    return this.#fields;
  }

  /** Which fields the line has. */
  get names(): number {
    return this.#names;
  }

  get text(): string {
    return this.#bytes.toString("utf8", this.#start, this.#bytes.indexOf(LINE_FEED, this.#start));
  }

  /**
   * The place of the line feed that ends the line, or -1 where JSON.parse is to read it.
   * @param start of the line; there is a line feed somewhere behind
   */
  scan(bytes: Buffer, start: number): number {
    this.#bytes = bytes;
    this.#start = start;
    const before = this.#names;
    this.#names = 0;
    const end = this.#objectFrom(start);
    for (let stale = before & ~this.#names; stale !== 0; stale &= stale - 1) {
      this.#fields[NAMES[31 - Math.clz32(stale & -stale)]!] = undefined;
    }
    return end;
  }

  #objectFrom(start: number): number {
    const bytes = this.#bytes;
    if (bytes[start] !== OPENING_BRACE) return -1;
    this.#at = start;
    do {
      const index = this.#nameAfter(this.#at + 1);
      if (index < 0) return -1;
      const value = this.#valueFrom(this.#afterSpaces(this.#at));
      if (this.#at < 0) return -1;
      this.#names |= 1 << index;
      this.#fields[NAMES[index]!] = value;
      this.#at = this.#afterSpaces(this.#at);
    } while (bytes[this.#at] === COMMA);
    if (bytes[this.#at] !== CLOSING_BRACE) return -1;
    const end = this.#at + (bytes[this.#at + 1] === CARRIAGE_RETURN ? 2 : 1);
    return bytes[end] === LINE_FEED ? end : -1;
  }

  #afterSpaces(at: number): number {
    let after = at;
    while (this.#bytes[after] === SPACE || this.#bytes[after] === TAB) after++;
    return after;
  }

  /** The index of the name, past its colon; -1 for one that no event has, or that the line has had before. */
  #nameAfter(at: number): number {
    const bytes = this.#bytes;
    const start = this.#afterSpaces(at) + 1;
    if (bytes[start - 1] !== QUOTE) return -1;
    let end = start;
    let hash = 0;
    for (let byte = bytes[end]!; byte !== QUOTE; byte = bytes[++end]!) {
      if (byte < SPACE || byte === BACKSLASH) return -1;
      hash = hashWith(hash, byte);
    }
    const index = this.#indices.of(bytes, start, end, hash);
    const colon = this.#afterSpaces(end + 1);
    this.#at = colon + 1;
    return bytes[colon] === COLON && ((this.#names >>> index) & 1) === 0 ? index : -1;
  }

  #valueFrom(at: number): unknown {
    const byte = this.#bytes[at]!;
    if (byte === QUOTE) return this.#textFrom(at + 1);
    if (isDigit(byte) || byte === MINUS) return this.#numberFrom(at);
    if (byte === OPENING_BRACKET) return this.#listFrom(at);
    if (byte === SMALL_N && this.#bytes.toString("latin1", at, at + 4) === "null") {
      this.#at = at + 4;
      return null;
    }
    this.#at = -1;
    return undefined;
  }

  #textFrom(start: number): string | undefined {
    const bytes = this.#bytes;
    let end = start;
    let hash = 0;
    for (let byte = bytes[end]!; byte !== QUOTE; byte = bytes[++end]!) {
      if (byte < SPACE || byte === BACKSLASH) {
        this.#at = -1;
        return undefined;
      }
      hash = hashWith(hash, byte);
    }
    this.#at = end + 1;
    return this.#texts.of(bytes, start, end, hash);
  }

  #numberFrom(start: number): number | undefined {
    const bytes = this.#bytes;
    let end = start;
    let number = 0;
    for (; isDigit(bytes[end]!); end++) number = number * 10 + bytes[end]! - ZERO;
    const isPlain = end > start && end - start <= DIGITS_MAX && (bytes[start] !== ZERO || end === start + 1);
    const next = bytes[end]!;
    if (isPlain && next !== POINT && (next | 0x20) !== SMALL_E) {
      this.#at = end;
      return number;
    }
    while (isOfNumber(bytes[end]!)) end++;
    return this.#parsed(start, end) as number | undefined;
  }

  /** Its end is the bracket that closes it; whether all in it is right is for JSON.parse to say. */
  #listFrom(start: number): unknown {
    const bytes = this.#bytes;
    let hash = 0;
    let depth = 0;
    let isText = false;
    for (let at = start; ; at++) {
      const byte = bytes[at]!;
      if (byte < SPACE || byte === BACKSLASH) break;
      hash = hashWith(hash, byte);
      if (byte === QUOTE) isText = !isText;
      else if (isText) continue;
      else if (byte === OPENING_BRACKET) depth++;
      else if (byte === CLOSING_BRACKET && --depth === 0) return this.#parsed(start, at + 1, hash);
    }
    this.#at = -1;
    return undefined;
  }

  #parsed(start: number, end: number, hash = 0): unknown {
    this.#at = end;
    try {
      return this.#lists.of(this.#bytes, start, end, hash);
    } catch {
      this.#at = -1;
      return undefined;
    }
  }
}

const isOfNumber = (byte: number): boolean =>
  isDigit(byte) || byte === MINUS || byte === POINT || byte === 0x2b || (byte | 0x20) === SMALL_E;
