/** The cycle that a fair run can go round for ever, within a strongly connected part of the graph. */
import type { StateGraph } from "../kernel/index.js";
import { connectedParts } from "./strong-components.js";

/** fairness[step]: what is owed. */
export type Fairness = readonly ("weak" | "strong" | null)[];

export interface Cycle {
  /** The state in which it begins and ends. */
  readonly entry: number;
  /** Step numbers; none where the run may simply end there. */
  readonly steps: readonly number[];
}

export class FairCycle {
  readonly #graph: StateGraph;
  readonly #fairness: Fairness;

  constructor(graph: StateGraph, fairness: Fairness) {
    this.#graph = graph;
    this.#fairness = fairness;
  }

  /** That which begins nearest to the initial state, or null. */
  nearestIn(parts: readonly (readonly number[])[]): Cycle | null {
    const fair = parts.flatMap((part) => this.#fairParts(part));
    const [nearest] = fair.sort(([a], [b]) => a! - b!);
    return nearest === undefined ? null : this.#cycleThrough(nearest);
  }

  /** The parts of this part, or it itself, in which a fair run can stay. */
  #fairParts(part: readonly number[]): (readonly number[])[] {
    const members = new Set(part);
    const taken = new Set<number>();
    const everywhere = this.#enabledAt(part[0]!);
    const somewhere = new Set<number>();
    for (const state of part) {
      const enabled = this.#enabledAt(state);
      for (const step of everywhere) if (!enabled.has(step)) everywhere.delete(step);
      for (const step of enabled) somewhere.add(step);
      this.#within(state, members, (_, step) => taken.add(step));
    }
    // A run that stays where it is takes no step, and owes those that it could take.
    const isOwed = (step: number) => !taken.has(step) && this.#fairness[step] !== null;
    if ([...everywhere].some(isOwed)) return [];
    const strong = [...somewhere].filter((step) => isOwed(step) && this.#fairness[step] === "strong");
    if (strong.length === 0) return [part];
    const rest = part.filter((state) => !strong.some((step) => this.#enabledAt(state).has(step)));
    const kept = new Set(rest);
    return connectedParts(this.#graph, (state) => kept.has(state)).flatMap((smaller) => this.#fairParts(smaller));
  }

  #enabledAt(state: number): Set<number> {
    const { firstTransition, stepOf } = this.#graph;
    return new Set(stepOf.subarray(firstTransition[state], firstTransition[state + 1]));
  }

  #within(state: number, members: ReadonlySet<number>, visit: (target: number, step: number) => void): void {
    const { firstTransition, stepOf, targetOf } = this.#graph;
    for (let edge = firstTransition[state]!; edge < firstTransition[state + 1]!; edge++) {
      if (members.has(targetOf[edge]!)) visit(targetOf[edge]!, stepOf[edge]!);
    }
  }

  /**
   * Goes to each owed step, or to a state in which it is impossible, by the shortest way, and back to the beginning.
   */
  #cycleThrough(part: readonly number[]): Cycle {
    const members = new Set(part);
    const entry = part[0]!;
    const steps: number[] = [];
    const visited = new Set([entry]);
    let at = entry;
    const follow = (way: readonly (readonly [target: number, step: number])[]): void => {
      for (const [target, step] of way) {
        steps.push(step);
        visited.add(target);
        at = target;
      }
    };
    const owed = new Set(
      part.flatMap((state) => [...this.#enabledAt(state)]).filter((step) => this.#fairness[step] !== null),
    );
    for (const step of [...owed].sort((a, b) => a - b)) {
      const isImpossible = (state: number) => !this.#enabledAt(state).has(step);
      if (steps.includes(step)) continue;
      if (this.#fairness[step] === "weak" && [...visited].some(isImpossible)) continue;
      const way = this.#way(
        at,
        members,
        (target, taken, source) =>
          taken === step || (this.#fairness[step] === "weak" && (isImpossible(target) || isImpossible(source))),
      );
      if (way !== null) follow(way);
    }
    const back = at === entry && steps.length > 0 ? [] : this.#way(at, members, (target) => target === entry);
    follow(back ?? []);
    return { entry, steps };
  }

  /** The shortest way within the part, one transition at least, that ends with a wanted one; null if there is none. */
  #way(
    from: number,
    members: ReadonlySet<number>,
    isWanted: (target: number, step: number, source: number) => boolean,
  ): (readonly [target: number, step: number])[] | null {
    const cameBy = new Map<number, readonly [source: number, step: number]>();
    const queue = [from];
    for (const source of queue) {
      let end: readonly [target: number, step: number] | null = null;
      this.#within(source, members, (target, step) => {
        if (end === null && isWanted(target, step, source)) end = [target, step];
        if (target === from || cameBy.has(target)) return;
        cameBy.set(target, [source, step]);
        queue.push(target);
      });
      if (end === null) continue;
      const way = [end as readonly [number, number]];
      for (let state = source; state !== from; ) {
        const [before, step] = cameBy.get(state)!;
        way.unshift([state, step]);
        state = before;
      }
      return way;
    }
    return null;
  }
}
