/** Replay over servers that know their row: what each step of the model is in requests to them. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { Register } from "../../../spec/register.js";
import type { FreezeStep, Step, WriteStep } from "../../../spec/trace.js";
import type { Phase1Way } from "../phase-1-ways.js";
import { type Script, SideBySide } from "../side-by-side.js";
import { ReplayedClient } from "./clients.js";
import { type Cluster, ImplementationFault } from "./cluster.js";

export class World extends SideBySide<ReplayedClient> {
  readonly cluster: Cluster;
  /** Replies to prepares, by server and register set, not delivered yet: the client of the set has not proposed. */
  readonly #heldReplies = new Map<string, Reply>();

  /** The cluster must be fresh. */
  constructor(script: Script, cluster: Cluster, turn: number) {
    super(script, turn);
    this.cluster = cluster;
  }

  get driver(): Cluster["driver"] {
    return this.cluster.driver;
  }

  protected observe(): Promise<void> {
    return this.cluster.observe();
  }

  protected registerAt(server: number, registerSet: number): Register {
    return this.cluster.registerAt(server, registerSet);
  }

  crash(server: number): Promise<void> {
    return this.cluster.crash(server);
  }

  close(): Promise<void> {
    return this.cluster.close();
  }

  protected async perform(step: Step, stepNumber: number): Promise<void> {
    switch (step.action) {
      case "freeze":
        await this.#freeze(step, stepNumber);
        break;
      case "propose":
        await this.propose(step);
        this.walk.take(stepNumber);
        break;
      case "write":
        await this.#write(step);
        this.walk.take(stepNumber);
        if (step.freezesBelow) await this.compareRegisters("");
        if (step.freezesBelow) this.#checkFrozenBelow(step);
        break;
      case "freeze register":
        throw new Error("servers that know their row freeze all of it: single registers are replayed over storage");
      default:
        step satisfies never;
    }
  }

  /** Asks a prepared server to prepare (again) and checks that it tells what the model's registers hold. */
  async prepare(server: number, registerSet: number): Promise<Reply> {
    const reply = await this.cluster.request(server, { kind: "prepare", registerSet });
    this.#checkPrepared(server, registerSet, reply);
    return reply;
  }

  async #freeze(step: FreezeStep, stepNumber: number): Promise<void> {
    const server = this.serverIndex(step.server);
    const request: Request = { kind: "prepare", registerSet: step.registerSet };
    const reply = await this.cluster.request(server, request);
    this.walk.take(stepNumber);
    await this.compareRegisters("");
    this.#checkPrepared(server, step.registerSet, reply);
    this.#checkFrozenBelow(step);
    this.#heldReplies.set(heldKey(server, step.registerSet), reply);
  }

  /** Sets between the explored ones are frozen too, and only the one just below shows a freeze that stops short. */
  #checkFrozenBelow({ server, registerSet, action }: FreezeStep | WriteStep): void {
    if (registerSet === 0) return;
    if (this.registerAt(this.serverIndex(server), registerSet - 1).state !== "unwritten") return;
    const done = action === "freeze" ? `promised R${registerSet}` : `taken a write to R${registerSet}`;
    throw new ImplementationFault(`${server} has ${done} and left R${registerSet - 1} unwritten`);
  }

  /** A client that has heard what the way says, from replies that were held back where there are any. */
  protected async clientAfter({ heard, awaited, input }: Phase1Way, row: number): Promise<ReplayedClient> {
    const { table, registerSets } = this.scope;
    const registerSet = registerSets[row]!;
    const client = new ReplayedClient({ table, registerSet, row, input, awaited, judge: this.judge });
    for (const server of heard) {
      const reply = await this.prepare(server, registerSet);
      client.deliver(server, this.#heldReplies.get(heldKey(server, registerSet)) ?? reply);
      client.deliver(server, reply);
    }
    return client;
  }

  async #write(step: WriteStep): Promise<void> {
    const server = this.serverIndex(step.server);
    const client = this.clientOf(step.registerSet, step.value);
    const reply = await this.cluster.request(server, client.broadcast);
    if (reply.kind !== "written") {
      throw new ImplementationFault(
        `${step.server} answered "${reply.kind}" to the write of ${step.value} to R${step.registerSet}, which was unwritten`,
      );
    }
    client.deliver(server, reply);
  }

  #checkPrepared(server: number, registerSet: number, reply: Reply): void {
    const name = this.scope.table.servers[server]!;
    if (reply.kind !== "prepared" || reply.registerSet !== registerSet) {
      throw new ImplementationFault(`${name} answered "${reply.kind}" to the prepare of R${registerSet}`);
    }
    const told = new Map(reply.written);
    this.scope.registerSets.forEach((real, row) => {
      const register = this.expectedAt(server, row);
      const expected = real < registerSet && register.state === "value" ? register.value : undefined;
      if (told.get(real) === expected) return;
      throw new ImplementationFault(
        `${name} told the client of R${registerSet} that R${real} holds ${told.get(real) ?? "no value"} where the model has ${expected ?? "no value"}`,
      );
    });
  }
}

const heldKey = (server: number, registerSet: number): string => `${server}:${registerSet}`;
