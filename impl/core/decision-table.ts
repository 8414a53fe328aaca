/**
 * A client's decision table: what it knows about every phase-2 quorum of every register set below its own, updated with
 * every server that it hears.
 *
 * There are as many register sets as numbers, so nothing is stored for each. What is stored is who holds which value
 * where, and two marks: `leading`, the value read in the greatest set, and `rivalSet`, the greatest set with any other
 * value. Below the rival nothing can be decided any more, between the two only the leading value, and above both the
 * reads say nothing. Sets in which no heard server holds a value are judged in runs, all sets of a run being alike.
 *
 * Source: Howard & Mortier 2019, section 5.
 */
import { ANY, type DecisionState, decided, maybe, NONE } from "../../spec/decision-state.js";
import { type QuorumTable, type RegisterRange, rangeOf } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { contains, meets, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { phase2Family, phase2Quorums } from "../../spec/table-families.js";
import { checkRegisterSet, type Written } from "./protocol.js";

/** What is known about one quorum in each of the register sets `first` to `last`, inclusive. */
export interface DecisionTableEntry {
  readonly first: number;
  readonly last: number;
  readonly quorum: ServerSet;
  readonly knowledge: DecisionState;
}

/** Register sets of one range in which every quorum is in the same state. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly range: RegisterRange;
}

export class DecisionTable {
  readonly #table: QuorumTable;
  /** The client's own; the table is about the sets below it. */
  readonly #registerSet: number;
  #heard: ServerSet = NO_SERVERS;
  /** By register set, the values that were read in it, in the order of hearing, each with the servers that hold it. */
  readonly #holders = new Map<number, Map<Value, ServerSet>>();
  #leading: Value = "";
  #leadingSet = -1;
  #rivalSet = -1;

  /** Throws RangeError for a register set that the table does not have. */
  constructor(table: QuorumTable, registerSet: number) {
    checkRegisterSet(registerSet);
    if (rangeOf(table, registerSet) === undefined) {
      throw new RangeError(`table ${table.name} has no register set ${registerSet}`);
    }
    this.#table = table;
    this.#registerSet = registerSet;
  }

  /**
   * Takes in all values that a server holds below the client's register set; its other registers there are nil. A
   * server that is heard again tells nothing new: no register below changes any more.
   */
  hear(server: number, written: readonly Written[]): void {
    if (!(server >= 0 && server < this.#table.servers.length)) throw new RangeError(`no server has index ${server}`);
    this.#heard |= singleton(server);
    for (const [registerSet, value] of written) {
      if (registerSet < this.#registerSet) this.#read(server, registerSet, value);
    }
  }

  /** What is known about a phase-2 quorum of a register set below the client's. Throws RangeError for other sets. */
  entry(registerSet: number, quorum: ServerSet): DecisionState {
    const range = registerSet < this.#registerSet ? rangeOf(this.#table, registerSet) : undefined;
    if (range === undefined) throw new RangeError(`register set ${registerSet} is not below R${this.#registerSet}`);
    return this.#judge(range, registerSet, quorum);
  }

  /**
   * Every quorum of every register set below the client's: sets ascending, in the longest runs that are alike within a
   * range. For tables that have few quorums: throws TooManyQuorums.
   */
  *entries(): Generator<DecisionTableEntry> {
    let pending: DecisionTableEntry[] = [];
    for (const { first, last, range } of [...this.#runs()].reverse()) {
      const run = phase2Quorums(this.#table, range.first).map((quorum) => ({
        first,
        last,
        quorum,
        knowledge: this.#judge(range, first, quorum),
      }));
      const goesOn =
        first > range.first && run.every((entry, index) => alike(entry.knowledge, pending[index]!.knowledge));
      if (goesOn) {
        pending = pending.map((entry) => ({ ...entry, last }));
      } else {
        yield* pending;
        pending = run;
      }
    }
    yield* pending;
  }

  /** Rule 4: whether no quorum below can decide, now or later, another value than v. */
  permits(v: Value): boolean {
    for (const { first, range } of this.#runs()) {
      // From here down the reads leave nothing but the leading value, and further down nothing at all.
      if (v === this.#leading && first < this.#leadingSet) return true;
      if (this.#mayDecideAnother(range, first, v)) return false;
    }
    return true;
  }

  /**
   * The values read in the greatest register set that shows any, in the order of hearing; more than one only if it is
   * open.
   */
  greatestRead(): readonly Value[] {
    return [...(this.#holders.get(this.#leadingSet)?.keys() ?? [])];
  }

  #read(server: number, registerSet: number, value: Value): void {
    const holders = this.#holders.get(registerSet) ?? new Map<Value, ServerSet>();
    this.#holders.set(registerSet, holders);
    holders.set(value, (holders.get(value) ?? NO_SERVERS) | singleton(server));
    if (this.#leadingSet >= 0 && value !== this.#leading) {
      this.#rivalSet = Math.max(this.#rivalSet, Math.min(registerSet, this.#leadingSet));
    }
    if (registerSet > this.#leadingSet) {
      this.#leading = value;
      this.#leadingSet = registerSet;
    }
  }

  /**
   * Whether some quorum's entry is `any`, or names another value than v. Asked without looking at quorums one by one:
   * is there one among the servers that neither rule it out nor hold what would spoil the entry?
   */
  #mayDecideAnother(range: RegisterRange, registerSet: number, v: Value): boolean {
    const quorums = phase2Family(this.#table, registerSet);
    const holders = this.#holders.get(registerSet) ?? NO_HOLDERS;
    let ruleOut = this.#heard;
    for (const servers of holders.values()) ruleOut &= ~servers;
    const isOpen = range.allocation.kind === "open";
    const known = this.#afterReadsFrom(isOpen ? registerSet + 1 : registerSet);
    if (known.state === "none" || ("value" in known && known.value === v)) return false;
    if (!isOpen) return !quorums.meetsEvery(ruleOut);
    // A quorum that bears one value may decide it; without any, it may decide what is read above, or anything.
    const bearable = "value" in known ? [known.value] : [...holders.keys(), null];
    return bearable.some((value) => {
      if (value === v) return false;
      let spoilers = ruleOut;
      for (const [held, servers] of holders) if (held !== value) spoilers |= servers;
      return !quorums.meetsEvery(spoilers);
    });
  }

  #judge(range: RegisterRange, registerSet: number, quorum: ServerSet): DecisionState {
    const holders = this.#holders.get(registerSet) ?? NO_HOLDERS;
    const heard = quorum & this.#heard;
    let holdNil = heard;
    for (const servers of holders.values()) holdNil &= ~servers;
    if (holdNil !== NO_SERVERS) return NONE;
    const known = this.#afterReads(range, registerSet, quorum, holders);
    return known.state === "maybe" && contains(heard, quorum) ? decided(known.value) : known;
  }

  /**
   * What the values alone say. In an open set clients propose different values, so only the quorum's own servers count
   * there.
   */
  #afterReads(
    range: RegisterRange,
    registerSet: number,
    quorum: ServerSet,
    holders: ReadonlyMap<Value, ServerSet>,
  ): DecisionState {
    if (range.allocation.kind !== "open") return this.#afterReadsFrom(registerSet);
    let known = this.#afterReadsFrom(registerSet + 1);
    for (const [value, servers] of holders) if (meets(servers, quorum)) known = afterReading(known, value);
    return known;
  }

  /** What the values read at any server in this set or a greater one say about a quorum below them. */
  #afterReadsFrom(registerSet: number): DecisionState {
    if (registerSet <= this.#rivalSet) return NONE;
    return registerSet <= this.#leadingSet ? maybe(this.#leading) : ANY;
  }

  /** All register sets below the client's, descending. Below the rival all are alike, whatever they hold. */
  *#runs(): Generator<Run> {
    const shown = [...this.#holders.keys()].filter((set) => set >= this.#rivalSet).sort((a, b) => a - b);
    for (const range of [...this.#table.ranges].reverse()) {
      let last = Math.min(range.last, this.#registerSet - 1);
      while (shown.length > 0 && shown.at(-1)! >= range.first) {
        const set = shown.pop()!;
        if (set < last) yield { first: set + 1, last, range };
        yield { first: set, last: set, range };
        last = set - 1;
      }
      if (last >= range.first) yield { first: range.first, last, range };
    }
  }
}

const NO_HOLDERS: ReadonlyMap<Value, ServerSet> = new Map();

/** The table's transitions on reading one more value: any becomes maybe, and a second value leaves nothing. */
function afterReading(known: DecisionState, value: Value): DecisionState {
  if (known.state === "any") return maybe(value);
  return known.state === "maybe" && known.value !== value ? NONE : known;
}

const alike = (a: DecisionState, b: DecisionState): boolean =>
  a.state === b.state && (!("value" in a) || !("value" in b) || a.value === b.value);
