/**
 * Replay of a client that is somebody else's: the servers are Quorate's, so that freezes and writes do what the model says, and what is
 * compared is what the client asks for, proposes and puts out after every answer.
 */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { hasOwner } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { hasServer, NO_SERVERS } from "../../../spec/server-set.js";
import type { FreezeStep, ProposeStep, Step, WriteStep } from "../../../spec/trace.js";
import type { ForeignClient, ForeignClients } from "../foreign/foreign-client.js";
import type { ClientHabits } from "../foreign/client-habits.js";
import type { Channel } from "../lockstep/lockstep-run.js";
import { type Phase1Way, probesOf } from "./phase-1-ways.js";
import { type Implementation, RegisterRun, type Script } from "./register-run.js";

export interface Proposers {
  readonly clients: ForeignClients;
  readonly habits: ClientHabits;
}

export class ProposerRun extends RegisterRun<Request, Reply, ForeignClient, Promise<ForeignClient>> {
  readonly #proposers: Proposers;

  constructor(
    script: Script,
    implementation: Omit<Implementation<Request, Reply, Promise<ForeignClient>>, "newClient">,
    proposers: Proposers,
    turn: number,
  ) {
    const newClient: Implementation<Request, Reply, Promise<ForeignClient>>["newClient"] = ({ registerSet, row, input }) =>
      proposers.clients.newcomer({ registerSet, row, input });
    super(script, { ...implementation, newClient }, turn);
    this.#proposers = proposers;
  }

  override get channel(): Channel {
    return "adapter";
  }

  /** It may wait for more than it must, and goes its own ways where there are several. */
  protected override get proposesWhereItCan(): boolean {
    return false;
  }

  /** A client may output late, or what it has read: the judge sees to it that it outputs nothing but what is decided. */
  protected override compareDecisions(): void {}

  protected async perform(step: Step, stepNumber: number): Promise<boolean> {
    switch (step.action) {
      case "freeze":
        await this.#freeze(step);
        break;
      case "propose":
        if (!(await this.#propose(step))) return false;
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

  async #propose(step: ProposeStep): Promise<boolean> {
    const hasProposed = await this.propose(step);
    this.#proposers.habits.note(step.registerSet, hasProposed);
    return hasProposed;
  }

  /** One client stands for all that chose alike: in what it does next there would be no difference. */
  protected override setClient(row: number, value: Value, client: ForeignClient): void {
    super.setClient(row, value, this.#proposers.clients.chooserLike(client));
  }

  async clientAfter({ heard, input }: Phase1Way, row: number): Promise<ForeignClient> {
    const registerSet = this.scope.registerSets[row]!;
    let client = await this.newClient(row, { input, awaited: NO_SERVERS, candidate: 0 });
    for (const server of heard) {
      const reply = await this.system.request(server, { kind: "prepare", registerSet });
      // A server that it has not asked tells it nothing.
      client = (await this.#proposers.clients.after(client, server, reply)) ?? client;
    }
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
    this.setClient(row, value, after);
    return true;
  }

  /** Writes arrive late, where registers are nil or taken, and clients hear whom they may. */
  async probe(): Promise<void> {
    const { registerSets, table } = this.scope;
    for (const row of registerSets.keys()) {
      for (const value of this.proposedValues(row)) {
        for (const server of table.servers.keys()) {
          if (this.expectedAt(server, row).state === "unwritten") continue;
          if (hasServer(this.clientOf(row, value).state.written, server)) await this.#deliverWrite(row, value, server);
        }
      }
    }
    await this.#prepareInEveryWay();
  }

  async #prepareInEveryWay(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      if (hasOwner(table, registerSet) && this.proposedValues(row).length > 0) continue;
      if (this.wasTried(this.judge.readsBelow(row))) continue;
      for (const way of probesOf(this.script.ways.waysTo(row))) await this.clientAfter(way, row);
    }
  }
}
