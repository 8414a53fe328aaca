/**
 * Nodes, what is between them, and the clients that ask them: everything of a run that is not a choice. Each step is taken when the
 * one before has come to rest, and is written down; the steps are the run.
 */
import path from "node:path";
import type { Body, Envelope } from "../adapter/messages.js";
import { NodeClock } from "./clock/node-clock.js";
import { type Message, Network } from "./network/network.js";
import { ERROR, type Service, serviceNamed } from "./network/services.js";
import type { NodeError } from "./nodes/node-error.js";
import { NodeProcess } from "./nodes/node-process.js";
import { pause } from "./nodes/pause.js";
import type { Exchange, Outcome, Request, Workload } from "./workloads/workload.js";

/** One step of a run, complete: a run is taken again by taking its steps. */
export type Step =
  | { readonly kind: "ask"; readonly client: string; readonly node: string; readonly request: Request }
  | { readonly kind: "deliver"; readonly message: Envelope }
  /** The node's clock goes on by so much. */
  | { readonly kind: "time"; readonly node: string; readonly ns: number }
  /** All nodes go on by the clock of the machine. */
  | { readonly kind: "wait"; readonly ms: number }
  /** The node is killed, and started again in the place where it was. */
  | { readonly kind: "crash"; readonly node: string };

export interface ClusterOptions {
  readonly command: string;
  readonly nodes: readonly string[];
  readonly workload: Workload;
  /** For files of this cluster alone. */
  readonly directory: string;
  /** The file of the library that gives nodes their clock; null for the clock of the machine. */
  readonly clock: string | null;
  /** Of what nodes draw at random. */
  readonly seed: number;
  readonly patience_ms: number;
}

/** Who starts the nodes, as in Maelstrom. */
const STARTER = "c0";
const DEFINITE: ReadonlySet<unknown> = new Set<number>(Object.values(ERROR));
/** Between looks at nodes that go by the machine's clock. */
const LOOK_MS = 5;

interface Asked {
  exchange: Exchange;
  readonly number: number;
}

export class Cluster {
  readonly network = new Network();
  readonly steps: Step[] = [];
  readonly #options: ClusterOptions;
  readonly #nodes = new Map<string, NodeProcess>();
  readonly #clocks = new Map<string, NodeClock>();
  readonly #services = new Map<string, Service>();
  readonly #asked: Asked[] = [];
  #numbers = 0;
  #starts = 0;
  /** What was said since the last time somebody asked. */
  #sent: Message[] = [];

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  get exchanges(): readonly Exchange[] {
    return this.#asked.map(({ exchange }) => exchange);
  }

  /** @param place as ask() returned it */
  exchangeAt(place: number): Exchange {
    return this.#asked[place]!.exchange;
  }

