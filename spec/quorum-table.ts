/**
 * The quorum table: for each register set, which sets of servers are its phase-1 and its phase-2 quorums, as the file
 * says it.
 *
 * Source: Howard & Mortier 2019, section 3 ("configuration").
 */

import type { Formula } from "./families/formula.js";
import type { ServerSet } from "./server-set.js";
import type { SourcePosition } from "./source-position.js";

/** How a client picks the value to propose after phase 1: README.md of this folder, "Selections". */
export type Selection = "greatest" | "eager" | "strict" | "decision-table";

/** Who may propose in a register set: its owner in turn, anybody, one named client, or whoever is elected. */
export type Allocation =
  | { readonly kind: "round-robin" }
  | { readonly kind: "open" }
  | { readonly kind: "client"; readonly client: string }
  /** `elect`: whose votes a client needs before it proposes; null where that is left to the range's phase-1 quorums. */
  | { readonly kind: "elected"; readonly elect: QuorumFamily | null; readonly vote: Vote };

export type Elected = Extract<Allocation, { kind: "elected" }>;

/** Whether a server that votes for a client promises it what phase 1 asks for in the same step, or apart from it. */
export type Vote = "promise" | "apart";

/** What a gated range waits for: a client proposes in it once it knows that a value was decided in the range before. */
export type Gate = "decided";

/** The quorums that one expression of the file stands for. */
export interface QuorumFamily {
  /** What a set of servers must satisfy to contain a quorum; the empty set does not. */
  readonly formula: Formula;
  /**
   * Where the expression says "self": what it means for each client of the table, in their order; then `formula` is any
   * of these.
   */
  readonly ofClients?: readonly Formula[];
  /** The expression as written, e.g. `majority`. */
  readonly text: string;
  readonly at: SourcePosition;
}

/** A run of register sets that share their quorums. */
export interface RegisterRange {
  /** First and last register set, inclusive; `last` is Infinity for the open range (`10..`). */
  readonly first: number;
  readonly last: number;
  /** Phase-2 quorums. */
  readonly decide: QuorumFamily;
  /** Phase-1 quorums as written, or null where the file leaves them to be derived. */
  readonly prepare: QuorumFamily | null;
  readonly allocation: Allocation;
  /** Left out where the range waits for nothing. The first range never waits. */
  readonly after?: Gate;
  readonly at: SourcePosition;
}

/** A named list of servers. */
export interface ServerGroup {
  readonly name: string;
  readonly members: ServerSet;
}

export interface QuorumTable {
  readonly name: string;
  /** At most SERVERS_MAX names; a ServerSet's bit i is servers[i]. */
  readonly servers: readonly string[];
  /** In order, from set 0, without gap or overlap. The last one is open or the table ends there. */
  readonly ranges: readonly RegisterRange[];
  readonly selection: Selection;
  /** The file's groups that are lists of servers, in its order; left out where there are none. */
  readonly groups?: readonly ServerGroup[];
  /** The clients' names, where the file gives them. */
  readonly clients: readonly string[];
  /** Who is no server of the table but in its file: observers and learners. See roles.ts, also for what follows. */
  readonly observers?: readonly string[];
  /** Left out where there are none. */
  readonly arbiters?: ServerSet;
  /** Left out where there are none. */
  readonly witnesses?: ServerSet;
}

/** The range that holds the register set, or undefined beyond the last set of a table that ends. */
export const rangeOf = (table: QuorumTable, registerSet: number): RegisterRange | undefined =>
  table.ranges.find((range) => range.first <= registerSet && registerSet <= range.last);

/** The quorums that the range's expressions stand for. */
export const writtenFamilies = ({ decide, prepare, allocation }: RegisterRange): QuorumFamily[] =>
  [decide, prepare, allocation.kind === "elected" ? allocation.elect : null].filter((family) => family !== null);

/** Whether the quorums of the range depend on who proposes. */
export const isPlaced = ({ decide, prepare }: RegisterRange): boolean =>
  [decide, prepare].some((family) => family?.ofClients !== undefined);

/**
 * How many register sets of a range stand for all of it, from its first on: two; where quorums depend on who proposes,
 * two of every client that takes turns. Fewer where the range has fewer.
 */
export function setsStandingFor({ clients }: Pick<QuorumTable, "clients">, range: RegisterRange): number {
  const turns = isPlaced(range) && range.allocation.kind === "round-robin" ? clients.length : 1;
  return Math.min(2 * turns, range.last - range.first + 1);
}

export const isGated = (table: QuorumTable, registerSet: number): boolean =>
  rangeAt(table, registerSet).after !== undefined;

export const hasGates = ({ ranges }: QuorumTable): boolean => ranges.some(({ after }) => after !== undefined);

/**
 * The ranges that the register set waits for, ascending: of each of them something is decided before a client proposes
 * in the set. They are the range before, and as long as one is gated, the range before that. None for a set without a
 * gate.
 */
export const rangesWaitedFor = (table: QuorumTable, registerSet: number): readonly RegisterRange[] =>
  waitedFor(table.ranges, rangeAt(table, registerSet));

/** The same of the table's range. */
export function waitedFor(ranges: readonly RegisterRange[], range: RegisterRange): readonly RegisterRange[] {
  const end = ranges.indexOf(range);
  let begin = end;
  while (ranges[begin]!.after !== undefined) begin--;
  return ranges.slice(begin, end);
}

export const isElected = (table: QuorumTable, registerSet: number): boolean =>
  rangeAt(table, registerSet).allocation.kind === "elected";

export const hasElections = ({ ranges }: QuorumTable): boolean =>
  ranges.some(({ allocation }) => allocation.kind === "elected");

/** Whether a vote in this register set is the promise of phase 1 as well. */
export function votesPromise(table: QuorumTable, registerSet: number): boolean {
  const { allocation } = rangeAt(table, registerSet);
  return allocation.kind === "elected" && allocation.vote === "promise";
}

/**
 * Whether the table says whose the register set is: one client's, in turn or by name. Else any client may come to
 * propose in it.
 */
export function hasOwner(table: QuorumTable, registerSet: number): boolean {
  const { kind } = rangeAt(table, registerSet).allocation;
  return kind === "round-robin" || kind === "client";
}

/** `0..9`, `10..` or `4`, as the file writes it. */
export function formatRange(range: Pick<RegisterRange, "first" | "last">): string {
  if (range.first === range.last) return `${range.first}`;
  return range.last === Number.POSITIVE_INFINITY ? `${range.first}..` : `${range.first}..${range.last}`;
}

/** Throws RangeError beyond the last set of a table that ends. */
export function rangeAt(table: QuorumTable, registerSet: number): RegisterRange {
  const range = rangeOf(table, registerSet);
  if (range === undefined) throw new RangeError(`table ${table.name} has no register set ${registerSet}`);
  return range;
}
