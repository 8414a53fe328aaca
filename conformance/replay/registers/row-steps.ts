/** Replay over servers that know their row: what each step of the model is in requests to them. */
import type { ReadRequest, Reply, Request } from "../../../impl/core/protocol.js";
import { isGated } from "../../../spec/quorum-table.js";
import { membersOf } from "../../../spec/server-set.js";
import type { FreezeStep, Step, VoteStep, WriteStep } from "../../../spec/trace.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { ClientUnderTest } from "../systems/client-under-test.js";
import { Ballots } from "./ballots.js";
import type { Phase1Way } from "./phase-1-ways.js";
import { RegisterRun } from "./register-run.js";

const DONE = {
  freeze: (registerSet: number) => `promised R${registerSet}`,
  vote: (registerSet: number) => `voted in R${registerSet}`,
  write: (registerSet: number) => `taken a write to R${registerSet}`,
};

const GATE_REQUEST: ReadRequest = { kind: "read" };

export abstract class RowSteps extends RegisterRun<Request, Reply> {
  protected readonly ballots = new Ballots(this.scope, this.judge, this.system);

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
  protected async prepare(server: number, registerSet: number): Promise<Reply> {
    const reply = await this.system.request(server, { kind: "prepare", registerSet });
    this.#checkPrepared(server, registerSet, reply);
    return reply;
  }

  async #vote(step: VoteStep, stepNumber: number): Promise<void> {
    const [server, row] = [this.serverIndex(step.server), this.scope.registerSets.indexOf(step.registerSet)];
    const candidate = this.judge.values.indexOf(step.value);
    const reply = await this.system.request(server, this.ballots.requestFor(row, candidate));
    this.script.walk.take(stepNumber);
    this.ballots.check(server, row, reply);
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
    let client = await this.newcomer(row, way);
    for (const server of way.heard) client = client.after(server, await this.prepare(server, registerSet));
    return client;
  }

  /**
   * A client of the row that has heard whether its gate is open, and of all votes that were given. Where votes are
   * promises, it has also heard the promises of servers that voted for others, which it must leave alone.
   */
  protected newcomer(
    row: number,
    way: Phase1Way,
  ): ClientUnderTest<Request, Reply> | Promise<ClientUnderTest<Request, Reply>> {
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
    let client = await this.ballots.toldTo(await this.#atGate(newcomer, row), row, candidate);
    if (this.judge.electionIn(row) !== "promise") return client;
    for (const server of membersOf(this.judge.preparedServers(row) & ~this.judge.voters(row, candidate))) {
      client = client.after(server, await this.prepare(server, registerSet));
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
}
