/**
 * Judges a client that is somebody else's by what the four rules and the table's selection promise, not by what ours
 * does. Where these leave it a choice it makes its own, which is told of.
 */
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { holding, type Value } from "../../../spec/register.js";
import { serversThatHold } from "../../../spec/roles.js";
import { newValue, quorumAgreement } from "../../../spec/rules/four-rules.js";
import {
  allServers,
  contains,
  formatServers,
  hasServer,
  NO_SERVERS,
  namesOf,
  singleton,
} from "../../../spec/server-set.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { ClientRequest, Reaction } from "./client-node.js";
import { type ClientState, NEWCOMER } from "./client-state.js";
import type { Freedoms } from "./freedoms.js";
import type { ToldEvents } from "./told-events.js";

/** Which client it is. */
export interface Part {
  readonly registerSet: number;
  /** The register set's place among the explored ones. */
  readonly row: number;
  readonly input: Value;
  /** What has become of it before, if that matters: "has left an attempt in R1". */
  readonly past?: string;
}

export interface JudgeOptions {
  readonly table: QuorumTable;
  readonly judge: ClientJudge;
  readonly freedoms: Freedoms;
  readonly toldEvents: ToldEvents;
}

export class ProposerJudge {
  readonly #table: QuorumTable;
  readonly #judge: ClientJudge;
  readonly #freedoms: Freedoms;
  readonly #toldEvents: ToldEvents;

  constructor({ table, judge, freedoms, toldEvents }: JudgeOptions) {
    this.#table = table;
    this.#judge = judge;
    this.#freedoms = freedoms;
    this.#toldEvents = toldEvents;
  }

  /**
   * The client after it has done this, knowing what it knows. Throws ImplementationFault where it may not. What it has
   * heard must be what the model's servers hold, as long as it has not chosen.
   */
  after(state: ClientState, { requests, ending, events }: Reaction, part: Part): ClientState {
    let after = state;
    for (const request of requests) {
      if (request.registerSet !== part.registerSet) this.#refuseForeignSet(request, part);
      after = request.kind === "prepare" ? this.#afterPrepare(after, request) : this.#afterWrite(after, request, part);
    }
    if (ending !== null) after = this.#afterEnding(after, ending.output, part);
    this.#toldEvents.checkClient(nameOf(part), events, after, part.registerSet);
    this.#checkWaits(after, part);
    this.#noteSpared(state, after);
    return after;
  }

