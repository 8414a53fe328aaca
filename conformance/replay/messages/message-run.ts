/** Lockstep runs of the message model: what each step is in messages that are sent, held and delivered. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { messageStateOf } from "../../../model/messages/reading.js";
import { ACCEPTED, NO_PROPOSAL, OUTPUT, REFUSED, STOPPED } from "../../../model/messages/state.js";
import { isInput } from "../../../model/registers/scope.js";
import { valueName } from "../../../model/registers/values.js";
import { hasOwner } from "../../../spec/quorum-table.js";
import { formatServers, NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { Channel, ProbedRun, Restorable, Sides } from "../lockstep/lockstep-run.js";
import type { HeldReply, HeldRequest, Network, SystemUnderTest } from "../systems/system-under-test.js";
import { ClientProcesses } from "./client-processes.js";
import { MessageClient } from "./message-client.js";
import type { MessageScript } from "./message-script.js";
import { MessageServers } from "./message-servers.js";
import { heardBeforeProposing } from "./patience.js";

/** A phase of an attempt: what it asked each server, and each server's last answer. */
interface Exchange {
  readonly requests: readonly HeldRequest<Request>[];
  readonly replies: (HeldReply<Reply> | undefined)[];
}

/** One attempt of the model that has begun. */
interface Attempted {
  readonly client: MessageClient;
  readonly process: number;
  /** Null in register set 0. */
  readonly prepare: Exchange | null;
  write: Exchange | null;
}

export class MessageRun implements ProbedRun {
  readonly #script: MessageScript;
  readonly #system: SystemUnderTest<Request, Reply>;
  readonly #network: Network<Request, Reply>;
  readonly #servers: MessageServers;
  readonly #processes: ClientProcesses;
  /** By attempt. */
  readonly #attempts = new Map<number, Attempted>();
  readonly #awaited: readonly ServerSet[];
  /** Turned with every choice that is left to the system. */
  turn: number;
  readonly restorable: Restorable | null;

  /** The script's walk is restarted; the system must be fresh, and have a network. `run` is what will be taken. */
  constructor(script: MessageScript, system: SystemUnderTest<Request, Reply>, run: readonly number[], turn: number) {
    if (system.network === null) throw new Error("replaying messages takes a system whose messages can be held");
    this.#script = script;
    this.#system = system;
    this.#network = system.network;
    this.#servers = new MessageServers(script, system);
    this.#processes = new ClientProcesses(system.network);
    this.#awaited = heardBeforeProposing(script, run);
    this.turn = turn;
    const [servers, network] = [system.restorable, system.network.restorable];
    this.restorable =
      servers && network && this.#restorable({ servers, network, processes: this.#processes.restorable });
    script.walk.restart();
  }

  get channel(): Channel {
    return this.#system.channel;
  }

