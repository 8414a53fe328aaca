/** One attempt of a client in a replayed run of the message model: hands replies to the implementation's core and judges what it makes of them. */
import { ClientCore } from "../../../impl/core/client.js";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import {
  allServers,
  contains,
  formatServers,
  NO_SERVERS,
  type ServerSet,
  singleton,
} from "../../../spec/server-set.js";
import { phase2Family } from "../../../spec/table-families.js";
import { blamed, ImplementationFault } from "../lockstep/implementation-fault.js";

export interface MessageClientOptions {
  readonly table: QuorumTable;
  readonly registerSet: number;
  /** The register set's place among the explored ones. */
  readonly row: number;
  /** The model leaves open which input a client has until it proposes. So there is a core for each. */
  readonly inputs: readonly Value[];
  /** See ClientOptions. */
  readonly awaited: ServerSet;
  readonly judge: ClientJudge;
}

/** What the model says of a client that is there. */
export type ExpectedClient =
  | { readonly phase: "prepare" }
  | { readonly phase: "write" | "output"; readonly accepted: ServerSet; readonly refused: ServerSet };

/** The core with one of the inputs, and what it had chosen when it was last looked at. */
interface Variant {
  readonly core: ClientCore;
  chosen: Value | null;
}

export class MessageClient {
  /** Its name in faults, e.g. `the client of R1`. */
  readonly name: string;
  readonly #options: MessageClientOptions;
  #variants: Variant[];
  #promised: ServerSet = NO_SERVERS;
  #proposed: Value | null = null;

