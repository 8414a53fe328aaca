/** What guards and properties ask of the register model's current state; r and v are explored numbers, s a server's index. */
import type { Family } from "../../spec/families/family.js";
import { isOpen, phase1Family, phase2Family } from "../../spec/quorum-table.js";
import { allServers, hasServer, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { Variable } from "../kernel/index.js";
import { isInput, type Scope } from "./scope.js";

/** Contents of a register: UNWRITTEN, NIL, or FIRST_VALUE + v for value v. */
export const UNWRITTEN = 0;
export const NIL = 1;
export const FIRST_VALUE = 2;

/** Reports (RegisterFacts.reportOf), ascending: no promise, a promise and no value, or FIRST_READ + b * values + v for value v in set b. */
export const NO_PROMISE = 0;
const NOTHING_READ = 1;
export const FIRST_READ = 2;

export class RegisterFacts {
  readonly servers: number;
  readonly sets: number;
  readonly values: number;
  readonly open: readonly boolean[];
  readonly register: Variable;
  readonly proposal: Variable;
  /** Server s has no unwritten register below r: it can have promised a client of r. */
  readonly isPreparedAt: (s: number, r: number) => boolean;
  /** What server s can have told a client of r: whether it promised, and the value that it holds in the greatest set below r. */
  readonly reportOf: (s: number, r: number) => number;
  /** Some quorum of r holds v in r. */
  readonly isDecidedIn: (r: number, v: number) => boolean;
  readonly #clients: number | null;
  /** By explored set. */
  readonly phase1: readonly Family[];
  readonly phase2: readonly Family[];

  constructor(scope: Scope, register: Variable, proposal: Variable) {
    this.servers = scope.table.servers.length;
    this.sets = scope.registerSets.length;
    this.values = scope.values;
    this.open = scope.registerSets.map((real) => isOpen(scope.table, real));
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
    this.phase1 = scope.registerSets.map((real) => phase1Family(scope.table, real));
    this.phase2 = scope.registerSets.map((real) => phase2Family(scope.table, real));
  }

  isProposed(r: number, v: number): boolean {
    return this.open[r] ? ((this.proposal.at(r) >>> v) & 1) === 1 : this.proposal.is(1 + v, r);
  }

  /** Whether a client that proposes in r may have v as its input. */
  isInput(r: number, v: number): boolean {
    return isInput(this.#clients, this.open[r]!, r, v);
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

  /** The servers among these, by default all, that hold a value in r. */
  valueHolders(r: number, among: ServerSet = allServers(this.servers)): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) {
      if (hasServer(among, s) && this.register.at(s, r) >= FIRST_VALUE) holders |= singleton(s);
    }
    return holders;
  }
}

/** Whether server s has no unwritten register below r. */
export function isFrozenBelow(register: Variable, s: number, r: number): boolean {
  for (let below = 0; below < r; below++) if (register.is(UNWRITTEN, s, below)) return false;
  return true;
}

/** Whatever server s has unwritten below r becomes nil. */
export function freezeBelow(register: Variable, s: number, r: number): void {
  for (let below = 0; below < r; below++) if (register.is(UNWRITTEN, s, below)) register.set(NIL, s, below);
}
