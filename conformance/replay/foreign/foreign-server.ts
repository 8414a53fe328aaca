/**
 * A server that is a node of an adapter, as it is after a history of its own.
 *
 * Nodes cannot be copied, but they can be made as they were at first and told everything again: so a server is its
 * history, and the node is brought to it when something is asked. Where the node is on the way there already, only the
 * rest is told.
 */
import type { Adapter } from "../../adapter/adapter.js";
import type { CutShort } from "../../adapter/conversation.js";
import type { Body } from "../../adapter/messages.js";
import { type Sight, type Snapshot, Snapshots } from "./snapshots.js";

/** Something that happened to a server: a request, or a crash, after which it has started again. */
export type Happening = Body | typeof CRASH | Cut;

export const CRASH = "crash";

/** A crash that came while requests were under way. */
export interface Cut {
  readonly cut: readonly Body[];
  /**
   * What another node is told to be brought to where this one was left; a crash cannot be timed twice in the same way.
   */
  retold: readonly (Body | typeof CRASH)[];
}

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

/**
 * A request that changed nothing is taken to leave nothing behind in a crash, and many crashes to leave what one does;
 * but for one that cuts requests short, and for what follows it.
 */
export const keyOfPast = <View>({ history, changes }: Past<View>): string => {
  const last = history.findLastIndex(isCut);
  const cut = last < 0 ? "" : textOf(history[last]!);
  return `${history.includes(CRASH, last + 1) ? CRASH : ""} ${cut} ${JSON.stringify(changes)}`;
};

const POWER_CUT: Body = { type: "crash", how: "power" };

/** These have one answer. */
const EXPECTED_OK: ReadonlySet<string> = new Set(["reset", "crash", "cut", "restore"]);

const isRetold = (happening: Happening): happening is Cut => typeof happening === "object" && "cut" in happening;

const isCut = (happening: Happening): boolean =>
  isRetold(happening) || (typeof happening === "object" && happening.type === "cut");

interface Asked {
  readonly history: readonly Happening[];
  readonly requests: readonly Body[];
  /** Whether each is a line of its own, all of them sent at once: then nothing is looked at. */
  readonly apart?: boolean;
}

export class ForeignNodes {
  readonly #adapter: Adapter;
  /** By node: what has happened to it since it was last as at first; nodes that are missing have to be reset. */
  readonly #at = new Map<string, readonly Happening[]>();
  readonly #sight: Sight;
  /** Null where nodes are told everything again. */
  readonly #snapshots: Snapshots | null;

  /** @param usesSnapshots whether nodes go back to snapshots, where the adapter can */
  constructor(adapter: Adapter, sight: Sight, usesSnapshots: boolean) {
    this.#adapter = adapter;
    this.#sight = sight;
    this.#snapshots = usesSnapshots && adapter.can("snapshot") ? new Snapshots(adapter, sight) : null;
  }

