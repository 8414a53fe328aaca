/** What guards and properties ask of a flawed system's current state; r is a register set, v a value, s a server. */
import { allServers, contains, containsSome, membersOf, type ServerSet, singleton } from "../../spec/server-set.js";
import type { Variable } from "../kernel/index.js";
import { FIRST_VALUE, isFrozenBelow } from "../registers/facts.js";
import type { Flaw, FlawedSystem } from "./flaw.js";

/** Flaws under which a register changes after phase 1 has read it. */
export const UNDOES_READS: readonly Flaw[] = [
  "no freeze",
  "overwrite",
  "nils forgotten",
  "values forgotten",
  "registers forgotten",
];

/** Flaws under which a register loses a value. */
export const LOSES_VALUES: readonly Flaw[] = ["overwrite", "values forgotten", "registers forgotten"];

export const isOneOf = (flaws: readonly Flaw[], flaw: Flaw): boolean => flaws.includes(flaw);

/**
 * Contents of an answer: SILENT (nothing heard), NO_VALUE (of the registers below r none holds one), or else
 * FIRST_SEEN + b * values + v.
 */
export const SILENT = 0;
const NO_VALUE = 1;
const FIRST_SEEN = 2;

export class FlawedFacts {
  readonly system: FlawedSystem;
  readonly variables: Readonly<
    Record<"register" | "proposals" | "answer" | "told" | "hasForgotten" | "term", Variable>
  >;
  readonly keepsAnswers: boolean;
  readonly keepsHistory: boolean;
  readonly #outputQuorums: readonly ServerSet[];

  constructor(system: FlawedSystem, variables: FlawedFacts["variables"]) {
    this.system = system;
    this.variables = variables;
    this.keepsAnswers = isOneOf(UNDOES_READS, system.flaw);
    this.keepsHistory = isOneOf(LOSES_VALUES, system.flaw);
    const anyServer = Array.from({ length: system.servers }, (_, s) => singleton(s));
    this.#outputQuorums = system.flaw === "no quorum" ? anyServer : system.quorums;
  }

  /** Whether the client of r believes that it may act. */
  holdsLease(r: number): boolean {
    return !this.system.leases || this.variables.term.is(r);
  }

  isProposed(r: number, v: number): boolean {
    return ((this.variables.proposals.at(r) >>> v) & 1) === 1;
  }

  /** Whether a client believes that it has yet to propose v in r. */
  isVacantFor(r: number, v: number): boolean {
    if (this.system.allocation === "open") return !this.isProposed(r, v);
    return this.variables.proposals.is(0, r) || this.variables.hasForgotten.is(1, r);
  }

  /** Server s has no unwritten register below r. */
  isPreparedAt(s: number, r: number): boolean {
    return isFrozenBelow(this.variables.register, s, r);
  }

  /** What s tells in phase 1 of r if it is asked now: its value in the greatest set below r that has one. */
  answerNow(s: number, r: number): number {
    for (let below = r - 1; below >= 0; below--) {
      const content = this.variables.register.at(s, below);
      if (content >= FIRST_VALUE) return FIRST_SEEN + below * this.system.values + content - FIRST_VALUE;
    }
    return NO_VALUE;
  }

  /** Whether phase 1 of r can have heard what lets its client propose v; its input may be any value. */
  phase1Allows(r: number, v: number): boolean {
    const { flaw, quorums } = this.system;
    if (r === 0 || flaw === "no phase 1") return true;
    const heard = this.#heardSets(r).filter((set) => containsSome(set, quorums));
    return heard.some((set) => flaw === "own value" || this.#greatestAllows(set, r, v));
  }

  /** Whether a client can output v: servers told so that are enough, or are held to be enough. */
  isOutput(v: number): boolean {
    for (let r = 0; r < this.system.registerSets; r++) {
      if (containsSome(this.#tellers(r, v), this.#outputQuorums)) return true;
    }
    return false;
  }

  /**
   * Those that phase 1 of r can have heard from by now: as noted; without notes, some of those that are prepared for
   * good.
   */
  #heardSets(r: number): ServerSet[] {
    if (this.keepsAnswers) return [this.#serversThat((s) => !this.variables.answer.is(SILENT, s, r))];
    const prepared = this.#serversThat((s) => this.isPreparedAt(s, r));
    return Array.from({ length: prepared + 1 }, (_, set) => set).filter((set) => contains(prepared, set));
  }

  /** Selection `greatest`: v is in the greatest set with a value, or nothing is seen and v is the input. */
  #greatestAllows(heard: ServerSet, r: number, v: number): boolean {
    const { values } = this.system;
    const answers = membersOf(heard).map((s) =>
      this.keepsAnswers ? this.variables.answer.at(s, r) : this.answerNow(s, r),
    );
    const seen = answers.filter((answer) => answer !== NO_VALUE).map((answer) => answer - FIRST_SEEN);
    if (seen.length === 0) return true;
    const greatest = Math.max(...seen.map((pair) => Math.floor(pair / values)));
    return seen.includes(greatest * values + v);
  }

  #tellers(r: number, v: number): ServerSet {
    const { register, told } = this.variables;
    return this.#serversThat((s) =>
      this.keepsHistory ? ((told.at(s, r) >>> v) & 1) === 1 : register.is(FIRST_VALUE + v, s, r),
    );
  }

  #serversThat(holds: (s: number) => boolean): ServerSet {
    let set = allServers(0);
    for (let s = 0; s < this.system.servers; s++) if (holds(s)) set |= singleton(s);
    return set;
  }
}
