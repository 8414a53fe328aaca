/** Foreign code under test: its processes, started and told who they are, and what it can do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Bound } from "../budget/bound.js";
import { AdapterError } from "./adapter-error.js";
import {
  type Ability,
  type Capabilities,
  capabilitiesIn,
  type Limits,
  PROTOCOL_VERSION,
  type Role,
} from "./capabilities.js";
import { Conversation, type CutShort } from "./conversation.js";
import type { Body, Envelope } from "./messages.js";
import { checkStores } from "./store-channel.js";
import { STORE_SCHEME, shownCommand } from "./store-command.js";
import { Transcript } from "./transcript.js";
import type { Relayed, Said, Turn } from "./turn.js";

export interface AdapterOptions {
  /** A command line, tcp://HOST:PORT, or store: and URLs of stores. */
  readonly command: string;
  /** Where to write all that is said; null for nowhere. */
  readonly transcript: string | null;
  /** How long an answer may take. */
  readonly answer_ms: number;
}

/** Of whom it is told at the beginning. */
export interface Cast {
  /** What the table is called. */
  readonly table: string;
  readonly servers: readonly string[];
}

/** The one node of a proposer: a client of the servers, which are Quorate's. */
const CLIENT = "client";

/** Whose part the adapter takes. */
const nodesOf = ({ role }: Capabilities, { servers }: Cast): readonly string[] =>
  role === "proposer" ? [servers.includes(CLIENT) ? servers.join() : CLIENT] : servers;

interface Process {
  readonly conversation: Conversation;
  /** Where it may keep what has to survive it: a fresh directory. */
  readonly data: string;
}

export class Adapter {
  readonly command: string;
  /** Whoever asks a node a whole question checks it before: an answer may take seconds. */
  readonly bound = new Bound();
  /** All nodes lose what they hold at the same time, since one process has them all. */
  readonly isOne: boolean;
  readonly #options: AdapterOptions;
  readonly #cast: Cast;
  /** What its nodes are called: the servers of the table, or the client of a proposer. */
  readonly nodes: readonly string[];
  readonly #transcript: Transcript;
  readonly #directory: string;
  readonly #capabilities: Capabilities;
  /** By node: the same for all if one process is all of them. */
  readonly #processes = new Map<string, Process>();
  #dataDirectories = 0;

  private constructor(options: AdapterOptions, cast: Cast, begun: Begun) {
    this.command = shownCommand(options.command);
    this.#options = options;
    this.#cast = cast;
    this.nodes = nodesOf(begun.capabilities, cast);
    this.#transcript = begun.transcript;
    this.#directory = begun.directory;
    this.#capabilities = begun.capabilities;
    this.isOne = begun.capabilities.hosts === "all";
  }

  /**
   * Rejects with AdapterError where it does not do as docs/adapters.md says; where it is a store, as `checkStores`
   * does.
   */
  static async start(options: AdapterOptions, cast: Cast): Promise<Adapter> {
    if (options.command.startsWith(STORE_SCHEME)) await checkStores(options.command, cast.servers.length);
    const begun = await begin(options, cast);
    const adapter = new Adapter(options, cast, begun);
    try {
      await adapter.#startOthers(begun.first);
    } catch (error) {
      await adapter.close();
      throw error;
    }
    return adapter;
  }

  get role(): Role {
    return this.#capabilities.role;
  }

  get limits(): Limits {
    return this.#capabilities.limits;
  }

  can(ability: Ability): boolean {
    return this.#capabilities.can.has(ability);
  }

  /** Whether a node can be crashed, by itself or as whoever has no power any more. */
  get crashes(): "itself" | "killed" | "never" {
    if (this.can("crash")) return "itself";
    return this.isKillable ? "killed" : "never";
  }

  /** Whether its processes are Quorate's. */
  get isKillable(): boolean {
    return this.#processOf(this.nodes[0]!).conversation.canKill;
  }

  /** The answers of a node, in order. Rejects with AdapterError where the adapter does not keep to the protocol. */
  ask(node: string, bodies: readonly Body[], how: { readonly apart?: boolean } = {}): Promise<Body[]> {
    return this.#processOf(node).conversation.ask(node, bodies, how);
  }

  /**
   * The answers to requests that a crash cuts short, null where there is none, and to what follows, of which that crash
   * is the first.
   */
  askCutShort(node: string, cut: CutShort, following: readonly Body[]): ReturnType<Conversation["askCutShort"]> {
    return this.#processOf(node).conversation.askCutShort(node, cut, following);
  }

