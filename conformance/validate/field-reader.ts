/** What stands in the fields of one line of a log, or a sentence about what it is not, with its column. */
import { isRegisterSet, type Written } from "../../impl/core/protocol.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { quote } from "../../spec/quote.js";
import { holding, NIL, type Register } from "../../spec/register.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { didYouMean } from "../../spec/table-file/did-you-mean.js";

/** What a line is not. */
export class EventError extends Error {
  override readonly name = "EventError";
  readonly hint: string | null;
  /** From 1 on. */
  readonly column: number;

  constructor(message: string, hint: string | null, column: number) {
    super(message);
    this.hint = hint;
    this.column = column;
  }
}

export type Fields = { readonly [name: string]: unknown };

export class FieldReader {
  readonly #table: QuorumTable;
  readonly #servers: ReadonlyMap<string, number>;
  readonly #last: number;
  /** The line that is read, for the columns of sentences. */
  line: { readonly text: string } = { text: "" };

  constructor(table: QuorumTable) {
    this.#table = table;
    this.#last = table.ranges.at(-1)!.last;
    this.#servers = new Map(table.servers.map((server, index) => [server, index]));
  }

  /** The index of the server of this name; -1 for any other name. */
  serverIndex(name: string): number {
    return this.#servers.get(name) ?? -1;
  }

  noServer(field: string, name: unknown, before = ""): EventError {
    const { name: table, servers } = this.#table;
    const known = `its servers are ${servers.join(", ")}`;
    const hint = typeof name === "string" ? didYouMean(name, servers, known) : known;
    const shown = typeof name === "string" ? quote(name) : JSON.stringify(name);
    return this.wrong(field, `${before}table ${table} has no server ${shown}`, hint);
  }

  registerSet(fields: Fields, name: string): number {
    return this.#asRegisterSet(fields[name], name);
  }

  #asRegisterSet(found: unknown, field: string, isBound = false): number {
    if (typeof found !== "number" || !isRegisterSet(found)) {
      throw this.wrong(
        field,
        `${JSON.stringify(found)} is no register set`,
        "register sets are whole numbers from 0 on",
      );
    }
    if (!isBound && found > this.#last) {
      throw this.wrong(
        field,
        `table ${this.#table.name} has no register set ${found}`,
        `its last one is ${this.#last}`,
      );
    }
    return found;
  }

  text(fields: Fields, name: string): string {
    const found = fields[name];
    if (typeof found === "string") return found;
    throw this.wrong(name, `${JSON.stringify(found)} is no value`, "values are text");
  }

  candidate(found: unknown): string {
    if (typeof found === "string" || typeof found === "number") return String(found);
    throw this.wrong("candidate", "a candidate is a name or a number", null);
  }

  holds({ holds }: Fields): Register | null {
    if (holds === undefined) return null;
    if (holds === null) return NIL;
    if (typeof holds === "string") return holding(holds);
    throw this.wrong(
      "holds",
      `${JSON.stringify(holds)} is nothing that a register holds`,
      "it is a value, or null for nil",
    );
  }

  valuesOrNull({ values }: Fields): readonly Written[] | null {
    if (values === undefined) return null;
    return this.#pairs(values, "values", (value) => {
      if (typeof value === "string") return value;
      throw this.wrong("values", `${JSON.stringify(value)} is no value`, "values are text");
    });
  }

  #pairs<Second>(found: unknown, field: string, second: (found: unknown) => Second): (readonly [number, Second])[] {
    if (!Array.isArray(found) || !found.every((pair) => Array.isArray(pair) && pair.length === 2)) {
      throw this.wrong(field, `"${field}" is a list of pairs, each of a register set and what is there`, null);
    }
    const pairs = found.map(([set, what]): [number, Second] => [this.#asRegisterSet(set, field), second(what)]);
    if (new Set(pairs.map(([set]) => set)).size < pairs.length) {
      throw this.wrong(field, "a register set is named twice", null);
    }
    return pairs;
  }

  found({ frozenBelow, values, votes }: Fields) {
    if (frozenBelow === undefined && values === undefined && votes === undefined) return null;
    return {
      frozenBelow: frozenBelow === undefined ? 0 : this.#asRegisterSet(frozenBelow, "frozenBelow", true),
      values: this.valuesOrNull({ values }) ?? [],
      votes: votes === undefined ? [] : this.#pairs(votes, "votes", (candidate) => this.candidate(candidate)),
    };
  }

  server(field: string, name: unknown): number {
    const server = this.#servers.get(name as string);
    if (server !== undefined) return server;
    throw this.noServer(field, name);
  }

  heard({ heard }: Fields): ServerSet | null {
    if (heard === undefined) return null;
    if (!Array.isArray(heard)) throw this.wrong("heard", '"heard" is a list of servers', null);
    return heard.reduce((set: ServerSet, name) => set | singleton(this.server("heard", name)), NO_SERVERS);
  }

  wrong(field: string, problem: string, hint: string | null): EventError {
    return new EventError(problem, hint, this.columnOf(field));
  }

  columnOf(field: string): number {
    return Math.max(this.line.text.indexOf(JSON.stringify(field)), 0) + 1;
  }
}
