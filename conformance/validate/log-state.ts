/**
 * A state of the register model (model/registers/README.md) over the sets and values of one log, and its steps, in place: there may be
 * a hundred thousand sets, which the model's packed states have no room for. What a client may propose is for the model's own
 * selections to say. Proposals know their candidates by name here, which a model of all runs can do without.
 */
import type { SelectionFacts } from "../../model/registers/facts.js";
import { FIRST_READ, FIRST_VALUE, NIL, NO_PROMISE, UNWRITTEN } from "../../model/registers/facts.js";
import { type SelectionRule, selectionRule } from "../../model/registers/selection.js";
import type { Variant } from "../../model/registers/variant.js";
import type { Family } from "../../spec/families/family.js";
import { allServers, contains, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { LogScope } from "./log-scope.js";
import { Proposals } from "./proposals.js";

const NOTHING_READ = NO_PROMISE + 1;

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

export class LogState implements SelectionFacts {
  readonly scope: LogScope;
  readonly servers: number;
  readonly values: number;
  readonly #sets: number;
  readonly #variant: Variant;
  readonly #selection: SelectionRule;
  readonly #contents: Contents;
  readonly #everybody: ServerSet;
  /** The servers that the client can have heard which is to propose now: all but where votes are promises. */
  #audience: ServerSet;

  constructor(scope: LogScope, variant: Variant, contents?: Contents) {
    this.scope = scope;
    this.servers = scope.table.servers.length;
    this.#sets = scope.registerSets.length;
    this.values = scope.values.length;
    this.#variant = variant;
    this.#selection = selectionRule(scope.table.selection);
    this.#everybody = allServers(this.servers);
    this.#audience = this.#everybody;
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

  // The facts that selections ask for.

  get shared(): readonly boolean[] {
    return this.scope.shared;
  }

  get phase1(): readonly Family[] {
    return this.scope.phase1;
  }

  get phase2(): readonly Family[] {
    return this.scope.phase2;
  }

  contentAt(s: number, r: number): number {
    return this.#contents.register[s * this.#sets + r]!;
  }

  isPreparedAt(s: number, r: number): boolean {
    return this.#contents.frontier[s]! >= r;
  }

  reportOf(s: number, r: number): number {
    if (!this.isPreparedAt(s, r)) return NO_PROMISE;
    const b = this.greatestValued(s, r);
    return b < 0 ? NOTHING_READ : FIRST_READ + b * this.values + this.contentAt(s, b) - FIRST_VALUE;
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

  /** Inputs are free. */
  isInput(): boolean {
    return true;
  }

  audience(): ServerSet {
    return this.#audience;
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
    return this.phase2[r]!.isQuorum(this.holders(r, FIRST_VALUE + v));
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
    const prepared = this.preparedServers(r) & this.#canHear(r, candidate);
    if (heard !== null && !contains(prepared, heard)) return false;
    return this.#selection.isEnough(this, heard ?? prepared, r);
  }

  /** Whether a client that has heard these servers, or some that have promised, may propose v in r, whatever its input. */
  allows(r: number, v: number, heard: ServerSet | null, candidate: string): boolean {
    if (heard !== null) {
      return this.hasPhase1(r, heard, candidate) && hasBit(this.#selection.choices(this, heard, r, v), v);
    }
    this.#audience = this.#canHear(r, candidate);
    try {
      return this.#selection.allows(this, r, v);
    } finally {
      this.#audience = this.#everybody;
    }
  }

  #canHear(r: number, candidate: string): ServerSet {
    return this.scope.promising[r] ? this.voters(r, candidate) : this.#everybody;
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

const hasBit = (values: number, v: number): boolean => ((values >>> v) & 1) === 1;
