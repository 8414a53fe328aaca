/**
 * The register model with fewer interleavings: enough of its runs to find a disagreement if there is one.
 *
 * A client of r asks only for registers below r, and these are final by then. So the sets can be worked off one after
 * another: freeze for r, propose in r, write to r, and never come back. Three restrictions follow; the proofs are in
 * proofs-notes.md, "Ascending reduction".
 *
 * - *Ascending*: no proposal below the greatest proposed set, writes only to it, freezes and votes only above it; and
 *   once a server has voted above it, nothing but for that set.
 * - *To a purpose*: once a value is decided, only other values are proposed, but below a gate, which waits for a
 *   decision; and in the last set, if it is exclusive, nothing is proposed before something is decided. The rest cannot
 *   make two decisions out of one.
 * - *Forgetting*: votes of which nothing more can come are forgotten. With nothing decided, a later client asks of a
 *   server's registers below the greatest proposed set only which is the greatest one with a value, and whether any is
 *   unwritten. What else they hold is forgotten when a set is proposed.
 *
 * Kept: the verdict on agreement; and every run is one of the whole model, step by step. So a run's length is an upper
 * bound (equal to the shortest for all random tables tried). Not kept: how many states and transitions there are, which
 * states are stuck, and the proposals that non-triviality asks for. For selections that look at the greatest set with a
 * value only.
 */
import type { Family } from "../../spec/families/family.js";
import { hasOwner, isGated } from "../../spec/quorum-table.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { phase2Family } from "../../spec/table-families.js";
import type { Action } from "../kernel/index.js";
import { electedSets, FIRST_VALUE, NIL, RegisterFacts, UNWRITTEN } from "./facts.js";
import { type RegistersModel, registersModel } from "./registers.js";
import type { Scope } from "./scope.js";
import { variantOf } from "./variant.js";

/**
 * The step numbers are those of `registersModel(scope)`. Throws RangeError for selection `decision-table`, and for
 * freezes of one register at a time: what is forgotten would have to be frozen again, register by register.
 */
export function reducedRegistersModel(scope: Scope): RegistersModel {
  if (scope.table.selection === "decision-table") {
    throw new RangeError("selection decision-table asks for more than the greatest value: its runs cannot be reduced");
  }
  if (variantOf(scope).freezes === "register") {
    throw new RangeError("freezes of one register at a time are not reduced; with whole rows the verdict is the same");
  }
  const model = registersModel(scope);
  const stage = new Stage(model, scope);
  const reduced: Record<string, (action: Action) => Action> = {
    freeze: (action) => onlyWhere(action, (r) => r > stage.current() && stage.isAlone(r)),
    propose: (action) =>
      forgetting(
        onlyWhere(action, (r, v) => stage.hasPurpose(r, v) && stage.isAlone(r)),
        stage,
      ),
    write: (action) => onlyWhere(action, (r) => r === stage.current() && stage.isAlone(r)),
    vote: (action) => onlyWhere(action, (r, v) => r > stage.current() && stage.hasPurpose(r, v) && stage.isAlone(r)),
  };
  return {
    ...model,
    name: "registers, reduced",
    descriptor: { model: "registers, reduced", config: scope },
    actions: model.actions.map((action) => reduced[action.name]!(action)),
    properties: model.properties.filter(({ name }) => name === "agreement"),
  };
}

function onlyWhere(action: Action, allows: (registerSet: number, value: number) => boolean): Action {
  const names = Object.keys(action.parameters);
  const [r, v] = [names.indexOf("registerSet"), names.indexOf("value")];
  const holds = (...parameters: number[]): boolean => allows(parameters[r]!, parameters[v]!);
  return {
    ...action,
    guard: (...parameters) => holds(...parameters) && action.guard(...parameters),
    conditions: [...action.conditions, { holds, arity: names.length }],
    // What is allowed at one stage is not at the next.
    persistent: false,
  };
}

function forgetting(propose: Action, stage: Stage): Action {
  const r = Object.keys(propose.parameters).indexOf("registerSet");
  return {
    ...propose,
    effect: (...parameters) => {
      const before = stage.current();
      propose.effect(...parameters);
      if (before < parameters[r]!) stage.forgetBelow(parameters[r]!);
      stage.forgetVotes(parameters[r]!);
    },
  };
}

