/**
 * Lockstep runs of the register model: what the model has, how the implementation is compared with it, and its clients.
 */
import type { Walk } from "../../../model/kernel/index.js";
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import { stateTableOf } from "../../../model/registers/reading.js";
import type { RegistersModel } from "../../../model/registers/registers.js";
import type { Scope } from "../../../model/registers/scope.js";
import { hasOwner } from "../../../spec/quorum-table.js";
import type { Register, Value } from "../../../spec/register.js";
import { decidedValues, type StateTable } from "../../../spec/state-table.js";
import type { ProposeStep, Step } from "../../../spec/trace.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { Channel, ProbedRun, Restorable, Sides } from "../lockstep/lockstep-run.js";
import type { ClientRestarts } from "../systems/client-restarts.js";
import type { ClientUnderTest, SeenClient } from "../systems/client-under-test.js";
import type { WatchedClientOptions } from "../systems/client-watch.js";
import { ComparedRegisters } from "../systems/compared-registers.js";
import type { SystemUnderTest } from "../systems/system-under-test.js";
import type { FourRulesJudge } from "./four-rules-judge.js";
import type { Phase1Way, Phase1WaysBook } from "./phase-1-ways.js";

/** One model of a scope, and all that its runs share. */
export interface Script {
  readonly scope: Scope;
  readonly model: RegistersModel;
  /** Walks the model. */
  readonly walk: Walk;
  /** Every step of the model in the trace format, by step number. */
  readonly steps: readonly Step[];
  readonly judge: ClientJudge;
  readonly ways: Phase1WaysBook;
  readonly fourRules: FourRulesJudge;
  /** Of our clients, which foreign servers are replayed with as they are; null there. */
  readonly restarts: ClientRestarts | null;
  readonly awkward: Carrier;
}

/** Whoever is asked to carry what the model knows by other names. Throws ImplementationFault where it does not. */
interface Carrier {
  /** @param signal aborting ends it early */
  check(signal: AbortSignal): Promise<void>;
}

/** The implementation beside the model. `Newcomer` is a client, or a promise of one. */
export interface Implementation<Request, Reply, Newcomer = ClientUnderTest<Request, Reply>> {
  readonly system: SystemUnderTest<Request, Reply>;
  readonly newClient: (options: WatchedClientOptions) => Newcomer;
  /**
   * What has been tried of clients, as far as trying again would show nothing else, since servers and clients are
   * remembered; null where everything is done anew.
   */
  readonly tried: Set<string> | null;
}

/** Where a run can be put back to. */
interface SavedRun<Client> {
  readonly words: Int32Array;
  readonly system: unknown;
  readonly clients: readonly (Client | undefined)[];
}

export abstract class RegisterRun<
  Request,
  Reply,
  Client extends SeenClient = ClientUnderTest<Request, Reply>,
  Newcomer = Client,
