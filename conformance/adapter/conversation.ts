/**
 * One adapter at the other end of a channel: every request is answered once, in time, or the conversation has failed. Clients
 * speak by themselves too, as long as it is their turn.
 */
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

/** One message of a batch. Answers have an `in_reply_to`, and are given no number. */
export interface Said {
  /** Who says it. */
  readonly src: string;
  readonly body: Body;
  /** Whether the turn waits for an answer. */
  readonly isDue: boolean;
}

export interface Turn {
  /** What was due, in the order of the requests. */
  readonly answers: readonly Body[];
  /** What the node said besides, in order: messages of its own, and answers to requests of this turn or of earlier ones. */
  readonly said: readonly Envelope[];
  /** The number of each message, in their order; undefined for answers. */
  readonly numbers: readonly (number | undefined)[];
}

interface Waiting {
  readonly request: Envelope;
  readonly isDue: boolean;
  readonly resolve: (answer: Envelope) => void;
  readonly reject: (error: AdapterError) => void;
}

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #channel: Channel;
  /** By the number of the request. */
  readonly #waiting = new Map<number, Waiting>();
  /** How many of these are due. */
  #due = 0;
  #requests = 0;
  /** Why nothing more can be said; null as long as it can. */
  #failure: AdapterError | null = null;
  #isClosing = false;
  /** What the node has said by itself in this turn; null where it is nobody's turn. */
  #said: Envelope[] | null = null;
  /** Whether the adapter has ever had a turn. */
  #hasTurns = false;

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
    const envelopes = bodies.map((body) => this.#numbered(node, { src: QUORATE, body }));
    return this.#answersTo(envelopes, envelopes);
  }

  /**
   * Sends the node one batch, and lets it speak by itself until all that is due has been answered: whatever it says later is out
   * of turn. Rejects with AdapterError.
   */
  async turn(node: string, said: readonly Said[]): Promise<Turn> {
    const envelopes = said.map((message) => this.#numbered(node, message));
    const heard: Envelope[] = [];
    this.#said = heard;
    this.#hasTurns = true;
    for (const [index, { isDue }] of said.entries()) {
      const { body } = envelopes[index]!;
      if (isDue || body.msg_id === undefined) continue;
      this.#await(envelopes[index]!, { isDue: false, resolve: (answer) => void this.#said?.push(answer), reject() {} });
    }
    const due = envelopes.filter((_, index) => said[index]!.isDue);
    const answers = await this.#answersTo(envelopes, due);
    return { answers, said: heard, numbers: envelopes.map(({ body }) => body.msg_id) };
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

  #numbered(dest: string, { src, body }: Pick<Said, "src" | "body">): Envelope {
    return { src, dest, body: body.in_reply_to === undefined ? { ...body, msg_id: ++this.#requests } : body };
  }

  async #answersTo(envelopes: readonly Envelope[], due: readonly Envelope[]): Promise<Body[]> {
    if (this.#failure !== null) throw this.#failure;
    const answers = due.map((request) => this.#answerTo(request));
    this.#say(encodeLine(envelopes));
    const timer = setTimeout(() => this.#failLate(), this.#options.answer_ms);
    try {
      return await Promise.all(answers);
    } finally {
      clearTimeout(timer);
    }
  }

  #answerTo(request: Envelope): Promise<Body> {
    const answer = new Promise<Body>((resolve, reject) => {
      this.#await(request, { isDue: true, resolve: ({ body }) => resolve(body), reject });
    });
    // All of a batch fail together, and one is enough to tell.
    answer.catch(() => {});
    return answer;
  }

  #await(request: Envelope, rest: Omit<Waiting, "request">): void {
    this.#waiting.set(request.body.msg_id!, { request, ...rest });
    if (rest.isDue) this.#due++;
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
      if (this.#due === 0) this.#said = null;
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  /** Throws Error, with a sentence, where nobody waits for this. */
  #take(envelope: Envelope): void {
    const { src, dest, body } = envelope;
    const { in_reply_to, type } = body;
    if (in_reply_to === undefined) {
      if (this.#said !== null) {
        this.#said.push(envelope);
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
    if (!waiting.isDue && this.#said === null) {
      throw new Error(
        `answered message ${in_reply_to}, "${waiting.request.body.type}", after it had said that it is idle`,
      );
    }
    this.#waiting.delete(in_reply_to);
    if (waiting.isDue) this.#due--;
    waiting.resolve(envelope);
  }

  #failLate(): void {
    const late = [...this.#waiting.values()].find(({ isDue }) => isDue);
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