  /**
   * The answers after the history, in order: to requests, which are part of it from then on; what is seen then; and
   * what the node told by itself. Rejects with AdapterError where the adapter does not keep to the protocol.
   */
  async ask(
    name: string,
    { history, requests, apart = false }: Asked,
  ): Promise<{ readonly answers: readonly Body[]; readonly seen: readonly Body[]; readonly events: readonly Body[] }> {
    this.#adapter.bound.check();
    // What comes late may be of what has been undone since.
    this.#adapter.takeEvents(name);
    const untold = await this.#untold(name, history);
    this.#at.delete(name);
    // Only what was answered before is sure to be over when several are sent.
    if (apart) await this.#tell(name, untold.splice(0));
    const at = [...history, ...requests];
    const asked = [...untold, ...requests];
    const snapshots = apart ? null : this.#snapshots;
    const key = snapshots === null ? "" : keyOf(at);
    const snapshot = snapshots?.requestAt(name, key) ?? [];
    const looks = apart ? [] : this.#sight.looks;
    const all = await this.#tell(name, [...asked, ...snapshot, ...looks], apart);
    this.#at.set(name, at);
    const seen = all.slice(asked.length + snapshot.length);
    if (snapshot.length > 0) snapshots!.add(name, key, all[asked.length]!, seen);
    return { answers: all.slice(untold.length, asked.length), seen, events: this.#adapter.takeEvents(name) };
  }

  /** The answers of a copy: what they change is no part of the history. */
  async askCopy(name: string, history: readonly Happening[], requests: readonly Body[]): Promise<readonly Body[]> {
    this.#adapter.bound.check();
    const untold = await this.#untold(name, history);
    this.#at.delete(name);
    return (await this.#tell(name, [...untold, ...requests])).slice(untold.length);
  }

  /**
   * Crashes the node while it handles the requests: the answers that it has given all the same, and the history from
   * then on. Rejects with AdapterError where the adapter does not keep to the protocol.
   *
   * @param after_ms how long they may take if the node has to be killed; null for until it has answered one
   */
  async crashDuring(
    name: string,
    history: readonly Happening[],
    requests: CutShort,
    after_ms: number | null,
  ): Promise<{ readonly answers: readonly (Body | null)[]; readonly cut: Cut }> {
    this.#adapter.bound.check();
    await this.#tell(name, await this.#untold(name, history));
    this.#at.delete(name);
    const cut: Cut = { cut: requests.requests, retold: [CRASH] };
    if (this.#adapter.crashes === "killed") {
      const answers = await this.#adapter.killDuring(name, requests, after_ms);
      this.#forgetProcess(name);
      this.#at.set(name, [...history, cut]);
      return { answers, cut };
    }
    const { answers, followed } = await this.#adapter.askCutShort(name, requests, [POWER_CUT]);
    this.#adapter.expect(followed[0]!, CRASH);
    this.#at.set(name, [...history, cut]);
    return { answers, cut };
  }

  /** Brings the node towards the history; gives what is still to be told it, which can go in one batch with more. */
  async #untold(name: string, history: readonly Happening[]): Promise<Body[]> {
    const at = this.#at.get(name);
    const untold: Body[] = [];
    let next = at !== undefined && isPrefix(at, history) ? at.length : -1;
    const nearest = this.#nearestSnapshot(name, history);
    // One that spares a single message spares nothing, but for a process.
    if (nearest !== null && (nearest.length > next + 1 || (next < 0 && !this.#adapter.can("reset")))) {
      await this.#restore(name, nearest.snapshot, untold);
      next = nearest.length;
    } else if (next < 0) {
      await this.#reset(name, untold);
      next = 0;
    }
    for (; next < history.length; next++) {
      const happening = history[next]!;
      for (const told of isRetold(happening) ? happening.retold : [happening]) {
        if (told === CRASH) await this.#crash(name, untold);
        else untold.push(told);
      }
    }
    return untold;
  }

  /** That of the longest beginning of the history. */
  #nearestSnapshot(
    name: string,
    history: readonly Happening[],
  ): { readonly length: number; readonly snapshot: Snapshot } | null {
    if (this.#snapshots === null) return null;
    for (let { length } = history; length >= 0; length--) {
      const snapshot = this.#snapshots.get(name, keyOf(history.slice(0, length)));
      if (snapshot !== undefined) return { length, snapshot };
    }
    return null;
  }

  async #restore(name: string, snapshot: Snapshot, untold: Body[]): Promise<void> {
    const restore: Body = { type: "restore", snapshot: snapshot.name };
    if (snapshot.isChecked) {
      untold.push(restore);
      return;
    }
    const [, ...seen] = await this.#tell(name, [restore, ...this.#sight.looks]);
    this.#snapshots!.check(name, snapshot, seen);
  }

  async #reset(name: string, untold: Body[]): Promise<void> {
    if (this.#adapter.can("reset")) {
      untold.push({ type: "reset" });
      return;
    }
    await this.#adapter.startAnew(name);
    this.#forgetProcess(name);
    // All that the process is are as at first.
    if (this.#adapter.isOne) for (const node of this.#adapter.nodes) this.#at.set(node, []);
  }

  async #crash(name: string, untold: Body[]): Promise<void> {
    const { crashes } = this.#adapter;
    if (crashes === "never") return;
    // Only what was answered before it is sure to be over.
    await this.#tell(name, untold.splice(0));
    if (crashes === "itself") {
      untold.push(POWER_CUT);
      return;
    }
    await this.#adapter.kill(name);
    this.#forgetProcess(name);
  }

  async #tell(name: string, bodies: readonly Body[], apart = false): Promise<readonly Body[]> {
    if (bodies.length === 0) return [];
    const answers = await this.#adapter.ask(name, bodies, { apart });
    for (const [index, { type }] of bodies.entries()) {
      if (EXPECTED_OK.has(type)) this.#adapter.expect(answers[index]!, type);
    }
    return answers;
  }

  /** The node's process is another now. The others that it was may have lost what they had not kept. */
  #forgetProcess(name: string): void {
    const { isOne, nodes } = this.#adapter;
    for (const other of isOne ? nodes : [name]) this.#snapshots?.forget(other);
    if (!isOne) return;
    for (const other of [...this.#at.keys()]) if (other !== name) this.#at.delete(other);
  }
}

function isPrefix(beginning: readonly Happening[], history: readonly Happening[]): boolean {
  return beginning.length <= history.length && beginning.every((happening, at) => isSame(happening, history[at]!));
}

const isSame = (a: Happening, b: Happening): boolean => a === b || textOf(a) === textOf(b);

export const textOf = (happening: Happening): string => JSON.stringify(happening);

/** The same for equal histories. */
const keyOf = (history: readonly Happening[]): string => JSON.stringify(history);
