/**
 * YAML text as plain data that remembers where it stood.
 *
 * Scalars stay the text that they were written as (YAML's failsafe schema): `0..9`, `0` and `S0` are all words of the
 * quorum table's own little language, and a server may be called `1` or `true` without turning into something else.
 */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { quote } from "../quote.js";
import type { SourcePosition } from "../source-position.js";
import { Problems, tableFileError } from "./problems.js";

/** Keys and list indices from the top of the file to a node. */
export type Path = readonly (string | number)[];

/** What a scalar without quotes and content, or a plain `null`, stands for. */
export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain };

export const FILE_SIZE_MAX_BYTES = 1024 * 1024;

/** Deeper than anyone writes, and shallow enough for the recursive parts of the YAML library. */
export const NESTING_MAX = 100;

/** Words, marks and spaces: no table needs as many, and the YAML library would take seconds for more. */
const LEXEMES_MAX = 250_000;

/**
 * A node of the file, with the nodes inside it by key or index. Offsets count UTF-16 units from the start of the
 * text.
 */
interface Located {
  readonly start: number;
  readonly keyStart: number;
  readonly scalar: Scalar | null;
  readonly plain: Plain;
  readonly children: ReadonlyMap<string | number, Located>;
}

/** What a file is supposed to be, in sentences about one that is not. */
export interface FileKind {
  /** `a quorum table` */
  readonly noun: string;
  /** A hint for an empty file. */
  readonly example: string;
  /** What to do in place of an alias. */
  readonly naming: string | null;
}

const QUORUM_TABLE: FileKind = {
  noun: "a quorum table",
  example: "a small table is: servers: [S0, S1, S2], registers: [{ sets: 0.., decide: majority }]",
  naming: 'write the value out, or give it a name under "groups"',
};

export class YamlSource {
  readonly #kind: FileKind;
  readonly #text: string;
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #root: Located;

  /** Throws TableFileError unless the text is one YAML document of modest size and depth, without aliases and tags. */
  constructor(text: string, file: string, kind = QUORUM_TABLE) {
    this.#kind = kind;
    this.#text = text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.#file = file;
    this.#lines = new LineCounter();
    this.#refuseUnreadableText();
    const document = this.#compose(this.#tokens());
    const problems = new Problems();
    this.#root = this.#locate(document.contents, document.range[0], document.range[0], problems);
    problems.throwIfAny();
  }

  get file(): string {
    return this.#file;
  }

  /** The whole file as strings, nulls, lists and mappings. */
  get plain(): Plain {
    return this.#root.plain;
  }

  /** Where the value at the path starts; for a path that leads nowhere, where the nearest value above it starts. */
  at(path: Path): SourcePosition {
    return this.#position(this.#find(path).start);
  }

  /** Where the key that ends the path starts. */
  atKey(path: Path): SourcePosition {
    return this.#position(this.#find(path).keyStart);
  }

  /** Where the character at the offset of the scalar's text stands. */
  within(path: Path, offset: number): SourcePosition {
    const { scalar, start } = this.#find(path);
    return this.#position(scalar === null ? start : this.#offsetWithin(scalar, offset));
  }

