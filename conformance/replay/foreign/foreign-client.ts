/**
 * A proposer's client that can be put back to where it was, as RememberedClient is: what it did after every sequence of
 * answers is judged once and remembered. The one node that there is is brought to a history where something new is to
 * be heard there.
 */
import type { Reply } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import type { Body } from "../../adapter/messages.js";
import type { SeenClient } from "../systems/client-under-test.js";
import type { ClientNode, ClientRequest, Reaction } from "./client-node.js";
import { afterHearing, type ClientState, conductIn, conductOf, NEWCOMER } from "./client-state.js";
import { beginsAnew, hearsLeftAttempt, startsAgain } from "./client-trials.js";
import type { Freedoms } from "./freedoms.js";
import type { Part, ProposerJudge } from "./proposer-judge.js";

/** How often a client that does something else this time is tried once more. */
const ATTEMPTS_MAX = 4;

/** One answer that it hears. */
interface Heard {
  readonly before: ForeignClient;
  readonly server: number;
  readonly reply: Reply;
  /** What of the client it answers. */
  readonly to: ClientRequest["kind"];
}

export class ForeignClient implements SeenClient {
  readonly part: Part;
  readonly state: ClientState;
  /** Null for a client that has heard nothing. */
  readonly heard: Heard | null;
  /** By what it hears next. */
  readonly after = new Map<string, ForeignClient>();

  constructor(part: Part, state: ClientState, heard: Heard | null) {
    this.part = part;
    this.state = state;
    this.heard = heard;
  }

  get chosen(): Value | null {
    return this.state.chosen;
  }

  get output(): Value | null {
    return this.state.output;
  }

  /** All that it has heard, in order. */
  get history(): readonly Heard[] {
    return this.heard === null ? [] : [...this.heard.before.history, this.heard];
  }

  /** Of a client that has chosen: as it was when it had just done so. */
  get asItChose(): ForeignClient {
    const before = this.heard?.before;
    return before === undefined || before.chosen === null ? this : before.asItChose;
  }

  hasHeard(key: string): boolean {
    return this.history.some(({ server, reply }) => keyOf(server, reply) === key);
  }
}

interface Options {
  readonly node: ClientNode;
  readonly judge: ProposerJudge;
  readonly freedoms: Freedoms;
  /** What it is told to propose. */
  readonly proposeOf: (part: Part) => Body;
}

/** The node as it is: which client, and by which numbers its requests are answered. */
interface Live {
  readonly client: ForeignClient;
  readonly numbers: Map<string, number>;
  /** Of the node: in another, it is not this client any more. */
  readonly attempt: number;
}

export class ForeignClients {
  readonly #options: Options;
  readonly #newcomers = new Map<string, ForeignClient>();
  /** Clients that have chosen, by what their phase 2 can depend on. */
  readonly #choosers = new Map<string, ForeignClient>();
  readonly #likes = new WeakMap<ForeignClient, ForeignClient>();
  #live: Live | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * The client that has heard nothing. Rejects with ImplementationFault where it does what it may not, as all methods
   * do.
   */
  async newcomer(part: Part): Promise<ForeignClient> {
    const key = `${part.row} ${part.input}`;
    const known = this.#newcomers.get(key);
    if (known !== undefined) return known;
    const { node, judge, proposeOf } = this.#options;
    const reaction = await node.begin(proposeOf(part));
    const client = new ForeignClient(part, judge.after(NEWCOMER, reaction, part), null);
    this.#newcomers.set(key, client);
    this.#live = { client, numbers: numbersIn(reaction), attempt: node.attempts };
    return client;
  }

  /**
   * The client after one more answer; null where it has not asked for it, or where it does not come to be as it was
   * remembered.
   */
  async after(client: ForeignClient, server: number, reply: Reply): Promise<ForeignClient | null> {
    const key = keyOf(server, reply);
    const known = client.after.get(key) ?? (client.hasHeard(key) ? client : undefined);
    if (known !== undefined) {
      client.after.set(key, known);
      return known;
    }
    const live = await this.#at(client);
    if (live === null) return null;
    const { numbers, attempt } = live;
    const to = kindAnswered(numbers, server, reply);
    if (to === null) return null;
    this.#live = null;
    const { node, judge } = this.#options;
    const reaction = await node.hear([{ server, reply, to: numbers.get(requestKey(to, server))! }]);
    const told = afterHearing(client.state, server, reply, client.part.registerSet);
    const after = new ForeignClient(client.part, judge.after(told, reaction, client.part), {
      before: client,
      server,
      reply,
      to,
    });
    client.after.set(key, after);
    this.#live = { client: after, numbers: numbersIn(reaction, numbers), attempt };
    return after;
  }

