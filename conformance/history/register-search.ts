/**
 * Is there an order of the operations on one register that explains every answer, and in which each takes effect
 * between its beginning and its end?
 *
 * Answer after answer, all configurations are kept that explain what was answered so far. An operation takes effect as
 * late as it can: just before an answer that needs it ("just-in-time linearization"). So what is kept grows with what
 * goes on at the same time and not with the history, and the first answer without a configuration ends the longest
 * prefix that can be explained. A read takes effect as soon as it can, since it changes nothing.
 *
 * Sources: Herlihy & Wing, "Linearizability", 1990; Wing & Gong, "Testing and Verifying Concurrent Objects", 1993;
 * Lowe, "Testing for Linearizability", 2017.
 */
import { type Configuration, Configurations } from "./configurations.js";
import { type Content, changesNothing, type Operation } from "./operation.js";
import { Places } from "./places.js";

export interface SearchOptions {
  /** What the register holds at first. */
  readonly initial: Content;
  /** Configurations that are kept at once; with more, the search gives up. */
  readonly configurationsMax: number;
  /** Contents that the register may come to hold at any time, by operations that are left out. */
  readonly anyTime: readonly Content[];
}

export type SearchResult =
  | { readonly verdict: "linearizable" }
  | {
      readonly verdict: "refused";
      /** The first in the order of answers that no order explains. */
      readonly operation: Operation;
      /** How many answers before it are explained. */
      readonly explained: number;
      /** What the register may have held just before that answer, every order considered. */
      readonly possible: readonly Content[];
    }
  | {
      readonly verdict: "inconclusive";
      /** The answer at which there were too many configurations. */
      readonly operation: Operation;
      readonly explained: number;
    };

/** An effect that takes place at most once, at some time from now on. */
interface Effect {
  readonly bit: bigint;
  /** Null: whatever is there. */
  readonly from: number | null;
  readonly to: number;
}

interface Look {
  readonly bit: bigint;
  readonly content: number;
  /** Whether it saw this content, or another one. */
  readonly is: boolean;
}

export function searchRegister(operations: readonly Operation[], options: SearchOptions): SearchResult {
  return new RegisterSearch(options).result(operations);
}

class TooMany extends Error {}

