/**
 * Replay of a client that is somebody else's: the servers are the model's, and what is
 * compared is what the client asks for, proposes and puts out after every answer.
 */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { hasOwner } from "../../../spec/quorum-table.js";
import { NIL, type Value } from "../../../spec/register.js";
import { hasServer, membersOf, NO_SERVERS } from "../../../spec/server-set.js";
import type { FreezeStep, Step, WriteStep } from "../../../spec/trace.js";
import type { ClientHabits } from "../foreign/client-habits.js";
import type { ForeignClient, ForeignClients } from "../foreign/foreign-client.js";
import { type Phase1Way, probesOf } from "./phase-1-ways.js";
import { type Implementation, RegisterRun, type Script } from "./register-run.js";

export interface Proposers {
  readonly clients: ForeignClients;
  readonly habits: ClientHabits;
  /** Whether it leaves an attempt for another, and can be crashed. */
  readonly retries: boolean;
  readonly crashes: boolean;
}

export class ProposerRun extends RegisterRun<Request, Reply, ForeignClient, Promise<ForeignClient>> {
  readonly #proposers: Proposers;

  constructor(
    script: Script,
    implementation: Omit<Implementation<Request, Reply, Promise<ForeignClient>>, "newClient">,
    proposers: Proposers,
    turn: number,
  ) {
    const newClient: Implementation<Request, Reply, Promise<ForeignClient>>["newClient"] = ({
      registerSet,
      row,
      input,
    }) => proposers.clients.newcomer({ registerSet, row, input });
    super(script, { ...implementation, newClient }, turn);
    this.#proposers = proposers;
  }

  /** It may wait for more than it must, and goes its own ways where there are several. */
  protected override get proposesWhereItCan(): boolean {
    return false;
  }

  /**
   * A client may output late, or what it has read: the judge sees to it that it outputs nothing but what is decided.
   */
  protected override compareDecisions(): void {}

  protected async perform(step: Step, stepNumber: number): Promise<boolean> {
    switch (step.action) {
      case "freeze":
        await this.#freeze(step);
        break;
      case "propose":
        if (!(await this.propose(step))) return false;
        break;
      case "write":
        if (!(await this.#write(step))) return false;
        break;
      default:
        throw new Error(`proposers are not replayed with "${step.action}"`);
    }
    this.script.walk.take(stepNumber);
    return true;
  }

  async #freeze({ server, registerSet }: FreezeStep): Promise<void> {
    await this.system.request(this.serverIndex(server), { kind: "prepare", registerSet });
  }

  /**
   * Of a client that has just chosen: one stands for all that chose alike, since in what they do next there would be no
   * difference.
   */
  protected override setClient(row: number, value: Value, client: ForeignClient): void {
    super.setClient(row, value, this.#proposers.clients.chooserLike(client));
  }

  async clientAfter({ heard, input, allowed }: Phase1Way, row: number): Promise<ForeignClient> {
    const registerSet = this.scope.registerSets[row]!;
    let client = await this.newClient(row, { input, awaited: NO_SERVERS, candidate: 0 });
    for (const server of heard) {
      const reply = await this.system.request(server, { kind: "prepare", registerSet });
      // A server that it has not asked tells it nothing.
      client = (await this.#proposers.clients.after(client, server, reply)) ?? client;
    }
    if (allowed.length > 0) this.#proposers.habits.note(registerSet, client.chosen !== null || client.output !== null);
    return client;
  }

  /** The client has sent its write to the server, or it goes another way. */
  async #write({ server: name, registerSet, value }: WriteStep): Promise<boolean> {
    const server = this.serverIndex(name);
    const row = this.scope.registerSets.indexOf(registerSet);
    if (!hasServer(this.clientOf(row, value).state.written, server)) return false;
    return this.#deliverWrite(row, value, server);
  }

  async #deliverWrite(row: number, value: Value, server: number): Promise<boolean> {
    const registerSet = this.scope.registerSets[row]!;
    const reply = await this.system.request(server, { kind: "write", registerSet, value });
    const after = await this.#proposers.clients.after(this.clientOf(row, value), server, reply);
    if (after === null) return false;
    super.setClient(row, value, after);
    return true;
  }

  /**
   * Writes and promises arrive late, where registers are nil or taken, and clients hear whom they may, are refused,
   * leave attempts and crash.
   */
  async probe(): Promise<void> {
    await this.#writeLate();
    await this.#promiseLate();
    await this.#prepareInEveryWay();
    if (!this.wasTried("refusals")) await this.#refuseAll();
    if (!this.wasTried("retries")) await this.#beginAnew();
    if (this.#proposers.crashes) await this.#crashProposed();
  }

  /** Servers are the model's. */
  async probeUnderWay(): Promise<void> {}

  /** Not tried, as the report says. */
  async carryAwkwardValues(): Promise<void> {}

  async #writeLate(): Promise<void> {
    const { registerSets, table } = this.scope;
    for (const row of registerSets.keys()) {
      for (const value of this.proposedValues(row)) {
        for (const server of table.servers.keys()) {
          if (this.expectedAt(server, row).state === "unwritten") continue;
          if (hasServer(this.clientOf(row, value).state.written, server)) await this.#deliverWrite(row, value, server);
        }
      }
    }
  }

  /** Promises reach clients that have chosen without them, and what servers answer to their writes comes after that. */
  async #promiseLate(): Promise<void> {
    for (const row of this.scope.registerSets.keys()) {
      for (const value of this.proposedValues(row)) await this.#hearsLate(this.clientOf(row, value).asItChose, row);
    }
  }

