/** Replay over servers that know their row: what each step of the model is in requests to them. */
import type {
  PrepareRequest,
  ReadRequest,
  Reply,
  Request,
  VoteRequest,
  WriteRequest,
} from "../../../impl/core/protocol.js";
import { variantOf } from "../../../model/registers/variant.js";
import { hasOwner, isGated } from "../../../spec/quorum-table.js";
import { holding, NIL, type Register } from "../../../spec/register.js";
import { isArbiter } from "../../../spec/roles.js";
import { membersOf } from "../../../spec/server-set.js";
import type { FreezeStep, Step, VoteStep, WriteStep } from "../../../spec/trace.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { ClientUnderTest } from "../systems/client-under-test.js";
import { Ballots } from "./ballots.js";
import { checkCutShort } from "./cut-short.js";
import { type Phase1Way, probesOf } from "./phase-1-ways.js";
import { RegisterRun } from "./register-run.js";

type Changing = PrepareRequest | WriteRequest | VoteRequest;

const DONE = {
  freeze: (registerSet: number) => `promised R${registerSet}`,
  vote: (registerSet: number) => `voted in R${registerSet}`,
  write: (registerSet: number) => `taken a write to R${registerSet}`,
};

const GATE_REQUEST: ReadRequest = { kind: "read" };

export class RowRun extends RegisterRun<Request, Reply> {
  readonly #ballots = new Ballots(this.scope, this.judge, this.system);

  protected async perform(step: Step, stepNumber: number): Promise<boolean> {
    const { walk } = this.script;
    switch (step.action) {
      case "freeze":
        await this.#freeze(step, stepNumber);
        break;
      case "propose":
        if (!(await this.propose(step))) return false;
        walk.take(stepNumber);
        break;
      case "write":
        await this.#write(step);
        walk.take(stepNumber);
        if (step.freezesBelow) await this.compareRegisters("");
        if (step.freezesBelow) this.#checkFrozenBelow(step);
        break;
      case "freeze register":
        throw new Error("servers that know their row freeze all of it: single registers are replayed over storage");
      case "vote":
        await this.#vote(step, stepNumber);
        break;
      default:
        step satisfies never;
    }
    return true;
  }

