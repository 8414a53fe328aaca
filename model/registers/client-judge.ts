/**
 * What the model allows a client to do, in the current state of the model: asked after every reply that the client
 * hears.
 */

import type { DecisionState } from "../../spec/decision-state.js";
import type { Value } from "../../spec/register.js";
import type { ServerSet } from "../../spec/server-set.js";
import { decisionStateOf } from "./decision-state-of.js";
import { FIRST_VALUE, RegisterFacts } from "./facts.js";
import type { RegistersModel } from "./registers.js";
import type { Scope } from "./scope.js";
import { hasValue } from "./selection/reads.js";
import { type SelectionRule, selectionRule, someSubset } from "./selection.js";
import { valueName } from "./values.js";

export interface JudgedQuorum {
  readonly registerSet: number;
  readonly quorum: ServerSet;
  readonly state: DecisionState;
}

/** Entries of a decision table that are looked at in each register set, after every reply. */
export const JUDGED_MAX = 1000;

export class ClientJudge {
  readonly #facts: RegisterFacts;
  readonly #scope: Scope;
  readonly #selection: SelectionRule;
  /** By explored set, the quorums whose entries are looked at. */
  readonly #judged = new Map<number, readonly ServerSet[]>();
  /** All values of the scope, in the model's order. */
  readonly values: readonly Value[];

  constructor(model: RegistersModel, scope: Scope) {
    this.#facts = new RegisterFacts(scope, model.variables);
    this.#scope = scope;
    this.#selection = selectionRule(scope.table.selection);
    this.values = Array.from({ length: scope.values }, (_, value) => valueName(value));
  }

  /** The servers that can have answered a client of the set in this row. */
  preparedServers(row: number): ServerSet {
    return this.#facts.preparedServers(row);
  }

  /**
   * Of the servers that can have answered a client of the set in this row, those without a value between it and that of
   * `last`.
   */
  preparedUpTo(row: number, last: number): ServerSet {
    let quiet = this.#facts.preparedServers(row);
    for (let between = last + 1; between < row; between++) quiet &= ~this.#facts.valueHolders(between, quiet);
    return quiet;
  }

  /** The servers that hold the value in the set of this row. */
  holders(row: number, value: Value): ServerSet {
    return this.#facts.holders(row, FIRST_VALUE + this.values.indexOf(value));
  }

  /**
   * Whether a client of the set in this row may choose after hearing from these servers, if its reads allow a value.
   */
  isEnough(row: number, heard: ServerSet): boolean {
    return this.#selection.isEnough(this.#facts, heard, row);
  }

  /**
   * The values that a client with this input may propose, having heard from these prepared servers; none: it must wait.
   */
  allowed(row: number, heard: ServerSet, input: Value): readonly Value[] {
    if (!this.isEnough(row, heard)) return [];
    const choices = this.#selection.choices(this.#facts, heard, row, this.values.indexOf(input));
    return this.values.filter((_, value) => hasValue(choices, value));
  }

  /**
   * Whether a client with this input may propose the value after hearing from some of these prepared servers, or all.
   */
  allowedAfterSome(row: number, heard: ServerSet, input: Value, value: Value): boolean {
    return someSubset(heard, (some) => this.allowed(row, some, input).includes(value));
  }

  /** Whether somebody is elected in the set of this row, by votes that are promises or not. */
  electionIn(row: number): "none" | "promise" | "apart" {
    if (this.#facts.elections[row] === null) return "none";
    return this.#facts.promising[row] ? "promise" : "apart";
  }

  /** The servers that have voted in the set of this row for the candidate of the value with this index. */
  voters(row: number, value: number): ServerSet {
    return this.#facts.voters(row, value);
  }

  /**
   * Whether the votes of these servers elect a client of the set in this row; no votes are needed where there is no
   * election.
   */
  isElectedBy(row: number, voters: ServerSet): boolean {
    return this.#facts.elections[row]?.isQuorum(voters) ?? true;
  }

  /**
   * Whether a client of the set in this row that was told what these servers hold knows that it waits for nothing more.
   */
  isGateOpen(row: number, told: ServerSet): boolean {
    const before = this.#facts.gates[row]!;
    const isSeenDecided = (b: number, value: number): boolean =>
      this.#facts.phase2[b]!.isQuorum(this.#facts.holders(b, FIRST_VALUE + value, told));
    return before === null || before.some((b) => this.values.some((_, value) => isSeenDecided(b, value)));
  }

  /**
   * What a client of the set in this row can read, of whoever can answer it: the same text where all that it may be
   * told, and what it may propose after any part of it, is the same. Of a gated set, what it waits for as well; of an
   * elected one, its votes.
   */
  readsBelow(row: number): string {
    let reads = `${row}:`;
    for (let server = 0; server < this.#facts.servers; server++) {
      reads += ",";
      if (!this.#facts.isPreparedAt(server, row)) continue;
      for (let below = 0; below < row; below++) reads += this.#facts.register.at(server, below);
      reads += "!";
    }
    if (this.#facts.elections[row] !== null) {
      for (let value = 0; value < this.values.length; value++) reads += `v${this.voters(row, value)}`;
    }
    for (const b of this.#facts.gates[row] ?? []) {
      reads += "|";
      for (let server = 0; server < this.#facts.servers; server++) reads += this.#facts.register.at(server, b);
    }
    return reads;
  }

  /** Whether the value with this index is decided. */
  isDecided(value: number): boolean {
    for (let row = 0; row < this.#facts.sets; row++) if (this.#facts.isDecidedIn(row, value)) return true;
    return false;
  }

  /**
   * The decision table of a client that has heard from these prepared servers, entry by entry of the explored sets; of
   * a set with more than JUDGED_MAX quorums, the smallest.
   */
  decisionTable(row: number, heard: ServerSet): JudgedQuorum[] {
    return this.#scope.registerSets.slice(0, row).flatMap((registerSet, k) =>
      this.#quorumsOf(k).map((quorum) => ({
        registerSet,
        quorum,
        state: decisionStateOf(this.#facts, heard, row, k, quorum),
      })),
    );
  }

  #quorumsOf(k: number): readonly ServerSet[] {
    const known = this.#judged.get(k);
    if (known !== undefined) return known;
    const quorums = [...take(this.#facts.phase2[k]!.quorums(), JUDGED_MAX)];
    this.#judged.set(k, quorums);
    return quorums;
  }
}

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken++ === most) return;
    yield item;
  }
}
