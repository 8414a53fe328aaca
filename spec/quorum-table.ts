/**
 * The quorum table: for each register set, which sets of servers are its phase-1 and its phase-2 quorums.
 *
 * Source: Howard & Mortier 2019, section 3 ("configuration"); derived phase 1 from section 4.
 */

import type { Family } from "./families/family.js";
import { type FamilySpace, spaceFor } from "./families/family-space.js";
import type { Formula } from "./families/formula.js";
import type { ServerSet } from "./server-set.js";
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
  /** What a set of servers must satisfy to contain a quorum; the empty set does not. */
  readonly formula: Formula;
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

/** The phase-2 quorums of a register set. Throws RangeError for a set that the table does not have. */
export const phase2Family = (table: QuorumTable, registerSet: number): Family =>
  familiesOf(table).decide(rangeAt(table, registerSet));

/**
 * The phase-1 quorums of a register set: as written, or derived. Set 0 has nothing below it to prepare: its only quorum is
 * the empty one, which every client has from the start. Throws RangeError for a set that the table does not have.
 */
export function phase1Family(table: QuorumTable, registerSet: number): Family {
  const range = rangeAt(table, registerSet);
  const families = familiesOf(table);
  if (registerSet === 0) return families.everySet;
  return families.prepare(range) ?? families.derived(table.ranges.filter(({ first }) => first < registerSet));
}

/** The sets that meet every phase-2 quorum of every one of these register sets. Throws RangeError, and TooComplex. */
export const familyMeeting = (table: QuorumTable, registerSets: readonly number[]): Family =>
  familiesOf(table).meeting(registerSets.map((registerSet) => rangeAt(table, registerSet)));

/** The phase-2 quorums one by one, for tables that have few. Throws TooManyQuorums, and RangeError. */
export const phase2Quorums = (table: QuorumTable, registerSet: number): readonly ServerSet[] =>
  phase2Family(table, registerSet).list();

/** The phase-1 quorums one by one, for tables that have few. Throws TooManyQuorums, and RangeError. */
export const phase1Quorums = (table: QuorumTable, registerSet: number): readonly ServerSet[] =>
  phase1Family(table, registerSet).list();

/** The range's phase-1 quorums one by one as the file has them, or null where it leaves them to be derived. Throws TooManyQuorums. */
export const writtenPhase1Quorums = (table: QuorumTable, range: RegisterRange): readonly ServerSet[] | null =>
  familiesOf(table).prepare(range)?.list() ?? null;

/** The families of a table's ranges. */
class TableFamilies {
  readonly #space: FamilySpace;
  /** By how many ranges begin below the register set. */
  readonly #derived = new Map<number, Family>();

  constructor({ ranges, servers }: QuorumTable) {
    const written = ranges.flatMap(({ decide, prepare }) => (prepare === null ? [decide] : [decide, prepare]));
    this.#space = spaceFor(
      written.map(({ formula }) => formula),
      servers.length,
    );
  }

  get everySet(): Family {
    return this.#space.everySet;
  }

  decide({ decide }: RegisterRange): Family {
    return this.#space.familyOf(decide.formula);
  }

  prepare({ prepare }: RegisterRange): Family | null {
    return prepare === null ? null : this.#space.familyOf(prepare.formula);
  }

  /** The sets that meet every phase-2 quorum of every lower range: the weakest phase 1 for which PQ holds. */
  derived(lower: readonly RegisterRange[]): Family {
    const known = this.#derived.get(lower.length);
    if (known !== undefined) return known;
    const family = this.meeting(lower);
    this.#derived.set(lower.length, family);
    return family;
  }

  meeting(ranges: readonly RegisterRange[]): Family {
    return this.#space.anyOf(ranges.map((range) => this.decide(range))).dual;
  }
}

/** Throws TooComplex, the first time. */
function familiesOf(table: QuorumTable): TableFamilies {
  const known = familiesByTable.get(table);
  if (known !== undefined) return known;
  const families = new TableFamilies(table);
  familiesByTable.set(table, families);
  return families;
}

/** Asked for again and again, and nothing that could be sent to another thread. */
const familiesByTable = new WeakMap<QuorumTable, TableFamilies>();

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
