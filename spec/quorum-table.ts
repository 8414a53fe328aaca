/**
 * The quorum table: for each register set, which sets of servers are its phase-1 and its phase-2 quorums.
 *
 * Source: Howard & Mortier 2019, section 3 ("configuration"); derived phase 1 from section 4.
 */

import { quorumsApart } from "./families/apart.js";
import type { Family } from "./families/family.js";
import { type FamilySpace, spaceFor } from "./families/family-space.js";
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

/** Whether a server that votes for a client promises it what phase 1 asks for in the same step, or apart from it. */
export type Vote = "promise" | "apart";

/** What a gated range waits for: a client proposes in it once it knows that a value was decided in the range before. */
export type Gate = "decided";

/** The quorums that one expression of the file stands for. */
export interface QuorumFamily {
  /** What a set of servers must satisfy to contain a quorum; the empty set does not. */
  readonly formula: Formula;
  /** Where the expression says "self": what it means for each client of the table, in their order; then `formula` is any of these. */
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

/** The phase-2 quorums of a register set. Throws RangeError for a set that the table does not have. */
export const phase2Family = (table: QuorumTable, registerSet: number): Family =>
  familiesOf(table).decide(rangeAt(table, registerSet), registerSet);

/**
 * The phase-1 quorums of a register set: as written, or derived. Set 0 has nothing below it to prepare: its only quorum is
 * the empty one, which every client has from the start. Where the vote is the promise, a client hears from those alone that
 * vote for it, so the votes must be enough for both: phase 1 and the election. Throws RangeError for a set that the table
 * does not have.
 */
export const phase1Family = (table: QuorumTable, registerSet: number): Family =>
  familiesOf(table).phase1(rangeAt(table, registerSet), registerSet);

/** Whose votes elect a client in an elected register set. Throws RangeError for any other. */
export function electionFamily(table: QuorumTable, registerSet: number): Family {
  const range = rangeAt(table, registerSet);
  if (range.allocation.kind !== "elected") throw new RangeError(`nobody is elected in register set ${registerSet}`);
  return familiesOf(table).election(range, range.allocation, registerSet);
}

/** The sets that meet every phase-2 quorum of every one of these register sets. Throws RangeError, and TooComplex. */
export const familyMeeting = (table: QuorumTable, registerSets: readonly number[]): Family =>
  familiesOf(table).meeting(registerSets.map((registerSet) => rangeAt(table, registerSet)));

/** The sets that contain a phase-2 quorum of each of these ranges of the table, of which there is at least one. Throws TooComplex. */
export const familyDeciding = (table: QuorumTable, ranges: readonly RegisterRange[]): Family =>
  familiesOf(table).deciding(ranges);

/** The phase-2 quorums one by one, for tables that have few. Throws TooManyQuorums, and RangeError. */
export const phase2Quorums = (table: QuorumTable, registerSet: number): readonly ServerSet[] =>
  phase2Family(table, registerSet).list();

/** The phase-1 quorums one by one, for tables that have few. Throws TooManyQuorums, and RangeError. */
export const phase1Quorums = (table: QuorumTable, registerSet: number): readonly ServerSet[] =>
  phase1Family(table, registerSet).list();

/** Quorums of the table one by one as its file has them. Throws TooManyQuorums. */
export const writtenQuorums = (table: QuorumTable, { formula }: QuorumFamily): readonly ServerSet[] =>
  familiesOf(table).familyOf(formula).list();

export type Elected = Extract<Allocation, { kind: "elected" }>;

/** The families of a table's ranges. */
class TableFamilies {
  readonly #space: FamilySpace;
  /** By how many ranges without a gate begin below the register set. */
  readonly #derivedAbove = new Map<string, Family>();
  /** Of gated ranges. */
  readonly #derivedIn = new Map<RegisterRange, Family>();
  readonly #divided = new Map<Family, boolean>();
  readonly #ranges: readonly RegisterRange[];
  readonly #clients: readonly string[];

  constructor({ ranges, servers, clients }: QuorumTable) {
    this.#ranges = ranges;
    this.#clients = clients;
    this.#space = spaceFor(ranges.flatMap(writtenFamilies).flatMap(formulasOf), servers.length);
  }

  phase1(range: RegisterRange, registerSet: number): Family {
    const { allocation } = range;
    const prepare = this.#prepare(range, registerSet);
    if (allocation.kind !== "elected" || allocation.vote === "apart") return prepare;
    return this.#space.allOf([prepare, this.#elect(range, allocation.elect)]);
  }

  #prepare(range: RegisterRange, registerSet: number): Family {
    const { prepare } = range;
    if (registerSet === 0) return this.#space.everySet;
    return prepare === null ? this.#derived(range, registerSet) : this.#written(prepare, range, registerSet);
  }

  election(range: RegisterRange, { elect, vote }: Elected, registerSet: number): Family {
    return vote === "promise" ? this.phase1(range, registerSet) : this.#elect(range, elect);
  }

