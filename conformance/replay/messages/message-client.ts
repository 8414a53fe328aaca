/**
 * One attempt of a client in a replayed run of the message model: hands replies to the implementation's core and judges
 * what it makes of them.
 */
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

/** Something that has happened to an attempt. */
type Deed =
  | "start"
  | "end"
  | "look"
  | { readonly chosen: Value }
  | { readonly server: number; readonly reply: Reply; readonly copies: number };

/** All that has, the last first; null for nothing. */
export type Past = { readonly deed: Deed; readonly before: Past } | null;

export class MessageClient {
  /** Its name in faults, e.g. `the client of R1`. */
  readonly name: string;
  readonly options: MessageClientOptions;
  /** Null until it is needed, for one that was put back. */
  #present: Present | null;
  #past: Past;

  /** @param past of one with the same options */
  constructor(options: MessageClientOptions, past: Past = null) {
    this.name = `the client of R${options.registerSet}`;
    this.options = options;
    this.#past = past;
    this.#present = past === null ? this.#newcomer() : null;
  }

  /** With it, and the same options, another can be made that goes on from here. */
  get past(): Past {
    return this.#past;
  }

  /** Servers whose promises it has heard. */
  get promised(): ServerSet {
    return this.#now.promised;
  }

  get registerSet(): number {
    return this.options.registerSet;
  }

  /** The attempt is over: its client has crashed or given up. */
  end(): void {
    this.#do("end");
  }

  /** The distinct values that it has output, whatever its input is: at most one, if all is well. */
  get outputs(): Value[] {
    return this.#now.variants.flatMap(({ core }) => core.output ?? []);
  }

  /**
   * What it sends to every server first. Where there is nothing to prepare that depends on its input, so it is for
   * `propose` to say.
   */
  start(): Request | null {
    const { registerSet } = this.options;
    const requests = this.#now.variants.map(({ core }) => core.start());
    this.#past = { deed: "start", before: this.#past };
    if (registerSet === 0) return null;
    for (const request of requests) {
      if (request.kind === "prepare" && request.registerSet === registerSet) continue;
      throw new ImplementationFault(
        `${this.name} began with "${request.kind}" instead of a prepare of R${registerSet}`,
      );
    }
    return requests[0]!;
  }

  /**
   * From now on it is a client whose input leads it to this value. Null if there is none, else what it sends to every
   * server.
   */
  propose(value: Value): Request | null {
    this.#do({ chosen: value });
    const { registerSet } = this.options;
    return this.#now.variants.length === 0 ? null : { kind: "write", registerSet, value };
  }

  /** A reply to this attempt, delivered twice: networks duplicate, and a client must not count a server twice. */
  hear(server: number, reply: Reply): void {
    const now = this.#now;
    if (reply.kind === "prepared") now.promised |= singleton(server);
    for (const { core } of now.variants) for (let copy = 0; copy < 2; copy++) this.#receive(core, server, reply);
    this.#past = { deed: { server, reply, copies: 2 }, before: this.#past };
  }

  /** A reply about another register set, to an attempt that its client has given up, say: it must change nothing. */
  hearForeign(server: number, reply: Reply): void {
    for (const { core } of this.#now.variants) {
      const before = summary(core);
      core.receive(server, reply);
      if (summary(core) === before) continue;
      const about = "registerSet" in reply ? ` about R${reply.registerSet}` : "";
      throw new ImplementationFault(
        `${this.name} made something of "${reply.kind}"${about}: it was "${before}" and is "${summary(core)}"`,
      );
    }
    this.#past = { deed: { server, reply, copies: 1 }, before: this.#past };
  }

  /** Throws ImplementationFault unless every core is as the model says. */
  compare(expected: ExpectedClient): void {
    const { variants } = this.#now;
    for (const variant of variants) {
      if (expected.phase === "prepare") this.#compareChoice(variant);
      else this.#compareOutput(variant.core, expected);
    }
    if (expected.phase === "prepare") this.#do("look");
  }