  async #hearsLate(chooser: ForeignClient, row: number): Promise<void> {
    const registerSet = this.scope.registerSets[row]!;
    const { asked, prepared, written, chosen } = chooser.state;
    const unheard = asked & ~prepared & this.judge.preparedServers(row);
    if (unheard === NO_SERVERS) return;
    const answered = membersOf(written).filter((server) => this.expectedAt(server, row).state !== "unwritten");
    const requests = [
      ...membersOf(unheard).map((server) => ({ server, request: { kind: "prepare", registerSet } as const })),
      ...answered.map((server) => ({ server, request: { kind: "write", registerSet, value: chosen! } as const })),
    ];
    let client = chooser;
    for (const { server, request } of requests) {
      const reply = await this.system.request(server, request);
      client = (await this.#proposers.clients.after(client, server, reply)) ?? client;
    }
  }

  async #prepareInEveryWay(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      if (hasOwner(table, registerSet) && this.proposedValues(row).length > 0) continue;
      if (this.wasTried(this.judge.readsBelow(row))) continue;
      for (const way of probesOf(this.script.ways.waysTo(row))) await this.clientAfter(way, row);
    }
  }

  /** No server promises anything: each may have promised a higher set before. */
  async #refuseAll(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      let client = await this.newClient(row, { input: this.judge.values[0]!, awaited: NO_SERVERS, candidate: 0 });
      if (client.chosen !== null) continue;
      for (const server of table.servers.keys()) {
        const refusal: Reply = { kind: "refused", registerSet, holds: NIL };
        client = (await this.#proposers.clients.after(client, server, refusal)) ?? client;
      }
    }
  }

  /** In one register set, and then in a higher one, in which nothing that came before counts. */
  async #beginAnew(): Promise<void> {
    const { clients, retries, crashes } = this.#proposers;
    const { registerSets } = this.scope;
    const [input, other] = this.judge.values;
    const partOf = (row: number, value: Value) => ({ row, registerSet: registerSets[row]!, input: value });
    for (const row of registerSets.keys()) {
      for (let below = 0; below < row; below++) {
        const [left, next] = [partOf(below, input!), partOf(row, other ?? input!)];
        if (retries) await clients.retry(left, next);
        if (crashes) await clients.restart(left, next);
      }
    }
  }

  /** Whoever owns a register set proposes in it once, for ever. */
  async #crashProposed(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      const [proposed] = this.proposedValues(row);
      const other = this.judge.values.find((value) => value !== proposed);
      if (proposed === undefined || other === undefined || !hasOwner(table, registerSet)) continue;
      const client = this.clientOf(row, proposed);
      const isFree = client.history.every(({ reply }) => reply.kind !== "prepared" || reply.written.length === 0);
      if (isFree && !this.wasTried(`crash ${row}`)) await this.#proposers.clients.crash(client, other);
    }
  }
}
