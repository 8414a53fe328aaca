/** Model and implementation side by side in one replayed run: what the model has, and how the two are compared. */
import type { Walk } from "../../model/kernel/index.js";
import { ClientJudge } from "../../model/registers/client-judge.js";
import { FIRST_VALUE } from "../../model/registers/facts.js";
import { registerOf, stateTableOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { isOpen } from "../../spec/quorum-table.js";
import { formatRegister, type Register, sameRegister, type Value } from "../../spec/register.js";
import { decidedValues, type StateTable } from "../../spec/state-table.js";
import type { ProposeStep, Step } from "../../spec/trace.js";
import { allowedValues, type Phase1Way, phase1Ways } from "./phase-1-ways.js";
import { type Cluster, ImplementationFault } from "./servers/cluster.js";

/** One model of a scope, to be walked beside an implementation. */
export interface Script {
  readonly scope: Scope;
  readonly model: RegistersModel;
  /** Walks the model. */
  readonly walk: Walk;
  /** Every step of the model in the trace format, by step number. */
  readonly steps: readonly Step[];
}

/** What replay sees of a client of the implementation, whatever it runs on. */
interface Proposer {
  readonly chosen: Value | null;
  readonly output: Value | null;
}

export abstract class SideBySide<Client extends Proposer = Proposer> {
  readonly scope: Scope;
  readonly model: RegistersModel;
  readonly walk: Walk;
  readonly judge: ClientJudge;
  /** The values that a client may have as input. */
  readonly inputs: readonly Value[];
  /** Turns which of several ways to propose a value is taken. */
  protected readonly turn: number;
  readonly #steps: readonly Step[];
  readonly #clients = new Map<string, Client>();
  readonly #expected: readonly Register[];

  /** The walk is restarted; the implementation must be fresh. */
  constructor({ scope, model, walk, steps }: Script, turn: number) {
    this.scope = scope;
    this.model = model;
    this.walk = walk;
    this.judge = new ClientJudge(model, scope);
    this.inputs = this.judge.values;
    this.turn = turn;
    this.#steps = steps;
    this.#expected = Array.from({ length: FIRST_VALUE + scope.values }, (_, content) => registerOf(content));
    walk.restart();
  }

  abstract readonly driver: Cluster["driver"];

  /** Takes the step in both. Throws ImplementationFault where they differ, before or in it. */
  protected abstract perform(step: Step, stepNumber: number): Promise<void>;

  /** A client of the set in this row that has heard what the way says. */
  protected abstract clientAfter(way: Phase1Way, row: number): Promise<Client>;

  /** Makes `registerAt` current. */
  protected abstract observe(): Promise<void>;

  /** What the server holds, by the register set's real index. */
  protected abstract registerAt(server: number, registerSet: number): Register;

  /** Kills the server and starts it again from what it has made durable. */
  abstract crash(server: number): Promise<void>;

  abstract close(): Promise<void>;

  /** Takes a step of the model in both. Throws ImplementationFault where they differ, before, in or after it. */
  async take(stepNumber: number): Promise<void> {
    const step = this.#steps[stepNumber]!;
    await this.perform(step, stepNumber);
    await this.compareRegisters("");
    if (step.action === "write") this.#compareDecisions();
  }

  get modelState(): StateTable {
    return stateTableOf(this.model, this.scope);
  }

  /** The servers' registers as last observed. */
  get implementationState(): StateTable {
    const { registerSets, table } = this.scope;
    const rows = registerSets.map((real) => table.servers.map((_, server) => this.registerAt(server, real)));
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

  /** What the model holds in the register of this row, the place of its set among the explored ones. */
  expectedAt(server: number, row: number): Register {
    return this.#expected[this.model.variables.register.at(server, row)]!;
  }

  /** Throws unless every explored register is the same in both. `when` ends the sentence, e.g. " after a restart". */
  async compareRegisters(when: string): Promise<void> {
    await this.observe();
    this.compareWith((server, registerSet) => this.registerAt(server, registerSet), when);
  }

  protected compareWith(found: (server: number, registerSet: number) => Register, when: string, where = ""): void {
    const { registerSets, table } = this.scope;
    for (let r = 0; r < registerSets.length; r++) {
      for (let s = 0; s < table.servers.length; s++) {
        const expected = this.expectedAt(s, r);
        const register = found(s, registerSets[r]!);
        if (sameRegister(expected, register)) continue;
        throw new ImplementationFault(
          `${table.servers[s]} holds ${phrase(register)} in R${registerSets[r]}${where} where the model holds ${phrase(expected)}${when}`,
        );
      }
    }
  }

  /** The client that proposed the value in the register set. */
  clientOf(registerSet: number, value: Value): Client {
    const client = this.#clients.get(this.#proposalKey(registerSet, value));
    if (client === undefined) throw new Error(`no client has proposed ${value} in R${registerSet}`);
    return client;
  }

  /** The values that the model has as proposed in the register set of this row. */
  proposedValues(row: number): readonly Value[] {
    const { proposal } = this.model.variables;
    return this.inputs.filter((_, value) =>
      isOpen(this.scope.table, this.scope.registerSets[row]!)
        ? ((proposal.at(row) >>> value) & 1) === 1
        : proposal.at(row) === 1 + value,
    );
  }

  /** Finds a client that proposes what the model does. */
  protected async propose(step: ProposeStep): Promise<void> {
    const row = this.scope.registerSets.indexOf(step.registerSet);
    const ways = phase1Ways(this.judge, row, this.inputs).filter((way) =>
      allowedValues(this.judge, row, way).includes(step.value),
    );
    // Where several values are allowed the client picks one, and another way may lead it to the one that the model proposes.
    for (let tried = 0; tried < ways.length; tried++) {
      const way = ways[(this.turn + tried) % ways.length]!;
      const client = await this.clientAfter(way, row);
      if (client.chosen !== step.value) continue;
      this.#clients.set(this.#proposalKey(step.registerSet, step.value), client);
      return;
    }
    throw new Error(`no client was found that proposes ${step.value} in R${step.registerSet} as the model does`);
  }

  #compareDecisions(): void {
    const [decided, output] = [this.modelDecided, this.outputs];
    if (decided.join() === output.join()) return;
    throw new ImplementationFault(
      `clients have output {${output.join(", ")}} where the model has decided {${decided.join(", ")}}`,
    );
  }

  protected serverIndex(name: string): number {
    return this.scope.table.servers.indexOf(name);
  }

  /** An exclusive set has one client; in an open one every value has a client of its own. */
  #proposalKey(registerSet: number, value: Value): string {
    return isOpen(this.scope.table, registerSet) ? `${registerSet}:${value}` : `${registerSet}`;
  }
}

export const phrase = (register: Register): string =>
  register.state === "value" ? formatRegister(register) : register.state === "nil" ? "nil" : "nothing";
