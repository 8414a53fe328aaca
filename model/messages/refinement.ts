/**
 * Does the message model refine the register model? Checked on every explored transition, so it is a test and not a
 * claim.
 *
 * Each state stands for the state of the register model that has its registers and its proposals. A step must leave
 * that state alone, or be one step of the register model; and what a client has output must be decided there. Then
 * whatever the register model never does (two values decided), messages never do either.
 */
import type { Family } from "../../spec/families/family.js";
import { hasOwner } from "../../spec/quorum-table.js";
import { NO_SERVERS, singleton } from "../../spec/server-set.js";
import { phase2Family } from "../../spec/table-families.js";
import { type Expand, type Exploration, generateExpand, StateStore, shortestRunTo } from "../kernel/index.js";
import { FIRST_VALUE } from "../registers/facts.js";
import { type RegistersModel, registersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import type { MessagesModel } from "./messages.js";
import { NO_PROPOSAL, OUTPUT } from "./state.js";

export interface Refinement {
  /** Distinct states of the register model that the explored states stand for. */
  readonly registerStates: number;
  /** Distinct transitions of the register model that explored transitions stand for. */
  readonly registerTransitions: number;
  /** Null iff it refines the register model. */
  readonly failure: RefinementFailure | null;
}

interface RefinementFailure {
  /**
   * Step numbers of the message model; a shortest run to a step that the register model does not allow, this step
   * last.
   */
  readonly run: readonly number[];
  readonly reason:
    | "no such initial state"
    | "no such step"
    | "two proposals in an exclusive set"
    | "output not decided";
}

/**
 * @param model what was explored; a test may have broken it
 * @param scope the register model's: who may propose where, and what the quorums are
 * Throws RangeError for an exploration without its graph.
 */
export function checkRefinement(model: MessagesModel, exploration: Exploration, scope: Scope): Refinement {
  const { graph } = exploration;
  if (graph === null)
    throw new RangeError("refinement is checked on every transition, and the exploration has no graph");
  const abstraction = new Abstraction(model, exploration, scope);
  const transitions = new RegisterTransitions(abstraction);
  const summary = (failure: RefinementFailure | null): Refinement => ({
    registerStates: abstraction.registerStates,
    registerTransitions: transitions.taken,
    failure,
  });
  if (!abstraction.startsRight) return summary({ run: [], reason: "no such initial state" });
  for (let state = 0; state < graph.stateCount; state++) {
    for (let t = graph.firstTransition[state]!; t < graph.firstTransition[state + 1]!; t++) {
      const reason = transitions.objectionTo(state, graph.targetOf[t]!);
      if (reason !== null) return summary({ run: [...shortestRunTo(exploration, state), graph.stepOf[t]!], reason });
    }
  }
  return summary(null);
}

/** What register state each explored state stands for, and whether its outputs are decided there. */
class Abstraction {
  readonly registers: RegistersModel;
  /** The register states, numbered in the order of the explored states. */
  readonly store: StateStore;
  readonly registerStates: number;
  readonly #scope: Scope;
  readonly #open: readonly boolean[];
  readonly #phase2: readonly Family[];
  /** registerStateOf[n]: number of the register state for which explored state n stands; -1 if there is none. */
  readonly #registerStateOf: Int32Array;
  readonly #hasUndecidedOutput: Uint8Array;

  constructor(model: MessagesModel, { states, distinctStates }: Exploration, scope: Scope) {
    this.registers = registersModel(scope);
    this.#scope = scope;
    this.#open = scope.registerSets.map((real) => !hasOwner(scope.table, real));
    this.#phase2 = scope.registerSets.map((real) => phase2Family(scope.table, real));
    this.store = new StateStore(this.registers.workspace.words.length);
    this.#registerStateOf = new Int32Array(distinctStates);
    this.#hasUndecidedOutput = new Uint8Array(distinctStates);
    for (let state = 0; state < distinctStates; state++) {
      model.workspace.load(states.packed, state * model.workspace.words.length);
      this.#copyRegisters(model);
      const isPossible = this.#copyProposals(model);
      this.registers.workspace.commit();
      this.#registerStateOf[state] = isPossible ? this.#number() : -1;
      this.#hasUndecidedOutput[state] = Number(this.#isOutputUndecided(model));
    }
    this.registerStates = this.store.count;
  }

  get startsRight(): boolean {
    const { initial } = this.registers;
    return this.#registerStateOf[0] === 0 && initial.every((word, index) => this.store.states[index] === word);
  }

  registerStateOf(state: number): number {
    return this.#registerStateOf[state]!;
  }

  hasUndecidedOutput(state: number): boolean {
    return this.#hasUndecidedOutput[state] === 1;
  }

  #number(): number {
    const found = this.store.insert(this.registers.workspace.words);
    return found < 0 ? -1 - found : found;
  }

  #copyRegisters({ variables }: MessagesModel): void {
    const { register } = this.registers.variables;
    for (let s = 0; s < this.#scope.table.servers.length; s++) {
      for (let r = 0; r < this.#open.length; r++) register.set(variables.register.at(s, r), s, r);
    }
  }

  /** False where an exclusive set has two proposals: the register model has no such state. */
  #copyProposals({ attempts, variables }: MessagesModel): boolean {
    const { proposal } = this.registers.variables;
    for (const r of this.#open.keys()) proposal.set(0, r);
    for (const [a, { registerSet: r }] of attempts.entries()) {
      const proposed = variables.proposal.at(a);
      if (proposed === NO_PROPOSAL) continue;
      const before = proposal.at(r);
      if (!this.#open[r] && before !== 0 && before !== proposed) return false;
      proposal.set(this.#open[r] ? before | (1 << (proposed - 1)) : proposed, r);
    }
    return true;
  }

  #isOutputUndecided({ attempts, variables }: MessagesModel): boolean {
    return attempts.some(({ registerSet }, a) => {
      if (!variables.phase.is(OUTPUT, a)) return false;
      const content = FIRST_VALUE + variables.proposal.at(a) - 1;
      let holders = NO_SERVERS;
      for (let s = 0; s < this.#scope.table.servers.length; s++) {
        if (variables.register.is(content, s, registerSet)) holders |= singleton(s);
      }
      return !this.#phase2[registerSet]!.isQuorum(holders);
    });
  }
}

/** The register model's transitions, worked out for the states that are asked about. */
class RegisterTransitions {
  readonly #abstraction: Abstraction;
  readonly #expand: Expand;
  readonly #successorsOf = new Map<number, ReadonlySet<number>>();
  readonly #taken = new Set<string>();

  constructor(abstraction: Abstraction) {
    this.#abstraction = abstraction;
    this.#expand = generateExpand(abstraction.registers);
  }

  get taken(): number {
    return this.#taken.size;
  }

  /** What is wrong with a transition between these explored states; null if nothing is. */
  objectionTo(state: number, target: number): RefinementFailure["reason"] | null {
    const from = this.#abstraction.registerStateOf(state);
    const to = this.#abstraction.registerStateOf(target);
    if (to < 0) return "two proposals in an exclusive set";
    if (this.#abstraction.hasUndecidedOutput(target)) return "output not decided";
    if (from === to) return null;
    if (!this.#successors(from).has(to)) return "no such step";
    this.#taken.add(`${from}>${to}`);
    return null;
  }

  #successors(from: number): ReadonlySet<number> {
    const known = this.#successorsOf.get(from);
    if (known !== undefined) return known;
    const { store, registers } = this.#abstraction;
    const { workspace } = registers;
    const successors = new Set<number>();
    workspace.load(store.states, from * workspace.words.length);
    this.#expand(() => {
      const found = store.insert(workspace.words);
      successors.add(found < 0 ? -1 - found : found);
    });
    this.#successorsOf.set(from, successors);
    return successors;
  }
}
