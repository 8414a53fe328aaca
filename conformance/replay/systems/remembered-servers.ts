/**
 * Servers in memory that can be put back to where they were, since what they did is remembered.
 *
 * A server is deterministic and hears of others only by requests: what it does depends on its own history alone. So the
 * real server is asked once after every history of its own, and the answer remembered; a transition of the model that
 * finds its server after a history that another has had costs a look-up. Histories that end in a crash are one if the
 * same bytes are left, and so are those of servers that are alike.
 *
 * A request that changed nothing, neither in registers nor on disk, is part of the history too, but the next time that
 * it comes, and nothing has changed in between, it is taken to change nothing again: the server is asked twice to make
 * sure.
 */
import { isDeepStrictEqual } from "node:util";
import { type Register, sameRegister } from "../../../spec/register.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { Channel, Restorable } from "../lockstep/lockstep-run.js";
import type { ServerKind } from "./server-kind.js";
import type { Network, SystemUnderTest, TimedCrashes } from "./system-under-test.js";

/**
 * Up to this number of requests that change nothing, one after the other, are told apart from others in other orders:
 * there are as many orders as there are runs. Those after them are taken to change nothing for what comes next.
 */
const IDLE_REQUESTS_MAX = 2;

/** In the place of a request that is under way: several of them. */
const CROWD = "crowd";

/** What can be seen of a server. */
interface Seen {
  readonly registers: ReadonlyMap<number, Register>;
  readonly durable: ReadonlyMap<number, Register>;
  readonly writtenSets: readonly number[];
  /** How much its disk holds. */
  readonly written: number;
}

/** A server after one history. */
interface Node<Server, Request, Reply, Remains> extends Seen {
  /** What led here: what was left by a crash, or a request to the server of another history. */
  readonly origin:
    | { readonly remains: Remains }
    | { readonly before: Node<Server, Request, Reply, Remains>; readonly request: Request };
  /** The real server, until it goes on to another history. */
  live: Server | null;
  /** By request. */
  readonly answers: Map<string, Answer<Server, Request, Reply, Remains>>;
  /** By what was under way. */
  readonly crashes: Map<string, Node<Server, Request, Reply, Remains>>;
}

interface Answer<Server, Request, Reply, Remains> {
  readonly reply: Reply;
  readonly after: Node<Server, Request, Reply, Remains>;
}

export class RememberedServers<Server, Request, Reply, Remains> implements SystemUnderTest<Request, Reply> {
  readonly channel: Channel;
  readonly restorable: Restorable;
  readonly timedCrashes: TimedCrashes<Request>;
  readonly network: Network<Request, Reply> | null = null;
  readonly #kind: ServerKind<Server, Request, Reply, Remains>;
  readonly #names: readonly string[];
  /** The register sets that can be looked at. */
  readonly #observed: readonly number[];
  /** By server, by what a crash left; one map for servers that are alike. */
  readonly #started: readonly Map<string, Node<Server, Request, Reply, Remains>>[];
  /** One object for equal replies, by their text: who hears them remembers them too. */
  readonly #replies = new Map<string, Reply>();
  #current: Node<Server, Request, Reply, Remains>[] = [];
  /** Whether #current has been handed out: then it is copied before it changes. */
  #isSaved = false;

  protected constructor(
    kind: ServerKind<Server, Request, Reply, Remains>,
    names: readonly string[],
    observed: readonly number[],
  ) {
    this.channel = kind.channel;
    this.#kind = kind;
    this.#names = names;
    this.#observed = observed;
    const likenesses = names.map((name) => kind.likeness?.of(name) ?? name);
    const started = new Map(likenesses.map((likeness) => [likeness, new Map()]));
    this.#started = likenesses.map((likeness) => started.get(likeness)!);
    this.restorable = {
      save: () => {
        this.#isSaved = true;
        return this.#current;
      },
      restore: (saved) => {
        this.#isSaved = true;
        this.#current = saved as Node<Server, Request, Reply, Remains>[];
      },
    };
    this.timedCrashes = {
      during: (server, request, torn_bytes) => this.#crashDuring(server, request, torn_bytes),
      afterAll: (server, requests) => this.#crashAfterAll(server, requests),
    };
  }