  /**
   * Folding and block indentation change nothing but white space, so the n-th visible character of a scalar's text is
   * the n-th one of its source, whatever the style. (Escapes in double quotes can shift it by a few columns.)
   */
  #offsetWithin(scalar: Scalar, offset: number): number {
    const text = String(scalar.value);
    let visible = countVisible(text.slice(0, offset));
    let [at] = scalar.range!;
    if (scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE") at += 1;
    if (scalar.type === "BLOCK_FOLDED" || scalar.type === "BLOCK_LITERAL") at = this.#text.indexOf("\n", at) + 1;
    if (offset >= text.trimEnd().length) return at + this.#lengthOfVisible(at, visible);
    for (; visible > 0 || isSpace(this.#text[at]); at++) if (!isSpace(this.#text[at])) visible--;
    return at;
  }

  /** Length of the source from the offset to the end of the given number of visible characters. */
  #lengthOfVisible(from: number, visible: number): number {
    let at = from;
    for (let left = visible; left > 0 && at < this.#text.length; at++) if (!isSpace(this.#text[at])) left--;
    return at - from;
  }

  #position(offset: number): SourcePosition {
    const { line, col } = this.#lines.linePos(Math.min(offset, this.#text.length));
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #find(path: Path): Located {
    let located = this.#root;
    for (const step of path) {
      const child = located.children.get(step);
      if (child === undefined) break;
      located = child;
    }
    return located;
  }

  #refuseUnreadableText(): void {
    this.#lines.addNewLine(0);
    if (this.#text.length > FILE_SIZE_MAX_BYTES) throw tooLarge(this.#file);
    const control = this.#text.search(/(?![\t\r\n])[\p{Cc}\uFFFD]/u);
    if (control < 0) return;
    for (let at = this.#text.indexOf("\n"); at >= 0 && at < control; at = this.#text.indexOf("\n", at + 1)) {
      this.#lines.addNewLine(at + 1);
    }
    const code = this.#text.charCodeAt(control).toString(16).toUpperCase().padStart(4, "0");
    const what = code === "FFFD" ? "bytes that are not UTF-8" : `the control character U+${code}`;
    throw tableFileError(this.#position(control), `not a text file: it holds ${what}`, "save it as UTF-8 YAML");
  }

  /**
   * The concrete syntax tree, built without recursion; refused before its depth can overflow the recursive composer.
   */
  #tokens(): CST.Token[] {
    const parser = new Parser(this.#lines.addNewLine);
    const tokens: CST.Token[] = [];
    let lexemes = 0;
    for (const lexeme of new Lexer().lex(this.#text)) {
      const start = parser.offset;
      for (const token of parser.next(lexeme)) tokens.push(token);
      if (parser.stack.length > NESTING_MAX) {
        throw tableFileError(this.#position(start), `nested deeper than ${NESTING_MAX} levels at ${quote(lexeme)}`);
      }
      if (++lexemes > LEXEMES_MAX) {
        throw tableFileError(this.#position(start), `more than ${LEXEMES_MAX} words and marks before ${quote(lexeme)}`);
      }
    }
    for (const token of parser.end()) tokens.push(token);
    return tokens;
  }

  #compose(tokens: CST.Token[]): Document.Parsed {
    // Duplicate keys are looked for below: the library compares every pair of keys, which a large file makes slow.
    const composer = new Composer({ schema: "failsafe", uniqueKeys: false, prettyErrors: false });
    const documents = [...composer.compose(tokens)];
    const [document, second] = documents;
    const error = documents.flatMap((parsed) => parsed.errors)[0];
    if (error !== undefined) throw this.#syntaxError(error.message, error.pos[0]);
    if (document === undefined || document.contents === null) {
      const { noun, example } = this.#kind;
      const problem = `the file holds no ${noun.replace("a ", "")}: it is empty or all comments`;
      throw tableFileError(this.#position(0), problem, example);
    }
    if (second !== undefined) {
      const hint = "put every table into a file of its own";
      throw tableFileError(this.#position(second.range[0]), 'a second YAML document starts here, after "---"', hint);
    }
    return document;
  }

  #syntaxError(message: string, offset: number): Error {
    const rest = this.#text.slice(offset).split("\n", 1)[0]!.trim();
    const sentence = message.split("\n", 1)[0]!.replace(/[.:\s]+$/, "");
    const where = rest === "" ? "the end of the line" : quote(rest);
    return tableFileError(this.#position(offset), `not valid YAML at ${where}: ${sentence}`);
  }

  #locate(node: Node | null, start: number, keyStart: number, problems: Problems): Located {
    const at = node?.range?.[0] ?? start;
    if (isAlias(node)) {
      const { noun, naming } = this.#kind;
      problems.report(this.#position(at), `the alias ${quote(`*${node.source}`)} has no place in ${noun}`, naming);
    } else if (node?.tag !== undefined) {
      const hint = "leave the tag out: every word is text here";
      problems.report(
        this.#position(at),
        `the tag ${quote(node.tag.replace("tag:yaml.org,2002:", "!!"))} has no place in ${this.#kind.noun}`,
        hint,
      );
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index): [number, Located] => {
        const located = this.#locate(item as Node | null, at, at, problems);
        return [index, located];
      });
      const plain = items.map(([, item]) => item.plain);
      return { start: at, keyStart, scalar: null, plain, children: new Map(items) };
    }
    if (isMap(node)) return this.#locateMapping(node, at, keyStart, problems);
    const scalar = isScalar(node) ? node : null;
    return { start: at, keyStart, scalar, plain: scalar === null ? null : plainScalar(scalar), children: new Map() };
  }

  #locateMapping(node: YAMLMap, start: number, keyStart: number, problems: Problems): Located {
    const children = new Map<string | number, Located>();
    const plain: Record<string, Plain> = Object.create(null);
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const at = key?.range?.[0] ?? start;
      if (!isScalar(key) || key.value === "" || key.value === "__proto__") {
        problems.report(
          this.#position(at),
          isScalar(key) ? `${quote(String(key.value))} cannot be a key` : "a key must be a word",
        );
        continue;
      }
      const name = String(key.value);
      const first = children.get(name);
      if (first !== undefined) {
        const { line } = this.#position(first.keyStart);
        problems.report(this.#position(at), `the key ${quote(name)} is given twice, first on line ${line}`);
        continue;
      }
      const located = this.#locate(pair.value as Node | null, key.range?.[1] ?? at, at, problems);
      children.set(name, located);
      plain[name] = located.plain;
    }
    return { start, keyStart, scalar: null, plain, children };
  }
}

/** The error for a file over FILE_SIZE_MAX_BYTES, known before it is read to its end. */
export const tooLarge = (file: string): Error =>
  tableFileError({ file, line: 1, column: 1 }, "the file is larger than 1 MiB, far more than any quorum table needs");

function plainScalar(scalar: Scalar): Plain {
  const text = String(scalar.value);
  return scalar.type === "PLAIN" && /^(~|null|Null|NULL|)$/.test(text) ? null : text;
}

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

const countVisible = (text: string): number => text.replace(/\s/g, "").length;
