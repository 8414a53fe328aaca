/** One line of a log becomes an event, or a sentence about what it is not. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { quote } from "../../spec/quote.js";
import { didYouMean } from "../../spec/table-file/did-you-mean.js";
import { ANY_TIME, type EventKind, type LogEvent, type StartEvent, type Time } from "./event.js";
import { ANYBODYS_EVENTS, COMMON_FIELDS, EVENT_FIELDS, EVENT_KINDS } from "./event-fields.js";
import { EventError, FieldReader, type Fields } from "./field-reader.js";
import { columnOfError } from "./json-column.js";
import { type LineScanner, namesOf } from "./line-scanner.js";

interface Kind {
  readonly kind: EventKind;
  readonly isAnybodys: boolean;
  /** The names of all fields, and of those that must be there. */
  readonly known: ReadonlySet<string>;
  readonly required: readonly string[];
  /** The same as a scanner has them. */
  readonly knownNames: number;
  readonly requiredNames: number;
}

const KINDS: ReadonlyMap<unknown, Kind> = new Map(
  EVENT_KINDS.map((kind) => {
    const fields = Object.entries(EVENT_FIELDS[kind]);
    const known = [...fields.map(([name]) => name), ...COMMON_FIELDS];
    const required = fields.filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
    return [
      kind,
      {
        ...{ kind, isAnybodys: ANYBODYS_EVENTS.has(kind), known: new Set(known), required },
        ...{ knownNames: namesOf(known), requiredNames: namesOf(required) },
      },
    ];
  }),
);

/** Of one node. */
interface Heard {
  readonly node: string;
  /** Its index; -1 for a client. */
  readonly server: number;
  seq: number | null;
  /** The latest beginning of its events. */
  from: number;
}

export class EventReader {
  readonly #fields: FieldReader;
  readonly #file: number;
  readonly #nodes = new Map<string, Heard>();
  /** Whether events of this file say when they happened; null before the first. */
  #isTimed: boolean | null = null;

  constructor(table: QuorumTable, file: number) {
    this.#file = file;
    this.#fields = new FieldReader(table);
  }

  /** Throws EventError. */
  read(line: string, number: number): LogEvent {
    this.#fields.line = { text: line };
    const fields = parsed(line);
    const kind = this.#kindOf(fields);
    const heard = this.#heardOf(fields, kind);
    this.#checkNames(fields, kind);
    return this.#placed(fields, kind.kind, heard, number);
  }

  /** The same of a line that is read. Throws EventError. */
  readScanned(line: LineScanner, number: number): LogEvent {
    this.#fields.line = line;
    const { fields, names } = line;
    const kind = this.#kindOf(fields);
    const heard = this.#heardOf(fields, kind);
    const isNamed = (names & ~kind.knownNames) === 0 && (kind.requiredNames & ~names) === 0;
    // Of several fields that are wrong, the first in the line is told.
    if (!isNamed) this.#checkNames(parsed(line.text), kind);
    return this.#placed(fields, kind.kind, heard, number);
  }