  /** Asks a prepared server to prepare (again) and checks that it tells what the model's registers hold. */
  async #prepare(server: number, registerSet: number): Promise<Reply> {
    const reply = await this.system.request(server, { kind: "prepare", registerSet });
    this.#checkPrepared(server, registerSet, reply);
    return reply;
  }

  async #vote(step: VoteStep, stepNumber: number): Promise<void> {
    const [server, row] = [this.serverIndex(step.server), this.scope.registerSets.indexOf(step.registerSet)];
    const candidate = this.judge.values.indexOf(step.value);
    const reply = await this.system.request(server, this.#ballots.requestFor(row, candidate));
    this.script.walk.take(stepNumber);
    this.#ballots.check(server, row, reply);
    await this.compareRegisters("");
    if (step.freezesBelow) this.#checkFrozenBelow(step);
  }

  async #freeze(step: FreezeStep, stepNumber: number): Promise<void> {
    const server = this.serverIndex(step.server);
    const reply = await this.system.request(server, { kind: "prepare", registerSet: step.registerSet });
    this.script.walk.take(stepNumber);
    await this.compareRegisters("");
    this.#checkPrepared(server, step.registerSet, reply);
    this.#checkFrozenBelow(step);
  }

  /** Sets between the explored ones are frozen too, and only the one just below shows a freeze that stops short. */
  #checkFrozenBelow({ server, registerSet, action }: FreezeStep | VoteStep | WriteStep): void {
    if (registerSet === 0) return;
    if (this.system.registerAt(this.serverIndex(server), registerSet - 1).state !== "unwritten") return;
    const done = DONE[action](registerSet);
    throw new ImplementationFault(`${server} has ${done} and left R${registerSet - 1} unwritten`);
  }

  async clientAfter(way: Phase1Way, row: number): Promise<ClientUnderTest<Request, Reply>> {
    const registerSet = this.scope.registerSets[row]!;
    let client = await this.#newcomer(row, way);
    for (const server of way.heard) client = client.after(server, await this.#prepare(server, registerSet));
    return client;
  }

  /**
   * A client of the row that has heard whether its gate is open, and of all votes that were given. Where votes are promises, it has
   * also heard the promises of servers that voted for others, which it must leave alone.
   */
  #newcomer(row: number, way: Phase1Way): ClientUnderTest<Request, Reply> | Promise<ClientUnderTest<Request, Reply>> {
    const client = this.newClient(row, way);
    const isPlain = this.judge.electionIn(row) === "none" && !isGated(this.scope.table, this.scope.registerSets[row]!);
    return isPlain ? client : this.#admitted(client, row, way.candidate);
  }

  async #admitted(
    newcomer: ClientUnderTest<Request, Reply>,
    row: number,
    candidate: number,
  ): Promise<ClientUnderTest<Request, Reply>> {
    const registerSet = this.scope.registerSets[row]!;
    let client = await this.#ballots.toldTo(await this.#atGate(newcomer, row), row, candidate);
    if (this.judge.electionIn(row) !== "promise") return client;
    for (const server of membersOf(this.judge.preparedServers(row) & ~this.judge.voters(row, candidate))) {
      client = client.after(server, await this.#prepare(server, registerSet));
    }
    return client;
  }

  /** The client after all servers, in turn, have told it what they hold: where its set is gated, it waits for that. */
  async #atGate(client: ClientUnderTest<Request, Reply>, row: number): Promise<ClientUnderTest<Request, Reply>> {
    const { table, registerSets } = this.scope;
    if (!isGated(table, registerSets[row]!)) return client;
    const { length } = table.servers;
    let after = client;
    for (let count = 0; count < length; count++) {
      const server = (this.turn + count) % length;
      after = after.after(server, await this.system.request(server, GATE_REQUEST));
    }
    return after;
  }

  async #write({ server: name, registerSet, value }: WriteStep): Promise<void> {
    const server = this.serverIndex(name);
    const row = this.scope.registerSets.indexOf(registerSet);
    const reply = await this.system.request(server, this.clientOf(row, value).requestTo(server, registerSet));
    if (reply.kind !== "written") {
      throw new ImplementationFault(
        `${name} answered "${reply.kind}" to the write of ${value} to R${registerSet}, which was unwritten`,
      );
    }
    this.setClient(row, value, this.clientOf(row, value).after(server, reply));
  }

  #checkPrepared(server: number, registerSet: number, reply: Reply): void {
    const name = this.scope.table.servers[server]!;
    if (reply.kind !== "prepared" || reply.registerSet !== registerSet) {
      throw new ImplementationFault(`${name} answered "${reply.kind}" to the prepare of R${registerSet}`);
    }
    const sets = reply.written.map(([told]) => told);
    if (sets.some((set, index) => index > 0 && set <= sets[index - 1]!)) {
      throw new ImplementationFault(
        `${name} told the client of R${registerSet} of R${sets.join(", R")}, which is not in ascending order`,
      );
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

  /** Servers crash, also while they handle a request; writes arrive late, and twice; clients hear whom they may. */
  async probe(): Promise<void> {
    if (this.channel !== "adapter") await this.probeUnderWay();
    await this.#restartClients();
    for (let server = 0; server < this.scope.table.servers.length; server++) await this.system.crash(server);
    await this.compareRegisters(" after a restart");
    await this.#ballots.askAgain();
    await this.#writeLate();
    await this.#writeToArbiters();
    await this.#prepareInEveryWay();
  }

  async probeUnderWay(): Promise<void> {
    await this.#crashInRequest();
    await this.#crashAfterCrowd();
  }

  async carryAwkwardValues(signal: AbortSignal): Promise<void> {
    await this.script.awkward.check(signal);
  }

  /** A request that a crash cuts short has taken effect or has not, and nothing else. Servers and requests take turns. */
  async #crashInRequest(): Promise<void> {
    const { system, turn } = this;
    if (system.restorable === null || system.timedCrashes === null) return;
    const server = turn % this.scope.table.servers.length;
    const requests = this.#requestsTo(server);
    if (requests.length === 0) return;
    const request = requests[turn % requests.length]!;
    await checkCutShort(this, {
      server,
      request,
      asked: `"${request.kind}" for R${request.registerSet}`,
      effectOn: (registerSet, before) => this.#registerAfter(request, registerSet, before),
    });
  }

  /** Requests come while a sync is under way, the first of them once more, and somebody looks: no reply may run ahead of its sync. */
  async #crashAfterCrowd(): Promise<void> {
    const { system, turn } = this;
    if (system.restorable === null || system.timedCrashes === null) return;
    const server = (turn >>> 1) % this.scope.table.servers.length;
    const requests = this.#requestsTo(server);
    if (requests.length === 0) return;
    const servers = system.restorable.save();
    const [first, second] = [requests[turn % requests.length]!, requests[(turn + 1) % requests.length]!];
    await system.timedCrashes.afterAll(server, [first, second, { kind: "read" }, first]);
    system.restorable.restore(servers);
  }

  /** A client whose machine loses its power as it proposes has another value when it starts again: for another set. */
  async #restartClients(): Promise<void> {
    const { values } = this.judge;
    const { restarts } = this.script;
    if (restarts === null) return;
    for (const [row, registerSet] of this.scope.registerSets.entries()) {
      if (restarts.wereTried(registerSet)) continue;
      const [proposed] = this.proposedValues(row);
      if (proposed === undefined) continue;
      const other = values.find((value) => value !== proposed) ?? `${proposed}, again`;
      await restarts.check(registerSet, proposed, other);
    }
  }

  /** Requests that would change something, of clients that may make them. */
  #requestsTo(server: number): Changing[] {
    return this.scope.registerSets.flatMap((registerSet, row) => {
      const isUnwritten = this.expectedAt(server, row).state === "unwritten" && !isArbiter(this.scope.table, server);
      const below = this.scope.registerSets.slice(0, row);
      const prepares = below.some((_, lower) => this.expectedAt(server, lower).state === "unwritten");
      return [
        ...(prepares ? [{ kind: "prepare", registerSet } as const] : []),
        ...(this.judge.electionIn(row) !== "none" && this.#ballots.votedFor(server, row) === null
          ? [this.#ballots.requestFor(row, 0)]
          : []),
        ...(isUnwritten ? this.proposedValues(row) : []).map(
          (value) => ({ kind: "write", registerSet, value }) as const,
        ),
      ];
    });
  }

  #registerAfter(request: Changing, registerSet: number, before: Register): Register {
    if (before.state !== "unwritten") return before;
    if (request.kind === "write" && registerSet === request.registerSet) return holding(request.value);
    const freezes =
      request.kind === "prepare" ||
      (request.kind === "vote" ? request.promise : variantOf(this.scope).writesFreezeBelow);
    return freezes && registerSet < request.registerSet ? NIL : before;
  }

  /** A write that arrives late, or again, meets a register that is nil or written: it must change nothing and say so. */
  async #writeLate(): Promise<void> {
    const { servers } = this.scope.table;
    for (const [row, registerSet] of this.scope.registerSets.entries()) {
      for (const value of this.proposedValues(row)) {
        for (let server = 0; server < servers.length; server++) {
          const register = this.expectedAt(server, row);
          if (register.state === "unwritten" || isArbiter(this.scope.table, server)) continue;
          const reply = await this.system.request(server, this.clientOf(row, value).requestTo(server, registerSet));
          const expected = register.state === "value" && register.value === value ? "written" : "refused";
          if (reply.kind !== expected) {
            throw new ImplementationFault(
              `${servers[server]} answered "${reply.kind}" to a late write of ${value} to R${registerSet}, which must be ${expected}`,
            );
          }
          this.setClient(row, value, this.clientOf(row, value).after(server, reply));
        }
      }
    }
    await this.compareRegisters(" after a late write");
  }

  /** Whoever does not know better may write to an arbiter. It rejects that. */
  async #writeToArbiters(): Promise<void> {
    const { servers, arbiters } = this.scope.table;
    if (arbiters === undefined || this.script.restarts === null) return;
    for (const [row, registerSet] of this.scope.registerSets.entries()) {
      for (const value of this.proposedValues(row)) {
        for (const server of membersOf(arbiters)) {
          const { kind } = await this.system.request(server, { kind: "write", registerSet, value });
          if (kind === "rejected") continue;
          throw new ImplementationFault(
            `${servers[server]}, an arbiter, answered "${kind}" to a write of ${value} to R${registerSet}`,
          );
        }
      }
    }
    await this.compareRegisters(" after a write to an arbiter");
  }

  /** In every register set that is still to be proposed in, a client is tried with every set of servers that is prepared. */
  async #prepareInEveryWay(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      if (hasOwner(table, registerSet) && this.proposedValues(row).length > 0) continue;
      const prepared = membersOf(this.judge.preparedServers(row));
      const replies = new Map<number, Reply>();
      for (const server of prepared) replies.set(server, await this.#prepare(server, registerSet));
      if (this.wasTried(this.judge.readsBelow(row))) continue;
      for (const way of probesOf(this.script.ways.waysTo(row))) {
        // The client itself is judged after every reply.
        const arriving = this.#newcomer(row, way);
        let client = arriving instanceof Promise ? await arriving : arriving;
        for (const server of way.heard) client = client.after(server, replies.get(server)!);
      }
    }
    await this.compareRegisters(" after a prepare that had nothing left to freeze");
  }
}
