/**
 * Replay over dumb storage, in memory: each step of the model is one put into one cell, sent by a client of the implementation.
 *
 * Freezes of one register, writes: the client's own request arrives. Proposals: a client hears, cell by cell, from the servers of
 * a P that lets it choose what the model proposes.
 */
import type { PutIfAbsent, PutIfAbsentReply } from "../../../impl/core/register-storage.js";
import { type Register, sameRegister } from "../../../spec/register.js";
import { NO_SERVERS } from "../../../spec/server-set.js";
import type { FreezeRegisterStep, Step, WriteStep } from "../../../spec/trace.js";
import type { Phase1Way } from "../phase-1-ways.js";
import { ImplementationFault } from "../servers/cluster.js";
import { phrase, type Script, SideBySide } from "../side-by-side.js";
import { ReplayedStorageClient } from "./storage-client.js";
import { Storages } from "./storages.js";

export class StorageWorld extends SideBySide<ReplayedStorageClient> {
  readonly driver = "memory";
  readonly storages: Storages;

  /** The scope must have no gaps: clients put nil into the registers of unexplored sets too (see contiguous). */
  constructor(script: Script, turn: number) {
    super(script, turn);
    this.storages = new Storages(script.scope.table.servers);
  }

  protected async observe(): Promise<void> {}

  protected registerAt(server: number, registerSet: number): Register {
    return this.storages.registerAt(server, registerSet);
  }

  /** What runs and what would survive a crash. */
  override async compareRegisters(when: string): Promise<void> {
    await super.compareRegisters(when);
    this.compareWith((server, registerSet) => this.storages.durableAt(server, registerSet), when, " on its disk");
  }

  async crash(server: number): Promise<void> {
    this.storages.crash(server);
  }

  async close(): Promise<void> {}

  protected async perform(step: Step, stepNumber: number): Promise<void> {
    switch (step.action) {
      case "freeze register":
        this.#freeze(step, stepNumber);
        break;
      case "propose":
        await this.propose(step);
        this.walk.take(stepNumber);
        break;
      case "write":
        this.#write(step, stepNumber);
        break;
      case "freeze":
        throw new Error("storage of single registers cannot freeze a row in one step");
      default:
        step satisfies never;
    }
  }

  /** Clients of all higher sets put nil there: they take turns. */
  #freeze({ server: name, registerSet }: FreezeRegisterStep, stepNumber: number): void {
    const { registerSets } = this.scope;
    const server = this.serverIndex(name);
    const lowest = registerSets.indexOf(registerSet) + 1;
    const row = lowest + ((this.turn + stepNumber) % (registerSets.length - lowest));
    const client = this.#newClient(row, { heard: [], awaited: NO_SERVERS, input: this.inputs[0]! });
    this.#arrive(client, server, registerSet, stepNumber);
  }

  #write({ server, registerSet, value }: WriteStep, stepNumber: number): void {
    this.#arrive(this.clientOf(registerSet, value), this.serverIndex(server), registerSet, stepNumber);
  }

  /** The client's request for the register is the step of the model; the answer is delivered at once. */
  #arrive(client: ReplayedStorageClient, server: number, registerSet: number, stepNumber: number): void {
    const request = client.sentTo(server, registerSet);
    const reply = this.storages.putIfAbsent(server, request);
    this.walk.take(stepNumber);
    client.deliver(server, this.#checked(server, request, reply));
  }

  #newClient(row: number, { awaited, input }: Phase1Way): ReplayedStorageClient {
    const { table, registerSets } = this.scope;
    const registerSet = registerSets[row]!;
    // Below R0 there is nothing to ask about, and so nobody to wait for.
    const asked = registerSet === 0 ? NO_SERVERS : awaited;
    return new ReplayedStorageClient({ table, registerSet, row, input, awaited: asked, judge: this.judge });
  }

  /**
   * A client that has heard from these servers, in this order, all that it asks, and of the others some: of each that could
   * complete a promise too, all but one register. Part of a promise must count for nothing.
   */
  async clientAfter(way: Phase1Way, row: number): Promise<ReplayedStorageClient> {
    const client = this.#newClient(row, way);
    for (const server of this.scope.table.servers.keys()) {
      if (way.heard.includes(server)) continue;
      const final = this.#cellsInTurn(server, row).filter(
        (below) => this.expectedAt(server, below).state !== "unwritten",
      );
      for (const below of final.slice(0, row - 1)) this.repeat(client, server, this.scope.registerSets[below]!);
    }
    for (const server of way.heard) {
      for (const below of this.#cellsInTurn(server, row)) this.repeat(client, server, this.scope.registerSets[below]!);
    }
    return client;
  }

  /** Delivers the client's request, too late to change anything, and the answer. */
  repeat(client: ReplayedStorageClient, server: number, registerSet: number): void {
    const request = client.sentTo(server, registerSet);
    client.deliver(server, this.#checked(server, request, this.storages.putIfAbsent(server, request)));
  }

  /** The rows below in some order: registers are asked about in any. */
  #cellsInTurn(server: number, row: number): number[] {
    const rows = Array.from({ length: row }, (_, below) => below);
    return (this.turn + server) % 2 === 0 ? rows : rows.reverse();
  }

  /** The reply, if it says what the model's register holds. */
  #checked(
    server: number,
    { registerSet }: PutIfAbsent,
    reply: PutIfAbsentReply,
  ): PutIfAbsentReply & { kind: "holds" } {
    const name = this.scope.table.servers[server]!;
    const expected = this.expectedAt(server, this.scope.registerSets.indexOf(registerSet));
    if (reply.kind === "rejected") throw new ImplementationFault(`${name} rejected a put: ${reply.reason}`);
    if (reply.registerSet === registerSet && sameRegister(reply.holds, expected)) return reply;
    throw new ImplementationFault(
      `${name} answered that R${reply.registerSet} holds ${phrase(reply.holds)} where R${registerSet} of the model holds ${phrase(expected)}`,
    );
  }
}
