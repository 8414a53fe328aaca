/** One adapter at the other end of a channel: every request is answered once, in time, or the conversation has failed. */
import { AdapterError } from "./adapter-error.js";
import type { Channel, ChannelListener } from "./channel.js";
import { type Body, decodeLine, type Envelope, encodeLine, QUORATE } from "./messages.js";
import { startProcess } from "./process-channel.js";
import { StoreChannel } from "./store-channel.js";
import { STORE_SCHEME, shownCommand } from "./store-command.js";
import { TCP_SCHEME } from "./tcp-address.js";
import { connectTo } from "./tcp-channel.js";
import type { Transcript } from "./transcript.js";

export interface ConversationOptions {
  /** A command line, or tcp://HOST:PORT. */
  readonly command: string;
  readonly transcript: Transcript;
  /** How long an answer may take. */
  readonly answer_ms: number;
}

interface Waiting {
  readonly request: Envelope;
  readonly resolve: (answer: Body) => void;
  readonly reject: (error: AdapterError) => void;
}

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #channel: Channel;
  /** By the number of the request. */
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  /** Why nothing more can be said; null as long as it can. */
  #failure: AdapterError | null = null;
  #isClosing = false;

  /** Begins it; that there is nobody shows at the first request. Throws RangeError for an address that is none. */
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
    this.#channel = channelTo(command, listener);
  }

  /** Whether its adapter can be killed. */
  get canKill(): boolean {
    return this.#channel.kill !== null;
  }

  /** The answers to these requests to a node, sent as one batch, in the order of the requests. Rejects with AdapterError. */
  async ask(node: string, bodies: readonly Body[]): Promise<Body[]> {
    if (this.#failure !== null) throw this.#failure;
    const envelopes = bodies.map((body) => ({
      src: QUORATE,
      dest: node,
      body: { ...body, msg_id: ++this.#requests },
    }));
    const answers = envelopes.map((request) => this.#answerTo(request));
    this.#say(encodeLine(envelopes));
    const timer = setTimeout(() => this.#failLate(), this.#options.answer_ms);
    try {
      return await Promise.all(answers);
    } finally {
      clearTimeout(timer);
    }
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

  #answerTo(request: Envelope & { readonly body: { readonly msg_id: number } }): Promise<Body> {
    const answer = new Promise<Body>((resolve, reject) => {
      this.#waiting.set(request.body.msg_id, { request, resolve, reject });
    });
    // All of a batch fail together, and one is enough to tell.
    answer.catch(() => {});
    return answer;
  }

  #say(line: string): void {
    this.#options.transcript.add("→", line);
    this.#channel.send(line);
  }

  #hear(line: string): void {
    if (this.#failure !== null || line.trim() === "") return;
    this.#options.transcript.add("←", line);
    try {
      for (const envelope of decodeLine(line)) this.#take(envelope);
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  /** Throws Error, with a sentence, where nobody waits for this. */
  #take({ src, body }: Envelope): void {
    const { in_reply_to, type } = body;
    if (in_reply_to === undefined)
      throw new Error(`sent "${type}" from ${src}, which answers nothing: it has no "in_reply_to"`);
    const waiting = this.#waiting.get(in_reply_to);
    if (waiting === undefined) {
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
    this.#waiting.delete(in_reply_to);
    waiting.resolve(body);
  }

  #failLate(): void {
    const [late] = this.#waiting.values();
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

function channelTo(command: string, listener: ChannelListener): Channel {
  if (command.startsWith(TCP_SCHEME)) return connectTo(command, listener);
  return command.startsWith(STORE_SCHEME) ? new StoreChannel(command, listener) : startProcess(command, listener);
}
