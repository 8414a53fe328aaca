/**
 * Nodes, what is between them, and the clients that ask them: everything of a run that is not a choice. Each step is
 * taken when the one before has come to rest, and is written down; the steps are the run.
 */
import type { Body, Envelope } from "../adapter/messages.js";
import { type Message, Network } from "./network/network.js";
import { ERROR, type Service, serviceNamed } from "./network/services.js";
import type { Heard, Nodes } from "./nodes/nodes.js";
import type { Exchange, Outcome, Request, Workload } from "./workloads/workload.js";

/** One step of a run, complete: a run is taken again by taking its steps. */
export type Step =
  | { readonly kind: "ask"; readonly client: string; readonly node: string; readonly request: Request }
  | ({ readonly kind: "deliver"; readonly message: Envelope } & Delivery)
  /** The node's clock goes on by this. */
  | { readonly kind: "time"; readonly node: string; readonly ns: number }
  /** All nodes go on by the clock of the machine. */
  | { readonly kind: "wait"; readonly ms: number }
  /** The node is killed, and started again in the place where it was. */
  | { readonly kind: "crash"; readonly node: string };

/** How a message comes; as all others do where nothing is said. */
export interface Delivery {
  /** It has come before. */
  readonly isAgain?: true;
  /** What is read is the oldest that may be told. */
  readonly isStale?: true;
}

export interface ClusterOptions {
  readonly nodes: readonly string[];
  readonly workload: Workload;
}

/** Who starts the nodes, as in Maelstrom. */
const STARTER = "c0";
const DEFINITE: ReadonlySet<unknown> = new Set<number>(Object.values(ERROR));

interface Asked {
  exchange: Exchange;
  readonly number: number;
}

export class Cluster {
  readonly network = new Network();
  readonly steps: Step[] = [];
  readonly #options: ClusterOptions;
  readonly #nodes: Nodes;
  readonly #services = new Map<string, Service>();
  readonly #asked: Asked[] = [];
  #numbers = 0;
  /** What was said since the last time somebody asked. */
  #sent: Message[] = [];

  constructor(options: ClusterOptions, nodes: Nodes) {
    this.#options = options;
    this.#nodes = nodes;
  }

  get exchanges(): readonly Exchange[] {
    return this.#asked.map(({ exchange }) => exchange);
  }

  /** @param place as ask() returned it */
  exchangeAt(place: number): Exchange {
    return this.#asked[place]!.exchange;
  }

  /** Rejects with NodeError or AdapterError, as all of these do. */
  async start(): Promise<void> {
    const { nodes } = this.#options;
    this.#take(await this.#nodes.start(nodes.map((name) => this.#init(name))));
    await this.#setUp(nodes);
  }

  /**
   * The client's request goes to the node at once, and so do answers to the client; returns the place of the exchange.
   */
  async ask(client: string, node: string, request: Request): Promise<number> {
    this.steps.push({ kind: "ask", client, node, request });
    const number = this.#numbers++;
    const exchange: Exchange = {
      ...{ client, node, request, begun: 2 * this.steps.length, ended: null, outcome: { kind: "unknown" } },
    };
    this.#asked.push({ exchange, number });
    await this.#give(client, node, { ...request, msg_id: number });
    return this.#asked.length - 1;
  }

  async deliver(message: Message, delivery: Delivery = {}): Promise<void> {
    const { envelope } = message;
    this.steps.push({ kind: "deliver", message: envelope, ...delivery });
    this.network.take(message);
    const service = this.#services.get(envelope.dest);
    if (service === undefined) {
      this.#take(await this.#nodes.give(envelope));
      return;
    }
    const answer = service.handle(envelope.src, envelope.body, delivery.isStale === true);
    const { msg_id } = envelope.body;
    const inReply = msg_id === undefined ? {} : { in_reply_to: msg_id };
    this.#send({ src: envelope.dest, dest: envelope.src, body: { ...answer, ...inReply } });
  }

  /** Lost: it is never delivered. */
  lose(message: Message): void {
    this.network.take(message);
  }

  untilDue_ns(node: string): number | null {
    return this.#nodes.untilDue_ns(node);
  }

  async advance(node: string, ns: number): Promise<void> {
    this.steps.push({ kind: "time", node, ns });
    this.#take(await this.#nodes.advance(node, ns));
  }

  async wait(ms: number): Promise<void> {
    this.steps.push({ kind: "wait", ms });
    this.#take(await this.#nodes.wait(ms));
  }

  async crash(node: string): Promise<void> {
    this.steps.push({ kind: "crash", node });
    this.#take(await this.#nodes.crash(this.#init(node)));
    await this.#setUp([node]);
  }

  /** Messages that were sent since the last time, in order. */
  newlySent(): Message[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** @param what the node did, as the rest of a sentence about it */
  error(node: string, what: string): Error {
    return this.#nodes.error(node, what);
  }

  #init(node: string): Envelope {
    const { nodes } = this.#options;
    const body = { type: "init", msg_id: this.#numbers++, node_id: node, node_ids: nodes };
    return { src: STARTER, dest: node, body };
  }

  async #setUp(names: readonly string[]): Promise<void> {
    for (const name of names) {
      for (const request of this.#options.workload.setUp(name, this.#options.nodes)) {
        await this.#give(STARTER, name, { ...request, msg_id: this.#numbers++ });
      }
    }
  }

  async #give(src: string, dest: string, body: Body): Promise<void> {
    this.#take(await this.#nodes.give({ src, dest, body }));
  }

  #take(heard: readonly Heard[]): void {
    for (const { node, envelope } of heard) this.#said(node, envelope);
  }

  #said(name: string, envelope: Envelope): void {
    const { src, dest, body } = envelope;
    const error = (what: string) => this.#nodes.error(name, what);
    if (src !== name) throw error(`sent a message in the name of ${src}`);
    if (this.#options.nodes.includes(dest) || this.#isService(dest)) {
      this.#send(envelope);
      return;
    }
    if (dest === STARTER) {
      if (body.type === "error")
        throw error(`answered ${this.#startOf(body)} with an error: ${body.text ?? body.code}`);
      return;
    }
    const asked = this.#asked.find(({ exchange, number }) => exchange.client === dest && number === body.in_reply_to);
    if (asked === undefined) throw error(`sent a message to ${dest}, which is nobody or has not asked for it`);
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