  /**
   * The registers of the implementation are those on the servers' disks; outputs are those of clients that have not
   * crashed since.
   */
  get sides(): Sides {
    const { model, scope } = this.#script;
    const { registers, clients } = messageStateOf(model, scope);
    const outputs = clients.flatMap(({ phase, proposal }) => (phase === "output" && proposal !== null ? proposal : []));
    return {
      model: registers,
      implementation: this.#servers.onDisk,
      modelOutputs: [...new Set(outputs)].sort(),
      implementationOutputs: [...new Set([...this.#attempts.values()].flatMap(({ client }) => client.outputs))].sort(),
    };
  }

  /** What networks and machines do is in the model. */
  async probe(): Promise<void> {}

  close(): Promise<void> {
    return this.#system.close();
  }

  async take(stepNumber: number): Promise<boolean> {
    const { action, parameters } = this.#script.instances[stepNumber]!;
    const { attempt: a = 0, server: s = 0, value: v = 0 } = parameters;
    const r = parameters.registerSet ?? this.#script.model.attempts[a]!.registerSet;
    const step = () => this.#script.walk.take(stepNumber);
    switch (action) {
      case "send prepare":
        await this.#begin(a, r);
        break;
      case "send propose":
        if (!(await this.#propose(a, r, v))) return false;
        break;
      case "stop":
        this.#stop(a);
        break;
      case "output":
        break;
      case "deliver prepare":
      case "crash before promise":
        await this.#prepare(r, s, action === "deliver prepare", step);
        return true;
      case "deliver propose":
      case "crash before answer":
        await this.#write(a, r, v, s, action === "deliver propose", step);
        return true;
      case "deliver promise":
      case "deliver accepted":
      case "deliver refused":
        await this.#reply(a, s, action === "deliver promise");
        break;
      case "crash":
        await this.#servers.crash(s, this.#someRequestTo(s));
        step();
        await this.#servers.compare(s, " after a restart");
        return true;
      default:
        throw new RangeError(`replay does not know the step "${action}" of the message model`);
    }
    step();
    if (action === "output") this.#processes.end(this.#attempts.get(a)!.process, false);
    this.#compareClient(a);
    return true;
  }

  /** A process of its own begins the attempt and, where there is anything to prepare, asks every server. */
  async #begin(a: number, r: number): Promise<Attempted> {
    const { table, registerSets, values, clients } = this.#script.scope;
    const registerSet = registerSets[r]!;
    const process = await this.#processes.begin(registerSet);
    const inputs = Array.from({ length: values }, (_, v) => v)
      .filter((v) => isInput(clients, hasOwner(table, registerSet), r, v))
      .map(valueName);
    const { judge } = this.#script;
    const client = new MessageClient({ table, registerSet, row: r, inputs, awaited: this.#awaited[a]!, judge });
    const request = client.start();
    const prepare = request === null ? null : await this.#broadcast(process, request);
    const attempted: Attempted = { client, process, prepare, write: null };
    this.#attempts.set(a, attempted);
    return attempted;
  }

  async #propose(a: number, r: number, v: number): Promise<boolean> {
    const attempted = this.#attempts.get(a) ?? (await this.#begin(a, r));
    const { client, process } = attempted;
    client.compare({ phase: "prepare" });
    const request = client.propose(valueName(v));
    if (request === null) {
      if (this.#mayGoAnotherWay(r)) return false;
      const heard = formatServers(client.promised, this.#script.scope.table.servers);
      throw new ImplementationFault(
        `${client.name}, having heard ${heard}, does not propose ${valueName(v)} with any input where the model lets a client with some input propose it`,
      );
    }
    attempted.write = await this.#broadcast(process, request);
    return true;
  }

  /**
   * Whether one input may leave a client of r several values, of which it proposes any: several read, or its own
   * besides one read.
   */
  #mayGoAnotherWay(r: number): boolean {
    const { table, registerSets } = this.#script.scope;
    return table.selection === "decision-table" || registerSets.slice(0, r).some((real) => !hasOwner(table, real));
  }

  /** Giving up and crashing are one step of the model, so they take turns. */
  #stop(a: number): void {
    const { process, client } = this.#attempts.get(a)!;
    this.#processes.end(process, this.turn++ % 2 === 0);
    client.end();
  }

  /** The prepare of every client of r so far reaches the server; where replies do not leave, one is enough. */
  async #prepare(r: number, s: number, leaves: boolean, step: () => void): Promise<void> {
    const exchanges = this.#attemptsIn(r).flatMap(({ prepare }) => prepare ?? []);
    const reaching = leaves ? exchanges : [exchanges[this.turn++ % exchanges.length]!];
    const replies: HeldReply<Reply>[] = [];
    for (const { requests } of reaching) replies.push(await this.#network.deliverRequest(requests[s]!));
    if (leaves) for (const [index, reply] of replies.entries()) reaching[index]!.replies[s] = reply;
    else await this.#servers.crash(s, null);
    step();
    for (const reply of replies) this.#servers.checkPromise(reply, r);
    await this.#servers.compare(s, leaves ? "" : " after a restart");
    this.#servers.checkFrozenBelow(s, r);
  }

  async #write(a: number, r: number, v: number, s: number, leaves: boolean, step: () => void): Promise<void> {
    const { requests, replies } = this.#attempts.get(a)!.write!;
    const reply = await this.#network.deliverRequest(requests[s]!);
    if (leaves) replies[s] = reply;
    else await this.#servers.crash(s, null);
    step();
    this.#servers.checkAnswer(reply, r, v);
    await this.#servers.compare(s, leaves ? "" : " after a restart");
  }

  /** The reply reaches the client, after whatever else may be on its way to it. */
  async #reply(a: number, s: number, isPromise: boolean): Promise<void> {
    const attempted = this.#attempts.get(a)!;
    const { client, prepare, write } = attempted;
    for (const foreign of this.#foreignTo(attempted)) {
      const reply = await this.#network.deliverReply(foreign);
      if (reply !== null) client.hearForeign(foreign.server, reply);
    }
    const { requests, replies } = isPromise ? prepare! : write!;
    // The model keeps one promise for all clients of a set; this one's prepare may still be on its way.
    replies[s] ??= await this.#network.deliverRequest(requests[s]!);
    const reply = await this.#network.deliverReply(replies[s]);
    if (reply !== null) client.hear(s, reply);
  }

  /**
   * Replies about other register sets that might reach the client: over TCP, only those on its process's own
   * connections.
   */
  #foreignTo(attempted: Attempted): HeldReply<Reply>[] {
    const { client, process } = attempted;
    return [...this.#attempts.values()]
      .filter((other) => other.client.registerSet !== client.registerSet)
      .filter((other) => this.#network.mixesClients || other.process === process)
      .flatMap(({ prepare, write }) => [...(prepare?.replies ?? []), ...(write?.replies ?? [])])
      .flatMap((reply) => reply ?? []);
  }

  async #broadcast(process: number, request: Request): Promise<Exchange> {
    const requests: HeldRequest<Request>[] = [];
    for (let s = 0; s < this.#script.scope.table.servers.length; s++) {
      requests.push(await this.#network.send(process, s, request));
    }
    return { requests, replies: [] };
  }

  /** What a crash interrupts: any request that is on its way to the server, perhaps none. */
  #someRequestTo(s: number): HeldRequest<Request> | null {
    const exchanges = [...this.#attempts.values()].flatMap(({ prepare, write }) => [prepare, write]);
    const choices = [null, ...exchanges.flatMap((exchange) => exchange?.requests[s] ?? [])];
    return choices[this.turn++ % choices.length]!;
  }

  #restorable(parts: Readonly<Record<string, Restorable>>): Restorable {
    const { walk } = this.#script;
    const named = Object.entries(parts);
    return {
      save: (): Saved => ({
        words: walk.words.slice(),
        parts: new Map(named.map(([name, part]) => [name, part.save()])),
        attempts: [...this.#attempts].map(([a, attempted]) => [a, copyOf(attempted)]),
      }),
      restore: (saved) => {
        const { words, parts: states, attempts } = saved as Saved;
        walk.goTo(words);
        for (const [name, part] of named) part.restore(states.get(name));
        this.#attempts.clear();
        for (const [a, attempted] of attempts) this.#attempts.set(a, copyOf(attempted));
      },
    };
  }

  #attemptsIn(r: number): Attempted[] {
    return [...this.#attempts].flatMap(([a, attempted]) =>
      this.#script.model.attempts[a]!.registerSet === r ? attempted : [],
    );
  }

  #compareClient(a: number): void {
    const { phase, proposal } = this.#script.model.variables;
    const { client } = this.#attempts.get(a)!;
    if (phase.is(STOPPED, a)) return;
    if (proposal.is(NO_PROPOSAL, a)) client.compare({ phase: "prepare" });
    else {
      client.compare({
        phase: phase.is(OUTPUT, a) ? "output" : "write",
        accepted: this.#heard(a, ACCEPTED),
        refused: this.#heard(a, REFUSED),
      });
    }
  }

  #heard(a: number, content: number): ServerSet {
    const { heard } = this.#script.model.variables;
    return this.#script.scope.table.servers.reduce(
      (set, _, s) => (heard.is(content, a, s) ? set | singleton(s) : set),
      NO_SERVERS,
    );
  }
}

interface Saved {
  readonly words: Int32Array;
  readonly parts: ReadonlyMap<string, unknown>;
  readonly attempts: readonly (readonly [attempt: number, Attempted])[];
}

/** It goes on by itself. */
const copyOf = ({ client, process, prepare, write }: Attempted): Attempted => ({
  client: new MessageClient(client.options, client.past),
  process,
  prepare: prepare && exchangeAgain(prepare),
  write: write && exchangeAgain(write),
});

const exchangeAgain = ({ requests, replies }: Exchange): Exchange => ({ requests, replies: [...replies] });