  #noteSpared(before: ClientState, { asked, written, chosen }: ClientState): void {
    const isNew = before === NEWCOMER;
    if (isNew && chosen === null && asked !== allServers(this.#table.servers.length)) this.#freedoms.take("asks some");
    const hasChosen = before.chosen === null && chosen !== null;
    if (hasChosen && !contains(written, serversThatHold(this.#table))) this.#freedoms.take("writes to some");
  }

  #refuseForeignSet({ kind, server, registerSet }: ClientRequest, part: Part): never {
    throw new ImplementationFault(
      `${nameOf(part)} sent ${this.#table.servers[server]} a ${kind} for R${registerSet}, which is not its register set`,
    );
  }

  #afterPrepare(state: ClientState, { server }: ClientRequest): ClientState {
    if (hasServer(state.asked, server)) this.#freedoms.take("asks again");
    return { ...state, asked: state.asked | singleton(server) };
  }

  #afterWrite(state: ClientState, { server, value }: ClientRequest, part: Part): ClientState {
    const { chosen } = state;
    if (chosen === null) this.#checkChoice(state, value!, part);
    else if (chosen !== value) {
      throw new ImplementationFault(
        `${nameOf(part)} has proposed ${chosen}, and writes ${value} to ${this.#table.servers[server]}`,
      );
    }
    if (hasServer(state.written, server)) this.#freedoms.take("asks again");
    return { ...state, chosen: value, written: state.written | singleton(server) };
  }

  /**
   * Rules 2 and 4. A client may leave out of account what it has heard, as if it had come too late: so what it proposes
   * must be what the model allows after some part of that.
   */
  #checkChoice({ prepared, reads }: ClientState, value: Value, part: Part): void {
    const { row, input } = part;
    const allowed = this.#judge.allowed(row, prepared, input);
    if (allowed.includes(value)) {
      if (value !== input && allowed.includes(input)) this.#freedoms.take("prefers reads");
      return;
    }
    const read = new Set([...reads.values()].flatMap((values) => [...values.keys()]));
    if (!newValue({ value, input, read })) {
      throw new ImplementationFault(
        `${nameOf(part)} with input ${input} proposes ${value}, which it has not read: that breaks rule 2, new value`,
      );
    }
    if (this.#judge.allowedAfterSome(row, prepared, input, value)) return;
    const heard = prepared === NO_SERVERS ? "nobody" : formatServers(prepared, this.#table.servers);
    const instead = allowed.length === 0 ? "has it wait" : `allows only ${allowed.join(" or ")}`;
    throw new ImplementationFault(
      `${nameOf(part)} with input ${input}, having heard ${heard}, proposes ${value} where the model ${instead}`,
    );
  }

  /** Rule 1: some quorum of one register set is known to hold it. */
  #afterEnding(state: ClientState, output: Value | null, part: Part): ClientState {
    if (state.output !== null && output !== null && output !== state.output) {
      throw new ImplementationFault(`${nameOf(part)} has output ${state.output}, and now outputs ${output}`);
    }
    if (output === null) {
      this.#freedoms.take("gives up");
      return { ...state, hasGivenUp: true };
    }
    if (!this.#isDecided(state, output, part.registerSet)) {
      if (![...state.reads].some(([set, values]) => values.has(output) && this.#isDecided(state, output, set))) {
        throw new ImplementationFault(this.#earlyOutput(state, output, part));
      }
      this.#freedoms.take("outputs reads");
    }
    return { ...state, output };
  }

  #isDecided({ reads }: ClientState, value: Value, registerSet: number): boolean {
    const holders = reads.get(registerSet)?.get(value) ?? 0;
    const readsByServer = new Map(namesOf(holders, this.#table.servers).map((name) => [name, holding(value)]));
    return quorumAgreement(this.#table, { output: value, registerSet, readsByServer });
  }

  #earlyOutput({ chosen, acknowledged }: ClientState, output: Value, part: Part): string {
    if (output !== chosen)
      return `${nameOf(part)} outputs ${output}, which it has not read from a quorum of one register set`;
    if (acknowledged === NO_SERVERS) return `${nameOf(part)} outputs ${output} before anybody has acknowledged it`;
    const servers = formatServers(acknowledged, this.#table.servers);
    return `${nameOf(part)} outputs ${output} after acknowledgements from only ${servers}, which is no phase-2 quorum`;
  }

  /** A client may wait for more than it needs, as long as somebody is left to answer it. */
  #checkWaits(state: ClientState, part: Part): void {
    const { prepared, acknowledged, refused, chosen, output, written } = state;
    if (output !== null) return;
    if (chosen === null) {
      const allowed = this.#judge.allowed(part.row, prepared, part.input);
      if (allowed.length === 0) return;
      if (prepared !== allServers(this.#table.servers.length)) {
        this.#freedoms.take("hears more");
        return;
      }
      throw new ImplementationFault(
        `${nameOf(part)} with input ${part.input}, having heard all servers, ${state.hasGivenUp ? "gives up" : "waits"} where the model lets it propose ${allowed.join(" or ")}`,
      );
    }
    if (!this.#isDecided(state, chosen, part.registerSet)) return;
    if (!contains(acknowledged | refused, written)) {
      this.#freedoms.take("waits to output");
      return;
    }
    throw new ImplementationFault(
      `${nameOf(part)} has not output ${chosen} though all have answered its writes, and a phase-2 quorum, ${formatServers(acknowledged, this.#table.servers)}, has taken them`,
    );
  }
}

const nameOf = ({ registerSet, past }: Part): string =>
  past === undefined ? `the client of R${registerSet}` : `the client of R${registerSet}, which ${past},`;
