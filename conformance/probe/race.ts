/**
 * Is put-if-absent real? Clients race for keys, each with a text of its own; whoever a key goes to, all must be told
 * the same, and read it ever after. Nothing else is asked of a register: that is what a write-once register is.
 */
import { setImmediate, setTimeout } from "node:timers/promises";
import { StoreError, VanishedError, type WriteOnceStore } from "../../impl/stores/write-once-store.js";
import { Dice } from "../chance/dice.js";

export interface RaceOptions {
  /** Clients of one store, each with connections of its own. */
  readonly clients: readonly WriteOnceStore[];
  /** They were not used before. */
  readonly keys: readonly string[];
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface RaceResult {
  /** How many keys were put, all that were asked for unless it was interrupted or something was found. */
  readonly keysRaced: number;
  /** How many clients got a key at least. */
  readonly winners: number;
  /** What cannot be of a write-once register, as a sentence; null if nothing was seen. */
  readonly violation: string | null;
}

/** A store may ask to try again. */
const TRIES = 5;

/** Some texts are long, so that puts take their time and meet. */
const LONG = 16_384;

interface Raced {
  readonly key: string;
  readonly texts: readonly string[];
  readonly told: string;
}

/** Rejects with StoreError where the store does not answer, or refuses what it has to be able to do. */
export async function race(options: RaceOptions): Promise<RaceResult> {
  const { clients, keys, seed, signal, onProgress } = options;
  const dice = new Dice(seed);
  const raced: Raced[] = [];
  const winners = new Set<number>();
  const done = (violation: string | null): RaceResult => ({
    ...{ keysRaced: raced.length, winners: winners.size, violation },
  });
  for (const key of keys) {
    if (signal.aborted) break;
    const found = await raceFor(key, clients, dice).catch(vanished);
    if (typeof found === "string") return done(found);
    raced.push(found);
    winners.add(found.texts.indexOf(found.told));
    onProgress(`${clients[0]!.name}: ${raced.length} of ${keys.length} keys`);
  }
  // What was put first has had the longest time to change.
  for (const { key, told } of raced) {
    const now = await clients[0]!.read(key);
    if (now !== told) return done(`a key that went to ${phrase(told)} ${holds(now)} a moment later`);
  }
  return done(null);
}

/**
 * All put at once; those that were late and those that won try again: none may hear of another text. A sentence if one
 * does.
 */
async function raceFor(key: string, clients: readonly WriteOnceStore[], dice: Dice): Promise<Raced | string> {
  const fill = dice.onceIn(4) ? "-".repeat(LONG) : "";
  const texts = clients.map((_, client) => `client ${client}${fill}`);
  const delays = clients.map(() => dice.between(0, 3));
  const order = dice.shuffled([...clients.keys()]);
  const told = new Map<number, string>();
  await Promise.all(
    order.map(async (client) => {
      await pause(delays[client]!);
      told.set(client, await putPatiently(clients[client]!, key, texts[client]!));
    }),
  );
  const [one, ...others] = new Set(told.values());
  if (others.length > 0) return twoTold(told, texts);
  if (!texts.includes(one!)) return `a key was put by ${clients.length} clients, and they were told of ${phrase(one!)}`;
  const wrong = await lookAgain(key, clients, { one: one!, texts, client: dice.oneOf([...clients.keys()]) });
  return wrong ?? { key, texts, told: one! };
}

async function lookAgain(
  key: string,
  clients: readonly WriteOnceStore[],
  { one, texts, client }: { readonly one: string; readonly texts: readonly string[]; readonly client: number },
): Promise<string | null> {
  for (const [reader, store] of clients.entries()) {
    const read = await store.read(key);
    if (read !== one)
      return `all were told that a key went to ${phrase(one)}, and client ${reader} reads that it ${holds(read)}`;
  }
  const again = await putPatiently(clients[client]!, key, texts[client]!);
  if (again !== one) return `a key that went to ${phrase(one)} took ${phrase(again)} when that was put after it`;
  const last = await clients[0]!.read(key);
  return last === one ? null : `a key that went to ${phrase(one)} ${holds(last)} after another put was refused`;
}

/** Spread over a few turns of the event loop, or milliseconds: puts are to meet at every stage of their way. */
async function pause(turns: number): Promise<void> {
  if (turns === 3) await setTimeout(1);
  else for (let turn = 0; turn < turns; turn++) await setImmediate();
}

async function putPatiently(store: WriteOnceStore, key: string, text: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await store.putIfAbsent(key, text);
    } catch (error) {
      if (!(error instanceof StoreError) || tries === TRIES) throw error;
      await setTimeout(10 * tries);
    }
  }
}

function twoTold(told: ReadonlyMap<number, string>, texts: readonly string[]): string {
  const own = [...told].filter(([client, text]) => text === texts[client]).map(([client]) => client);
  if (own.length > 1) {
    const names = own.sort((a, b) => a - b).join(", ");
    return `${texts.length} clients put a text each under one key at once, and ${own.length} of them were told that it went to them: clients ${names}`;
  }
  const all = [...new Set(told.values())].map(phrase).join(" and of ");
  return `${texts.length} clients put a text each under one key at once, and were told of ${all}`;
}

/** That it vanished is something that was found out; any other error is one. */
function vanished(error: unknown): string {
  if (error instanceof VanishedError)
    return "a put was refused since something is there, and reads show that nothing is";
  throw error;
}

const holds = (text: string | null): string => (text === null ? "holds nothing" : `holds ${phrase(text)}`);

const phrase = (text: string): string =>
  /^client \d+-*$/.test(text) ? text.replace(/-+$/, "") : `a text that nobody put`;