  /** One attempt after another: see `hearsLeftAttempt` and `beginsAnew`. */
  async retry(left: Part, next: Part): Promise<void> {
    await hearsLeftAttempt(this.#options, left, next);
    await beginsAnew(this.#options, [left, next], "left");
  }

  /** The same, with a crash in between. */
  restart(left: Part, next: Part): Promise<void> {
    return beginsAnew(this.#options, [left, next], "lost");
  }

  /** A client that has proposed is crashed, and starts again with another input: see `startsAgain`. */
  async crash(client: ForeignClient, input: Value): Promise<void> {
    if ((await this.#at(client)) === null) return;
    const { part, chosen, history } = client;
    const promises = history.filter(({ reply }) => reply.kind === "prepared");
    await startsAgain(this.#options, { part, proposed: chosen!, promises }, input);
  }

  /**
   * One for all that have chosen the same, and have read it or not: what becomes of them then is taken to depend on
   * that alone, and on what is still to come.
   */
  chooserLike(client: ForeignClient): ForeignClient {
    const known = this.#likes.get(client);
    if (known !== undefined) return known;
    const { part, state } = client;
    const isRead = [...state.reads.values()].some((values) => values.has(state.chosen!));
    const key = `${part.row} ${part.input} ${isRead} ${conductOf(state)}`;
    const like = this.#choosers.get(key) ?? client;
    this.#choosers.set(key, like);
    this.#likes.set(client, like);
    return like;
  }

  /** The node, once it is this client; null where it does not get there. */
  async #at(client: ForeignClient): Promise<Live | null> {
    const live = this.#live;
    if (live?.client === client && live.attempt === this.#options.node.attempts) return live;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      // At first in batches: what the client made of each answer was judged before. If that is not the same, one by
      // one.
      this.#live = await this.#broughtTo(client, attempt === 0);
      if (this.#live !== null) return this.#live;
    }
    this.#options.freedoms.take("changes its ways");
    return null;
  }

  /** Null where the client does something else this time. */
  async #broughtTo(client: ForeignClient, inBatches: boolean): Promise<Live | null> {
    const { node, proposeOf } = this.#options;
    const reactions = [await node.begin(proposeOf(client.part))];
    const numbers = numbersIn(reactions[0]!);
    const numberFor = ({ to, server }: Heard) => numbers.get(requestKey(to, server));
    let untold = client.history;
    while (untold.length > 0) {
      const blocked = untold.findIndex((heard) => numberFor(heard) === undefined);
      const ready = untold.slice(0, blocked < 0 ? untold.length : blocked).slice(0, inBatches ? untold.length : 1);
      if (ready.length === 0) return null;
      const answers = ready.map((heard) => ({ server: heard.server, reply: heard.reply, to: numberFor(heard)! }));
      const reaction = await node.hear(answers);
      reactions.push(reaction);
      numbersIn(reaction, numbers);
      untold = untold.slice(ready.length);
    }
    if (conductIn(reactions) !== conductOf(client.state)) return null;
    return { client, numbers, attempt: node.attempts };
  }
}

/** The same for equal answers of the server. Most are one object, asked for again and again. */
function keyOf(server: number, reply: Reply): string {
  const known = texts.get(reply) ?? JSON.stringify(reply);
  texts.set(reply, known);
  return `${server} ${known}`;
}

const texts = new WeakMap<Reply, string>();

const requestKey = (kind: ClientRequest["kind"], server: number): string => `${kind} ${server}`;

/** Adds, by request, the numbers that answers refer to; of a repeated request, the last. */
function numbersIn({ requests }: Reaction, numbers = new Map<string, number>()): Map<string, number> {
  for (const { kind, server, number } of requests) numbers.set(requestKey(kind, server), number);
  return numbers;
}

/** Null where the client has not asked for it. What is refused is a write, once there is one. */
function kindAnswered(
  numbers: ReadonlyMap<string, number>,
  server: number,
  { kind }: Reply,
): ClientRequest["kind"] | null {
  if (kind !== "prepared" && numbers.has(requestKey("write", server))) return "write";
  return kind !== "written" && numbers.has(requestKey("prepare", server)) ? "prepare" : null;
}
