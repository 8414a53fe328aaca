/**
 * A server that is a node of an adapter, as it is after a history of its own.
 *
 * Nodes cannot be copied, but they can be made as they were at first and told everything again: so a server is its history, and
 * the node is brought to it when something is asked. Where the node is on the way there already, only the rest is told.
 */
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";

/** Something that happened to a server: a request, or a crash, after which it has started again. */
export type Happening = Body | typeof CRASH;

export const CRASH = "crash";

/** What has happened to a server, and what was last seen of it. */
export interface Past<View> {
  readonly history: readonly Happening[];
  /** Of the history, the requests after which it was seen to hold something else than before. */
  readonly changes: readonly Body[];
  readonly view: View;
}

export interface ForeignServer<View> extends Past<View> {
  readonly name: string;
  history: readonly Happening[];
  changes: readonly Body[];
  view: View;
}

/** The same after a crash: what was seen before still counts. */
export const crashed = <View>({ history, changes, view }: Past<View>): Past<View> => ({
  ...{ history: [...history, CRASH], changes, view },
});

/** A request that changed nothing is taken to leave nothing behind in a crash, and many crashes to leave what one does. */
export const keyOfPast = <View>({ history, changes }: Past<View>): string =>
  `${history.includes(CRASH) ? CRASH : ""} ${JSON.stringify(changes)}`;

interface Asked {
  readonly history: readonly Happening[];
  readonly requests: readonly Body[];
  readonly looks?: readonly Body[];
}

export class ForeignNodes {
  readonly #adapter: Adapter;
  /** By node: what has happened to it since it was last as at first; nodes that are missing have to be reset. */
  readonly #at = new Map<string, readonly Happening[]>();

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  /**
   * The answers after the history, in order: to requests, which are part of it from then on, and to such as only look and change
   * nothing. Rejects with AdapterError where the adapter does not keep to the protocol.
   */
  async ask(
    name: string,
    { history, requests, looks = [] }: Asked,
  ): Promise<{ readonly answers: readonly Body[]; readonly seen: readonly Body[] }> {
    const untold = await this.#untold(name, history);
    this.#at.delete(name);
    const all = await this.#tell(name, [...untold, ...requests, ...looks]);
    this.#at.set(name, [...history, ...requests]);
    const first = untold.length;
    return { answers: all.slice(first, first + requests.length), seen: all.slice(first + requests.length) };
  }

  /** The answers of a copy: what they change is no part of the history. */
  async askCopy(name: string, history: readonly Happening[], requests: readonly Body[]): Promise<readonly Body[]> {
    const { answers } = await this.ask(name, { history, requests });
    this.#at.delete(name);
    return answers;
  }

  /** Brings the node towards the history; gives what is still to be told it, which can go in one batch with more. */
  async #untold(name: string, history: readonly Happening[]): Promise<readonly Body[]> {
    const at = this.#at.get(name);
    const untold: Body[] = [];
    let next = at !== undefined && isPrefix(at, history) ? at.length : -1;
    if (next < 0) {
      await this.#reset(name, untold);
      next = 0;
    }
    for (; next < history.length; next++) {
      const happening = history[next]!;
      if (happening === CRASH) await this.#crash(name, untold);
      else untold.push(happening);
    }
    return untold;
  }

  async #reset(name: string, untold: Body[]): Promise<void> {
    if (this.#adapter.can("reset")) {
      untold.push({ type: "reset" });
      return;
    }
    await this.#adapter.startAnew(name);
    this.#forgetOthers(name);
  }

  async #crash(name: string, untold: Body[]): Promise<void> {
    const { crashes } = this.#adapter;
    if (crashes === "never") return;
    if (crashes === "itself") {
      untold.push({ type: "crash", how: "power" });
      return;
    }
    await this.#tell(name, untold.splice(0));
    await this.#adapter.kill(name);
    this.#forgetOthers(name);
  }

  async #tell(name: string, bodies: readonly Body[]): Promise<readonly Body[]> {
    if (bodies.length === 0) return [];
    const answers = await this.#adapter.ask(name, bodies);
    for (const [index, { type }] of bodies.entries()) {
      if (type === "reset" || type === "crash") this.#adapter.expect(answers[index]!, type);
    }
    return answers;
  }

  /** They were of the same process, and may have lost what they had not kept. */
  #forgetOthers(name: string): void {
    if (!this.#adapter.isOne) return;
    for (const other of [...this.#at.keys()]) if (other !== name) this.#at.delete(other);
  }
}

function isPrefix(beginning: readonly Happening[], history: readonly Happening[]): boolean {
  return beginning.length <= history.length && beginning.every((happening, at) => isSame(happening, history[at]!));
}

const isSame = (a: Happening, b: Happening): boolean => a === b || textOf(a) === textOf(b);

export const textOf = (happening: Happening): string => JSON.stringify(happening);
