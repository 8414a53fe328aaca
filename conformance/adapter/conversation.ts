/**
 * One adapter at the other end of a channel: every request is answered once, in time, or the conversation has failed.
 * Clients speak by themselves too, as long as it is their turn.
 */
import { setTimeout as setTimer } from "node:timers/promises";
import { AdapterError } from "./adapter-error.js";
import type { Channel, ChannelListener } from "./channel.js";
import { type Body, decodeLine, type Envelope, encodeLine, QUORATE } from "./messages.js";
import { openChannel } from "./open-channel.js";
import { type Asked, linesOf, type Sent, type Waiting } from "./sent.js";
import { shownCommand } from "./store-command.js";
import type { Transcript } from "./transcript.js";
import type { Relayed, Said, Turn } from "./turn.js";

export interface ConversationOptions {
  /** A command line, or tcp://HOST:PORT. */
  readonly command: string;
  readonly transcript: Transcript;
  /** How long an answer may take. */
  readonly answer_ms: number;
}

/** Requests that a crash cuts short. */
export interface CutShort {
  readonly requests: readonly Body[];
  /** Whether each is a line of its own, or all are one. */
  readonly apart: boolean;
}

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #channel: Channel;
  /** By the number of the request. */
  readonly #waiting = new Map<number, Waiting>();
  /** The numbers of requests whose answers were given up after a crash. */
  readonly #lost = new Set<number>();
  #requests = 0;
  /** Why nothing more can be said; null as long as it can. */
  #failure: AdapterError | null = null;
  #isClosing = false;
  /** What the node has said by itself in its turn, and what ends that; null where it is no node's turn. */
  #turn: { readonly said: Envelope[]; due: readonly Sent[] } | null = null;
  /** Whether the adapter has ever had a turn. */
  #hasTurns = false;
  /** What it has told of what it did inside, since that was last taken. */
  #events: Envelope[] = [];
  /** Whether what it says to others than Quorate is none of Quorate's requests and answers. */
  #relays = false;

  /** Begins it; that nothing is there shows at the first request. Throws RangeError for an address that is none. */
  constructor(options: ConversationOptions) {
    this.#options = options;
    const { command } = options;
    const listener: ChannelListener = {
      onLine: (line) => this.#hear(line),
      onNote: (line) => options.transcript.add("!", line),
      onEnd: (why) => {
        if (!this.#isClosing) this.#fail(why);
      },
    };
    this.#channel = openChannel(command, listener);
  }

  /** Whether its adapter can be killed. */
  get canKill(): boolean {
    return this.#channel.kill !== null;
  }

  /**
   * The answers to these requests to a node, sent as one batch, in the order of the requests. Rejects with
   * AdapterError.
   */
  async ask(node: string, bodies: readonly Body[], { apart = false } = {}): Promise<Body[]> {
    const sent = this.#await(node, bodies, { mayBeLost: false });
    this.#say(linesOf(sent, apart));
    return this.#inTime(sent);
  }

  /**
   * The same, where a crash comes before the answers to the requests are waited for, and these may be lost: then they
   * are null. What follows, in a line of its own, of which the crash is the first, is answered in any case.
   */
  async askCutShort(
    node: string,
    { requests, apart }: CutShort,
    following: readonly Body[],
  ): Promise<{ readonly answers: (Body | null)[]; readonly followed: Body[] }> {
    const cut = this.#await(node, requests, { mayBeLost: true });
    const rest = this.#await(node, following, { mayBeLost: false });
    this.#say([...linesOf(cut, apart), ...linesOf(rest, false)]);
    const followed = await this.#inTime(rest);
    return { answers: this.#heardOf(cut), followed };
  }

  /**
   * Kills the adapter while it handles the requests, after the time or once it has answered one: what was heard of it
   * until then, and null of what was not.
   */
  async askAndKill(node: string, { requests, apart }: CutShort, after_ms: number): Promise<(Body | null)[]> {
    const sent = this.#await(node, requests, { mayBeLost: true });
    this.#say(linesOf(sent, apart));
    const later = new AbortController();
    const timer = setTimer(after_ms, undefined, later).catch(() => {});
    await Promise.race([timer, ...sent.map(({ answer }) => answer)]);
    later.abort();
    await this.kill();
    return this.#heardOf(sent);
  }

  /**
   * Sends the node one batch, and lets it speak by itself until all that is due has been answered: whatever it says
   * later is out of turn. Rejects with AdapterError.
   */
  async turn(node: string, messages: readonly Said[]): Promise<Turn> {
    if (this.#failure !== null) throw this.#failure;
    const said: Envelope[] = [];
    const due: Sent[] = [];
    this.#turn = { said, due };
    this.#hasTurns = true;
    const envelopes = messages.map(({ src, body, isDue }): Envelope => {
      if (body.in_reply_to !== undefined) return { src, dest: node, body };
      const request = { src, dest: node, body: { ...body, msg_id: ++this.#requests } };
      if (isDue) due.push(this.#waitingFor(request, false));
      else this.#waitingInTurns(request);
      return request;
    });
    this.#say([encodeLine(envelopes)]);
    const answers = await this.#inTime(due);
    return { answers, said, numbers: envelopes.map(({ body }) => body.msg_id) };
  }

  /**
   * The same for a node of a network that is Quorate's: hands it messages as they are, and then asks it. What it says
   * to others than Quorate is of their conversations, numbers and all.
   */
  async relay(node: string, messages: readonly Envelope[], requests: readonly Body[]): Promise<Relayed> {
    const due = this.#await(node, requests, { mayBeLost: false });
    const said: Envelope[] = [];
    this.#turn = { said, due };
    this.#hasTurns = true;
    this.#relays = true;
    this.#say([encodeLine([...messages, ...due.map(({ request }) => request)])]);
    return { answers: await this.#inTime(due), said };
  }

  /** What it has told by itself of what it did inside; each is given once. */
  takeEvents(): readonly Envelope[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Ends the adapter as SIGKILL does. */
  async kill(): Promise<void> {
    this.#isClosing = true;
    await this.#channel.kill?.();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#channel.close();
  }

  #await(node: string, bodies: readonly Body[], { mayBeLost }: { readonly mayBeLost: boolean }): Sent[] {
    if (this.#failure !== null) throw this.#failure;
    return bodies.map((body) => {
      const request = { src: QUORATE, dest: node, body: { ...body, msg_id: ++this.#requests } };
      return this.#waitingFor(request, mayBeLost);
    });
  }

  #waitingFor(request: Asked, mayBeLost: boolean): Sent {
    const sent: { readonly request: Asked; readonly answer: Promise<Body>; heard: Body | null } = {
      request,
      heard: null,
      answer: new Promise<Body>((resolve, reject) => {
        const heard = (answer: Body) => {
          sent.heard = answer;
          resolve(answer);
        };
        this.#waiting.set(request.body.msg_id, { request, resolve: heard, reject, mayBeLost });
      }),
    };
    // All of a batch fail together, and one is enough to tell.
    sent.answer.catch(() => {});
    return sent;
  }

  /** The answer may come in this turn, or in a later one. */
  #waitingInTurns(request: Asked): void {
    const { dest: src, src: dest } = request;
    const resolve = (body: Body) => void this.#turn!.said.push({ src, dest, body });
    this.#waiting.set(request.body.msg_id, { request, resolve, reject: () => {}, mayBeLost: true });
  }

  /** What is answered later is not heard any more. */
  #heardOf(sent: readonly Sent[]): (Body | null)[] {
    for (const { request } of sent) {
      const { msg_id } = request.body;
      if (this.#waiting.delete(msg_id)) this.#lost.add(msg_id);
    }
    return sent.map(({ heard }) => heard);
  }

  async #inTime(sent: readonly Sent[]): Promise<Body[]> {
    const timer = setTimeout(() => this.#failLate(), this.#options.answer_ms);
    try {
      return await Promise.all(sent.map(({ answer }) => answer));
    } finally {
      clearTimeout(timer);
    }
  }

  #say(lines: readonly string[]): void {
    const { transcript } = this.#options;
    for (const line of lines) transcript.add("→", line);
    if (transcript.failure !== null) throw transcript.failure;
    this.#channel.send(lines);
  }

  #hear(line: string): void {
    if (this.#failure !== null || line.trim() === "") return;
    this.#options.transcript.add("←", line);
    try {
      for (const envelope of decodeLine(line)) this.#take(envelope);
      if (this.#turn?.due.every(({ heard }) => heard !== null)) this.#turn = null;
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  /** Throws Error, with a sentence, where this is not waited for. */
  #take(envelope: Envelope): void {
    const { src, dest, body } = envelope;
    const { in_reply_to, type } = body;
    if (in_reply_to === undefined || (this.#relays && dest !== QUORATE)) {
      const isEvent = type === "event" && dest === QUORATE;
      if (isEvent && (this.#turn !== null || !this.#hasTurns)) {
        keep(this.#events, envelope);
        return;
      }
      if (this.#turn !== null) {
        keep(this.#turn.said, envelope);
        return;
      }
      throw new Error(
        this.#hasTurns
          ? `sent "${type}" to ${dest} after it had said that it is idle`
          : `sent "${type}" from ${src}, which answers nothing: it has no "in_reply_to"`,
      );
    }
    const waiting = this.#waiting.get(in_reply_to);
    if (waiting === undefined) {
      if (this.#lost.delete(in_reply_to as number)) return;
      const isOld = Number.isInteger(in_reply_to) && in_reply_to >= 1 && in_reply_to <= this.#requests;
      throw new Error(
        isOld
          ? `answered message ${in_reply_to} twice, the second time with "${type}"`
          : `answered message ${in_reply_to} with "${type}", which was never sent`,
      );
    }
    if (src !== waiting.request.dest) {
      throw new Error(`answered message ${in_reply_to}, which was for ${waiting.request.dest}, as ${src}`);
    }
    if (this.#hasTurns && this.#turn === null) {
      throw new Error(
        `answered message ${in_reply_to}, "${waiting.request.body.type}", after it had said that it is idle`,
      );
    }
    this.#waiting.delete(in_reply_to);
    waiting.resolve(body);
  }

  #failLate(): void {
    const late = [...this.#waiting.values()].find(({ mayBeLost }) => !mayBeLost);
    if (late === undefined) return;
    const { dest, body } = late.request;
    const seconds = this.#options.answer_ms / 1000;
    this.#fail(`has not answered message ${body.msg_id}, "${body.type}" to ${dest}, within ${seconds} s`);
  }

  #fail(what: string): void {
    if (this.#failure !== null) return;
    const { command, transcript } = this.#options;
    this.#failure = new AdapterError(shownCommand(command), what, transcript);
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** More than a node may say by itself until it answers. */
const UNASKED_MAX = 100_000;

/** Throws Error, with a sentence, for one too many. */
function keep(said: Envelope[], envelope: Envelope): void {
  if (said.push(envelope) > UNASKED_MAX) throw new Error(`says more than ${UNASKED_MAX} things by itself at once`);
}
