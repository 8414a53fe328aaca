/**
 * Watches one client of the implementation: whatever it has heard, it chooses, knows and outputs only what the model
 * allows.
 */
import type { ClientCore } from "../../../impl/core/client.js";
import type { Request } from "../../../impl/core/protocol.js";
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import { formatDecisionState, sameDecisionState } from "../../../spec/decision-state.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { holding, type Value } from "../../../spec/register.js";
import { newValue, quorumAgreement } from "../../../spec/rules/four-rules.js";
import { contains, formatServers, membersOf, NO_SERVERS, namesOf, type ServerSet } from "../../../spec/server-set.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";

export interface WatchedClientOptions {
  readonly table: QuorumTable;
  readonly registerSet: number;
  /** The register set's place among the explored ones. */
  readonly row: number;
  readonly input: Value;
  /** See Phase1Way. */
  readonly awaited: ServerSet;
  readonly candidate: number;
  readonly judge: ClientJudge;
}

export class ClientWatch {
  readonly #options: WatchedClientOptions;
  readonly #core: Pick<ClientCore, "phase" | "chosen" | "output" | "decisionTable">;
  /** The servers heard when the client was last judged: it has to be judged again only when it knows more. */
  #judged: ServerSet | null = null;
  #voters: ServerSet = NO_SERVERS;
  readonly #read = new Set<Value>();
  #isPastGate: boolean;

  constructor(options: WatchedClientOptions, core: Pick<ClientCore, "phase" | "chosen" | "output" | "decisionTable">) {
    this.#options = options;
    this.#core = core;
    this.#isPastGate = options.judge.isGateOpen(options.row, NO_SERVERS);
  }

  /** The client reads these values in registers below its set. */
  hears(values: Iterable<Value>): void {
    for (const value of values) this.#read.add(value);
  }

  /**
   * The client passes its gate when, and only when, these servers have told it that a value was decided in the range
   * before.
   */
  checkGate(told: ServerSet): void {
    const { judge, row, registerSet, table } = this.#options;
    this.#isPastGate ||= judge.isGateOpen(row, told);
    if (this.#isPastGate === (this.#core.phase !== "gate")) return;
    const heard = `the client of R${registerSet}, told what ${formatServers(told, table.servers)} holds,`;
    throw new ImplementationFault(
      this.#isPastGate
        ? `${heard} waits at its gate though a value was decided in the range before`
        : `${heard} passes its gate where the model has nothing decided in the range before`,
    );
  }

  /** The votes that it asks for are its own, in its register set, and promise what the model's do. */
  checkStands(request: Request): void {
    if (request.kind !== "vote") return;
    const { judge, row, registerSet, candidate } = this.#options;
    const promise = judge.electionIn(row) === "promise";
    if (request.registerSet === registerSet && request.candidate === candidate && request.promise === promise) return;
    const asked = `votes for client ${request.candidate} in R${request.registerSet} that ${request.promise ? "promise" : "come apart from promises"}`;
    throw new ImplementationFault(
      `client ${candidate} of R${registerSet} asks for ${asked}, where the model's ${promise ? "promise" : "come apart from promises"}`,
    );
  }

  /**
   * The client chooses when, and only when, the model lets it after hearing from these servers, and with the votes of
   * those; and what it chose stays.
   */
  checkChosen(before: Value | null, prepared: ServerSet, voters: ServerSet): void {
    const { judge, row, input, awaited, table, registerSet } = this.#options;
    const { chosen } = this.#core;
    if (before !== null) {
      if (chosen === before) return;
      throw new ImplementationFault(`the client of R${registerSet} chose ${before} and changed its mind to ${chosen}`);
    }
    if (chosen === null && this.#judged === prepared && this.#voters === voters) return;
    this.#judged = prepared;
    this.#voters = voters;
    const isFree = this.#isPastGate && judge.isElectedBy(row, voters);
    const allowed = isFree && contains(prepared, awaited) ? judge.allowed(row, prepared, input) : [];
    if (table.selection === "decision-table") this.#checkDecisionTable(prepared);
    this.#checkAllowed(allowed, prepared);
    this.#checkNewValue();
  }

  #checkAllowed(allowed: readonly Value[], prepared: ServerSet): void {
    const { input, table, registerSet, judge, row } = this.#options;
    const { chosen } = this.#core;
    if (chosen === null ? allowed.length === 0 : allowed.includes(chosen)) return;
    const votes =
      judge.electionIn(row) === "none" ? "" : ` and with the votes of ${formatServers(this.#voters, table.servers)}`;
    const heard = `${formatServers(prepared, table.servers)}${votes}`;
    throw new ImplementationFault(
      `the client of R${registerSet} with input ${input}, having heard ${heard}, ${chosen === null ? "waits" : `chose ${chosen}`} where the model ${allowed.length === 0 ? "has it wait" : `allows only ${allowed.join(" or ")}`}`,
    );
  }

  /** Rule 2, which the model's choices keep too: this does not ask the model. */
  #checkNewValue(): void {
    const { input, registerSet } = this.#options;
    const { chosen } = this.#core;
    if (chosen === null || newValue({ value: chosen, input, read: this.#read })) return;
    throw new ImplementationFault(
      `the client of R${registerSet} with input ${input} chose ${chosen}, which it has not read: that breaks rule 2, new value`,
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

  /** Once it has chosen, there is nothing that it asks of an arbiter. */
  checkSparesArbiters(core: Pick<ClientCore, "nextTo" | "asks">): void {
    const { table, registerSet } = this.#options;
    const { chosen } = this.#core;
    if (this.#core.phase !== "write" || table.arbiters === undefined) return;
    for (const server of membersOf(table.arbiters)) {
      if (core.nextTo(server) === null && !core.asks(server)) continue;
      throw new ImplementationFault(
        `the client of R${registerSet} writes ${chosen} to ${table.servers[server]}, which is an arbiter`,
      );
    }
  }

  /** Rule 1: the client outputs when, and only when, a phase-2 quorum has acknowledged its value. */
  checkOutput(acknowledged: ServerSet): void {
    const { table, registerSet } = this.#options;
    const { output, chosen } = this.#core;
    const readsByServer = new Map(namesOf(acknowledged, table.servers).map((name) => [name, holding(chosen ?? "")]));
    const mayOutput = chosen !== null && quorumAgreement(table, { output: chosen, registerSet, readsByServer });
    if (mayOutput === (output !== null)) return;
    const servers = formatServers(acknowledged, table.servers);
    throw new ImplementationFault(
      mayOutput
        ? `the client of R${registerSet} has not output its value though a phase-2 quorum, ${servers}, has acknowledged it`
        : `the client of R${registerSet} output ${output} after acknowledgements from only ${servers}, which is no phase-2 quorum`,
    );
  }
}
