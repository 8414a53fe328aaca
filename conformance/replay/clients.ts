/** The implementation's clients in a replayed run, one for every proposal that the model makes. */
import { ClientCore } from "../../impl/client.js";
import type { Reply, Request } from "../../impl/protocol.js";
import { phase1Quorums, phase2Quorums, type QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { containsSome, formatServers, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { ImplementationFault } from "./cluster.js";

/** A client under test: hands replies to the implementation's core and checks what the core makes of them. */
export class ReplayedClient {
  readonly registerSet: number;
  readonly #table: QuorumTable;
  readonly #core: ClientCore;
  /** What the client sends to every server now: its prepare, later its write. */
  #broadcast: Request;
  #prepared: ServerSet = NO_SERVERS;
  #acknowledged: ServerSet = NO_SERVERS;

  constructor(table: QuorumTable, registerSet: number, input: Value) {
    this.registerSet = registerSet;
    this.#table = table;
    this.#core = new ClientCore({ table, registerSet, input });
    this.#broadcast = this.#core.start();
    this.#checkChosen();
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
      this.#broadcast = this.#core.receive(server, reply) ?? this.#broadcast;
      this.#checkChosen();
      this.#checkOutput();
    }
  }

  /** The client chooses when, and only when, a phase-1 quorum has answered. */
  #checkChosen(): void {
    const mayChoose = containsSome(this.#prepared, phase1Quorums(this.#table, this.registerSet));
    if (mayChoose === (this.#core.chosen !== null)) return;
    const heard = formatServers(this.#prepared, this.#table.servers);
    throw new ImplementationFault(
      mayChoose
        ? `the client of R${this.registerSet} has not chosen a value though a phase-1 quorum, ${heard}, has answered`
        : `the client of R${this.registerSet} chose ${this.#core.chosen} after hearing only ${heard}, which is no phase-1 quorum`,
    );
  }

  /** The client outputs when, and only when, a phase-2 quorum has acknowledged its value. */
  #checkOutput(): void {
    const mayOutput = containsSome(this.#acknowledged, phase2Quorums(this.#table, this.registerSet));
    if (mayOutput === (this.#core.output !== null)) return;
    const acknowledged = formatServers(this.#acknowledged, this.#table.servers);
    throw new ImplementationFault(
      mayOutput
        ? `the client of R${this.registerSet} has not output its value though a phase-2 quorum, ${acknowledged}, has acknowledged it`
        : `the client of R${this.registerSet} output ${this.#core.output} after acknowledgements from only ${acknowledged}, which is no phase-2 quorum`,
    );
  }
}
