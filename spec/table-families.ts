/**
 * The quorums of a table's register sets, as families: what its expressions mean, and phase 1 where that is left to be
 * derived.
 *
 * Source: Howard & Mortier 2019, section 4, for derived phase 1.
 */
import { quorumsApart } from "./families/apart.js";
import type { Family } from "./families/family.js";
import { type FamilySpace, spaceFor } from "./families/family-space.js";
import type { Formula } from "./families/formula.js";
import {
  type Elected,
  isPlaced,
  type QuorumFamily,
  type QuorumTable,
  type RegisterRange,
  rangeAt,
  waitedFor,
  writtenFamilies,
} from "./quorum-table.js";
import type { ServerSet } from "./server-set.js";

/** The phase-2 quorums of a register set. Throws RangeError for a set that the table does not have. */
export const phase2Family = (table: QuorumTable, registerSet: number): Family =>
  familiesOf(table).decide(rangeAt(table, registerSet), registerSet);

/**
 * The phase-1 quorums of a register set: as written, or derived. Set 0 has nothing below it to prepare: its only quorum
 * is the empty one, which every client has from the start. Where the vote is the promise, a client hears from those
 * alone that vote for it, so the votes must be enough for both: phase 1 and the election. Throws RangeError for a set
 * that the table does not have.
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

/**
 * The sets that contain a phase-2 quorum of each of these ranges of the table, of which there is at least one. Throws
 * TooComplex.
 */
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

/**
 * Whether two clients may each propose a value in the register set: it is open, or *contested*, which is elected by
 * quorums that need not meet. Clients know the table, and so they know that.
 */
export function isShared(table: QuorumTable, registerSet: number): boolean {
  const { kind } = rangeAt(table, registerSet).allocation;
  return kind === "open" || (kind === "elected" && familiesOf(table).isDivided(electionFamily(table, registerSet)));
}

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

const formulasOf = ({ formula, ofClients = [] }: QuorumFamily): readonly Formula[] => [formula, ...ofClients];