  /** Left out, they are the phase-1 quorums of the range; where these are derived, of any set but its first. */
  #elect(range: RegisterRange, written: QuorumFamily | null): Family {
    const family = written ?? range.prepare;
    return family === null ? this.#derived(range, range.first + 1) : this.familyOf(family.formula);
  }

  familyOf(formula: Formula): Family {
    return this.#space.familyOf(formula);
  }

  decide(range: RegisterRange, registerSet: number): Family {
    return this.#written(range.decide, range, registerSet);
  }

  /** What the expression means for the client that owns the set. */
  #written({ formula, ofClients }: QuorumFamily, range: RegisterRange, registerSet: number): Family {
    return this.familyOf(ofClients === undefined ? formula : ofClients[this.#ownerIn(range, registerSet)]!);
  }

  #ownerIn({ allocation }: RegisterRange, registerSet: number): number {
    return allocation.kind === "client" ? this.#clients.indexOf(allocation.client) : registerSet % this.#clients.length;
  }

  /** The weakest phase 1 for which PQ holds, or, in a gated range, PQ after a gate. */
  #derived(range: RegisterRange, registerSet: number): Family {
    if (range.after !== undefined) return this.#derivedAfterGate(range);
    const lower = this.#ranges.filter(({ first, after }) => first < registerSet && after === undefined);
    // Of a range whose quorums depend on its clients, only some of these may own sets below.
    const owned = lower.some(isPlaced) ? `, ${registerSet - range.first}` : "";
    const key = `${lower.length}${owned}`;
    const known = this.#derivedAbove.get(key);
    if (known !== undefined) return known;
    const families = lower.flatMap((below) => this.#decidingBelow(below, registerSet));
    const family = this.#space.anyOf(families).dual;
    this.#derivedAbove.set(key, family);
    return family;
  }

  #derivedAfterGate(range: RegisterRange): Family {
    const known = this.#derivedIn.get(range);
    if (known !== undefined) return known;
    const family = this.deciding(waitedFor(this.#ranges, range)).dual;
    this.#derivedIn.set(range, family);
    return family;
  }

  /** The phase-2 quorums of the range's sets below this one. */
  #decidingBelow(range: RegisterRange, registerSet: number): Family[] {
    const last = Math.min(range.last, registerSet - 1, range.first + this.#clients.length - 1);
    const sets = isPlaced(range) ? last - range.first + 1 : 1;
    return Array.from({ length: sets }, (_, offset) => this.decide(range, range.first + offset));
  }

  deciding(ranges: readonly RegisterRange[]): Family {
    return this.#space.allOf(ranges.map(({ decide }) => this.familyOf(decide.formula)));
  }

  /** Whether two quorums of the family share no server. Throws TooComplex, the first time. */
  isDivided(family: Family): boolean {
    const known = this.#divided.get(family);
    if (known !== undefined) return known;
    const divided = quorumsApart([family, family]) !== null;
    this.#divided.set(family, divided);
    return divided;
  }

  meeting(ranges: readonly RegisterRange[]): Family {
    return this.#space.anyOf(ranges.map(({ decide }) => this.familyOf(decide.formula))).dual;
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

/** The quorums that the range's expressions stand for. */
export const writtenFamilies = ({ decide, prepare, allocation }: RegisterRange): QuorumFamily[] =>
  [decide, prepare, allocation.kind === "elected" ? allocation.elect : null].filter((family) => family !== null);

const formulasOf = ({ formula, ofClients = [] }: QuorumFamily): readonly Formula[] => [formula, ...ofClients];

/** Whether the quorums of the range depend on who proposes. */
export const isPlaced = ({ decide, prepare }: RegisterRange): boolean =>
  [decide, prepare].some((family) => family?.ofClients !== undefined);

/**
 * How many register sets of a range stand for all of it, from its first on: two; where quorums depend on who proposes, two of every
 * client that takes turns. Fewer where the range has fewer.
 */
export function setsStandingFor({ clients }: Pick<QuorumTable, "clients">, range: RegisterRange): number {
  const turns = isPlaced(range) && range.allocation.kind === "round-robin" ? clients.length : 1;
  return Math.min(2 * turns, range.last - range.first + 1);
}

export const isGated = (table: QuorumTable, registerSet: number): boolean =>
  rangeAt(table, registerSet).after !== undefined;

export const hasGates = ({ ranges }: QuorumTable): boolean => ranges.some(({ after }) => after !== undefined);

/**
 * The ranges that the register set waits for, ascending: of each of them something is decided before a client proposes in the set. They
 * are the range before, and as long as one is gated, the range before that. None for a set without a gate.
 */
export const rangesWaitedFor = (table: QuorumTable, registerSet: number): readonly RegisterRange[] =>
  waitedFor(table.ranges, rangeAt(table, registerSet));

function waitedFor(ranges: readonly RegisterRange[], range: RegisterRange): readonly RegisterRange[] {
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

/** Whether the table says whose the register set is: one client's, in turn or by name. Else any client may come to propose in it. */
export function hasOwner(table: QuorumTable, registerSet: number): boolean {
  const { kind } = rangeAt(table, registerSet).allocation;
  return kind === "round-robin" || kind === "client";
}

/**
 * Whether two clients may each propose a value in the register set: it is open, or *contested*, which is elected by quorums that
 * need not meet. Clients know the table, and so they know that.
 */
export function isShared(table: QuorumTable, registerSet: number): boolean {
  const { kind } = rangeAt(table, registerSet).allocation;
  return kind === "open" || (kind === "elected" && familiesOf(table).isDivided(electionFamily(table, registerSet)));
}

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
