/**
 * Replicas of an adapter as the nodes of a run: they say themselves when they are quiet, and how long until they wait
 * no more.
 */
import type { Adapter } from "../../adapter/adapter.js";
import type { AdapterError } from "../../adapter/adapter-error.js";
import type { Body, Envelope } from "../../adapter/messages.js";
import { serviceNamed } from "../../maelstrom/network/services.js";
import type { Heard, Nodes } from "../../maelstrom/nodes/nodes.js";

const NS_PER_MS = 1e6;

/** What clients may be told. */
const ANSWERS: readonly string[] = ["propose_ok", "refused", "error"];

/** Of as many runs as one likes, one after the other. All rejections are AdapterError. */
export class ReplicaNodes implements Nodes {
  readonly isRealTime = false;
  readonly #adapter: Adapter;
  /** Of nodes that wait for a time: how long until it comes. */
  readonly #due_ns = new Map<string, number>();
  #isUsed = false;

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  async start(): Promise<readonly Heard[]> {
    const { nodes, isOne } = this.#adapter;
    const canReset = this.#adapter.can("reset");
    if (this.#isUsed && !canReset) {
      for (const node of isOne ? nodes.slice(0, 1) : nodes) await this.#adapter.startAnew(node);
    }
    this.#isUsed = true;
    const heard: Heard[] = [];
    for (const node of nodes) heard.push(...(await this.#turn(node, [], canReset ? { type: "reset" } : null)));
    return heard;
  }

  give(message: Envelope): Promise<readonly Heard[]> {
    return this.#turn(message.dest, [message], null);
  }

  untilDue_ns(node: string): number | null {
    return this.#due_ns.get(node) ?? null;
  }

  advance(node: string, ns: number): Promise<readonly Heard[]> {
    return this.#turn(node, [], { type: "advance", ms: ns / NS_PER_MS });
  }

  async wait(): Promise<readonly Heard[]> {
    throw new Error("replicas have clocks that advance()");
  }

  async crash({ dest: node }: Envelope): Promise<readonly Heard[]> {
    if (this.#adapter.can("crash")) return this.#turn(node, [], { type: "crash", how: "power" });
    await this.#adapter.kill(node);
    return this.#turn(node, [], null);
  }

  error(node: string, what: string): AdapterError {
    return this.#adapter.fault(`is at fault: node ${node} ${what}`);
  }

  /** The adapter is whoever started it to close. */
  stop(): void {}

  /** The node hears messages, and is asked something, if anything; what it says until it is idle. */
  async #turn(node: string, messages: readonly Envelope[], request: Body | null): Promise<Heard[]> {
    const asked: Body[] = [...(request === null ? [] : [request]), { type: "idle" }];
    const { answers, said } = await this.#adapter.relay(node, messages, asked);
    for (const [i, answer] of answers.entries()) this.#adapter.expect(answer, asked[i]!.type);
    const due_ms = this.#dueIn(answers.at(-1)!);
    if (due_ms === null) this.#due_ns.delete(node);
    else this.#due_ns.set(node, Math.ceil(due_ms) * NS_PER_MS);
    for (const envelope of said) this.#checkAnswer(envelope);
    // They are for the transcript: what a replica holds is not compared.
    this.#adapter.takeEvents(node);
    return said.map((envelope) => ({ node, envelope }));
  }

  #dueIn({ next_ms = null }: Body): number | null {
    if (next_ms === null || (typeof next_ms === "number" && next_ms >= 0)) return next_ms;
    throw this.#adapter.fault(
      `has "next_ms": ${JSON.stringify(next_ms)} in "idle_ok", which is neither a number of milliseconds nor null`,
    );
  }

  /** Whether a client has asked for it is for the cluster to know. */
  #checkAnswer({ dest, body: { type, in_reply_to, value } }: Envelope): void {
    const isForClient = in_reply_to !== undefined && !this.#adapter.nodes.includes(dest) && serviceNamed(dest) === null;
    if (!isForClient) return;
    if (!ANSWERS.includes(type)) {
      throw this.#adapter.fault(`answered "propose" with "${type}", not with one of ${ANSWERS.join(", ")}`);
    }
    if (type === "propose_ok" && typeof value !== "string") {
      throw this.#adapter.fault(`sent "propose_ok" with "value": ${JSON.stringify(value)}, which is no text`);
    }
  }
}
