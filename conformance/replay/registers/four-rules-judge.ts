/**
 * Judges what clients of the implementation do by the four rules of the paper, act by act, without the model: if model
 * and implementation made the same mistake, this would show it. Rules 1 and 2 hold of every client (client-watch.ts
 * asks for them); 3 and 4 follow from the intersection rules, so they are asked for where these hold.
 */
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { currentDecision, previousDecisions } from "../../../spec/rules/four-rules.js";
import { judgeRules } from "../../../spec/rules/judge.js";
import { areSafe } from "../../../spec/rules/judgement.js";
import type { StateTable } from "../../../spec/state-table.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";

/** A client proposes the value in the register set, and with it these values have been proposed there. */
export interface Proposal {
  readonly registerSet: number;
  readonly value: Value;
  readonly inSet: readonly Value[];
}

export class FourRulesJudge {
  readonly #table: QuorumTable;
  readonly #isSafe: boolean;

  constructor(table: QuorumTable) {
    this.#table = table;
    this.#isSafe = areSafe(judgeRules(table));
  }

  /** Throws ImplementationFault unless the proposal keeps rules 3 and 4 where the servers hold this. */
  judgeProposal({ registerSet, value, inSet }: Proposal, state: StateTable): void {
    if (!this.#isSafe) return;
    const client = `the client of R${registerSet} proposes ${value}`;
    if (!currentDecision(this.#table, registerSet, inSet)) {
      throw new ImplementationFault(
        `${client}, and ${inSet.join(" and ")} can both be decided in R${registerSet}: that breaks rule 3, current decision`,
      );
    }
    if (previousDecisions(this.#table, state, registerSet, value)) return;
    throw new ImplementationFault(
      `${client}, and another value can still be decided below R${registerSet}: that breaks rule 4, previous decisions`,
    );
  }
}
