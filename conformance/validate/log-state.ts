/**
 * A state of the register model (model/registers/README.md) over the sets and values of one log, and its steps, in place: there may be
 * a hundred thousand sets, which the model's packed states have no room for. What a client may propose is for the model's own
 * selections to say. Proposals know their candidates by name here, which a model of all runs can do without.
 */
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import { hasValue } from "../../model/registers/selection/reads.js";
import { type SelectionRule, selectionRule } from "../../model/registers/selection.js";
import type { Variant } from "../../model/registers/variant.js";
import { allServers, contains, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { CANDIDATE, ChoiceFacts, type ReadState } from "./choice-facts.js";
import type { LogScope } from "./log-scope.js";
import { Proposals } from "./proposals.js";

/** Everything that steps change. */
interface Contents {
  /** By server and set: UNWRITTEN, NIL, or FIRST_VALUE + value. */
  readonly register: Int32Array;
  /** By server, the least set that is unwritten. */
  readonly frontier: Int32Array;
  /** By server, the sets that hold a value, ascending. */
  readonly valued: number[][];
  readonly proposals: Proposals;
  /** Values that were found to be decided: they stay so. */
  readonly decided: Set<number>;
  /** By set, then by server. */
  readonly votes: Map<number, Map<number, string>>;
}

export class LogState implements ReadState {
  readonly scope: LogScope;
  readonly servers: number;
  readonly #sets: number;
  readonly #variant: Variant;
  readonly #selection: SelectionRule;
  readonly #contents: Contents;
  readonly #everybody: ServerSet;

  constructor(scope: LogScope, variant: Variant, contents?: Contents) {
    this.scope = scope;
    this.servers = scope.table.servers.length;
    this.#sets = scope.registerSets.length;
    this.#variant = variant;
    this.#selection = selectionRule(scope.table.selection);
    this.#everybody = allServers(this.servers);
    this.#contents = contents ?? {
      register: new Int32Array(this.servers * this.#sets),
      frontier: new Int32Array(this.servers),
      valued: Array.from({ length: this.servers }, () => []),
      proposals: new Proposals(this.#sets),
      decided: new Set(),
      votes: new Map(),
    };
  }

  copy(): LogState {
    const { register, frontier, valued, proposals, decided, votes } = this.#contents;
    return new LogState(this.scope, this.#variant, {
      register: register.slice(),
      frontier: frontier.slice(),
      valued: valued.map((sets) => [...sets]),
      proposals: proposals.copy(),
      decided: new Set(decided),
      votes: new Map([...votes].map(([set, given]) => [set, new Map(given)])),
    });
  }

  /** The same text for the same state. */
  get key(): string {
    const { register, proposals, votes } = this.#contents;
    const given = [...votes].sort(([a], [b]) => a - b).map(([set, by]) => `${set}:${JSON.stringify([...by].sort())}`);
    return `${register.join()};${proposals.key};${given.join(" ")}`;
  }

  // What a client can have read.

  contentAt(s: number, r: number): number {
    return this.#contents.register[s * this.#sets + r]!;
  }

  isPreparedAt(s: number, r: number): boolean {
    return this.#contents.frontier[s]! >= r;
  }

  /** The greatest set below r in which the server holds a value, or -1. */
  greatestValued(s: number, r: number): number {
    return this.#contents.valued[s]![this.valuedBelow(s, r) - 1] ?? -1;
  }

  /** In how many sets below r the server holds a value. */
  valuedBelow(s: number, r: number): number {
    const sets = this.#contents.valued[s]!;
    let count = sets.length;
    while (count > 0 && sets[count - 1]! >= r) count--;
    return count;
  }

  /** The greatest set below r for which this holds and in which the server holds a value, or -1. */
  greatestValuedWhere(s: number, r: number, test: (set: number) => boolean): number {
    return this.#contents.valued[s]!.findLast((set) => set < r && test(set)) ?? -1;
  }

  /** The values that some server holds below r, ascending. */
  valuesBelow(r: number): readonly number[] {
    const found = new Set<number>();
    for (const [s, sets] of this.#contents.valued.entries()) {
      for (const set of sets) if (set < r) found.add(this.contentAt(s, set) - FIRST_VALUE);
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
    return this.#contents.proposals;
  }

  voteOf(s: number, r: number): string | null {
    return this.#contents.votes.get(r)?.get(s) ?? null;
  }

  voters(r: number, candidate: string): ServerSet {
    const given = this.#contents.votes.get(r);
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
    const { decided, proposals } = this.#contents;
    if (decided.has(v)) return true;
    for (let r = 0; r < this.#sets; r++) {
      if (!proposals.has(r, v) || !this.isDecidedIn(r, v)) continue;
      decided.add(v);
      return true;
    }
    return false;
  }

  isGateOpen(r: number): boolean {
    const before = this.scope.gates[r]!;
    return before === null || before.some((b) => this.proposals.in(b).some((v) => this.isDecidedIn(b, v)));
  }

  /** Whether servers have promised that are enough for a client of r: those it is said to have heard, or any. */
  hasPhase1(r: number, heard: ServerSet | null, candidate: string): boolean {
    return this.#isEnough(this.#choice(r, 0, candidate), r, heard);
  }

  /** Whether a client that has heard these servers, or some that have promised, may propose v in r, whatever its input. */
  allows(r: number, v: number, heard: ServerSet | null, candidate: string): boolean {
    const facts = this.#choice(r, v, candidate);
    if (heard === null) return this.#selection.allows(facts, r, CANDIDATE);
    return this.#isEnough(facts, r, heard) && hasValue(this.#selection.choices(facts, heard, r, CANDIDATE), CANDIDATE);
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
    this.#contents.proposals.add(r, v, this.scope.owned[r] ? node : null);
  }

  write(s: number, r: number, v: number): void {
    if (this.#variant.writesFreezeBelow) this.freezeBelow(s, r);
    const { valued, register } = this.#contents;
    register[s * this.#sets + r] = FIRST_VALUE + v;
    const sets = valued[s]!;
    const at = this.valuedBelow(s, r);
    if (at === sets.length) sets.push(r);
    else sets.splice(at, 0, r);
    this.#advance(s);
  }

  /** Whatever the server has unwritten below r becomes nil. */
  freezeBelow(s: number, r: number): void {
    const { frontier, register } = this.#contents;
    for (let below = frontier[s]!; below < r; below++) this.#putNil(register, s * this.#sets + below);
    frontier[s] = Math.max(frontier[s]!, r);
    this.#advance(s);
  }

  freezeOne(s: number, r: number): void {
    this.#putNil(this.#contents.register, s * this.#sets + r);
    this.#advance(s);
  }

  castVote(s: number, r: number, candidate: string): void {
    if (this.scope.promising[r]) this.freezeBelow(s, r);
    const given = this.#contents.votes.get(r);
    if (given === undefined) this.#contents.votes.set(r, new Map([[s, candidate]]));
    else given.set(s, candidate);
  }

  #putNil(register: Int32Array, at: number): void {
    if (register[at] === UNWRITTEN) register[at] = NIL;
  }

  #advance(s: number): void {
    const { frontier, register } = this.#contents;
    while (frontier[s]! < this.#sets && register[s * this.#sets + frontier[s]!] !== UNWRITTEN) frontier[s]!++;
  }
}
