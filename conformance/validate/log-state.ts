/**
 * A state of the register model (model/registers/README.md) over the sets and values of one log, and its steps, in
 * place: there may be a hundred thousand sets, which the model's packed states have no room for. What a client may
 * propose is for the model's own selections to say. Proposals know their candidates by name here, which a model of all
 * runs can do without.
 */
import { FIRST_VALUE } from "../../model/registers/facts.js";
import { type SelectionRule, selectionRule } from "../../model/registers/selection.js";
import type { Variant } from "../../model/registers/variant.js";
import { allServers, contains, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { assertFewSubsets } from "./cannot-be-judged.js";
import { CANDIDATE, ChoiceFacts, type ReadState } from "./choice-facts.js";
import { Doubts } from "./doubts.js";
import type { LogScope } from "./log-scope.js";
import { Proposals } from "./proposals.js";
import { Rows } from "./rows.js";
import type { Trail } from "./trail.js";

/** Votes beside contents and proposals, in a fingerprint. */
const VOTE = 4;

export class LogState implements ReadState {
  readonly scope: LogScope;
  readonly servers: number;
  readonly #rows: Rows;
  readonly #proposals: Proposals;
  /** By set, then by server. */
  readonly #votes = new Map<number, Map<number, string>>();
  /** Values that were found to be decided: they stay so. */
  readonly #decided = new Set<number>();
  /** Lists of sets of which one was found to have decided. */
  readonly #openGates = new Set<readonly number[]>();
  readonly #doubts: Doubts;
  readonly #variant: Variant;
  readonly #selection: SelectionRule;
  readonly #everybody: ServerSet;
  readonly #trail: Trail | null;

  /** @param trail where steps are to be taken back */
  constructor(scope: LogScope, variant: Variant, trail: Trail | null = null) {
    const sets = scope.registerSets.length;
    this.scope = scope;
    this.servers = scope.table.servers.length;
    this.#rows = new Rows(this.servers, sets, trail);
    this.#proposals = new Proposals(sets, trail);
    this.#doubts = new Doubts(this);
    this.#variant = variant;
    this.#selection = selectionRule(scope.table.selection);
    this.#everybody = allServers(this.servers);
    this.#trail = trail;
  }

  /** What servers hold. */
  get rows(): Omit<Rows, "putValue" | "putNilBelow" | "putNilIn"> {
    return this.#rows;
  }

  // What a client can have read.

  contentAt(s: number, r: number): number {
    return this.#rows.contentAt(s, r);
  }

  isPreparedAt(s: number, r: number): boolean {
    return this.#rows.isPreparedAt(s, r);
  }

  greatestValued(s: number, r: number): number {
    return this.#rows.greatestValued(s, r);
  }

  nextInDoubt(P: ServerSet, k: number): number {
    return this.#doubts.nextBelow(P, k);
  }

  /** The values that some server holds below r, ascending. */
  valuesBelow(r: number): readonly number[] {
    const found = new Set<number>();
    for (let s = 0; s < this.servers; s++) {
      for (const set of this.#rows.valued(s)) if (set < r) found.add(this.contentAt(s, set) - FIRST_VALUE);
    }
    return [...found].sort((a, b) => a - b);
  }

  preparedServers(r: number): ServerSet {
    return this.#serversWhere((s) => this.isPreparedAt(s, r));
  }

  holders(r: number, content: number, among: ServerSet = this.#everybody): ServerSet {
    return this.#serversWhere((s) => this.contentAt(s, r) === content) & among;
  }

  valueHolders(r: number, among: ServerSet = this.#everybody): ServerSet {
    return this.#serversWhere((s) => this.contentAt(s, r) >= FIRST_VALUE) & among;
  }

  #serversWhere(test: (server: number) => boolean): ServerSet {
    let found = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (test(s)) found |= singleton(s);
    return found;
  }

  // What guards and properties ask.

  get proposals(): Omit<Proposals, "add"> {
    return this.#proposals;
  }

  voteOf(s: number, r: number): string | null {
    return this.#votes.get(r)?.get(s) ?? null;
  }

  /** The sets in which the server has voted. */
  setsVotedIn(s: number): readonly number[] {
    return [...this.#votes].flatMap(([r, given]) => (given.has(s) ? [r] : []));
  }

  voters(r: number, candidate: string): ServerSet {
    const given = this.#votes.get(r);
    return given === undefined ? NO_SERVERS : this.#serversWhere((s) => given.get(s) === candidate);
  }

  isElected(r: number, candidate: string): boolean {
    return this.scope.elections[r]?.isQuorum(this.voters(r, candidate)) ?? true;
  }

  isDecidedIn(r: number, v: number): boolean {
    return this.scope.phase2[r]!.isQuorum(this.holders(r, FIRST_VALUE + v));
  }

  /** In any set: only what was proposed there is written there. */
  isDecided(v: number): boolean {
    if (this.#decided.has(v)) return true;
    if (!this.#proposals.setsOf(v).some((r) => this.isDecidedIn(r, v))) return false;
    this.#keep(this.#decided, v);
    return true;
  }

  isGateOpen(r: number): boolean {
    const before = this.scope.gates[r]!;
    if (before === null || this.#openGates.has(before)) return true;
    if (!before.some((b) => this.#proposals.in(b).some((v) => this.isDecidedIn(b, v)))) return false;
    this.#keep(this.#openGates, before);
    return true;
  }

  #keep<Found>(set: Set<Found>, found: Found): void {
    set.add(found);
    this.#trail?.followed(() => void set.delete(found));
  }

  /** Whether servers have promised that are enough for a client of r: those it is said to have heard, or any. */
  hasPhase1(r: number, heard: ServerSet | null, candidate: string): boolean {
    return this.#isEnough(this.#choice(r, 0, candidate), r, heard);
  }

  /**
   * Whether a client that has heard these servers, or some that have promised, may propose v in r, whatever its input.
   * Throws CannotBeJudged.
   */
  allows(r: number, v: number, heard: ServerSet | null, candidate: string): boolean {
    const facts = this.#choice(r, v, candidate);
    if (heard !== null) return this.#allowsAfter(facts, r, heard);
    const prepared = this.preparedServers(r) & facts.audience();
    if (this.#allowsAfter(facts, r, prepared)) return true;
    if (this.scope.table.selection === "eager") assertFewSubsets(this.scope, r, prepared);
    return this.#selection.allows(facts, r, CANDIDATE);
  }

  #allowsAfter(facts: ChoiceFacts, r: number, heard: ServerSet): boolean {
    return this.#isEnough(facts, r, heard) && this.#selection.chooses(facts, heard, r, CANDIDATE, CANDIDATE);
  }

  #isEnough(facts: ChoiceFacts, r: number, heard: ServerSet | null): boolean {
    const prepared = this.preparedServers(r) & facts.audience();
    if (heard !== null && !contains(prepared, heard)) return false;
    return this.#selection.isEnough(facts, heard ?? prepared, r);
  }

  /** Where votes are promises, a client has heard its voters. */
  #choice(r: number, v: number, candidate: string): ChoiceFacts {
    return new ChoiceFacts(this, r, v, this.scope.promising[r] ? this.voters(r, candidate) : this.#everybody);
  }

  // Steps. Their guards are for the caller to have asked.

  /** @param node null where the log does not tell who */
  propose(r: number, v: number, node: string | null): void {
    this.#proposals.add(r, v, this.scope.owned[r] ? node : null);
  }

  write(s: number, r: number, v: number): void {
    if (this.#variant.writesFreezeBelow) this.freezeBelow(s, r);
    this.#rows.putValue(s, r, v);
  }

  /** Whatever the server has unwritten below r becomes nil. */
  freezeBelow(s: number, r: number): void {
    this.#rows.putNilBelow(s, r);
  }

  freezeOne(s: number, r: number): void {
    this.#rows.putNilIn(s, r);
  }

  castVote(s: number, r: number, candidate: string): void {
    if (this.scope.promising[r]) this.freezeBelow(s, r);
    const given = this.#votes.get(r) ?? new Map<number, string>();
    this.#votes.set(r, given.set(s, candidate));
    this.#trail?.changed(VOTE, s, r, () => void given.delete(s));
  }

  /** @param mark a mark of the trail */
  backTo(mark: number): void {
    this.#trail!.backTo(mark);
    this.#doubts.forget();
  }
}
