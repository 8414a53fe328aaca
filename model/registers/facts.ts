/**
 * What guards and properties ask of the register model's current state; r and v are explored numbers, s a server's
 * index.
 */
import { isElected } from "../../spec/quorum-table.js";
import { serversThatHold } from "../../spec/roles.js";
import { allServers, hasServer, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { Variable } from "../kernel/index.js";
import { isInput, type Scope } from "./scope.js";
import { TableFacts } from "./table-facts.js";

/**
 * Contents of a register: UNWRITTEN, NIL, or FIRST_VALUE + v for value v. A vote is UNWRITTEN, or FIRST_VALUE + v for
 * v's candidate.
 */
export const UNWRITTEN = 0;
export const NIL = 1;
export const FIRST_VALUE = 2;

/**
 * Reports (RegisterFacts.reportOf), ascending: no promise, a promise and no value, or FIRST_READ + b * values + v for
 * value v in set b.
 */
export const NO_PROMISE = 0;
const NOTHING_READ = 1;
export const FIRST_READ = 2;

/** The register model's variables: see registers.ts. */
export type RegisterVariables = {
  readonly register: Variable;
  readonly proposal: Variable;
  /** Left out where no explored set is elected. */
  readonly vote?: Variable;
};

/** What the selections ask of a state, of whatever it is kept in. */
export type SelectionFacts = Pick<
  RegisterFacts,
  | "servers"
  | "values"
  | "shared"
  | "phase1"
  | "phase2"
  | "reportOf"
  | "isInput"
  | "audience"
  | "preparedServers"
  | "holders"
  | "valueHolders"
  | "greatestSetWithValue"
  | "nextTelling"
>;

export class RegisterFacts extends TableFacts {
  readonly servers: number;
  /** The servers to which values are written: all but arbiters. */
  readonly holding: ServerSet;
  readonly sets: number;
  readonly values: number;
  readonly register: Variable;
  readonly proposal: Variable;
  /** Server s has no unwritten register below r: it can have promised a client of r. */
  readonly isPreparedAt: (s: number, r: number) => boolean;
  /**
   * What server s can have told a client of r: whether it promised, and the value that it holds in the greatest set
   * below r.
   */
  readonly reportOf: (s: number, r: number) => number;
  /** Some quorum of r holds v in r. */
  readonly isDecidedIn: (r: number, v: number) => boolean;
  readonly #clients: number | null;
  readonly #vote: Variable | null;
  /** By explored set, its place among the elected ones. */
  readonly #voteColumn: readonly number[];

  constructor(scope: Scope, { register, proposal, vote }: RegisterVariables) {
    super(scope.table, scope.registerSets);
    this.servers = scope.table.servers.length;
    this.holding = serversThatHold(scope.table);
    this.sets = scope.registerSets.length;
    this.values = scope.values;
    this.#vote = vote ?? null;
    this.#voteColumn = scope.registerSets.map((_, r) => electedSets(scope).indexOf(r));
    this.register = register;
    this.proposal = proposal;
    this.isPreparedAt = register.statePredicate((s, r) => isFrozenBelow(register, s!, r!));
    this.reportOf = register.stateFunction(FIRST_READ + this.sets * this.values, (s, r) => {
      let report = NOTHING_READ;
      for (let b = r! - 1; b >= 0; b--) {
        if (register.is(UNWRITTEN, s, b)) return NO_PROMISE;
        if (report === NOTHING_READ && !register.is(NIL, s, b)) {
          report = FIRST_READ + b * this.values + register.at(s, b) - FIRST_VALUE;
        }
      }
      return report;
    });
    this.isDecidedIn = register.statePredicate((r, v) => this.phase2[r!]!.isQuorum(this.holders(r!, FIRST_VALUE + v!)));
    this.#clients = scope.clients;
  }

  /** Values are written to server s, which is no arbiter. */
  holds(s: number): boolean {
    return hasServer(this.holding, s);
  }

  isProposed(r: number, v: number): boolean {
    return this.owned[r] ? this.proposal.is(1 + v, r) : ((this.proposal.at(r) >>> v) & 1) === 1;
  }

  /** Whether a client that proposes in r may have v as its input. */
  isInput(r: number, v: number): boolean {
    return isInput(this.#clients, this.owned[r]!, r, v);
  }

  hasVoted(s: number, r: number): boolean {
    return !this.#vote!.is(UNWRITTEN, s, this.#voteColumn[r]!);
  }

  castVote(s: number, r: number, v: number): void {
    this.#vote!.set(FIRST_VALUE + v, s, this.#voteColumn[r]!);
  }

  /** The servers that have voted for the candidate of v in r. */
  voters(r: number, v: number): ServerSet {
    let voters = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) {
      if (this.#vote!.is(FIRST_VALUE + v, s, this.#voteColumn[r]!)) voters |= singleton(s);
    }
    return voters;
  }

  /**
   * Whether the candidate of v may propose in r as far as elections go: enough servers have voted for it, or there is
   * no election.
   */
  isElected(r: number, v: number): boolean {
    const election = this.elections[r]!;
    return election === null || election.isQuorum(this.voters(r, v));
  }

  /**
   * Whether a client of r can know that a value was decided in the range before, or waits for nothing. What is decided
   * stays so.
   */
  isGateOpen(r: number): boolean {
    const before = this.gates[r]!;
    if (before === null) return true;
    for (const b of before) for (let v = 0; v < this.values; v++) if (this.isDecidedIn(b, v)) return true;
    return false;
  }

  /**
   * The servers that a client that is to propose v in r can have heard, if they have promised: where votes are
   * promises, its voters.
   */
  audience(r: number, v: number): ServerSet {
    return this.promising[r] ? this.voters(r, v) : allServers(this.servers);
  }

  /** Whether some client proposed v in a set where v can be its own input. */
  isInputProposed(v: number): boolean {
    for (let r = 0; r < this.sets; r++) if (this.isInput(r, v) && this.isProposed(r, v)) return true;
    return false;
  }

  /** Whether some value is decided. */
  isAnyDecided(): boolean {
    for (let r = 0; r < this.sets; r++) for (let v = 0; v < this.values; v++) if (this.isDecidedIn(r, v)) return true;
    return false;
  }

  /** The servers that can have answered a client of r: those prepared at r. */
  preparedServers(r: number): ServerSet {
    let prepared = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (this.isPreparedAt(s, r)) prepared |= singleton(s);
    return prepared;
  }

  /** The servers among these, by default all, that hold this content in r. */
  holders(r: number, content: number, among: ServerSet = allServers(this.servers)): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) {
      if (hasServer(among, s) && this.register.is(content, s, r)) holders |= singleton(s);
    }
    return holders;
  }

  /** b: the greatest set below r with a value on P, or -1 where P holds none. */
  greatestSetWithValue(P: ServerSet, r: number): number {
    let b = r - 1;
    while (b >= 0 && this.valueHolders(b, P) === 0) b--;
    return b;
  }

  /**
   * A set below k, or -1: P holds no value in any between, and each quorum of these has a server of P that holds nil.
   * So they tell a client that has heard P nothing, and it may pass them over. What explores few sets looks at each.
   */
  nextTelling(_P: ServerSet, k: number): number {
    return k - 1;
  }

  /** The servers among these, by default all, that hold a value in r. */
  valueHolders(r: number, among: ServerSet = allServers(this.servers)): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) {
      if (hasServer(among, s) && this.register.at(s, r) >= FIRST_VALUE) holders |= singleton(s);
    }
    return holders;
  }
}

/** The explored numbers of the elected sets. */
export const electedSets = ({ table, registerSets }: Pick<Scope, "table" | "registerSets">): number[] =>
  Array.from(registerSets.keys()).filter((r) => isElected(table, registerSets[r]!));

/** Whether server s has no unwritten register below r. */
export function isFrozenBelow(register: Variable, s: number, r: number): boolean {
  for (let below = 0; below < r; below++) if (register.is(UNWRITTEN, s, below)) return false;
  return true;
}

/** Whatever server s has unwritten below r becomes nil. */
export function freezeBelow(register: Variable, s: number, r: number): void {
  for (let below = 0; below < r; below++) if (register.is(UNWRITTEN, s, below)) register.set(NIL, s, below);
}
