/** Plays a plan: decides, step by step, what happens next. */
import { Cluster, type ClusterOptions, type Step } from "./cluster.js";
import type { Message } from "./network/network.js";
import { ERROR, tellsStale } from "./network/services.js";
import type { Nodes } from "./nodes/nodes.js";
import type { Deviation, Plan, Traffic } from "./plan.js";
import type { Exchange, Outcome, Request, Violation } from "./workloads/workload.js";

export interface PlayOptions extends ClusterOptions {
  /** Requests of a script. */
  readonly length: number;
  /** Of which script. */
  readonly seed: number;
}

export interface Run {
  readonly steps: readonly Step[];
  readonly exchanges: readonly Exchange[];
  readonly violation: Violation | null;
  readonly traffic: Traffic;
}

const MS = 1_000_000;
/** How long a client waits for an answer. */
const ANSWER_NS = 5_000 * MS;
/** How long clients try, in all, to get something done in one interval. */
const INTERVAL_NS = 15_000 * MS;
/** Between a refusal and the next try. */
const RETRY_NS = 500 * MS;
/** After that, whatever nodes do in the end has been done. */
const SETTLE_NS = 10_000 * MS;
/**
 * While nodes say nothing, time goes in steps of twice as much, up to this. Sleeping longer than was asked for is
 * always allowed.
 */
const STRIDE_MAX_NS = 100 * MS;
/** After that, a node that is in a hurry has nothing to say. */
const HURRY_NS = 10_000 * MS;
/** Where nodes go by the machine's clock, time goes in steps of this. */
const WAIT_MS = 250;
/** Of one interval: nodes that answer each other for ever do not come to rest. */
const MESSAGES_MAX = 1_000;

/** Stops the nodes in the end. Rejects with NodeError or AdapterError. */
export async function play(plan: Plan, options: PlayOptions, nodes: Nodes): Promise<Run> {
  try {
    return await new Player(plan, options, nodes).play();
  } finally {
    nodes.stop();
  }
}

class Player {
  readonly #deviations: readonly Deviation[];
  readonly #script: readonly Request[];
  readonly #options: PlayOptions;
  readonly #isRealTime: boolean;
  readonly #cluster: Cluster;
  readonly #traffic: Set<string>[] = [];
  /** What is to be delivered, oldest first. */
  readonly #queue: Message[] = [];
  /** Messages that are held back, or come once more, by the interval in which they do. */
  readonly #late = new Map<number, Message[]>();
  readonly #delivered = new Set<Message>();
  /** Before the first one, -1. */
  #interval = -1;
  #stride_ns = MS;
  #messages = 0;
  /** Each asks one thing at a time: whoever waits for an answer is followed by another. */
  #clients = 0;
  /** Which node clients ask. */
  #next = 0;

  constructor(plan: Plan, options: PlayOptions, nodes: Nodes) {
    this.#deviations = plan.deviations;
    this.#script = options.workload.script(options.length, options.seed);
    this.#options = options;
    this.#isRealTime = nodes.isRealTime;
    this.#cluster = new Cluster(options, nodes);
  }

