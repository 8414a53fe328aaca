/** Watches one client of the implementation: whatever it has heard, it chooses, knows and outputs only what the model allows. */
import type { ClientCore } from "../../../impl/core/client.js";
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import { formatDecisionState, sameDecisionState } from "../../../spec/decision-state.js";
import { phase2Quorums, type QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { contains, containsSome, formatServers, type ServerSet } from "../../../spec/server-set.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";

export interface WatchedClientOptions {
  readonly table: QuorumTable;
  readonly registerSet: number;
  /** The register set's place among the explored ones. */
  readonly row: number;
  readonly input: Value;
  /** See Phase1Way. */
  readonly awaited: ServerSet;
  readonly judge: ClientJudge;
}

export class ClientWatch {
  readonly #options: WatchedClientOptions;
  readonly #core: Pick<ClientCore, "chosen" | "output" | "decisionTable">;
  /** The servers heard when the client was last judged: it has to be judged again only when it knows more. */
  #judged: ServerSet | null = null;

  constructor(options: WatchedClientOptions, core: Pick<ClientCore, "chosen" | "output" | "decisionTable">) {
    this.#options = options;
    this.#core = core;
  }

  /** The client chooses when, and only when, the model lets it after hearing from these servers; and what it chose stays. */
  checkChosen(before: Value | null, prepared: ServerSet): void {
    const { judge, row, input, awaited, table, registerSet } = this.#options;
    const { chosen } = this.#core;
    if (before !== null) {
      if (chosen === before) return;
      throw new ImplementationFault(`the client of R${registerSet} chose ${before} and changed its mind to ${chosen}`);
    }
    if (chosen === null && this.#judged === prepared) return;
    this.#judged = prepared;
    const allowed = contains(prepared, awaited) ? judge.allowed(row, prepared, input) : [];
    if (table.selection === "decision-table") this.#checkDecisionTable(prepared);
    if (chosen === null ? allowed.length === 0 : allowed.includes(chosen)) return;
    const heard = formatServers(prepared, table.servers);
    throw new ImplementationFault(
      `the client of R${registerSet} with input ${input}, having heard ${heard}, ${chosen === null ? "waits" : `chose ${chosen}`} where the model ${allowed.length === 0 ? "has it wait" : `allows only ${allowed.join(" or ")}`}`,
    );
  }

  #checkDecisionTable(prepared: ServerSet): void {
    const { judge, row, table } = this.#options;
    const decisions = this.#core.decisionTable();
    for (const { registerSet, quorum, state } of judge.decisionTable(row, prepared)) {
      const found = decisions.entry(registerSet, quorum);
      if (sameDecisionState(found, state)) continue;
      throw new ImplementationFault(
        `the client of R${this.#options.registerSet}, having heard ${formatServers(prepared, table.servers)}, has "${formatDecisionState(found)}" in its decision table for ${formatServers(quorum, table.servers)} of R${registerSet} where the model has "${formatDecisionState(state)}"`,
      );
    }
  }

  /** The client outputs when, and only when, a phase-2 quorum has acknowledged its value. */
  checkOutput(acknowledged: ServerSet): void {
    const { table, registerSet } = this.#options;
    const { output } = this.#core;
    const mayOutput = containsSome(acknowledged, phase2Quorums(table, registerSet));
    if (mayOutput === (output !== null)) return;
    const servers = formatServers(acknowledged, table.servers);
    throw new ImplementationFault(
      mayOutput
        ? `the client of R${registerSet} has not output its value though a phase-2 quorum, ${servers}, has acknowledged it`
        : `the client of R${registerSet} output ${output} after acknowledgements from only ${servers}, which is no phase-2 quorum`,
    );
  }
}