  /** The client chooses when, and only when, the model lets it after what it has heard; and what it chose stays. */
  #compareChoice(variant: Variant): void {
    const { core, chosen: before } = variant;
    const { judge, row, awaited, table } = this.options;
    const { chosen, input } = core;
    const heard = formatServers(this.promised, table.servers);
    if (before !== null) {
      if (chosen === before && core.phase === "write") return;
      throw new ImplementationFault(
        `${this.name} chose ${before}, heard ${heard}, and is then in phase "${core.phase}" with ${chosen}`,
      );
    }
    const allowed = contains(this.promised, awaited) ? judge.allowed(row, this.promised, input) : [];
    if (chosen === null ? allowed.length > 0 : !allowed.includes(chosen)) {
      throw new ImplementationFault(
        `${this.name} with input ${input}, having heard ${heard}, ${chosen === null ? "waits" : `chose ${chosen}`} where the model ${allowed.length === 0 ? "has it wait" : `allows only ${allowed.join(" or ")}`}`,
      );
    }
    const mayHearMore = this.promised !== allServers(table.servers.length);
    this.#compareBlocked(core, chosen === null && !mayHearMore, `having heard ${heard}`);
  }

  /** The client outputs its value when, and only when, a phase-2 quorum has accepted it. */
  #compareOutput(core: ClientCore, { phase, accepted, refused }: Exclude<ExpectedClient, { phase: "prepare" }>): void {
    const { table, registerSet } = this.options;
    const quorums = phase2Family(table, registerSet);
    if (core.chosen !== this.#now.proposed) {
      throw new ImplementationFault(
        `${this.name} proposed ${this.#now.proposed} and changed its mind to ${core.chosen}`,
      );
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

  get #now(): Present {
    this.#present ??= this.#again();
    return this.#present;
  }

  #do(deed: Deed): void {
    apply(this.#now, deed);
    this.#past = { deed, before: this.#past };
  }

  #newcomer(): Present {
    const { inputs } = this.options;
    const variants = inputs.map((input) => {
      const failing = `${this.name} with input ${input} failed`;
      return { core: blamed(failing, () => new ClientCore({ ...this.options, input })), chosen: null };
    });
    return { variants, promised: NO_SERVERS, proposed: null };
  }

  /** Whatever happened to the other happens to this one: nothing was at fault. */
  #again(): Present {
    const deeds: Deed[] = [];
    for (let last = this.#past; last !== null; last = last.before) deeds.push(last.deed);
    const now = this.#newcomer();
    for (const deed of deeds.reverse()) apply(now, deed);
    return now;
  }

  /** What a core asks for next is the write of what it chose, once. */
  #receive(core: ClientCore, server: number, reply: Reply): void {
    const isChoosing = core.chosen === null;
    const request = core.receive(server, reply);
    if (request === undefined && (!isChoosing || core.chosen === null)) return;
    const { registerSet } = this.options;
    const isWrite = request?.kind === "write" && request.registerSet === registerSet && request.value === core.chosen;
    if (isChoosing && isWrite) return;
    throw new ImplementationFault(
      `${this.name} ${isChoosing ? "chose" : "had chosen"} ${core.chosen ?? "nothing"} and sends ${request === undefined ? "nothing" : JSON.stringify(request)}`,
    );
  }
}

/** What follows from the past. */
interface Present {
  variants: Variant[];
  promised: ServerSet;
  proposed: Value | null;
}

function apply(now: Present, deed: Deed): void {
  if (deed === "start") for (const { core } of now.variants) core.start();
  else if (deed === "end") now.variants = [];
  else if (deed === "look") for (const variant of now.variants) variant.chosen = variant.core.chosen;
  else if ("chosen" in deed) {
    now.variants = now.variants.filter(({ core }) => core.chosen === deed.chosen);
    now.proposed = deed.chosen;
  } else {
    const { server, reply, copies } = deed;
    // One that has come once was about another register set.
    if (copies > 1 && reply.kind === "prepared") now.promised |= singleton(server);
    for (const { core } of now.variants) for (let copy = 0; copy < copies; copy++) core.receive(server, reply);
  }
}

const summary = (core: ClientCore): string => {
  const blocked = core.blocked ? ", blocked" : "";
  return `${core.phase}, chosen ${core.chosen ?? "nothing"}${blocked}`;
};
