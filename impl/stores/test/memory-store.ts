/** A store in memory: what its clients do to it is counted, and it can fail, wait, and forget. */
import { setImmediate } from "node:timers/promises";
import { StoreError, type WriteOnceStore } from "../write-once-store.js";

export class MemoryStore {
  readonly name = "memory:";
  readonly content = new Map<string, string>();
  /** Every put that arrived. */
  readonly puts: string[] = [];
  reads = 0;
  underWay = 0;
  mostUnderWay = 0;
  /** Asked before and after each request: whether it fails there. */
  fails: (when: "before" | "after") => boolean = () => false;
  /** Requests wait for it. */
  gate: Promise<void> = Promise.resolve();

  /** A client of it. */
  client(): WriteOnceStore {
    return {
      name: this.name,
      putIfAbsent: (key, text) =>
        this.#request(() => {
          this.puts.push(key);
          if (!this.content.has(key)) this.content.set(key, text);
          return this.content.get(key)!;
        }),
      read: (key) =>
        this.#request(() => {
          this.reads++;
          return this.content.get(key) ?? null;
        }),
      close: async () => {},
    };
  }

  async #request<Result>(work: () => Result): Promise<Result> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      await this.gate;
      await setImmediate();
      if (this.fails("before")) throw new StoreError(`${this.name}: lost on its way`);
      const result = work();
      if (this.fails("after")) throw new StoreError(`${this.name}: its answer was lost`);
      return result;
    } finally {
      this.underWay--;
    }
  }
}