  /**
   * Kills the node's process while it handles the requests, and starts one that finds what it has left: the answers
   * that were given.
   *
   * @param after_ms how long it may take; null for until it has answered one
   */
  async killDuring(node: string, cut: CutShort, after_ms: number | null): Promise<(Body | null)[]> {
    const { conversation, data } = this.#processOf(node);
    const answers = await conversation.askAndKill(node, cut, after_ms ?? this.#options.answer_ms);
    await this.#replace(node, data);
    return answers;
  }

  /** A node's turn to speak by itself. Rejects with AdapterError where the adapter does not keep to the protocol. */
  turn(node: string, said: readonly Said[]): Promise<Turn> {
    return this.#processOf(node).conversation.turn(node, said);
  }

  /**
   * Hands the node messages as they are, then asks it: the answers, and whatever it says to others before the last of
   * them. Rejects with AdapterError where the adapter does not keep to the protocol.
   */
  relay(node: string, messages: readonly Envelope[], requests: readonly Body[]): Promise<Relayed> {
    return this.#processOf(node).conversation.relay(node, messages, requests);
  }

  /**
   * What the node has told by itself of what it did inside, since that was last taken. Throws AdapterError where it is
   * of no known party.
   */
  takeEvents(node: string): readonly Body[] {
    const told = this.#processOf(node).conversation.takeEvents();
    const stray = told.find(({ src }) => !this.nodes.includes(src));
    if (stray !== undefined) throw this.fault(`sent an event as ${stray.src}, and is ${this.nodes.join(", ")}`);
    return told.flatMap(({ src, body }) => (src === node ? body : []));
  }

  /** What it did, as the rest of a sentence about it, with the last lines. */
  fault(what: string): AdapterError {
    return new AdapterError(this.command, what, this.#transcript);
  }

  /**
   * Starts a new process for the node, which finds nothing. Rejects with AdapterError where Quorate did not start the
   * one before.
   */
  async startAnew(node: string): Promise<void> {
    await this.#replace(node, await this.#newDirectory());
  }

  /** Kills the node's process, and starts one that finds what it has left. */
  async kill(node: string): Promise<void> {
    await this.#replace(node, this.#processOf(node).data);
  }

  /** Throws AdapterError unless the answer is the one that says that it was done. */
  expect(answer: Body, request: string): void {
    if (answer.type === `${request}_ok`) return;
    const text = answer.type === "error" && typeof answer.text === "string" ? `: ${answer.text}` : "";
    throw this.fault(`answered "${request}" with "${answer.type}"${text}, not with "${request}_ok"`);
  }

  /** Rejects with TranscriptError where not all that was said is in its file. */
  async close(): Promise<void> {
    const conversations = new Set([...this.#processes.values()].map(({ conversation }) => conversation));
    await Promise.all([...conversations].map((conversation) => conversation.close()));
    this.#transcript.close();
    await rm(this.#directory, { recursive: true, force: true });
    if (this.#transcript.failure !== null) throw this.#transcript.failure;
  }

  #processOf(node: string): Process {
    return this.#processes.get(node)!;
  }

  async #startOthers(first: Process): Promise<void> {
    const [firstNode, ...others] = this.nodes;
    this.#processes.set(firstNode!, first);
    for (const node of others) {
      const started = this.isOne ? first : this.#newProcess(await this.#newDirectory());
      this.#processes.set(node, started);
      await this.#introduce(node, started);
    }
  }

  /** Ends the process of the node, and has another take its place, and that of all nodes that it was. */
  async #replace(node: string, data: string): Promise<void> {
    const before = this.#processOf(node);
    if (!before.conversation.canKill) {
      throw this.fault('cannot "reset", and Quorate cannot start it anew, since it only connects to it');
    }
    await before.conversation.kill();
    const after = this.#newProcess(data);
    for (const [name, { conversation }] of this.#processes) {
      if (conversation !== before.conversation) continue;
      this.#processes.set(name, after);
      await this.#introduce(name, after);
    }
  }

  async #introduce(node: string, { conversation, data }: Process): Promise<void> {
    const { nodes } = this;
    await introduce(conversation, { node, nodes, data, cast: this.#cast, fault: (what) => this.fault(what) });
  }

  #newProcess(data: string): Process {
    return { conversation: new Conversation({ ...this.#options, transcript: this.#transcript }), data };
  }

  #newDirectory(): Promise<string> {
    return mkdtemp(path.join(this.#directory, `${this.#dataDirectories++}-`));
  }
}

interface Begun {
  readonly transcript: Transcript;
  readonly directory: string;
  readonly first: Process;
  readonly capabilities: Capabilities;
}

/** The first node's process says what it is: then it is known whether the others need one. */
async function begin(options: AdapterOptions, cast: Cast): Promise<Begun> {
  const transcript = new Transcript(options.transcript);
  const directory = await mkdtemp(path.join(tmpdir(), "quorate-adapter-"));
  const conversation = new Conversation({ ...options, transcript });
  const data = await mkdtemp(path.join(directory, "first-"));
  const fault = (what: string) => new AdapterError(shownCommand(options.command), what, transcript);
  try {
    const introduction = { data, cast, fault };
    const first = cast.servers[0]!;
    const capabilities = await introduce(conversation, { ...introduction, node: first, nodes: cast.servers });
    // What it is, and so whose part it takes, is known only now.
    const nodes = nodesOf(capabilities, cast);
    if (nodes[0] !== first) await introduce(conversation, { ...introduction, node: nodes[0]!, nodes });
    return { transcript, directory, first: { conversation, data }, capabilities };
  } catch (error) {
    await conversation.close();
    transcript.close();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

interface Introduction {
  readonly node: string;
  readonly nodes: readonly string[];
  readonly data: string;
  readonly cast: Cast;
  readonly fault: (what: string) => AdapterError;
}

async function introduce(
  conversation: Conversation,
  { node, nodes, data, cast, fault }: Introduction,
): Promise<Capabilities> {
  const { table, servers } = cast;
  const quorate = { version: PROTOCOL_VERSION, table, servers, data };
  const [answer] = await conversation.ask(node, [{ type: "init", node_id: node, node_ids: nodes, quorate }]);
  try {
    return capabilitiesIn(answer!);
  } catch (error) {
    throw fault((error as Error).message);
  }
}