  async play(): Promise<Run> {
    const { workload } = this.#options;
    await this.#cluster.start();
    this.#collect();
    if (workload.warmUp !== null) await this.#tryAll(workload.warmUp);
    for (const [interval, request] of this.#script.entries()) {
      await this.#begin(interval);
      await this.#tryAll(request);
    }
    const before = this.#cluster.exchanges.length;
    if (workload.atTheEnd !== null) await this.#settle(workload.atTheEnd);
    const { steps, exchanges } = this.#cluster;
    const violation = workload.judge(exchanges.slice(0, before), exchanges.slice(before));
    return { steps, exchanges, violation, traffic: this.#traffic };
  }

  async #begin(interval: number): Promise<void> {
    this.#traffic.push(new Set());
    this.#interval = interval;
    this.#messages = 0;
    for (const { node } of this.#now("crash")) await this.#cluster.crash(node);
    this.#collect();
    // They were sent before anything was cut.
    for (const message of this.#late.get(interval) ?? []) await this.#deliver(message);
    for (const { node } of this.#now("hurry")) await this.#passUntilSaid([node], HURRY_NS);
  }

  /** Asks one node after the other until one has answered, or time is up. */
  async #tryAll(request: Request): Promise<void> {
    const { workload } = this.#options;
    const sent = this.#now("at").map(({ node }) => node);
    let left_ns = INTERVAL_NS;
    for (let unknown = 0; left_ns > 0; ) {
      const node = sent.shift() ?? this.#nextNode();
      const again = unknown === 0 ? request : workload.again(request, unknown);
      const { outcome, took_ns } = await this.#ask(node, again);
      if (outcome === null) return;
      if (isAnswer(outcome)) {
        if (!workload.asksInTurn) this.#next = this.#options.nodes.indexOf(node);
        await this.#pump();
        return;
      }
      if (outcome.kind === "unknown") unknown++;
      left_ns -= took_ns + (await this.#passUntilSaid(this.#options.nodes, RETRY_NS));
      if (!workload.asksInTurn) this.#next++;
    }
  }

  /** What came of it, null if that is not waited for; and how long it took. */
  async #ask(node: string, request: Request): Promise<{ outcome: Outcome | null; took_ns: number }> {
    const place = await this.#cluster.ask(`c${this.#clients + 1}`, node, request);
    this.#collect();
    if (this.#now("overlap").length > 0) {
      this.#clients++;
      return { outcome: null, took_ns: 0 };
    }
    const answer = () => this.#cluster.exchangeAt(place);
    let took_ns = 0;
    while (answer().ended === null && took_ns < ANSWER_NS) {
      if (await this.#deliverNext()) continue;
      const passed_ns = await this.#pass(this.#options.nodes);
      if (passed_ns === 0) break;
      took_ns += passed_ns;
    }
    if (answer().ended === null) this.#clients++;
    // Where no clock can go on, trying again for ever would not help.
    return { outcome: answer().outcome, took_ns: took_ns === 0 ? RETRY_NS : took_ns };
  }

  #nextNode(): string {
    const { nodes, workload } = this.#options;
    const cut = this.#cutOff();
    for (let tries = 0; tries < nodes.length && cut.has(nodes[this.#next % nodes.length]!); tries++) this.#next++;
    const node = nodes[this.#next % nodes.length]!;
    if (workload.asksInTurn) this.#next++;
    return node;
  }

  /** The network is well, until all has been said; then every node is asked. */
  async #settle(request: Request): Promise<void> {
    this.#interval = this.#script.length;
    this.#traffic.push(new Set());
    for (let passed_ns = 0; passed_ns < SETTLE_NS; ) {
      this.#messages = 0;
      await this.#pump();
      const ns = await this.#pass(this.#options.nodes);
      if (ns === 0) break;
      passed_ns += ns;
    }
    await this.#pump();
    for (const node of this.#options.nodes) await this.#ask(node, request);
  }

  /** Lets time pass until somebody says something, or for so long; returns how long. */
  async #passUntilSaid(nodes: readonly string[], most_ns: number): Promise<number> {
    let passed_ns = 0;
    await this.#pump();
    while (passed_ns < most_ns && this.#queue.length === 0) {
      const ns = await this.#pass(nodes);
      if (ns === 0) break;
      passed_ns += ns;
    }
    await this.#pump();
    return passed_ns;
  }

  /** Lets time pass at these nodes, alike; returns how much, in nanoseconds, 0 where nothing is waited for. */
  async #pass(nodes: readonly string[]): Promise<number> {
    if (this.#isRealTime) {
      await this.#cluster.wait(WAIT_MS);
      this.#collect();
      return WAIT_MS * MS;
    }
    const due = nodes.flatMap((node) => this.#cluster.untilDue_ns(node) ?? []);
    if (due.length === 0) return 0;
    const ns = Math.max(Math.min(...due), this.#stride_ns);
    for (const node of nodes) await this.#cluster.advance(node, ns);
    this.#stride_ns = this.#collect() > 0 ? MS : Math.min(2 * this.#stride_ns, STRIDE_MAX_NS);
    return ns;
  }

  async #pump(): Promise<void> {
    while (await this.#deliverNext());
  }

  /** Whether there was something to deliver. */
  async #deliverNext(): Promise<boolean> {
    const message = this.#queue.shift();
    if (message === undefined) return false;
    if (this.#isCut(message)) this.#cluster.lose(message);
    else await this.#deliver(message);
    return true;
  }

  async #deliver(message: Message): Promise<void> {
    const { src: asking, dest: asked } = message.envelope;
    const isStale = tellsStale(asked) && this.#now("stale").some(({ node }) => node === asking);
    await this.#cluster.deliver(message, {
      ...(this.#delivered.has(message) && { isAgain: true }),
      ...(isStale && { isStale: true }),
    });
    this.#delivered.add(message);
    this.#collect();
    if (++this.#messages > MESSAGES_MAX) {
      const { src, dest } = message.envelope;
      throw this.#cluster.error(dest, `and ${src} are not done after ${MESSAGES_MAX} messages, without a step of time`);
    }
  }

  /** Takes what was said: to be delivered, or held back. Returns how much there was. */
  #collect(): number {
    const sent = this.#cluster.newlySent();
    const traffic = this.#traffic[this.#interval] ?? new Set<string>();
    for (const message of sent) {
      const { src, dest } = message.envelope;
      const isFirst = !traffic.has(`${src} ${dest}`);
      traffic.add(`${src} ${dest}`);
      const isOnIt = (link: { src: string; dest: string }) => isFirst && link.src === src && link.dest === dest;
      const late = this.#now("late").find(isOnIt);
      const again = this.#now("again").find(isOnIt);
      for (const { to } of [late ?? again ?? []].flat()) this.#late.set(to, [...(this.#late.get(to) ?? []), message]);
      if (late !== undefined) continue;
      if (this.#now("lost").some(isOnIt)) this.#cluster.lose(message);
      else this.#queue.push(message);
    }
    return sent.length;
  }

  #isCut({ envelope: { src, dest } }: Message): boolean {
    return this.#cuts().some(({ nodes }) => nodes.includes(src) !== nodes.includes(dest));
  }

  #cutOff(): ReadonlySet<string> {
    return new Set(this.#cuts().flatMap(({ nodes }) => nodes));
  }

  #cuts() {
    const interval = this.#interval;
    return this.#deviations.filter(
      (deviation) => deviation.kind === "cut" && deviation.from <= interval && interval <= deviation.to,
    ) as Extract<Deviation, { kind: "cut" }>[];
  }

  #now<Kind extends Deviation["kind"]>(kind: Kind): Extract<Deviation, { kind: Kind }>[] {
    return this.#deviations.filter(
      (deviation) => deviation.kind === kind && deviation.from === this.#interval,
    ) as Extract<Deviation, { kind: Kind }>[];
  }
}

/** Whoever asked knows what came of it: what is there, or that something else is. */
const isAnswer = (outcome: Outcome): boolean =>
  outcome.kind === "ok" ||
  (outcome.kind === "failed" &&
    (outcome.reply.code === ERROR.keyDoesNotExist || outcome.reply.code === ERROR.preconditionFailed));