  /**
   * Starts a server of each name; they go by their index from then on. Only the observed register sets can be looked
   * at.
   */
  static async start<Server, Request, Reply, Remains>(
    kind: ServerKind<Server, Request, Reply, Remains>,
    names: readonly string[],
    observed: readonly number[],
  ): Promise<RememberedServers<Server, Request, Reply, Remains>> {
    return RememberedServers.begun(new RememberedServers(kind, names, observed));
  }

  /** None of them has been started before. */
  protected static async begun<
    Server,
    Request,
    Reply,
    Remains,
    Servers extends RememberedServers<Server, Request, Reply, Remains>,
  >(servers: Servers & RememberedServers<Server, Request, Reply, Remains>): Promise<Servers> {
    const started: Node<Server, Request, Reply, Remains>[] = [];
    for (const server of servers.#names.keys()) started.push(await servers.#startedFrom(server, servers.#kind.nothing));
    servers.#current = started;
    return servers;
  }

  request(server: number, request: Request): Reply | Promise<Reply> {
    const known = this.#current[server]!.answers.get(this.#kind.keyOf(request));
    if (known === undefined) return this.#ask(server, request);
    this.#moveTo(server, known.after);
    return known.reply;
  }

  crash(server: number): void | Promise<void> {
    const known = this.#current[server]!.crashes.get("");
    if (known === undefined)
      return this.#crash(server, "", async (node) => this.#kind.remainsOf(await this.#liveAt(server, node)));
    this.#moveTo(server, known);
  }

  observe(): void {}

  registerAt(server: number, registerSet: number): Register {
    return this.#current[server]!.registers.get(registerSet)!;
  }

  durableAt(server: number, registerSet: number): Register {
    return this.#current[server]!.durable.get(registerSet)!;
  }

  writtenSets(server: number): readonly number[] {
    return this.#current[server]!.writtenSets;
  }

  async close(): Promise<void> {}

  /**
   * How much of the request survives is up to the server's first call after the same history: those that are alike
   * differ.
   */
  #crashDuring(server: number, request: Request, torn_bytes: number): void | Promise<void> {
    const key = `${server} ${this.#kind.keyOf(request)}`;
    const known = this.#current[server]!.crashes.get(key);
    if (known !== undefined) return this.#moveTo(server, known);
    return this.#crash(server, key, async (node) =>
      this.#kind.crash(await this.#leaving(server, node), request, torn_bytes),
    );
  }

  /** Which requests arrive is up to the server's first call after the same history, likewise. */
  #crashAfterAll(server: number, requests: readonly Request[]): void | Promise<void> {
    const key = `${server} ${CROWD}`;
    const known = this.#current[server]!.crashes.get(key);
    if (known !== undefined) return this.#moveTo(server, known);
    return this.#crash(server, key, async (node) => this.#kind.crowd(await this.#leaving(server, node), requests));
  }

  #moveTo(server: number, node: Node<Server, Request, Reply, Remains>): void {
    if (this.#current[server] === node) return;
    if (this.#isSaved) this.#current = this.#current.slice();
    this.#isSaved = false;
    this.#current[server] = node;
  }

  async #ask(server: number, request: Request): Promise<Reply> {
    const node = this.#current[server]!;
    const key = this.#kind.keyOf(request);
    const live = await this.#leaving(server, node);
    const reply = this.#interned(await this.#kind.request(live, request));
    const asked = this.#nodeOf({ before: node, request }, live);
    const after = isSame(node, asked) ? await this.#unchanged(server, node, asked, { key, request, reply }) : asked;
    node.answers.set(key, { reply, after });
    this.#moveTo(server, after);
    return reply;
  }

  /**
   * Where a request leads that has changed nothing: asked again, it stays there, as do others that have changed nothing
   * before.
   */
  async #unchanged(
    server: number,
    before: Node<Server, Request, Reply, Remains>,
    after: Node<Server, Request, Reply, Remains>,
    { key, request, reply }: { readonly key: string; readonly request: Request; readonly reply: Reply },
  ): Promise<Node<Server, Request, Reply, Remains>> {
    await this.#askAgain(server, after.live!, request, reply);
    const idle = [...before.answers].filter(([, answer]) => isSame(before, answer.after));
    if (idle.length >= IDLE_REQUESTS_MAX) {
      before.live = after.live;
      return before;
    }
    for (const [other, answer] of [...idle, [key, { reply }] as const])
      after.answers.set(other, { reply: answer.reply, after });
    return after;
  }

  async #askAgain(server: number, live: Server, request: Request, reply: Reply): Promise<void> {
    const again = await this.#kind.request(live, request);
    if (isDeepStrictEqual(again, reply)) return;
    throw new ImplementationFault(
      `${this.#names[server]} answered ${JSON.stringify(reply)} to "${this.#kind.keyOf(request)}", which changed nothing, and ${JSON.stringify(again)} when it was asked again`,
    );
  }

  async #crash(
    server: number,
    key: string,
    remainsOf: (node: Node<Server, Request, Reply, Remains>) => Promise<Remains>,
  ): Promise<void> {
    const node = this.#current[server]!;
    const after = await this.#startedFrom(server, await remainsOf(node));
    node.crashes.set(key, after);
    this.#moveTo(server, after);
  }

  async #startedFrom(server: number, remains: Remains): Promise<Node<Server, Request, Reply, Remains>> {
    const key = this.#kind.keyOfRemains(remains);
    const known = this.#started[server]!.get(key);
    if (known !== undefined) return known;
    const node = this.#nodeOf({ remains }, await this.#kind.open(this.#names[server]!, remains));
    this.#started[server]!.set(key, node);
    return node;
  }

  /** The real server after this history, under the name of this one. */
  async #liveAt(server: number, node: Node<Server, Request, Reply, Remains>): Promise<Server> {
    const live = await this.#madeAgain(server, node);
    this.#kind.likeness?.rename(live, this.#names[server]!);
    return live;
  }

  /** From the last crash on, if it has gone on to another history. */
  async #madeAgain(server: number, node: Node<Server, Request, Reply, Remains>): Promise<Server> {
    const { origin } = node;
    if (node.live !== null) return node.live;
    if ("remains" in origin) {
      node.live = await this.#kind.open(this.#names[server]!, origin.remains);
    } else {
      node.live = await this.#leaving(server, origin.before);
      await this.#kind.request(node.live, origin.request);
    }
    return node.live;
  }

  /** The real server after this history, to go on to another with: only one that can be copied stays there, too. */
  async #leaving(server: number, node: Node<Server, Request, Reply, Remains>): Promise<Server> {
    const live = await this.#liveAt(server, node);
    if (this.#kind.copyOf !== undefined) return this.#kind.copyOf(live);
    node.live = null;
    return live;
  }

  #nodeOf(
    origin: Node<Server, Request, Reply, Remains>["origin"],
    live: Server,
  ): Node<Server, Request, Reply, Remains> {
    const { registerAt, durableAt } = this.#kind;
    const seenBy = (look: (server: Server, registerSet: number) => Register) =>
      new Map(this.#observed.map((registerSet) => [registerSet, look(live, registerSet)]));
    return {
      origin,
      live,
      registers: seenBy(registerAt),
      durable: seenBy(durableAt),
      writtenSets: this.#kind.writtenSets(live),
      written: this.#kind.writtenBy(live),
      answers: new Map(),
      crashes: new Map(),
    };
  }

  #interned(reply: Reply): Reply {
    const text = JSON.stringify(reply);
    const known = this.#replies.get(text);
    if (known === undefined) this.#replies.set(text, reply);
    return known ?? reply;
  }
}

/** Whether nothing has changed from one to the other that anything could be told by. */
function isSame(a: Seen, b: Seen): boolean {
  if (a.written !== b.written) return false;
  for (const [registerSet, register] of a.registers) {
    if (!sameRegister(register, b.registers.get(registerSet)!)) return false;
  }
  return true;
}
