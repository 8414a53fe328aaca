/**
 * The quorum table: for each register set, which sets of servers are its phase-1 and its phase-2 quorums.
 *
 * Source: Howard & Mortier 2019, section 3 ("configuration"); derived phase 1 from section 4.
 */
import { minimalHittingSets } from "./hitting-sets.js";
import { minimalSets, NO_SERVERS, type ServerSet } from "./server-set.js";
import type { SourcePosition } from "./source-position.js";

/** How a client picks the value to propose after phase 1: README.md of this folder, "Selections". */
export type Selection = "greatest" | "eager" | "strict" | "decision-table";

/** Who may propose in a register set: its owner in turn, anybody, or one named client. */
export type Allocation =
  | { readonly kind: "round-robin" }
  | { readonly kind: "open" }
  | { readonly kind: "client"; readonly client: string };

/** The quorums that one expression of the file stands for. */
export interface QuorumFamily {
  /** Minimal quorums only (no quorum contains another), never empty, each non-empty; smallest first. */
  readonly quorums: readonly ServerSet[];
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
}

/** The range that holds the register set, or undefined beyond the last set of a table that ends. */
export const rangeOf = (table: QuorumTable, registerSet: number): RegisterRange | undefined =>
  table.ranges.find((range) => range.first <= registerSet && registerSet <= range.last);

/** Phase-2 quorums of a register set. Throws RangeError for a set that the table does not have. */
export function phase2Quorums(table: QuorumTable, registerSet: number): readonly ServerSet[] {
  return rangeAt(table, registerSet).decide.quorums;
}

/**
 * Phase-1 quorums of a register set: as written, or derived. Set 0 has nothing below it to prepare: its only quorum is the
 * empty one, which every client has from the start. Throws RangeError for a set that the table does not have.
 */
export function phase1Quorums(table: QuorumTable, registerSet: number): readonly ServerSet[] {
  const range = rangeAt(table, registerSet);
  if (registerSet === 0) return [NO_SERVERS];
  return range.prepare?.quorums ?? derivedPhase1Quorums(table, registerSet);
}

/** The minimal sets that hit every phase-2 quorum of every lower register set: the weakest phase 1 for which PQ holds. */
function derivedPhase1Quorums(table: QuorumTable, registerSet: number): readonly ServerSet[] {
  const lower = table.ranges.filter((range) => range.first < registerSet);
  const derived = derivedByLowerRanges.get(table) ?? new Map<number, readonly ServerSet[]>();
  derivedByLowerRanges.set(table, derived);
  const known = derived.get(lower.length);
  if (known !== undefined) return known;
  const quorums = minimalHittingSets(minimalSets(lower.flatMap((range) => range.decide.quorums)));
  derived.set(lower.length, quorums);
  return quorums;
}

/** Clients ask for them again and again; they depend on nothing but how many ranges begin below the register set. */
const derivedByLowerRanges = new WeakMap<QuorumTable, Map<number, readonly ServerSet[]>>();

export const isOpen = (table: QuorumTable, registerSet: number): boolean =>
  rangeAt(table, registerSet).allocation.kind === "open";

/** `0..9`, `10..` or `4`, as the file writes it. */
export function formatRange(range: Pick<RegisterRange, "first" | "last">): string {
  if (range.first === range.last) return `${range.first}`;
  return range.last === Number.POSITIVE_INFINITY ? `${range.first}..` : `${range.first}..${range.last}`;
}

function rangeAt(table: QuorumTable, registerSet: number): RegisterRange {
  const range = rangeOf(table, registerSet);
  if (range === undefined) throw new RangeError(`table ${table.name} has no register set ${registerSet}`);
  return range;
}
