/**
 * Consensus over write-once registers, level 1: the state is nothing but registers and proposals.
 *
 * A promise is a stable fact of the state table (a register, once written or nil, stays so), so no messages and no client
 * bookkeeping are needed, and there is no step for deciding: decidedness is a predicate. Semantics: design, section 2;
 * source: Howard & Mortier 2019.
 */
import { isOpen, phase1Quorums, phase2Quorums } from "../../spec/quorum-table.js";
import { containsSome, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { type Action, defineModel, type Model, type Property, type Variable } from "../kernel/model.js";
import type { Scope } from "./scope.js";

/** Contents of a register: UNWRITTEN, NIL, or FIRST_VALUE + v for value v. */
export const UNWRITTEN = 0;
export const NIL = 1;
export const FIRST_VALUE = 2;

export type RegistersModel = Model<"register" | "proposal">;

export function registersModel(scope: Scope): RegistersModel {
  const { table, registerSets, values } = scope;
  const open = registerSets.map((real) => isOpen(table, real));
  return defineModel({
    name: "registers",
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

function actionsOf(facts: RegisterFacts): Action[] {
  const { register, proposal, servers, sets, values, open } = facts;
  return [
    {
      name: "freeze",
      parameters: { server: servers, registerSet: sets },
      guard: (s, r) => !facts.isPreparedAt(s!, r!),
      effect: (s, r) => {
        for (let below = 0; below < r!; below++) if (register.at(s, below) === UNWRITTEN) register.set(NIL, s, below);
      },
    },
    {
      name: "propose",
      parameters: { registerSet: sets, value: values },
      guard: (r, v) => facts.mayStillPropose(r!, v!) && facts.greatestAllows(r!, v!),
      effect: (r, v) => proposal.set(open[r!] ? proposal.at(r) | (1 << v!) : 1 + v!, r),
    },
    {
      name: "write",
      parameters: { server: servers, registerSet: sets, value: values },
      guard: (s, r, v) => register.at(s, r) === UNWRITTEN && facts.isProposed(r!, v!),
      effect: (s, r, v) => register.set(FIRST_VALUE + v!, s, r),
    },
  ];
}

function propertiesOf(facts: RegisterFacts): Property[] {
  return [
    { name: "agreement", holds: () => hasAtMostOneMember(facts.decidedValues()) },
    { name: "non-triviality", holds: () => (facts.decidedValues() & ~facts.inputsProposed()) === 0 },
  ];
}

const hasAtMostOneMember = (set: number): boolean => (set & (set - 1)) === 0;

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
    for (let below = 0; below < r; below++) if (this.register.at(s, below) === UNWRITTEN) return false;
    return true;
  }

  isProposed(r: number, v: number): boolean {
    const proposal = this.proposal.at(r);
    return this.open[r] ? ((proposal >>> v) & 1) === 1 : proposal === 1 + v;
  }

  mayStillPropose(r: number, v: number): boolean {
    return this.open[r] ? !this.isProposed(r, v) : this.proposal.at(r) === 0;
  }

  /** Whether a client that proposes in r may have v as its input. */
  isInput(r: number, v: number): boolean {
    if (this.#clients === null) return true;
    return this.open[r] ? v < this.#clients : v === r % this.#clients;
  }

  /** The values that some client proposed in a set where they can be its own input, bit v for value v. */
  inputsProposed(): number {
    let inputs = 0;
    for (let r = 0; r < this.sets; r++) {
      for (let v = 0; v < this.values; v++) if (this.isProposed(r, v) && this.isInput(r, v)) inputs |= 1 << v;
    }
    return inputs;
  }

  /** The decided values, bit v for value v. */
  decidedValues(): number {
    let decided = 0;
    for (let r = 0; r < this.sets; r++) {
      const written = this.#valueHolders(r);
      // Most states have no quorum of written registers, and need no look at which values they hold.
      if (!containsSome(written, this.#phase2Quorums[r]!)) continue;
      for (let v = 0; v < this.values; v++) {
        if (containsSome(this.#holders(r, FIRST_VALUE + v), this.#phase2Quorums[r]!)) decided |= 1 << v;
      }
    }
    return decided;
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
    for (let s = 0; s < this.servers; s++) if (this.register.at(s, r) === content) holders |= singleton(s);
    return holders;
  }

  #valueHolders(r: number): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.servers; s++) if (this.register.at(s, r) >= FIRST_VALUE) holders |= singleton(s);
    return holders;
  }
}
