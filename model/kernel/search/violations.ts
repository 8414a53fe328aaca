import type { Property } from "../declaration/model.js";

/** The depth at which each property fails first, as a search that goes level by level learns of it. */
export class Violations {
  readonly #properties: readonly Property[];
  readonly #depths = new Map<string, number>();
  /** Bit p is set if property p is known to fail. */
  #known = 0;

  constructor(properties: readonly Property[]) {
    this.#properties = properties;
  }

  get areNone(): boolean {
    return this.#known === 0;
  }

  /** Bit p of `failures` is set if property p fails in a state at this depth, or in one of those noted before. */
  note(failures: number, depth: number): void {
    const fresh = failures & ~this.#known;
    if (fresh === 0) return;
    this.#known |= fresh;
    for (const [property, { name }] of this.#properties.entries()) {
      if (((fresh >>> property) & 1) === 1) this.#depths.set(name, depth);
    }
  }

  /** Property → depth: the nearest first, and of those that are as near those that are declared first. */
  inOrder(): Map<string, number> {
    const declared = this.#properties.flatMap(({ name }): [string, number][] => {
      const depth = this.#depths.get(name);
      return depth === undefined ? [] : [[name, depth]];
    });
    return new Map(declared.sort(([, a], [, b]) => a - b));
  }
}