  #placed(fields: Fields, kind: EventKind, heard: Heard, number: number): LogEvent {
    const time = this.#timeOf(fields);
    const misplaced = this.#misplaced(heard, kind, fields.seq, time);
    // Others need not wait for what has no place.
    return this.#eventOf(kind, fields, heard, number, misplaced === null ? time : ANY_TIME, misplaced);
  }

  #kindOf({ event }: Fields): Kind {
    const found = KINDS.get(event);
    if (found !== undefined) return found;
    if (event === undefined) throw new EventError('"event" is missing', `it is one of ${EVENT_KINDS.join(", ")}`, 1);
    const known = `events are ${EVENT_KINDS.join(", ")}`;
    if (typeof event !== "string") throw this.#fields.wrong("event", `${JSON.stringify(event)} is no event`, known);
    throw this.#fields.wrong("event", `there is no event ${quote(event)}`, didYouMean(event, EVENT_KINDS, known));
  }

  #heardOf({ node }: Fields, { kind, isAnybodys }: Kind): Heard {
    if (typeof node !== "string" || node === "") {
      throw node === undefined
        ? new EventError('"node" is missing', "it names who says so", 1)
        : this.#fields.wrong("node", "a node is a name", null);
    }
    let heard = this.#nodes.get(node);
    if (heard === undefined) {
      heard = { node, server: this.#fields.serverIndex(node), seq: null, from: Number.NEGATIVE_INFINITY };
      this.#nodes.set(node, heard);
    }
    if (isAnybodys || heard.server >= 0) return heard;
    throw this.#fields.noServer("node", node, `a "${kind}" is of a server, and `);
  }

  #checkNames(fields: Fields, { kind, known, required }: Kind): void {
    for (const name in fields) {
      if (known.has(name)) continue;
      const names = [...known];
      const hint = didYouMean(name, names, `it has ${names.join(", ")}; what is for people goes into "note"`);
      throw this.#fields.wrong(name, `a "${kind}" has no field ${quote(name)}`, hint);
    }
    for (const name of required) {
      if (fields[name] !== undefined) continue;
      throw new EventError(`a "${kind}" needs "${name}"`, null, this.#fields.columnOf("event"));
    }
  }

  #timeOf({ at }: Fields): Time {
    const isTimed = at !== undefined;
    this.#isTimed ??= isTimed;
    if (isTimed !== this.#isTimed) {
      const others = isTimed ? "no other event before it has" : "the events before it have";
      throw new EventError(
        `this event has ${isTimed ? 'an "at"' : 'no "at"'}, which ${others}`,
        "all of a file say when they happened, or none does",
        isTimed ? this.#fields.columnOf("at") : 1,
      );
    }
    if (!isTimed) return ANY_TIME;
    if (typeof at === "number") return { from: at, to: at };
    if (Array.isArray(at) && at.length === 2 && typeof at[0] === "number" && typeof at[1] === "number") {
      const [from, to] = at as [number, number];
      if (from <= to) return { from, to };
      throw this.#fields.wrong("at", `this event ends at ${to}, before it begins, at ${from}`, null);
    }
    throw this.#fields.wrong("at", '"at" is a number, or a pair [from, to] of numbers', null);
  }

  /** The order of a node's events is known, and nothing is missing in between. Null where that is so. */
  #misplaced(heard: Heard, kind: EventKind, seq: unknown, { from, to }: Time): string | null {
    const { node } = heard;
    if (seq !== undefined && !Number.isSafeInteger(seq))
      throw this.#fields.wrong("seq", '"seq" is a whole number', null);
    const next = heard.seq === null ? null : heard.seq + 1;
    if (seq !== undefined) heard.seq = seq as number;
    if (to < heard.from) {
      return `${node} says that this was over at ${to}, and an event of it that stands before began at ${heard.from}`;
    }
    heard.from = Math.max(heard.from, from);
    // A process that starts may count anew.
    if (seq === undefined || next === null || kind === "start" || seq === next) return null;
    return `${node} says that this is its event ${seq}, and its next one is ${next}: what was logged is missing, or is not in its order`;
  }

  /** Each literal is written out: parts that are spread into it cost more than reading the line. */
  #eventOf(
    event: EventKind,
    fields: Fields,
    { node, server }: Heard,
    line: number,
    time: Time,
    misplaced: string | null,
  ): LogEvent {
    const reader = this.#fields;
    const file = this.#file;
    switch (event) {
      case "start":
        return { event, node, file, line, time, misplaced, server, found: this.#foundBy(node, server, fields) };
      case "told":
        return { event, node, file, line, time, misplaced, server, value: reader.text(fields, "value") };
      case "output": {
        const value = reader.text(fields, "value");
        const registerSet = fields.registerSet === undefined ? null : reader.registerSet(fields, "registerSet");
        return { event, node, file, line, time, misplaced, value, registerSet };
      }
    }
    const registerSet = reader.registerSet(fields, "registerSet");
    switch (event) {
      case "freeze":
        return { event, node, file, line, time, misplaced, server, registerSet, values: reader.valuesOrNull(fields) };
      case "freeze register":
        return { event, node, file, line, time, misplaced, server, registerSet };
      case "write":
        return { event, node, file, line, time, misplaced, server, registerSet, value: reader.text(fields, "value") };
      case "vote": {
        const candidate = reader.candidate(fields.candidate);
        return { event, node, file, line, time, misplaced, server, registerSet, candidate };
      }
      case "refuse":
        return { event, node, file, line, time, misplaced, server, registerSet, holds: reader.holds(fields) };
      case "learn": {
        const told = reader.server("server", fields.server);
        const values = reader.valuesOrNull(fields)!;
        return { event, node, file, line, time, misplaced, server: told, registerSet, values };
      }
      case "propose": {
        const candidate = fields.candidate === undefined ? node : reader.candidate(fields.candidate);
        const value = reader.text(fields, "value");
        return { event, node, file, line, time, misplaced, registerSet, value, heard: reader.heard(fields), candidate };
      }
    }
  }

  #foundBy(node: string, server: number, fields: Fields): StartEvent["found"] {
    const found = this.#fields.found(fields);
    if (found === null || server >= 0) return found;
    throw this.#fields.noServer("node", node, "only a server finds registers, and ");
  }
}

function parsed(line: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new EventError(
      "this line is no JSON",
      "each line is one object, as in the example of docs/validate.md",
      columnOfError(line, error as Error),
    );
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new EventError("an event is a JSON object", null, 1);
  }
  return parsed as Fields;
}
