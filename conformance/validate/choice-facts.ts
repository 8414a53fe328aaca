/**
 * What a client that is to propose v in r can have read, as selections ask for it. They take sets of values for the
 * bits of a number, where a log has any number of values: so values have numbers of their own here, told apart for the
 * servers that are asked about.
 *
 * Few are enough, by the selections' own definitions. All but the decision table look at the greatest set with a value
 * only. The decision table looks at each set and at what was read above it, and where that are two different values, no
 * quorum of the set is in doubt, whatever it holds. So below two different values none needs to be told from another,
 * but v.
 */
import type { SelectionFacts } from "../../model/registers/facts.js";
import { FIRST_READ, FIRST_VALUE, NO_PROMISE } from "../../model/registers/facts.js";
import type { Family } from "../../spec/families/family.js";
import { allServers, hasServer, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { tooManyValues } from "./cannot-be-judged.js";
import type { LogScope } from "./log-scope.js";

const NOTHING_READ = NO_PROMISE + 1;

/** The number of v, of which it is asked whether it may be proposed. */
export const CANDIDATE = 0;

/** Of values that need not be told apart; one of them is always there that no register holds. */
const ANY_OTHER = 1;

const FIRST_TOLD_APART = 2;

/** A set of values is a number's bits. */
const NUMBERS_MAX = 31;

/** What is asked of a state. */
export interface ReadState {
  readonly scope: LogScope;
  readonly servers: number;
  /** UNWRITTEN, NIL, or FIRST_VALUE + a value of the log. */
  readonly contentAt: (s: number, r: number) => number;
  readonly isPreparedAt: (s: number, r: number) => boolean;
  /** The greatest set below r in which the server holds a value, or -1. */
  readonly greatestValued: (s: number, r: number) => number;
  /** The greatest set below k without a value on P, and with a quorum that has no nil there, or -1. */
  readonly nextInDoubt: (P: ServerSet, k: number) => number;
  readonly preparedServers: (r: number) => ServerSet;
  readonly holders: (r: number, content: number, among?: ServerSet) => ServerSet;
  readonly valueHolders: (r: number, among?: ServerSet) => ServerSet;
}

export class ChoiceFacts implements SelectionFacts {
  readonly servers: number;
  readonly values: number;
  readonly #state: ReadState;
  readonly #r: number;
  readonly #v: number;
  readonly #audience: ServerSet;
  /** The servers for which values are told apart, and the least set down to which they are. */
  #heard = NO_SERVERS;
  #toldDownTo = 0;
  /** Values of the log, each under its number less FIRST_TOLD_APART. */
  #apart: number[] = [];

  /** @param audience the servers that the client can have heard, if they have promised */
  constructor(state: ReadState, r: number, v: number, audience: ServerSet) {
    this.#state = state;
    this.#r = r;
    this.#v = v;
    this.#audience = audience;
    this.servers = state.servers;
    // Besides one read above, each server may hold another.
    this.values = Math.min(FIRST_TOLD_APART + 1 + this.servers, NUMBERS_MAX);
  }

  get shared(): readonly boolean[] {
    return this.#state.scope.shared;
  }

  get phase1(): readonly Family[] {
    return this.#state.scope.phase1;
  }

  get phase2(): readonly Family[] {
    return this.#state.scope.phase2;
  }

  /** Inputs are free, and no other input lets a client propose v where v itself does not. */
  isInput(_r: number, input: number): boolean {
    return input === CANDIDATE;
  }

  audience(): ServerSet {
    return this.#audience;
  }

  preparedServers(r: number): ServerSet {
    return this.#state.preparedServers(r);
  }

  reportOf(s: number, r: number): number {
    if (!this.#state.isPreparedAt(s, r)) return NO_PROMISE;
    const b = this.#state.greatestValued(s, r);
    if (b < 0) return NOTHING_READ;
    const isCandidate = this.#state.contentAt(s, b) === FIRST_VALUE + this.#v;
    return FIRST_READ + b * this.values + (isCandidate ? CANDIDATE : ANY_OTHER);
  }

  greatestSetWithValue(P: ServerSet, r: number): number {
    let greatest = -1;
    for (let s = 0; s < this.servers; s++) {
      if (hasServer(P, s)) greatest = Math.max(greatest, this.#state.greatestValued(s, r));
    }
    return greatest;
  }

  nextTelling(P: ServerSet, k: number): number {
    return Math.max(this.greatestSetWithValue(P, k), this.#state.nextInDoubt(P, k));
  }

  valueHolders(k: number, among?: ServerSet): ServerSet {
    return this.#state.valueHolders(k, among);
  }

  holders(k: number, content: number, among: ServerSet = allServers(this.servers)): ServerSet {
    if (content < FIRST_VALUE) return this.#state.holders(k, content, among);
    this.#tellApart(among, k);
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) {
      if (hasServer(among, s) && this.#numberAt(s, k) === content - FIRST_VALUE) holders |= singleton(s);
    }
    return holders;
  }

  /** -1 where the register holds no value. */
  #numberAt(s: number, k: number): number {
    const value = this.#state.contentAt(s, k) - FIRST_VALUE;
    if (value < 0) return -1;
    if (value === this.#v) return CANDIDATE;
    const at = this.#apart.indexOf(value);
    return at < 0 ? ANY_OTHER : FIRST_TOLD_APART + at;
  }

  /** The values that these servers hold below r and down to k, as long as no two different ones were read above. */
  #tellApart(among: ServerSet, k: number): void {
    if (among !== this.#heard) {
      this.#heard = among;
      this.#toldDownTo = this.#r;
      this.#apart = [];
    }
    const apart = this.#apart;
    while (apart.length < 2) {
      const set = this.greatestSetWithValue(among, this.#toldDownTo);
      if (set < k) return;
      this.#toldDownTo = set;
      for (let s = 0; s < this.servers; s++) {
        const value = this.#state.contentAt(s, set) - FIRST_VALUE;
        if (value < 0 || !hasServer(among, s) || apart.includes(value)) continue;
        if (FIRST_TOLD_APART + apart.push(value) > NUMBERS_MAX)
          throw tooManyValues(this.#state.scope, set, NUMBERS_MAX - FIRST_TOLD_APART);
      }
    }
  }
}
