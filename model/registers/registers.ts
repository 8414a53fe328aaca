/**
 * Consensus over write-once registers, level 1: the state is nothing but registers and proposals.
 *
 * A promise is a stable fact of the state table (a register, once written or nil, stays so), so no messages and no client
 * bookkeeping are needed, and there is no step for deciding: decidedness is a predicate. Semantics: design, section 2;
 * source: Howard & Mortier 2019.
 */
import { isOpen, phase1Quorums, phase2Quorums } from "../../spec/quorum-table.js";
import { containsSome, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import {
  type ActionDeclaration,
  defineModel,
  type Model,
  type PropertyDeclaration,
  type Variable,
} from "../kernel/model.js";
import { isInput, type Scope } from "./scope.js";

/** Contents of a register: UNWRITTEN, NIL, or FIRST_VALUE + v for value v. */
export const UNWRITTEN = 0;
export const NIL = 1;
export const FIRST_VALUE = 2;

/** The proposal of an exclusive set before there is one; value v is 1 + v. */
const NO_PROPOSAL = 0;

export type RegistersModel = Model<"register" | "proposal">;

export function registersModel(scope: Scope): RegistersModel {
  const { table, registerSets, values } = scope;
  const open = registerSets.map((real) => isOpen(table, real));
  return defineModel({
    name: "registers",
    descriptor: { model: "registers", config: scope },
    variables: {
      // register[s][r]
      register: { shape: [table.servers.length, registerSets.length], domain: FIRST_VALUE + values },
      // proposal[r]: none or 1 + v in an exclusive set; in an open one, a set of values, bit v for value v
      proposal: { shape: [registerSets.length], domain: (r) => (open[r] ? 2 ** values : 1 + values) },
    },
    actions: ({ register, proposal }) => actionsOf(new RegisterFacts(scope, register, proposal)),
    properties: ({ register, proposal }) => propertiesOf(new RegisterFacts(scope, register, proposal)),
  });
}

function actionsOf(facts: RegisterFacts): ActionDeclaration[] {
  const { register, proposal, servers, sets, values, open } = facts;
  return [
    {
      name: "freeze",
      parameters: { server: servers, registerSet: sets },
      guard: (s, r) => !facts.isPreparedAt(s, r),
      effect: (s, r) => {
        for (let below = 0; below < r; below++) if (register.is(UNWRITTEN, s, below)) register.set(NIL, s, below);
      },
    },
    {
      name: "propose",
      parameters: { registerSet: sets, value: values },
      guard: [
        (r) => open[r]! || proposal.is(NO_PROPOSAL, r),
        (r) => facts.isPhase1Possible(r),
        (r, v) => !open[r] || !facts.isProposed(r, v),
        (r, v) => facts.greatestAllows(r, v),
      ],
      effect: (r, v) => proposal.set(open[r] ? proposal.at(r) | (1 << v) : 1 + v, r),
    },
    {
      name: "write",
      parameters: { registerSet: sets, value: values, server: servers },
      guard: [(r, v) => facts.isProposed(r, v), (r, _, s) => register.is(UNWRITTEN, s, r)],
      effect: (r, v, s) => register.set(FIRST_VALUE + v, s, r),
    },
  ];
}

function propertiesOf(facts: RegisterFacts): PropertyDeclaration[] {
  const { sets, values } = facts;
  return [
    {
      name: "agreement",
      parameters: { registerSet: sets, value: values, laterSet: sets, otherValue: values },
      fails: [
        (r, v) => facts.isDecidedIn(r, v),
        (r, v, later, other) => later >= r && other !== v && facts.isDecidedIn(later, other),
      ],
    },
    {
      name: "non-triviality",
      parameters: { registerSet: sets, value: values },
      fails: [(r, v) => facts.isDecidedIn(r, v), (_, v) => !facts.isInputProposed(v)],
    },
  ];
}

/** What the guards and properties ask of the current state; r and v are explored numbers, s a server's index. */
class RegisterFacts {
  readonly servers: number;
  readonly sets: number;
  readonly values: number;
  readonly open: readonly boolean[];
  readonly register: Variable;
  readonly proposal: Variable;
  readonly #clients: number | null;
  readonly #phase1Quorums: readonly (readonly ServerSet[])[];
  readonly #phase2Quorums: readonly (readonly ServerSet[])[];

  constructor(scope: Scope, register: Variable, proposal: Variable) {
    this.servers = scope.table.servers.length;
    this.sets = scope.registerSets.length;
    this.values = scope.values;
    this.open = scope.registerSets.map((real) => isOpen(scope.table, real));
    this.register = register;
    this.proposal = proposal;
    this.#clients = scope.clients;
    this.#phase1Quorums = scope.registerSets.map((real) => phase1Quorums(scope.table, real));
    this.#phase2Quorums = scope.registerSets.map((real) => phase2Quorums(scope.table, real));
  }

  /** Server s has no unwritten register below r: it can have promised a client of r. */
  isPreparedAt(s: number, r: number): boolean {
    for (let below = 0; below < r; below++) if (this.register.is(UNWRITTEN, s, below)) return false;
    return true;
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

  /** Whether some quorum of r holds v in r. */
  isDecidedIn(r: number, v: number): boolean {
    return containsSome(this.#holders(r, FIRST_VALUE + v), this.#phase2Quorums[r]!);
  }

  /** Whether some phase-1 quorum of r is prepared at r, so that a client can have finished phase 1. */
  isPhase1Possible(r: number): boolean {
    return containsSome(this.#preparedServers(r), this.#phase1Quorums[r]!);
  }

  /**
   * Selection `greatest` (Paxos): some P that contains a phase-1 quorum of r and is prepared at r lets its client propose v,
   * because v is in the greatest set with a value on P, or P holds no value and v is the input.
   *
   * Not all such P need be tried. Going down from r, `heard` is the largest prepared set of servers without a value at b + 1
   * or above: any P whose greatest set is b is part of it, and it reads at b whatever P reads there.
   */
  greatestAllows(r: number, v: number): boolean {
    const quorums = this.#phase1Quorums[r]!;
    let heard = this.#preparedServers(r);
    for (let b = r - 1; b >= 0; b--) {
      if (!containsSome(heard, quorums)) return false;
      if ((heard & this.#holders(b, FIRST_VALUE + v)) !== 0) return true;
      heard &= ~this.#valueHolders(b);
    }
    return containsSome(heard, quorums) && this.isInput(r, v);
  }

  #preparedServers(r: number): ServerSet {
    let prepared = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (this.isPreparedAt(s, r)) prepared |= singleton(s);
    return prepared;
  }

  #holders(r: number, content: number): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (this.register.is(content, s, r)) holders |= singleton(s);
    return holders;
  }

  #valueHolders(r: number): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (this.register.at(s, r) >= FIRST_VALUE) holders |= singleton(s);
    return holders;
  }
}
