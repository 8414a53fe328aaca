/** Model and implementation side by side in one replayed run: takes each step in both and compares them. */
import type { Reply, Request } from "../../impl/protocol.js";
import type { Walk } from "../../model/kernel/walk.js";
import { FIRST_VALUE } from "../../model/registers/facts.js";
import { registerOf, stateTableOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { valueName } from "../../model/registers/values.js";
import { isOpen } from "../../spec/quorum-table.js";
import { formatRegister, type Register, sameRegister, type Value } from "../../spec/register.js";
import { decidedValues, type StateTable } from "../../spec/state-table.js";
import type { FreezeStep, ProposeStep, Step, WriteStep } from "../../spec/trace.js";
import { ClientJudge } from "./client-judge.js";
import { ReplayedClient } from "./clients.js";
import { type Cluster, ImplementationFault } from "./cluster.js";
import { allowedValues, type Phase1Way, phase1Ways } from "./phase-1-ways.js";
import type { Stage } from "./stage.js";

export class World {
  readonly scope: Scope;
  readonly model: RegistersModel;
  readonly cluster: Cluster;
  readonly walk: Walk;
  readonly judge: ClientJudge;
  /** The values that a client may have as input. */
  readonly inputs: readonly Value[];
  readonly #clients = new Map<string, ReplayedClient>();
  /** Replies to prepares, by server and register set, not delivered yet: the client of the set has not proposed. */
  readonly #heldReplies = new Map<string, Reply>();
  readonly #expected: readonly Register[];
  readonly #steps: readonly Step[];
  /** Turns which of several ways to propose a value is taken. */
  readonly #turn: number;

  /** The stage's walk is restarted; the cluster must be fresh. */
  constructor({ scope, model, walk, steps }: Stage, cluster: Cluster, turn: number) {
    this.scope = scope;
    this.model = model;
    this.walk = walk;
    this.judge = new ClientJudge(model, scope);
    this.#steps = steps;
    this.cluster = cluster;
    this.inputs = Array.from({ length: scope.values }, (_, value) => valueName(value));
    this.#expected = Array.from({ length: FIRST_VALUE + scope.values }, (_, content) => registerOf(content));
    this.#turn = turn;
    walk.restart();
  }

  get modelState(): StateTable {
    return stateTableOf(this.model, this.scope);
  }

  /** The servers' registers as last observed. */
  get implementationState(): StateTable {
    const { registerSets, table } = this.scope;
    const rows = registerSets.map((real) => table.servers.map((_, server) => this.cluster.registerAt(server, real)));
    return { registerSets, rows };
  }

  /** The distinct values that clients have output. */
  get outputs(): Value[] {
    const outputs = [...this.#clients.values()].flatMap((client) => client.output ?? []);
    return [...new Set(outputs)].sort();
  }

  get modelDecided(): Value[] {
    return decidedValues(this.scope.table, this.modelState).sort();
  }

  /** Takes a step of the model in both. Throws ImplementationFault where they differ, before, in or after it. */
  async take(stepNumber: number): Promise<void> {
    const step = this.#steps[stepNumber]!;
    switch (step.action) {
      case "freeze":
        await this.#freeze(step, stepNumber);
        break;
      case "propose":
        await this.#propose(step);
        this.walk.take(stepNumber);
        break;
      case "write":
        await this.#write(step);
        this.walk.take(stepNumber);
        break;
      case "freeze register":
        throw new Error("servers that know their row freeze all of it: single registers are replayed over storage");
      default:
        step satisfies never;
    }
    await this.compareRegisters("");
    if (step.action === "write") this.#compareDecisions();
  }

  /** Throws unless every explored register is the same in both. `when` ends the sentence, e.g. " after a restart". */
  async compareRegisters(when: string): Promise<void> {
    await this.cluster.observe();
    const { registerSets, table } = this.scope;
    for (let r = 0; r < registerSets.length; r++) {
      for (let s = 0; s < table.servers.length; s++) {
        const expected = this.#expected[this.model.variables.register.at(s, r)]!;
        const found = this.cluster.registerAt(s, registerSets[r]!);
        if (sameRegister(expected, found)) continue;
        throw new ImplementationFault(
          `${table.servers[s]} holds ${phrase(found)} in R${registerSets[r]} where the model holds ${phrase(expected)}${when}`,
        );
      }
    }
  }

  /** Asks a prepared server to prepare (again) and checks that it tells what the model's registers hold. */
  async prepare(server: number, registerSet: number): Promise<Reply> {
    const reply = await this.cluster.request(server, { kind: "prepare", registerSet });
    this.#checkPrepared(server, registerSet, reply);
    return reply;
  }

  /** The client that proposed the value in the register set. */
  clientOf(registerSet: number, value: Value): ReplayedClient {
    const client = this.#clients.get(this.#proposalKey(registerSet, value));
    if (client === undefined) throw new Error(`no client has proposed ${value} in R${registerSet}`);
    return client;
  }

  async #freeze(step: FreezeStep, stepNumber: number): Promise<void> {
    const server = this.#serverIndex(step.server);
    const request: Request = { kind: "prepare", registerSet: step.registerSet };
    const reply = await this.cluster.request(server, request);
    this.walk.take(stepNumber);
    await this.compareRegisters("");
    this.#checkPrepared(server, step.registerSet, reply);
    // Sets between the explored ones are frozen too, and only the one just below shows a freeze that stops short.
    if (this.cluster.registerAt(server, step.registerSet - 1).state === "unwritten") {
      throw new ImplementationFault(
        `${step.server} has promised R${step.registerSet} and left R${step.registerSet - 1} unwritten`,
      );
    }
    this.#heldReplies.set(heldKey(server, step.registerSet), reply);
  }

  async #propose(step: ProposeStep): Promise<void> {
    const row = this.scope.registerSets.indexOf(step.registerSet);
    const ways = phase1Ways(this.judge, row, this.inputs).filter((way) =>
      allowedValues(this.judge, row, way).includes(step.value),
    );
    // Where several values are allowed the client picks one, and another way may lead it to the one that the model proposes.
    for (let tried = 0; tried < ways.length; tried++) {
      const way = ways[(this.#turn + tried) % ways.length]!;
      const client = await this.#clientAfter(way, step.registerSet, row);
      if (client.chosen !== step.value) continue;
      this.#clients.set(this.#proposalKey(step.registerSet, step.value), client);
      return;
    }
    throw new Error(`no client was found that proposes ${step.value} in R${step.registerSet} as the model does`);
  }

  /** A client that has heard what the way says, from replies that were held back where there are any. */
  async #clientAfter({ heard, awaited, input }: Phase1Way, registerSet: number, row: number): Promise<ReplayedClient> {
    const { table } = this.scope;
    const client = new ReplayedClient({ table, registerSet, row, input, awaited, judge: this.judge });
    for (const server of heard) {
      const reply = await this.prepare(server, registerSet);
      client.deliver(server, this.#heldReplies.get(heldKey(server, registerSet)) ?? reply);
      client.deliver(server, reply);
    }
    return client;
  }

  async #write(step: WriteStep): Promise<void> {
    const server = this.#serverIndex(step.server);
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
    this.scope.registerSets.forEach((real, r) => {
      const register = this.#expected[this.model.variables.register.at(server, r)]!;
      const expected = real < registerSet && register.state === "value" ? register.value : undefined;
      if (told.get(real) === expected) return;
      throw new ImplementationFault(
        `${name} told the client of R${registerSet} that R${real} holds ${told.get(real) ?? "no value"} where the model has ${expected ?? "no value"}`,
      );
    });
  }

  #compareDecisions(): void {
    const [decided, output] = [this.modelDecided, this.outputs];
    if (decided.join() === output.join()) return;
    throw new ImplementationFault(
      `clients have output {${output.join(", ")}} where the model has decided {${decided.join(", ")}}`,
    );
  }

  #serverIndex(name: string): number {
    return this.scope.table.servers.indexOf(name);
  }

  /** An exclusive set has one client; in an open one every value has a client of its own. */
  #proposalKey(registerSet: number, value: Value): string {
    return isOpen(this.scope.table, registerSet) ? `${registerSet}:${value}` : `${registerSet}`;
  }
}

const heldKey = (server: number, registerSet: number): string => `${server}:${registerSet}`;

const phrase = (register: Register): string =>
  register.state === "value" ? formatRegister(register) : register.state === "nil" ? "nil" : "nothing";
