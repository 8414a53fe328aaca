/**
 * A proposer's client that can be put back to where it was, as RememberedClient is: what it did after every sequence of answers is
 * judged once and remembered. The one node that there is is brought to a history where something new is to be heard there.
 */
import type { Reply } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import type { Body } from "../../adapter/messages.js";
import type { SeenClient } from "../systems/client-under-test.js";
import type { ClientNode, Reaction } from "./client-node.js";
import { afterHearing, type ClientState, conductIn, conductOf, NEWCOMER } from "./client-state.js";
import { hearsLeftAttempt, startsAgain } from "./client-trials.js";
import type { Freedoms } from "./freedoms.js";
import type { Part, ProposerJudge } from "./proposer-judge.js";

/** How often a client that does something else this time is tried once more. */
const ATTEMPTS_MAX = 4;

/** One answer that it hears. */
interface Heard {
  readonly before: ForeignClient;
  readonly server: number;
  readonly reply: Reply;
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
  client: ForeignClient;
  readonly numbers: Map<string, number>;
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

  /** The client that has heard nothing. Rejects with ImplementationFault where it does what it may not, as all methods do. */
  async newcomer(part: Part): Promise<ForeignClient> {
    const key = `${part.row} ${part.input}`;
    const known = this.#newcomers.get(key);
    if (known !== undefined) return known;
    const { node, judge, proposeOf } = this.#options;
    const reaction = await node.begin(proposeOf(part));
    const client = new ForeignClient(part, judge.after(NEWCOMER, reaction, part), null);
    this.#newcomers.set(key, client);
    this.#live = { client, numbers: numbersIn(reaction) };
    return client;
  }

  /**
   * The client after one more answer; null where it has not asked for it, or where it does not come to be as it was remembered.
   */
  async after(client: ForeignClient, server: number, reply: Reply): Promise<ForeignClient | null> {
    const key = keyOf(server, reply);
    const known = client.after.get(key) ?? (client.hasHeard(key) ? client : undefined);
    if (known !== undefined) {
      client.after.set(key, known);
      return known;
    }
    const live = await this.#at(client);
    const to = live === null ? undefined : numberFor(live.numbers, server, reply);
    if (live === null || to === undefined) return null;
    this.#live = null;
    const { node, judge } = this.#options;
    const reaction = await node.hear([{ server, reply, to }]);
    const told = afterHearing(client.state, server, reply, client.part.registerSet);
    const after = new ForeignClient(client.part, judge.after(told, reaction, client.part), {
      before: client,
      server,
      reply,
    });
    client.after.set(key, after);
    this.#live = { client: after, numbers: numbersIn(reaction, live!.numbers) };
    return after;
  }

  /** See `hearsLeftAttempt`. */
  async leave(left: Part, next: Part): Promise<void> {
    this.#live = null;
    await hearsLeftAttempt(this.#options, left, next);
  }

  /** A client that has proposed is crashed, and starts again with another input: see `startsAgain`. */
  async crash(client: ForeignClient, input: Value): Promise<void> {
    if ((await this.#at(client)) === null) return;
    this.#live = null;
    const { part, chosen, history } = client;
    const promises = history.filter(({ reply }) => reply.kind === "prepared");
    await startsAgain(this.#options, { part, proposed: chosen!, promises }, input);
  }

  /**
   * One for all that have chosen the same, have read it or not, and have heard promises since or not: what becomes of them then is
   * taken to depend on that alone, and on what is still to come.
   */
  chooserLike(client: ForeignClient): ForeignClient {
    const known = this.#likes.get(client);
    if (known !== undefined) return known;
    const { part, state } = client;
    const isRead = [...state.reads.values()].some((values) => values.has(state.chosen!));
    const isLate = client.heard !== null && client.heard.before.chosen !== null;
    const key = `${part.row} ${part.input} ${isRead} ${isLate} ${conductOf(state)}`;
    const like = this.#choosers.get(key) ?? client;
    this.#choosers.set(key, like);
    this.#likes.set(client, like);
    return like;
  }

  /** The node, once it is this client; null where it does not get there. */
  async #at(client: ForeignClient): Promise<Live | null> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (this.#live?.client === client) return this.#live;
      await this.#bringTo(client);
    }
    this.#options.freedoms.take("changes its ways");
    return null;
  }

  /** Answers whose requests are there already come in one batch: what the client makes of each was judged before. */
  async #bringTo(client: ForeignClient): Promise<void> {
    const { node, proposeOf } = this.#options;
    this.#live = null;
    let reaction = await node.begin(proposeOf(client.part));
    const reactions = [reaction];
    const numbers = numbersIn(reaction);
    let untold = client.history;
    while (untold.length > 0) {
      const blocked = untold.findIndex(({ server, reply }) => numberFor(numbers, server, reply) === undefined);
      const ready = blocked < 0 ? untold : untold.slice(0, blocked);
      if (ready.length === 0) return;
      reaction = await node.hear(
        ready.map(({ server, reply }) => ({ server, reply, to: numberFor(numbers, server, reply)! })),
      );
      reactions.push(reaction);
      numbersIn(reaction, numbers);
      untold = untold.slice(ready.length);
    }
    if (conductIn(reactions) === conductOf(client.state)) this.#live = { client, numbers };
  }
}

/** The same for equal answers of the server. Most are one object, asked for again and again. */
function keyOf(server: number, reply: Reply): string {
  const known = texts.get(reply) ?? JSON.stringify(reply);
  texts.set(reply, known);
  return `${server} ${known}`;
}

const texts = new WeakMap<Reply, string>();

/** Adds, by request, the numbers that answers refer to; of a repeated request, the last. */
function numbersIn({ requests }: Reaction, numbers = new Map<string, number>()): Map<string, number> {
  for (const { kind, server, number } of requests) numbers.set(`${kind} ${server}`, number);
  return numbers;
}

/** What is refused is a write, once there is one. */
const numberFor = (numbers: ReadonlyMap<string, number>, server: number, { kind }: Reply): number | undefined =>
  (kind === "prepared" ? undefined : numbers.get(`write ${server}`)) ??
  (kind === "written" ? undefined : numbers.get(`prepare ${server}`));
