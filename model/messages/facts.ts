import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { FIRST_VALUE, RegisterFacts, UNWRITTEN } from "../registers/facts.js";
import type { Scope } from "../registers/scope.js";
import { someInput } from "../registers/selection/reads.js";
import { type SelectionRule, selectionRule } from "../registers/selection.js";
import type { Attempt } from "./attempts.js";
import type { MessagesOptions } from "./options.js";
import { ACCEPTED, ACTIVE, IDLE, type MessageVariables, NO_PROPOSAL, NOTHING, OUTPUT, STOPPED } from "./state.js";

/**
 * What guards, effects and properties ask of the current state: about registers and proposals what the register model
 * asks too, and about attempts and messages. s is a server's index, r a register set's explored number, a an
 * attempt's index.
 */
export class MessageFacts extends RegisterFacts {
  readonly attempts: readonly Attempt[];
  readonly options: MessagesOptions;
  readonly variables: MessageVariables;
  /** Whether clients of r ask anything before they propose: all but those of register set 0 do. */
  readonly needsPhase1: readonly boolean[];
  readonly #selection: SelectionRule;
  readonly #attemptsOfSet: readonly (readonly number[])[];

  constructor(scope: Scope, options: MessagesOptions, attempts: readonly Attempt[], variables: MessageVariables) {
    // By attempt and not by register set, so isProposed is overridden: nothing else of the register model's facts
    // reads it.
    super(scope, variables);
    this.attempts = attempts;
    this.options = options;
    this.variables = variables;
    this.needsPhase1 = scope.registerSets.map((real) => real > 0);
    this.#selection = selectionRule(scope.table.selection);
    this.#attemptsOfSet = scope.registerSets.map((_, r) =>
      attempts.flatMap(({ registerSet }, a) => (registerSet === r ? [a] : [])),
    );
  }

  setOf(a: number): number {
    return this.attempts[a]!.registerSet;
  }

  proposes(a: number, v: number): boolean {
    return this.variables.proposal.is(1 + v, a);
  }

  /** Some attempt in r proposes v: so the register model's proposals are read off the attempts. */
  override isProposed(r: number, v: number): boolean {
    return this.#attemptsOfSet[r]!.some((a) => this.proposes(a, v));
  }

  /** Some client of r has sent prepare(r) to all servers. */
  isPrepareSent(r: number): boolean {
    return this.needsPhase1[r]! && this.#attemptsOfSet[r]!.some((a) => !this.variables.phase.is(IDLE, a));
  }

  isPreparing(a: number): boolean {
    return this.variables.phase.is(ACTIVE, a) && this.variables.proposal.is(NO_PROPOSAL, a);
  }

  /** One more promise means something to the attempt. */
  isListening(a: number): boolean {
    return this.isPreparing(a) && (this.options.patience || this.#mayHaveToWait(a));
  }

  /** The attempt's client has begun and has not stopped: there is somebody to deliver to. */
  isThere(a: number): boolean {
    return !this.variables.phase.is(IDLE, a) && !this.variables.phase.is(STOPPED, a);
  }

  /**
   * Rules 2 and 4: what the attempt has heard lets it propose v, for some input. The register model asks whether
   * *some* servers would let it; here they are the ones that it has heard.
   */
  mayPropose(a: number, v: number): boolean {
    const { registerSet: r, proposes } = this.attempts[a]!;
    if (proposes !== null && proposes !== v) return false;
    const heard = this.#heardBy(a);
    if (!this.#selection.isEnough(this, heard, r)) return false;
    return someInput(this, r, (input) => this.#selection.chooses(this, heard, r, input, v));
  }

  /** Rule 1: a whole quorum of this one register set has accepted the proposal. */
  mayOutput(a: number): boolean {
    return this.phase2[this.setOf(a)]!.isQuorum(this.#heardBy(a));
  }

  hasOutput(a: number, v: number): boolean {
    return this.variables.phase.is(OUTPUT, a) && this.proposes(a, v);
  }

  /** Whether some attempt has output its value. */
  hasAnyOutput(): boolean {
    return this.attempts.some((_, a) => this.variables.phase.is(OUTPUT, a));
  }

  /** Whether some server has promised something. */
  hasAnyPromise(): boolean {
    for (let s = 0; s < this.servers; s++) {
      for (let r = 0; r < this.sets; r++) if (this.variables.promised.is(1, s, r)) return true;
    }
    return false;
  }

  /** Server s can write v for attempt a, or has done so. */
  mayHold(s: number, a: number, v: number): boolean {
    const r = this.setOf(a);
    return this.register.is(UNWRITTEN, s, r) || this.register.is(FIRST_VALUE + v, s, r);
  }

  forgetReplies(a: number): void {
    for (let s = 0; s < this.servers; s++) this.variables.heard.set(NOTHING, a, s);
  }

  /** With some input, what it has heard lets the attempt propose nothing yet. */
  #mayHaveToWait(a: number): boolean {
    const r = this.setOf(a);
    const heard = this.#heardBy(a);
    if (!this.#selection.isEnough(this, heard, r)) return true;
    return someInput(this, r, (input) => this.#selection.choices(this, heard, r, input) === 0);
  }

  /** The servers that promised, or accepted the proposal, as far as the attempt has heard. */
  #heardBy(a: number): ServerSet {
    let heard = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (this.variables.heard.is(ACCEPTED, a, s)) heard |= singleton(s);
    return heard;
  }
}
