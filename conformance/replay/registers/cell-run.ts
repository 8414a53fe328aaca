/**
 * Replay over dumb storage, in memory: each step of the model is one put into one cell, sent by a client of the
 * implementation.
 *
 * Freezes of one register, writes: the client's own request arrives. Proposals: a client hears, cell by cell, from the
 * servers of a P that lets it choose what the model proposes. The scope must have no gaps: clients put nil into the
 * registers of unexplored sets too (see contiguous).
 */
import type { PutIfAbsent, PutIfAbsentReply } from "../../../impl/core/register-storage.js";
import { hasOwner } from "../../../spec/quorum-table.js";
import { sameRegister, type Value } from "../../../spec/register.js";
import { isArbiter } from "../../../spec/roles.js";
import { NO_SERVERS } from "../../../spec/server-set.js";
import type { FreezeRegisterStep, Step, WriteStep } from "../../../spec/trace.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import type { ClientUnderTest } from "../systems/client-under-test.js";
import { checkCutShort } from "./cut-short.js";
import { type Phase1Way, probesOf } from "./phase-1-ways.js";
import { RegisterRun } from "./register-run.js";

type StorageClient = ClientUnderTest<PutIfAbsent, PutIfAbsentReply>;

export class CellRun extends RegisterRun<PutIfAbsent, PutIfAbsentReply> {
  protected async perform(step: Step, stepNumber: number): Promise<boolean> {
    switch (step.action) {
      case "freeze register":
        await this.#freeze(step, stepNumber);
        break;
      case "propose":
        if (!(await this.propose(step))) return false;
        this.script.walk.take(stepNumber);
        break;
      case "write":
        await this.#write(step, stepNumber);
        break;
      case "freeze":
        throw new Error("storage of single registers cannot freeze a row in one step");
      case "vote":
        throw new Error("storage of single registers does not vote");
      default:
        step satisfies never;
    }
    return true;
  }

  /** Clients of all higher sets put nil there: they take turns. */
  async #freeze({ server: name, registerSet }: FreezeRegisterStep, stepNumber: number): Promise<void> {
    const { registerSets } = this.scope;
    const server = this.serverIndex(name);
    const lowest = registerSets.indexOf(registerSet) + 1;
    const row = lowest + ((this.turn + stepNumber) % (registerSets.length - lowest));
    const client = this.#asking(row, { awaited: NO_SERVERS, candidate: 0, input: this.judge.values[0]! });
    const request = client.requestTo(server, registerSet);
    const reply = await this.system.request(server, request);
    this.script.walk.take(stepNumber);
    client.after(server, this.#checked(server, request, reply));
  }

  /** The client's request for its register is the step of the model; the answer is delivered at once. */
  async #write({ server: name, registerSet, value }: WriteStep, stepNumber: number): Promise<void> {
    const server = this.serverIndex(name);
    const row = this.scope.registerSets.indexOf(registerSet);
    const client = this.clientOf(row, value);
    const request = client.requestTo(server, registerSet);
    const reply = await this.system.request(server, request);
    this.script.walk.take(stepNumber);
    this.setClient(row, value, client.after(server, this.#checked(server, request, reply)));
  }

  /** Below R0 there is nothing to ask about, and so nothing to wait for. */
  #asking(
    row: number,
    { awaited, input, candidate }: Pick<Phase1Way, "awaited" | "input" | "candidate">,
  ): StorageClient {
    return this.newClient(row, {
      input,
      candidate,
      awaited: this.scope.registerSets[row] === 0 ? NO_SERVERS : awaited,
    });
  }

  /**
   * A client that has heard from these servers, in this order, all that it asks, and of the others some: of each that
   * could complete a promise too, all but one register. Part of a promise must count for nothing.
   */
  async clientAfter(way: Phase1Way, row: number): Promise<StorageClient> {
    let client = this.#asking(row, way);
    for (const server of this.scope.table.servers.keys()) {
      if (way.heard.includes(server)) continue;
      const final = this.#cellsInTurn(server, row).filter(
        (below) => this.expectedAt(server, below).state !== "unwritten",
      );
      for (const below of final.slice(0, row - 1)) client = await this.#repeated(client, server, below);
    }
    for (const server of way.heard) {
      for (const below of this.#cellsInTurn(server, row)) client = await this.#repeated(client, server, below);
    }
    return client;
  }

  /** The client after its request was delivered, too late to change anything, and the answer to it. */
  async #repeated(client: StorageClient, server: number, row: number): Promise<StorageClient> {
    return client.after(server, await this.#putAgain(client, server, row));
  }

