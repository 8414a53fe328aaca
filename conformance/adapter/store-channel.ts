/**
 * Stores as an adapter, in this process: they speak the same lines as any adapter of role "store", so what is said to
 * them can be read like every conversation.
 */
import { randomBytes } from "node:crypto";
import { openStore } from "../../impl/stores/open-store.js";
import { decodeRegister, encodeRegister } from "../../impl/stores/register-text.js";
import { parseStoreUrl } from "../../impl/stores/store-url.js";
import { type ExaminedStore, MissingLibraryError, StoreError } from "../../impl/stores/write-once-store.js";
import { AdapterMisfit, AdapterUnavailable } from "./adapter-error.js";
import { PROTOCOL_VERSION } from "./capabilities.js";
import type { Channel, ChannelListener } from "./channel.js";
import { type Body, decodeLine, type Envelope, encodeLine } from "./messages.js";
import { STORE_SCHEME } from "./store-command.js";

/**
 * Before a conversation: are there such stores, as many as it takes? Rejects with AdapterMisfit, and with
 * AdapterUnavailable where one cannot be used.
 */
export async function checkStores(command: string, servers: number): Promise<void> {
  const urls = urlsIn(command);
  try {
    for (const url of urls) parseStoreUrl(url);
  } catch (error) {
    throw new AdapterMisfit((error as Error).message, "docs/stores.md has the URLs of stores");
  }
  if (urls.length !== 1 && urls.length !== servers) {
    const problem = `--adapter names ${urls.length} stores for ${servers} servers`;
    throw new AdapterMisfit(problem, "name one for all, or one for each, with blanks between");
  }
  for (const url of urls) {
    try {
      const { store, prefix } = await openStore(url);
      await store.read(`${prefix}/nothing`).finally(() => store.close());
    } catch (error) {
      const isUnavailable = error instanceof StoreError || error instanceof MissingLibraryError;
      throw isUnavailable ? new AdapterUnavailable(error.message, { cause: error }) : error;
    }
  }
}

const urlsIn = (command: string): string[] => command.slice(STORE_SCHEME.length).trim().split(/\s+/);

/** One server of the table: registers under keys that a reset leaves behind. */
class Node {
  readonly #store: ExaminedStore;
  readonly #folder: string;
  #resets = 0;
  readonly #used = new Set<string>();

  constructor(store: ExaminedStore, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  async answer({ type, register, value }: Body): Promise<Body> {
    const key = `${this.#folder}-${this.#resets}/R${register}`;
    if (type === "put") {
      this.#used.add(key);
      const text = encodeRegister(value === null ? { state: "nil" } : { state: "value", value: String(value) });
      const held = await this.#store.putIfAbsent(key, text);
      return held === text ? { type: "put_ok" } : { type: "refused", holds: contentOf(held) };
    }
    if (type === "read") {
      const held = await this.#store.read(key);
      return { type: "read_ok", ...(held !== null && { holds: contentOf(held) }) };
    }
    await this.removeAll();
    this.#resets++;
    return { type: "reset_ok" };
  }

  /** As far as that is allowed: keys that stay do no harm, since they are not used again. */
  async removeAll(): Promise<void> {
    const keys = [...this.#used];
    this.#used.clear();
    await Promise.allSettled(keys.map((key) => this.#store.remove(key)));
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

const contentOf = (text: string): string | null => {
  const register = decodeRegister(text);
  return register.state === "nil" ? null : register.value;
};

export class StoreChannel implements Channel {
  /** A store is not Quorate's to crash. */
  readonly kill = null;
  readonly #urls: readonly string[];
  readonly #listener: ChannelListener;
  readonly #folder = `adapter-${randomBytes(8).toString("hex")}`;
  readonly #nodes = new Map<string, Node>();
  /** What was asked is answered in order. */
  #busy: Promise<void> = Promise.resolve();

  constructor(command: string, listener: ChannelListener) {
    this.#urls = urlsIn(command);
    this.#listener = listener;
  }

  send(lines: readonly string[]): void {
    for (const line of lines) this.#busy = this.#busy.then(() => this.#answerAll(line));
  }

  async close(): Promise<void> {
    await this.#busy;
    await Promise.all([...this.#nodes.values()].map((node) => node.removeAll()));
    await Promise.all([...this.#nodes.values()].map((node) => node.close()));
  }

  async #answerAll(line: string): Promise<void> {
    try {
      const answers: Envelope[] = [];
      for (const asked of inOrder(decodeLine(line)))
        answers.push(...(await Promise.all(asked.map((one) => this.#answer(one)))));
      this.#listener.onLine(encodeLine(answers));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#listener.onEnd(`cannot be used: ${error.message}`);
    }
  }

  async #answer({ src, dest, body }: Envelope): Promise<Envelope> {
    const answer = body.type === "init" ? await this.#begin(dest, body) : await this.#nodes.get(dest)!.answer(body);
    return { src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id! } };
  }

  async #begin(name: string, { node_ids }: Body): Promise<Body> {
    const index = (node_ids as readonly string[]).indexOf(name);
    const { store, prefix } = await openStore(this.#urls.length === 1 ? this.#urls[0]! : this.#urls[index]!);
    this.#nodes.set(name, new Node(store, `${prefix}/${this.#folder}/${index}`));
    const quorate = { version: PROTOCOL_VERSION, role: "store", hosts: "all", can: ["reset"] };
    return { type: "init_ok", quorate };
  }
}

/**
 * Reads that follow each other change nothing, and can be answered together; everything else has to wait for what was
 * before.
 */
function inOrder(asked: readonly Envelope[]): Envelope[][] {
  const groups: Envelope[][] = [];
  for (const envelope of asked) {
    const last = groups.at(-1);
    const isRead = envelope.body.type === "read";
    if (isRead && last?.at(-1)?.body.type === "read") last.push(envelope);
    else groups.push([envelope]);
  }
  return groups;
}