/** How far a run has come, by the explored numbers of its register sets. */
class Stage {
  readonly #model: RegistersModel;
  readonly #facts: RegisterFacts;
  readonly #servers: number;
  readonly #values: number;
  readonly #owned: readonly boolean[];
  /** The explored numbers of the elected sets. */
  readonly #elected: readonly number[];
  readonly #phase2: readonly Family[];
  /** The greatest set with a gate, or -1. */
  readonly #greatestGated: number;

  constructor(model: RegistersModel, scope: Scope) {
    const { table, registerSets, values } = scope;
    this.#model = model;
    this.#facts = new RegisterFacts(scope, model.variables);
    this.#servers = table.servers.length;
    this.#values = values;
    this.#owned = registerSets.map((real) => hasOwner(table, real));
    this.#elected = electedSets({ table, registerSets });
    this.#phase2 = registerSets.map((real) => phase2Family(table, real));
    this.#greatestGated = registerSets.findLastIndex((real) => isGated(table, real));
  }

  /** The greatest set with a proposal, or -1. */
  current(): number {
    const { proposal } = this.#model.variables;
    let r = this.#owned.length - 1;
    while (r >= 0 && proposal.at(r) === 0) r--;
    return r;
  }

  /** Whether proposing v in r can still help to get two values decided. */
  hasPurpose(r: number, v: number): boolean {
    if (r < this.current()) return false;
    const decided = this.#decidedBelow(r);
    if (decided === 0) return r < this.#owned.length - 1 || !this.#owned[r]!;
    if (r < this.#greatestGated) return true;
    return ((decided >>> v) & 1) === 0;
  }

  /** Whether no server has voted in another set than r above the greatest proposed one. */
  isAlone(r: number): boolean {
    const { vote } = this.#model.variables;
    const current = this.current();
    for (const [e, elected] of this.#elected.entries()) {
      if (elected <= current || elected === r) continue;
      for (let s = 0; s < this.#servers; s++) if (!vote!.is(UNWRITTEN, s, e)) return false;
    }
    return true;
  }

  /** Once whoever is elected in r has proposed in it, its votes are of no use: no server votes in it any more. */
  forgetVotes(r: number): void {
    const e = this.#elected.indexOf(r);
    if (e < 0) return;
    for (let v = 0; v < this.#values; v++) if (!this.#facts.isProposed(r, v) && this.#facts.isElected(r, v)) return;
    for (let s = 0; s < this.#servers; s++) this.#model.variables.vote!.set(UNWRITTEN, s, e);
  }

  /**
   * Leaves of each server's registers below r the greatest with a value, and of the others that one is unwritten or
   * that none is.
   */
  forgetBelow(r: number): void {
    const { register, proposal, vote } = this.#model.variables;
    for (const [e, elected] of this.#elected.entries()) {
      for (let s = 0; s < this.#servers && elected < r; s++) vote!.set(UNWRITTEN, s, e);
    }
    if (this.#decidedBelow(r) !== 0) return;
    for (let s = 0; s < this.#servers; s++) {
      let greatest = r - 1;
      while (greatest >= 0 && register.at(s, greatest) < FIRST_VALUE) greatest--;
      let rest = NIL;
      for (let below = 0; below < r; below++) if (register.at(s, below) === UNWRITTEN) rest = UNWRITTEN;
      for (let below = 0; below < r; below++) if (below !== greatest) register.set(rest, s, below);
    }
    for (let below = 0; below < r; below++) proposal.set(0, below);
  }

  /** The values decided in sets below r, bit v for value v. */
  #decidedBelow(r: number): number {
    let decided = 0;
    for (let below = 0; below < r; below++) {
      for (let v = 0; v < this.#values; v++) {
        if (this.#phase2[below]!.isQuorum(this.#holders(below, FIRST_VALUE + v))) decided |= 1 << v;
      }
    }
    return decided;
  }

  #holders(r: number, content: number): ServerSet {
    let holders = NO_SERVERS;
    for (let s = 0; s < this.#servers; s++) {
      if (this.#model.variables.register.at(s, r) === content) holders |= singleton(s);
    }
    return holders;
  }
}