  async #putAgain(client: StorageClient, server: number, row: number): Promise<PutIfAbsentReply> {
    const request = client.requestTo(server, this.scope.registerSets[row]!);
    return this.#checked(server, request, await this.system.request(server, request));
  }

  /** The rows below in some order: registers are asked about in any. */
  #cellsInTurn(server: number, row: number): number[] {
    const rows = Array.from({ length: row }, (_, below) => below);
    return (this.turn + server) % 2 === 0 ? rows : rows.reverse();
  }

  /** The reply, if it says what the model's register holds. */
  #checked(server: number, { registerSet }: PutIfAbsent, reply: PutIfAbsentReply): PutIfAbsentReply {
    const name = this.scope.table.servers[server]!;
    const expected = this.expectedAt(server, this.scope.registerSets.indexOf(registerSet));
    if (reply.kind === "rejected") throw new ImplementationFault(`${name} rejected a put: ${reply.reason}`);
    if (reply.registerSet === registerSet && sameRegister(reply.holds, expected)) return reply;
    throw new ImplementationFault(
      `${name} answered that R${reply.registerSet} holds ${phrase(reply.holds)} where R${registerSet} of the model holds ${phrase(expected)}`,
    );
  }

  /**
   * Storages crash, also while they handle a put, or several; writes arrive late, and twice; clients hear whom they
   * may.
   */
  async probe(): Promise<void> {
    if (this.channel !== "adapter") await this.probeUnderWay();
    for (const server of this.scope.table.servers.keys()) await this.system.crash(server);
    await this.compareRegisters(" after a restart");
    await this.#writeLate();
    await this.#prepareInEveryWay();
  }

  /** Servers and puts take turns. */
  async probeUnderWay(): Promise<void> {
    const { system, turn } = this;
    if (system.restorable === null || system.timedCrashes === null) return;
    const server = turn % this.scope.table.servers.length;
    const puts = this.#putsTo(server);
    if (puts.length === 0) return;
    const [first, second] = [puts[turn % puts.length]!, puts[(turn + 1) % puts.length]!];
    await checkCutShort(this, {
      server,
      request: first,
      asked: `the put of R${first.registerSet}`,
      effectOn: (registerSet, before) =>
        before.state === "unwritten" && registerSet === first.registerSet ? first.put : before,
    });
    const storages = system.restorable.save();
    await system.timedCrashes.afterAll(server, [first, second, first]);
    system.restorable.restore(storages);
  }

  /** Our own storage of single registers has no encoding that could go wrong. */
  async carryAwkwardValues(signal: AbortSignal): Promise<void> {
    if (this.channel === "adapter") await this.script.awkward.check(signal);
  }

  /** Puts that would change something, of clients that may make them: nil comes from those of higher sets. */
  #putsTo(server: number): PutIfAbsent[] {
    const { registerSets, table } = this.scope;
    return registerSets.flatMap((registerSet, row): PutIfAbsent[] => {
      if (this.expectedAt(server, row).state !== "unwritten") return [];
      const values = isArbiter(table, server) ? [] : this.proposedValues(row);
      return [
        ...(row + 1 < registerSets.length ? [{ registerSet, put: { state: "nil" } as const }] : []),
        ...values.map((value) => ({ registerSet, put: { state: "value", value } as const })),
      ];
    });
  }

  /**
   * A write that arrives late, or again, meets a register that is nil or written: it must change nothing and say so.
   */
  async #writeLate(): Promise<void> {
    for (const row of this.scope.registerSets.keys()) {
      for (const value of this.proposedValues(row)) await this.#writeLateEverywhere(row, value);
    }
    await this.compareRegisters(" after a late write");
  }

  async #writeLateEverywhere(row: number, value: Value): Promise<void> {
    for (const server of this.scope.table.servers.keys()) {
      if (this.expectedAt(server, row).state === "unwritten" || isArbiter(this.scope.table, server)) continue;
      const client = this.clientOf(row, value);
      this.setClient(row, value, client.after(server, await this.#putAgain(client, server, row)));
    }
  }

  /**
   * In every register set that is still to be proposed in, a client is tried with every set of servers that is
   * prepared.
   */
  async #prepareInEveryWay(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      if (hasOwner(table, registerSet) && this.proposedValues(row).length > 0) continue;
      if (this.wasTried(this.#contentsBelow(row))) continue;
      for (const way of probesOf(this.script.ways.waysTo(row))) await this.clientAfter(way, row);
    }
    await this.compareRegisters(" after a put of nil that came too late");
  }

  /** All that clients of the set in this row may hear, whole promises and parts of them. */
  #contentsBelow(row: number): string {
    const { servers } = this.scope.table;
    const rows = this.scope.registerSets.slice(0, row);
    return `${row}:${rows.map((_, below) => servers.map((_, server) => phrase(this.expectedAt(server, below))))}`;
  }
}