  /** Throws NodeError. */
  start(): void {
    const { nodes } = this.#options;
    for (const name of nodes) this.#spawn(name);
    for (const name of nodes) this.#hear(name);
    for (const node of this.#nodes.values()) node.checkClock();
    this.#setUp(nodes);
  }

  /** The client's request goes to the node at once, and so do answers to the client; returns the place of the exchange. */
  ask(client: string, node: string, request: Request): number {
    this.steps.push({ kind: "ask", client, node, request });
    const number = this.#numbers++;
    const exchange: Exchange = {
      ...{ client, node, request, begun: 2 * this.steps.length, ended: null, outcome: { kind: "unknown" } },
    };
    this.#asked.push({ exchange, number });
    this.#give(client, node, { ...request, msg_id: number });
    this.#hear(node);
    return this.#asked.length - 1;
  }

  deliver(message: Message): void {
    const { envelope } = message;
    this.steps.push({ kind: "deliver", message: envelope });
    this.network.take(message);
    const service = this.#services.get(envelope.dest);
    if (service === undefined) {
      this.#nodes.get(envelope.dest)!.give(envelope);
      this.#hear(envelope.dest);
      return;
    }
    const answer = service.handle(envelope.src, envelope.body);
    const { msg_id } = envelope.body;
    const inReply = msg_id === undefined ? {} : { in_reply_to: msg_id };
    this.#send({ src: envelope.dest, dest: envelope.src, body: { ...answer, ...inReply } });
  }

  /** Lost: it is never delivered. */
  lose(message: Message): void {
    this.network.take(message);
  }

  /** Until somebody in the node waits for a time that has come; null where nobody does. */
  untilDue_ns(node: string): number | null {
    const due = this.#clocks.get(node)?.untilDue_ns() ?? null;
    return due === null ? null : Number(due);
  }

  advance(node: string, ns: number): void {
    this.steps.push({ kind: "time", node, ns });
    if (this.#clocks.get(node)!.advance(BigInt(ns))) this.#hear(node);
  }

  /** Lets all nodes go on by the machine's clock until one says something, or so long. */
  wait(ms: number): void {
    this.steps.push({ kind: "wait", ms });
    const since_ms = performance.now();
    const before = this.#sent.length;
    for (const node of this.#nodes.values()) node.signal("SIGCONT");
    do {
      pause(LOOK_MS);
      for (const name of this.#options.nodes) this.#hearOut(name);
    } while (this.#sent.length === before && performance.now() - since_ms < ms);
    for (const node of this.#nodes.values()) node.signal("SIGSTOP");
  }

  crash(node: string): void {
    this.steps.push({ kind: "crash", node });
    this.#nodes.get(node)!.kill();
    this.#spawn(node);
    this.#hear(node);
    this.#setUp([node]);
  }

  /** Messages that were sent since the last time, in order. */
  newlySent(): Message[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** @param what the node did, as the rest of a sentence about it */
  error(node: string, what: string): NodeError {
    return this.#nodes.get(node)!.error(what);
  }

  stop(): void {
    for (const node of this.#nodes.values()) node.kill();
    for (const clock of this.#clocks.values()) clock.close();
  }

  #spawn(name: string): void {
    const { command, directory, clock: library, seed, nodes, patience_ms } = this.#options;
    this.#clocks.get(name)?.close();
    const start = this.#starts++;
    if (library !== null) {
      const file = path.join(directory, `${name}.clock`);
      // Each start of each node draws something else.
      this.#clocks.set(name, new NodeClock(file, (BigInt(seed) << 20n) + BigInt(start)));
    }
    const clock = library === null ? null : { library, clock: this.#clocks.get(name)! };
    const node = new NodeProcess({ command, name, directory, clock, patience_ms });
    this.#nodes.set(name, node);
    this.#give(STARTER, name, { type: "init", msg_id: this.#numbers++, node_id: name, node_ids: nodes });
  }

  #setUp(names: readonly string[]): void {
    for (const name of names) {
      for (const request of this.#options.workload.setUp(name, this.#options.nodes)) {
        this.#give(STARTER, name, { ...request, msg_id: this.#numbers++ });
        this.#hear(name);
      }
    }
  }

  #give(src: string, dest: string, body: Body): void {
    this.#nodes.get(dest)!.give({ src, dest, body });
  }

  /** Hears the node out. Nodes that go by the machine's clock run only while it is their turn. */
  #hear(name: string): void {
    const goesByOurClock = this.#options.clock !== null;
    const node = this.#nodes.get(name)!;
    if (!goesByOurClock) node.signal("SIGCONT");
    this.#hearOut(name);
    if (!goesByOurClock) node.signal("SIGSTOP");
  }

  #hearOut(name: string): void {
    for (const envelope of this.#nodes.get(name)!.hearOut()) this.#said(name, envelope);
  }

  #said(name: string, envelope: Envelope): void {
    const { src, dest, body } = envelope;
    const node = this.#nodes.get(name)!;
    if (src !== name) throw node.error(`sent a message in the name of ${src}`);
    if (this.#nodes.has(dest) || this.#isService(dest)) {
      this.#send(envelope);
      return;
    }
    if (dest === STARTER) {
      if (body.type === "error")
        throw node.error(`answered ${this.#startOf(body)} with an error: ${body.text ?? body.code}`);
      return;
    }
    const asked = this.#asked.find(({ exchange, number }) => exchange.client === dest && number === body.in_reply_to);
    if (asked === undefined) throw node.error(`sent a message to ${dest}, which is nobody or has not asked for it`);
    // A second answer to the same request is none: clients of Maelstrom do not listen any more.
    if (asked.exchange.ended !== null) return;
    asked.exchange = { ...asked.exchange, ended: 2 * this.steps.length + 1, outcome: outcomeOf(body) };
  }

  #startOf = ({ in_reply_to }: Body): string =>
    in_reply_to === undefined ? "its start" : "what it was told at its start";

  #isService(name: string): boolean {
    if (this.#services.has(name)) return true;
    const service = serviceNamed(name);
    if (service === null) return false;
    this.#services.set(name, service);
    return true;
  }

  #send(envelope: Envelope): void {
    this.#sent.push(this.network.send(envelope));
  }
}

function outcomeOf(reply: Body): Outcome {
  if (reply.type !== "error") return { kind: "ok", reply };
  return DEFINITE.has(reply.code) ? { kind: "failed", reply } : { kind: "unknown" };
}