> implements ProbedRun
{
  readonly scope: Scope;
  readonly judge: ClientJudge;
  readonly system: SystemUnderTest<Request, Reply>;
  readonly restorable: Restorable | null;
  /** Turns which of several ways is taken. */
  turn: number;
  protected readonly script: Script;
  readonly #implementation: Implementation<Request, Reply, Newcomer>;
  /** By proposal: an exclusive set has one client; in an open one every value has a client of its own. */
  #clients: (Client | undefined)[] = [];
  readonly #registers: ComparedRegisters;

  /** The walk is restarted; the implementation must be fresh. */
  constructor(script: Script, implementation: Implementation<Request, Reply, Newcomer>, turn: number) {
    const { scope, judge, walk } = script;
    this.script = script;
    this.scope = scope;
    this.judge = judge;
    this.#implementation = implementation;
    this.system = implementation.system;
    this.turn = turn;
    this.#registers = new ComparedRegisters(scope, script.model, this.system);
    this.restorable = this.system.restorable && { save: () => this.#save(), restore: (saved) => this.#restore(saved) };
    walk.restart();
  }

  /**
   * Takes the step in both. Throws ImplementationFault where they differ, before or in it; resolves with false where no
   * client was found that goes the model's way, of those that are a sample.
   */
  protected abstract perform(step: Step, stepNumber: number): Promise<boolean>;

  /** A client of the set in this row that has heard what the way says. */
  abstract clientAfter(way: Phase1Way, row: number): Promise<Client>;

  /** Does to the implementation what the model does not see: what it holds must stay the same. */
  abstract probe(): Promise<void>;

  /**
   * Crashes servers while they handle requests, one or several; all is put back to where it was. No part of `probe` for
   * foreign ones.
   */
  abstract probeUnderWay(): Promise<void>;

  get channel(): Channel {
    return this.system.channel;
  }

  async take(stepNumber: number): Promise<boolean> {
    const step = this.script.steps[stepNumber]!;
    if (!(await this.perform(step, stepNumber))) return false;
    await this.compareRegisters("");
    if (step.action === "write") this.compareDecisions();
    return true;
  }

  get sides(): Sides {
    return {
      model: this.#modelState,
      implementation: this.#registers.observed("memory"),
      modelOutputs: decidedValues(this.scope.table, this.#modelState).sort(),
      implementationOutputs: this.#outputs,
    };
  }

  /** Servers and clients carry what the model knows by other names, until the signal is aborted. */
  abstract carryAwkwardValues(signal: AbortSignal): Promise<void>;

  async restart(server: number): Promise<void> {
    await this.system.crash(server);
    await this.compareRegisters(" after a restart");
  }

  close(): Promise<void> {
    return this.system.close();
  }

  get #modelState(): StateTable {
    return stateTableOf(this.script.model, this.scope);
  }

  /** The distinct values that clients have output. */
  get #outputs(): Value[] {
    return [...new Set(this.#clients.flatMap((client) => client?.output ?? []))].sort();
  }

  /** What the model holds in the register of this row, the place of its set among the explored ones. */
  expectedAt(server: number, row: number): Register {
    return this.#registers.expectedAt(server, row);
  }

  /** Throws unless every explored register is the same in both. `when` ends the sentence, e.g. " after a restart". */
  compareRegisters(when: string): void | Promise<void> {
    return this.#registers.compare(when);
  }

  /** A client of the set in this row that has heard nothing. */
  protected newClient(
    row: number,
    { input, awaited, candidate }: Pick<Phase1Way, "input" | "awaited" | "candidate">,
  ): Newcomer {
    const { table, registerSets } = this.scope;
    const registerSet = registerSets[row]!;
    return this.#implementation.newClient({ table, registerSet, row, input, awaited, candidate, judge: this.judge });
  }

  /** The client that proposed the value in the set of this row. */
  clientOf(row: number, value: Value): Client {
    const client = this.#clients[this.#place(row, value)];
    if (client === undefined) throw new Error(`no client has proposed ${value} in R${this.scope.registerSets[row]}`);
    return client;
  }

  /** The client that proposes the value in the set of this row, or has proposed it and gone on. */
  protected setClient(row: number, value: Value, client: Client): void {
    this.#clients[this.#place(row, value)] = client;
  }

  /** The values that the model has as proposed in the register set of this row. */
  proposedValues(row: number): readonly Value[] {
    const { proposal } = this.script.model.variables;
    return this.judge.values.filter((_, value) =>
      hasOwner(this.scope.table, this.scope.registerSets[row]!)
        ? proposal.at(row) === 1 + value
        : ((proposal.at(row) >>> value) & 1) === 1,
    );
  }

  /** Whether a client proposes as soon as it may, as ours do. */
  protected get proposesWhereItCan(): boolean {
    return true;
  }

  /** Finds a client that proposes what the model does. False where there is none, and not all were tried. */
  protected async propose({ registerSet, value }: ProposeStep): Promise<boolean> {
    const row = this.scope.registerSets.indexOf(registerSet);
    const { proposing, areAll } = this.script.ways.waysTo(row);
    const ways = proposing.get(value)!;
    // Where several values are allowed the client picks one, and another way may lead it to the one that the model
    // proposes.
    for (let tried = 0; tried < ways.length; tried++) {
      const way = ways[(this.turn + tried) % ways.length]!;
      const client = await this.clientAfter(way, row);
      if (client.chosen !== value) continue;
      const inSet = [...new Set([...this.proposedValues(row), value])];
      this.script.fourRules.judgeProposal({ registerSet, value, inSet }, this.#registers.observed("memory"));
      this.setClient(row, value, client);
      return true;
    }
    if (!areAll || !this.proposesWhereItCan) return false;
    throw new Error(`no client was found that proposes ${value} in R${registerSet} as the model does`);
  }

  /** Whether something has been tried before, where trying again would show nothing else. */
  protected wasTried(what: string): boolean {
    const { tried } = this.#implementation;
    if (tried === null) return false;
    if (tried.has(what)) return true;
    tried.add(what);
    return false;
  }

  /** Throws unless clients have output what is decided in the model, all of it and nothing else. */
  protected compareDecisions(): void {
    const { values } = this.judge;
    if (values.every((value, index) => this.judge.isDecided(index) === this.#isOutput(value))) return;
    const decided = values.filter((_, index) => this.judge.isDecided(index));
    throw new ImplementationFault(
      `clients have output {${this.#outputs.join(", ")}} where the model has decided {${decided.join(", ")}}`,
    );
  }

  #isOutput(value: Value): boolean {
    for (const client of this.#clients) if (client?.output === value) return true;
    return false;
  }

  protected serverIndex(name: string): number {
    return this.scope.table.servers.indexOf(name);
  }

  #place(row: number, value: Value): number {
    const { values, table, registerSets } = this.scope;
    return row * values + (hasOwner(table, registerSets[row]!) ? 0 : this.judge.values.indexOf(value));
  }

  #save(): SavedRun<Client> {
    return {
      words: this.script.walk.words.slice(),
      system: this.system.restorable!.save(),
      clients: this.#clients.slice(),
    };
  }

  #restore(saved: unknown): void {
    const { words, system, clients } = saved as SavedRun<Client>;
    this.script.walk.goTo(words);
    this.system.restorable!.restore(system);
    this.#clients = clients.slice();
  }
}