class RegisterSearch {
  readonly #options: SearchOptions;
  readonly #numbers = new Map<string, number>();
  readonly #contents: Content[] = [];
  readonly #anyTime: readonly number[];
  #configurations = new Configurations();
  readonly #effects = new Map<Operation, Effect>();
  readonly #looks = new Map<Operation, Look>();
  /**
   * Effects of unknown outcome: those that do the same, in one list, earliest first, of which the first is used first.
   */
  readonly #unknown = new Map<string, Effect[]>();
  #unknownCount = 0n;
  readonly #writePlaces = new Places();
  readonly #readPlaces = new Places();

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#anyTime = options.anyTime.map((content) => this.#numberOf(content));
    this.#configurations.add({ state: this.#numberOf(options.initial), writes: 0n, reads: 0n, unknown: 0n });
  }

  result(operations: readonly Operation[]): SearchResult {
    let explained = 0;
    for (const { operation, isAnswer } of momentsOf(operations)) {
      if (!isAnswer) {
        this.#begin(operation);
        continue;
      }
      try {
        const before = this.#configurations;
        this.#answer(operation);
        if (this.#configurations.size === 0) {
          return { verdict: "refused", operation, explained, possible: this.#reachable(before) };
        }
      } catch (error) {
        if (error instanceof TooMany) return { verdict: "inconclusive", operation, explained };
        throw error;
      }
      explained++;
    }
    return { verdict: "linearizable" };
  }

  #begin(operation: Operation): void {
    if (changesNothing(operation)) {
      if (operation.completed === null) return;
      const content = operation.op === "read" ? operation.result : operation.args[0]!;
      const look = { bit: this.#readPlaces.take(), content: this.#numberOf(content), is: operation.op === "read" };
      this.#looks.set(operation, look);
      const seen = new Configurations();
      for (const configuration of this.#configurations) seen.add(withLook(configuration, look));
      this.#configurations = seen;
      return;
    }
    const [first, second] = operation.args;
    const effect =
      second === undefined
        ? { from: null, to: this.#numberOf(first!) }
        : { from: this.#numberOf(first!), to: this.#numberOf(second) };
    if (operation.completed === null) this.#addUnknown(effect);
    else this.#effects.set(operation, { ...effect, bit: this.#writePlaces.take() });
  }

  #addUnknown(effect: Omit<Effect, "bit">): void {
    const does = `${effect.from}:${effect.to}`;
    const same = this.#unknown.get(does) ?? [];
    same.push({ ...effect, bit: 1n << this.#unknownCount++ });
    this.#unknown.set(does, same);
  }

  /** Leaves the configurations in which the operation has taken effect. Throws TooMany. */
  #answer(operation: Operation): void {
    const kind = changesNothing(operation) ? "reads" : "writes";
    const { bit } = (kind === "reads" ? this.#looks : this.#effects).get(operation)!;
    const next = new Configurations();
    this.#explore(this.#configurations, next, (configuration) => {
      if ((configuration[kind] & bit) === 0n) return false;
      next.add({ ...configuration, [kind]: configuration[kind] & ~bit });
      return true;
    });
    if (kind === "reads") this.#looks.delete(operation);
    else this.#effects.delete(operation);
    (kind === "reads" ? this.#readPlaces : this.#writePlaces).giveBack(bit);
    this.#configurations = next;
  }

  /**
   * What these may lead to before anything else is answered, until the visit wants to go no further. Throws TooMany.
   */
  #explore(
    from: Iterable<Configuration>,
    kept: Configurations,
    isEnough: (configuration: Configuration) => boolean,
  ): void {
    const seen = new Configurations();
    const stack = [...from];
    while (stack.length > 0) {
      const configuration = stack.pop()!;
      if (isEnough(configuration)) continue;
      if (!seen.add(configuration)) continue;
      if (seen.size + kept.size > this.#options.configurationsMax) throw new TooMany();
      stack.push(...this.#successors(configuration));
    }
  }

  *#successors(configuration: Configuration): IterableIterator<Configuration> {
    const { state, writes, unknown } = configuration;
    for (const { bit, from, to } of this.#effects.values()) {
      if ((writes & bit) !== 0n || (from !== null && from !== state)) continue;
      yield this.#withLooks({ ...configuration, state: to, writes: writes | bit });
    }
    for (const same of this.#unknown.values()) {
      const effect = same.find(({ bit }) => (unknown & bit) === 0n);
      if (effect === undefined || (effect.from !== null && effect.from !== state)) continue;
      yield this.#withLooks({ ...configuration, state: effect.to, unknown: unknown | effect.bit });
    }
    for (const to of this.#anyTime) yield this.#withLooks({ ...configuration, state: to });
  }

  #withLooks(configuration: Configuration): Configuration {
    let { reads } = configuration;
    for (const look of this.#looks.values()) reads = withLook({ ...configuration, reads }, look).reads;
    return { ...configuration, reads };
  }

  #reachable(before: Configurations): readonly Content[] {
    const states = new Set<number>();
    this.#explore(before, new Configurations(), ({ state }) => {
      states.add(state);
      return false;
    });
    return [...states].map((state) => this.#contents[state]!);
  }

  #numberOf(content: Content): number {
    const text = JSON.stringify(content);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#contents.length);
    return this.#contents.push(content) - 1;
  }
}

const withLook = (configuration: Configuration, { bit, content, is }: Look): Configuration =>
  (configuration.state === content) === is ? { ...configuration, reads: configuration.reads | bit } : configuration;

interface Moment {
  readonly time: number;
  readonly operation: Operation;
  readonly isAnswer: boolean;
}

/** In order. What begins when something ends may have taken effect before it: nothing says which was first. */
function momentsOf(operations: readonly Operation[]): Moment[] {
  const moments = operations.flatMap((operation): Moment[] => {
    const begin = { time: operation.invoked, operation, isAnswer: false };
    return operation.completed === null ? [begin] : [begin, { time: operation.completed, operation, isAnswer: true }];
  });
  return moments.sort((a, b) => a.time - b.time || Number(a.isAnswer) - Number(b.isAnswer));
}
