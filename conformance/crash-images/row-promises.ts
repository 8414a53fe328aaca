/**
 * What the row of a server may be after a crash, by the register model: the server was asked things, one after the
 * other, and so it is in one of the states that it has been in since it last came back, and in none that breaks what it
 * has told anyone.
 */
import type { DecidedReply, Page, Reply, Request, VotedReply } from "../../impl/core/protocol.js";
import { holding, NIL, type Register, sameRegister, UNWRITTEN, type Value } from "../../spec/register.js";
import { quotedValue } from "../words/quoted-value.js";

/** Registers below `frozenBelow` that have no value are nil. A server that knows what is decided keeps none. */
export interface Row {
  readonly decided: Value | null;
  readonly frozenBelow: number;
  readonly values: ReadonlyMap<number, Value>;
  /** By register set, the number of the client that the server has voted for. */
  readonly votes: ReadonlyMap<number, number>;
}

export const EMPTY_ROW: Row = { decided: null, frozenBelow: 0, values: new Map(), votes: new Map() };

/** What happened to a server that matters to the promises of its row. */
export type RowMark =
  /** It came back with this row, which everybody may see from here on. */
  | { readonly kind: "started"; readonly row: Row }
  | { readonly kind: "asked"; readonly request: Request }
  | { readonly kind: "replied"; readonly reply: Reply };

interface RegisterPromise {
  readonly registerSet: number;
  readonly holds: Register;
  /** By what it was told. */
  readonly because: string;
}

interface VotePromise {
  readonly registerSet: number;
  readonly candidate: number;
}

export class RowPromises {
  readonly #server: string;
  /** Since it last came back, in their order. */
  #states: Row[] = [EMPTY_ROW];
  #promises: RegisterPromise[] = [];
  #votes: VotePromise[] = [];
  /** The value that it has told is decided: then nothing else matters. */
  #decided: Value | null = null;
  /** What was found out of rows since the last mark. */
  readonly #known = new Map<string, string | null>();

  constructor(server: string) {
    this.#server = server;
  }

  take(mark: RowMark): void {
    this.#known.clear();
    switch (mark.kind) {
      case "started":
        this.#states = [mark.row];
        this.#promises = [...promisesOfRow(mark.row, "came back")];
        this.#votes = [...mark.row.votes].map(([registerSet, candidate]) => ({ registerSet, candidate }));
        this.#decided = mark.row.decided;
        break;
      case "asked":
        this.#states.push(rowAfter(this.#states.at(-1)!, mark.request));
        break;
      case "replied":
        if (mark.reply.kind === "decided") this.#decided = mark.reply.value;
        else if (mark.reply.kind === "voted") this.#votes.push(mark.reply);
        else this.#promises.push(...this.#promisesIn(mark.reply));
    }
  }

  /** The sentence that says what is wrong with what was found, or null. */
  broken(found: Row): string | null {
    const key = keyOf(found);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const sentence = this.#broken(found, key);
    this.#known.set(key, sentence);
    return sentence;
  }

  #broken(found: Row, key: string): string | null {
    if (this.#decided !== null && found.decided !== this.#decided)
      return `${this.#server} told that ${quotedValue(this.#decided)} is decided, and after the crash it comes back with ${rowPhrase(found)}`;
    for (const { registerSet, holds, because } of found.decided === null ? this.#promises : []) {
      const now = registerIn(found, registerSet);
      if (sameRegister(now, holds)) continue;
      return `${this.#server} ${because}, and after the crash R${registerSet} ${contentPhrase(now)} instead of ${namePhrase(holds)}`;
    }
    for (const { registerSet, candidate } of found.decided === null ? this.#votes : []) {
      const now = found.votes.get(registerSet);
      if (now === candidate) continue;
      const whose = now === undefined ? "nobody's" : `client ${now}'s`;
      return `${this.#server} told that its vote in R${registerSet} is client ${candidate}'s, and after the crash it is ${whose}`;
    }
    if (this.#states.some((state) => keyOf(state) === key)) return null;
    return `${this.#server} comes back with ${rowPhrase(found)}, a state that it has never been in`;
  }

  *#promisesIn(reply: Exclude<Reply, DecidedReply | VotedReply>): Generator<RegisterPromise> {
    switch (reply.kind) {
      case "written": {
        const { registerSet, value } = reply;
        yield {
          registerSet,
          holds: holding(value),
          because: `replied that ${quotedValue(value)} is written to R${registerSet}`,
        };
        break;
      }
      case "refused": {
        const { registerSet, holds } = reply;
        yield { registerSet, holds, because: `refused a write since R${registerSet} ${contentPhrase(holds)}` };
        break;
      }
      case "prepared": {
        const frozenBelow = isWhole(reply) ? reply.registerSet : 0;
        yield* promisesOfRow(
          { frozenBelow, values: new Map(reply.written) },
          `replied to the prepare of R${reply.registerSet}`,
        );
        break;
      }
      case "row":
        yield* promisesOfRow(
          { frozenBelow: isWhole(reply) ? reply.frozenBelow : 0, values: new Map(reply.written) },
          "told its row",
        );
        break;
      case "rejected":
        break;
      default:
        reply satisfies never;
    }
  }
}

