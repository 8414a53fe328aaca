/**
 * The node of a proposer: it is told what to propose and what servers answer, and says what it asks of them, and its
 * output.
 */
import type { Reply } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import type { Adapter } from "../../adapter/adapter.js";
import { type Body, type Envelope, QUORATE } from "../../adapter/messages.js";
import { replyBody } from "../../adapter/reply-body.js";
import type { Said, Turn } from "../../adapter/turn.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { textIn } from "./contents.js";

export interface ClientRequest {
  /** By its index in the table. */
  readonly server: number;
  readonly kind: "prepare" | "write";
  readonly registerSet: number;
  /** Of a write. */
  readonly value: Value | null;
  /** What it is answered by. */
  readonly number: number;
}

/** How an attempt ended: with a value, or without. */
export type Ending = { readonly output: Value } | { readonly output: null };

/** All that a client does until it waits for the next answer. */
export interface Reaction {
  readonly requests: readonly ClientRequest[];
  /** Null as long as it goes on. */
  readonly ending: Ending | null;
  /** What it told of what it did inside. */
  readonly events: readonly Body[];
}

/** An answer to one of its requests. */
export interface Answer {
  readonly server: number;
  readonly reply: Reply;
  readonly to: number;
}

const IDLE: Said = { src: QUORATE, body: { type: "idle" }, isDue: true };
const RESET: Said = { src: QUORATE, body: { type: "reset" }, isDue: true };
const CRASH: Said = { src: QUORATE, body: { type: "crash", how: "power" }, isDue: true };

export class ClientNode {
  readonly #adapter: Adapter;
  readonly #name: string;
  readonly #servers: readonly string[];
  /** The numbers of what it was told to propose since it was reset; the last one counts. */
  #proposes: number[] = [];
  /** Changes with every attempt: whoever knows what the node has heard in one knows nothing of it in the next. */
  attempts = 0;

  constructor(adapter: Adapter, servers: readonly string[]) {
    this.#adapter = adapter;
    this.#name = adapter.nodes[0]!;
    this.#servers = servers;
  }

  /** A client that has never done anything is told this. */
  async begin(propose: Body): Promise<Reaction> {
    this.#adapter.bound.check();
    this.#proposes = [];
    if (this.#adapter.can("reset")) return this.#propose(propose, [RESET]);
    await this.#adapter.startAnew(this.#name);
    return this.#propose(propose, []);
  }

  /** The client as it is is told this: it leaves what it was at. */
  async goOn(propose: Body): Promise<Reaction> {
    this.#adapter.bound.check();
    return this.#propose(propose, []);
  }

  /** The client loses what is not on its disk, starts again, and is told this. */
  async crash(propose: Body): Promise<Reaction> {
    this.#adapter.bound.check();
    this.#proposes = [];
    if (this.#adapter.crashes === "itself") return this.#propose(propose, [CRASH]);
    await this.#adapter.kill(this.#name);
    return this.#propose(propose, []);
  }

  /** Every answer comes twice: networks duplicate. */
  async hear(answers: readonly Answer[]): Promise<Reaction> {
    this.#adapter.bound.check();
    const said = answers.flatMap(({ server, reply, to }) => {
      const body = { ...replyBody(reply), in_reply_to: to };
      const once: Said = { src: this.#servers[server]!, body, isDue: false };
      return [once, once];
    });
    return this.#reactionIn(await this.#turn([...said, IDLE]));
  }

  async #propose(propose: Body, before: readonly Said[]): Promise<Reaction> {
    this.attempts++;
    const turn = await this.#turn([...before, { src: QUORATE, body: propose, isDue: false }, IDLE]);
    this.#proposes.push(turn.numbers.at(-2)!);
    return this.#reactionIn(turn);
  }

  async #turn(said: readonly Said[]): Promise<Turn> {
    const turn = await this.#adapter.turn(this.#name, said);
    const due = said.filter(({ isDue }) => isDue);
    for (const [index, { body }] of due.entries()) this.#adapter.expect(turn.answers[index]!, body.type);
    return turn;
  }

  #reactionIn({ said }: Turn): Reaction {
    const requests: ClientRequest[] = [];
    let ending: Ending | null = null;
    for (const envelope of said) {
      if (envelope.body.in_reply_to === undefined) requests.push(this.#requestIn(envelope));
      else ending = this.#endingIn(envelope.body) ?? ending;
    }
    return { requests, ending, events: this.#adapter.takeEvents(this.#name) };
  }

  #requestIn({ src, dest, body }: Envelope): ClientRequest {
    const { type, register, value, msg_id: number } = body;
    const fault = (what: string) => this.#adapter.fault(`sent ${what}`);
    if (src !== this.#name) throw fault(`"${type}" to ${dest} as ${src}, and is ${this.#name}`);
    const server = this.#servers.indexOf(dest);
    if (server < 0) throw fault(`"${type}" to ${dest}, which is no server of the table`);
    if (type !== "prepare" && type !== "write")
      throw fault(`"${type}" to ${dest}, where clients send "prepare" and "write"`);
    if (!isNumber(number)) throw fault(`"${type}" to ${dest} without a number "msg_id", so that it cannot be answered`);
    if (!isNumber(register))
      throw fault(`"${type}" to ${dest} with "register": ${shown(register)}, which is no register set`);
    if (type === "prepare") return { server, kind: type, registerSet: register, value: null, number };
    if (typeof value !== "string") throw fault(`"write" to ${dest} with "value": ${shown(value)}, which is no value`);
    return { server, kind: type, registerSet: register, value, number };
  }

  /** Null for an attempt that it has left. */
  #endingIn(body: Body): Ending | null {
    const { type, value, in_reply_to: number } = body;
    if (!this.#proposes.includes(number!)) {
      throw this.#adapter.fault(`answered message ${number}, "propose", which a "reset" or a "crash" had ended`);
    }
    if (type === "error") throw new ImplementationFault(`the client answered "error" to "propose": ${textIn(body)}`);
    const isLast = number === this.#proposes.at(-1);
    if (type === "refused") return isLast ? { output: null } : null;
    if (type !== "propose_ok") {
      throw this.#adapter.fault(`answered "propose" with "${type}", not with "propose_ok", "refused" or "error"`);
    }
    if (typeof value === "string") return isLast ? { output: value } : null;
    throw this.#adapter.fault(`sent "propose_ok" with "value": ${shown(value)}, which is no value`);
  }
}

const isNumber = (candidate: unknown): candidate is number =>
  Number.isSafeInteger(candidate) && (candidate as number) >= 0;

const shown = (candidate: unknown): string => JSON.stringify(candidate) ?? "nothing";
