/**
 * States that nodes of an adapter have kept when they were asked to: going back to one spares telling its whole history
 * again. What a node holds after it went back for the first time is compared with what it held then.
 */
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";

export const SNAPSHOT: Body = { type: "snapshot" };

/** What can be seen of a node without changing it. */
export interface Sight {
  /** Requests that only look. */
  readonly looks: readonly Body[];
  /**
   * What the answers to these show, for a sentence: the same for the same. Throws AdapterError for what is no answer.
   */
  readonly shownIn: (seen: readonly Body[]) => string;
}

/** Of whoever does not look. */
export const UNSEEN: Sight = { looks: [], shownIn: () => "" };

export interface Snapshot {
  /** What the adapter calls it. */
  readonly name: string;
  /** What was seen of the node when it was taken. */
  readonly shown: string;
  /** Whether the node has gone back to it, and held the same. */
  isChecked: boolean;
}

/** What a node keeps at most: an adapter may hold all of each in its memory. */
const SNAPSHOTS_MAX = 5_000;

export class Snapshots {
  readonly #adapter: Adapter;
  readonly #sight: Sight;
  /** By node, by what happened before. */
  readonly #taken = new Map<string, Map<string, Snapshot>>();
  /** By node, the names of all that it has ever taken: each is another. */
  readonly #names = new Map<string, Set<string>>();

  constructor(adapter: Adapter, sight: Sight) {
    this.#adapter = adapter;
    this.#sight = sight;
  }

  get(node: string, history: string): Snapshot | undefined {
    return this.#taken.get(node)?.get(history);
  }

  /** What to ask of a node after this history, if it is to be able to go back there. */
  requestAt(node: string, history: string): readonly Body[] {
    const taken = this.#taken.get(node);
    return taken?.has(history) || (taken?.size ?? 0) >= SNAPSHOTS_MAX ? [] : [SNAPSHOT];
  }

  /**
   * Notes what the node answered, and what was seen of it then. Throws AdapterError for what is no snapshot, or another
   * one.
   */
  add(node: string, history: string, answer: Body, seen: readonly Body[]): void {
    this.#adapter.expect(answer, "snapshot");
    const { snapshot: name } = answer;
    const shown = JSON.stringify(name) ?? "nothing";
    if (typeof name !== "string") {
      throw this.#adapter.fault(`sent "snapshot_ok" with "snapshot": ${shown}, which is no name`);
    }
    const names = this.#names.get(node) ?? new Set();
    if (names.has(name)) throw this.#adapter.fault(`calls two snapshots of ${node} by one name, ${shown}`);
    this.#names.set(node, names.add(name));
    const taken = this.#taken.get(node) ?? new Map<string, Snapshot>();
    this.#taken.set(node, taken.set(history, { name, shown: this.#sight.shownIn(seen), isChecked: false }));
  }

  /** Throws AdapterError unless the node holds what it held when the snapshot was taken. */
  check(node: string, snapshot: Snapshot, seen: readonly Body[]): void {
    const shown = this.#sight.shownIn(seen);
    snapshot.isChecked = true;
    if (shown === snapshot.shown) return;
    throw this.#adapter.fault(
      `has restored snapshot ${JSON.stringify(snapshot.name)} of ${node} with ${shown}, where it was taken with ${snapshot.shown}`,
    );
  }

  /** The node's process is gone, and all that was not on its disk. */
  forget(node: string): void {
    this.#taken.delete(node);
    this.#names.delete(node);
  }
}