/** One page of several says nothing about the others. */
const isWhole = ({ from = 0, next }: Page): boolean => from === 0 && next === undefined;

/** Every register that the row says something about for good. */
function* promisesOfRow(
  { frozenBelow, values }: Pick<Row, "frozenBelow" | "values">,
  because: string,
): Generator<RegisterPromise> {
  for (const [registerSet, value] of values) yield { registerSet, holds: holding(value), because };
  // Of the nils, the last ones: rows that freeze freeze all that is below.
  for (let registerSet = frozenBelow - 1; registerSet >= 0 && registerSet >= frozenBelow - NILS_MAX; registerSet--) {
    if (!values.has(registerSet)) yield { registerSet, holds: NIL, because };
  }
}

/** More than the registers that a short run uses. */
const NILS_MAX = 8;

/** What a write-once row becomes by a request: see spec/README.md. */
function rowAfter(row: Row, request: Request): Row {
  if (row.decided !== null) return row;
  switch (request.kind) {
    case "decided":
      return { ...EMPTY_ROW, decided: request.value };
    case "prepare":
      return { ...row, frozenBelow: Math.max(row.frozenBelow, request.registerSet) };
    case "vote":
      if (row.votes.has(request.registerSet)) return row;
      return {
        ...row,
        frozenBelow: request.promise ? Math.max(row.frozenBelow, request.registerSet) : row.frozenBelow,
        votes: new Map(row.votes).set(request.registerSet, request.candidate),
      };
    case "write":
      if (registerIn(row, request.registerSet).state !== "unwritten") return row;
      return { ...row, values: new Map(row.values).set(request.registerSet, request.value) };
    default:
      return row;
  }
}

function registerIn({ frozenBelow, values }: Row, registerSet: number): Register {
  const value = values.get(registerSet);
  if (value !== undefined) return holding(value);
  return registerSet < frozenBelow ? NIL : UNWRITTEN;
}

/** The same for equal rows. */
export function keyOf({ decided, frozenBelow, values, votes }: Row): string {
  let key = decided === null ? `${frozenBelow}` : `decided ${decided}`;
  for (const registerSet of [...values.keys()].sort((a, b) => a - b)) {
    const value = values.get(registerSet)!;
    key += ` ${registerSet} ${value.length} ${value}`;
  }
  for (const registerSet of [...votes.keys()].sort((a, b) => a - b))
    key += ` vote ${registerSet} ${votes.get(registerSet)}`;
  return key;
}

const contentPhrase = (register: Register): string =>
  register.state === "unwritten"
    ? "is unwritten"
    : register.state === "nil"
      ? "is nil"
      : `holds ${quotedValue(register.value)}`;

const namePhrase = (register: Register): string =>
  register.state === "value" ? quotedValue(register.value) : register.state === "nil" ? "nil" : "unwritten";

export function rowPhrase({ decided, frozenBelow, values, votes }: Row): string {
  if (decided !== null) return `${quotedValue(decided)} as decided`;
  const held = [...values].map(([registerSet, value]) => `${quotedValue(value)} in R${registerSet}`);
  const frozen = frozenBelow === 0 ? "nothing frozen" : `all below R${frozenBelow} frozen`;
  const given = [...votes].map(([registerSet, candidate]) => `its vote in R${registerSet} for client ${candidate}`);
  return [...held, ...given, frozen].join(", ");
}