  constructor(options: MessageClientOptions) {
    const { inputs, registerSet } = options;
    this.name = `the client of R${registerSet}`;
    this.#options = options;
    this.#variants = inputs.map((input) => {
      const failing = `${this.name} with input ${input} failed`;
      return { core: blamed(failing, () => new ClientCore({ ...options, input })), chosen: null };
    });
  }

  /** Servers whose promises it has heard. */
  get promised(): ServerSet {
    return this.#promised;
  }

  get registerSet(): number {
    return this.#options.registerSet;
  }

  /** The attempt is over: its client has crashed or given up. */
  end(): void {
    this.#variants = [];
  }

  /** The distinct values that it has output, whatever its input is: at most one, if all is well. */
  get outputs(): Value[] {
    return this.#variants.flatMap(({ core }) => core.output ?? []);
  }

  /** What it sends to every server first. Where there is nothing to prepare that depends on its input, so it is for `propose` to say. */
  start(): Request | null {
    const requests = this.#variants.map(({ core }) => core.start());
    if (this.#options.registerSet === 0) return null;
    const { registerSet } = this.#options;
    for (const request of requests) {
      if (request.kind === "prepare" && request.registerSet === registerSet) continue;
      throw new ImplementationFault(
        `${this.name} began with "${request.kind}" instead of a prepare of R${registerSet}`,
      );
    }
    return requests[0]!;
  }

  /** From now on it is a client whose input leads it to this value. Null if there is none, else what it sends to every server. */
  propose(value: Value): Request | null {
    this.#variants = this.#variants.filter(({ core }) => core.chosen === value);
    this.#proposed = value;
    return this.#variants.length === 0 ? null : { kind: "write", registerSet: this.#options.registerSet, value };
  }

  /** A reply to this attempt, delivered twice: networks duplicate, and a client must not count a server twice. */
  hear(server: number, reply: Reply): void {
    if (reply.kind === "prepared") this.#promised |= singleton(server);
    for (const { core } of this.#variants) {
      for (let copy = 0; copy < 2; copy++) this.#receive(core, server, reply);
    }
  }

  /** A reply about another register set, to an attempt that its client has given up, say: it must change nothing. */
  hearForeign(server: number, reply: Reply): void {
    for (const { core } of this.#variants) {
      const before = summary(core);
      core.receive(server, reply);
      if (summary(core) === before) continue;
      const about = "registerSet" in reply ? ` about R${reply.registerSet}` : "";
      throw new ImplementationFault(
        `${this.name} made something of "${reply.kind}"${about}: it was "${before}" and is "${summary(core)}"`,
      );
    }
  }

  /** Throws ImplementationFault unless every core is as the model says. */
  compare(expected: ExpectedClient): void {
    for (const variant of this.#variants) {
      if (expected.phase === "prepare") this.#compareChoice(variant);
      else this.#compareOutput(variant.core, expected);
    }
  }

  /** The client chooses when, and only when, the model lets it after what it has heard; and what it chose stays. */
  #compareChoice(variant: Variant): void {
    const { core, chosen: before } = variant;
    const { judge, row, awaited, table } = this.#options;
    const { chosen, input } = core;
    const heard = formatServers(this.#promised, table.servers);
    if (before !== null) {
      if (chosen === before && core.phase === "write") return;
      throw new ImplementationFault(
        `${this.name} chose ${before}, heard ${heard}, and is then in phase "${core.phase}" with ${chosen}`,
      );
    }
    const allowed = contains(this.#promised, awaited) ? judge.allowed(row, this.#promised, input) : [];
    if (chosen === null ? allowed.length > 0 : !allowed.includes(chosen)) {
      throw new ImplementationFault(
        `${this.name} with input ${input}, having heard ${heard}, ${chosen === null ? "waits" : `chose ${chosen}`} where the model ${allowed.length === 0 ? "has it wait" : `allows only ${allowed.join(" or ")}`}`,
      );
    }
    variant.chosen = chosen;
    const mayHearMore = this.#promised !== allServers(table.servers.length);
    this.#compareBlocked(core, chosen === null && !mayHearMore, `having heard ${heard}`);
  }

  /** The client outputs its value when, and only when, a phase-2 quorum has accepted it. */
  #compareOutput(core: ClientCore, { phase, accepted, refused }: Exclude<ExpectedClient, { phase: "prepare" }>): void {
    const { table, registerSet } = this.#options;
    const quorums = phase2Family(table, registerSet);
    if (core.chosen !== this.#proposed) {
      throw new ImplementationFault(`${this.name} proposed ${this.#proposed} and changed its mind to ${core.chosen}`);
    }
    const knows = phase === "output" || quorums.isQuorum(accepted);
    const heard = `after ${formatServers(accepted, table.servers)} accepted and ${formatServers(refused, table.servers)} refused`;
    if (knows !== (core.output !== null)) {
      throw new ImplementationFault(
        knows
          ? `${this.name} has not output its value ${core.chosen} ${phase === "output" ? "any more" : heard}`
          : `${this.name} output ${core.output} ${heard}, which is no phase-2 quorum`,
      );
    }
    if (!knows) {
      const isBlocked = quorums.meetsEvery(refused);
      this.#compareBlocked(core, isBlocked, heard);
    }
  }

  #compareBlocked(core: ClientCore, expected: boolean, heard: string): void {
    if (core.blocked === expected) return;
    throw new ImplementationFault(
      `${this.name} ${expected ? "hopes on" : "gives up"} ${heard}, where the model ${expected ? "has no way on" : "still has a way on"}`,
    );
  }

  /** What a core asks for next is the write of what it chose, once. */
  #receive(core: ClientCore, server: number, reply: Reply): void {
    const isChoosing = core.chosen === null;
    const request = core.receive(server, reply);
    if (request === undefined && (!isChoosing || core.chosen === null)) return;
    const { registerSet } = this.#options;
    const isWrite = request?.kind === "write" && request.registerSet === registerSet && request.value === core.chosen;
    if (isChoosing && isWrite) return;
    throw new ImplementationFault(
      `${this.name} ${isChoosing ? "chose" : "had chosen"} ${core.chosen ?? "nothing"} and sends ${request === undefined ? "nothing" : JSON.stringify(request)}`,
    );
  }
}

const summary = (core: ClientCore): string => {
  const blocked = core.blocked ? ", blocked" : "";
  return `${core.phase}, chosen ${core.chosen ?? "nothing"}${blocked}`;
};
