/** The implementation's clients in a replayed run, one for every proposal that the model makes. */
import { ClientCore } from "../../impl/client.js";
import type { Reply, Request } from "../../impl/protocol.js";
import { formatDecisionState, sameDecisionState } from "../../spec/decision-table.js";
import { phase2Quorums, type QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { contains, containsSome, formatServers, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { ClientJudge } from "./client-judge.js";
import { ImplementationFault } from "./cluster.js";

export interface ReplayedClientOptions {
  readonly table: QuorumTable;
  readonly registerSet: number;
  /** The register set's place among the explored ones. */
  readonly row: number;
  readonly input: Value;
  /** See Phase1Way. */
  readonly awaited: ServerSet;
  readonly judge: ClientJudge;
}

/** A client under test: hands replies to the implementation's core and checks what the core makes of them. */
export class ReplayedClient {
  readonly registerSet: number;
  readonly #options: ReplayedClientOptions;
  readonly #core: ClientCore;
  /** What the client sends to every server now: its prepare, later its write. */
  #broadcast: Request;
  #prepared: ServerSet = NO_SERVERS;
  /** The servers heard when the client was last judged: it has to be judged again only when it knows more. */
  #judged: ServerSet | null = null;
  #acknowledged: ServerSet = NO_SERVERS;

  constructor(options: ReplayedClientOptions) {
    const { table, registerSet, input, awaited } = options;
    this.registerSet = registerSet;
    this.#options = options;
    this.#core = new ClientCore({ table, registerSet, input, awaited });
    this.#broadcast = this.#core.start();
    this.#checkChosen(null);
  }

  get broadcast(): Request {
    return this.#broadcast;
  }

  get chosen(): Value | null {
    return this.#core.chosen;
  }

  get output(): Value | null {
    return this.#core.output;
  }

  /** Delivers a reply twice, since networks duplicate: a client must not count a server twice. */
  deliver(server: number, reply: Reply): void {
    if (reply.kind === "prepared") this.#prepared |= singleton(server);
    if (reply.kind === "written") this.#acknowledged |= singleton(server);
    for (let copy = 0; copy < 2; copy++) {
      const before = this.#core.chosen;
      this.#broadcast = this.#core.receive(server, reply) ?? this.#broadcast;
      this.#checkChosen(before);
      this.#checkOutput();
    }
  }

  /** The client chooses when, and only when, the model lets it after what it has heard; and what it chose stays. */
  #checkChosen(before: Value | null): void {
    const { chosen } = this.#core;
    if (before !== null) {
      if (chosen === before) return;
      throw new ImplementationFault(
        `the client of R${this.registerSet} chose ${before} and changed its mind to ${chosen}`,
      );
    }
    if (chosen === null && this.#judged === this.#prepared) return;
    this.#judged = this.#prepared;
    const { judge, row, input, awaited, table } = this.#options;
    const allowed = contains(this.#prepared, awaited) ? judge.allowed(row, this.#prepared, input) : [];
    if (table.selection === "decision-table") this.#checkDecisionTable();
    if (chosen === null ? allowed.length === 0 : allowed.includes(chosen)) return;
    const heard = formatServers(this.#prepared, table.servers);
    throw new ImplementationFault(
      `the client of R${this.registerSet} with input ${input}, having heard ${heard}, ${chosen === null ? "waits" : `chose ${chosen}`} where the model ${allowed.length === 0 ? "has it wait" : `allows only ${allowed.join(" or ")}`}`,
    );
  }

  #checkDecisionTable(): void {
    const { judge, row, table } = this.#options;
    const decisions = this.#core.decisionTable();
    for (const { registerSet, quorum, state } of judge.decisionTable(row, this.#prepared)) {
      const found = decisions.entry(registerSet, quorum);
      if (sameDecisionState(found, state)) continue;
      throw new ImplementationFault(
        `the client of R${this.registerSet}, having heard ${formatServers(this.#prepared, table.servers)}, has "${formatDecisionState(found)}" in its decision table for ${formatServers(quorum, table.servers)} of R${registerSet} where the model has "${formatDecisionState(state)}"`,
      );
    }
  }

  /** The client outputs when, and only when, a phase-2 quorum has acknowledged its value. */
  #checkOutput(): void {
    const mayOutput = containsSome(this.#acknowledged, phase2Quorums(this.#options.table, this.registerSet));
    if (mayOutput === (this.#core.output !== null)) return;
    const acknowledged = formatServers(this.#acknowledged, this.#options.table.servers);
    throw new ImplementationFault(
      mayOutput
        ? `the client of R${this.registerSet} has not output its value though a phase-2 quorum, ${acknowledged}, has acknowledged it`
        : `the client of R${this.registerSet} output ${this.#core.output} after acknowledgements from only ${acknowledged}, which is no phase-2 quorum`,
    );
  }
}
