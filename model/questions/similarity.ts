/**
 * Does any protocol of this depth solve consensus? The model is the full-information protocol: each process tells all
 * that it has seen, and at the end has to decide by its view of the run.
 *
 * Two views are joined when they occur together in one run: those processes must decide the same. So a protocol is a
 * value for every component of views, and a view may only be given what may be decided in every run in which it occurs.
 * One exists iff each component has a value that all its views may be given. (H. Attiya and F. Ellen, *Impossibility
 * Results for Distributed Computing*, 2014, chapters 2 and 3; M. Herlihy and N. Shavit 1999.)
 */
import { shortestRunTo } from "../kernel/index.js";
import { type Answer, type Chain, type ChainLink, type FinalViews, NOTHING_FOUND } from "./answer.js";
import { type Explored, inconclusive, loadState, statesOf } from "./explored.js";
import { vacuousIn } from "./vacuity.js";

export function askSimilarity(explored: Explored, final: FinalViews): Answer {
  const { exploration, figures } = explored;
  if (!figures.complete) return inconclusive("similarity", explored);
  const views = new Views();
  for (const state of statesOf(exploration)) {
    loadState(exploration, state);
    if (final.isOver()) views.join(state, final.views(), bitsOf(final.valid()));
  }
  const { components, isSolvable } = views.judge();
  const chain = isSolvable ? null : views.chain();
  return {
    ...NOTHING_FOUND,
    ask: "similarity",
    verdict: isSolvable ? "solvable" : "impossible",
    property: isSolvable ? null : "a value for every component of views",
    ...figures,
    components,
    chain: chain === null ? null : told(chain, explored, final),
    vacuous: vacuousIn(explored),
  };
}

const bitsOf = (values: readonly number[]): number => values.reduce((bits, value) => bits | (1 << value), 0);

interface Link {
  readonly view: string;
  readonly allowed: number;
  /** A state in which a run is over that has this view and the next one's. */
  readonly state: number | null;
  /** Of the ends of the chain, a state in which a run is over that alone allows no other value. */
  readonly forcing: number | null;
}

const told = (links: readonly Link[], { exploration }: Explored, { valueNames }: FinalViews): Chain => ({
  links: links.map(
    ({ view, allowed, state, forcing }): ChainLink => ({
      view,
      values: valueNames.filter((_, value) => ((allowed >>> value) & 1) === 1),
      run: state === null ? null : shortestRunTo(exploration, state),
      forcedBy: forcing === null ? null : shortestRunTo(exploration, forcing),
    }),
  ),
});

class Views {
  readonly #numbers = new Map<string, number>();
  /** By view: what may be decided in every run with it. */
  readonly #allowed: number[] = [];
  /** By view: the runs that it occurs in. */
  readonly #runsOf: number[][] = [];
  /** By run: the state in which it is over, its views, and what may be decided in it. */
  readonly #runs: { readonly state: number; readonly views: readonly number[]; readonly valid: number }[] = [];

  join(state: number, views: readonly string[], valid: number): void {
    const numbers = views.map((view) => this.#numberOf(view));
    const run = this.#runs.length;
    this.#runs.push({ state, views: numbers, valid });
    for (const number of numbers) {
      this.#allowed[number]! &= valid;
      this.#runsOf[number]!.push(run);
    }
  }

  judge(): { readonly components: number; readonly isSolvable: boolean } {
    const isSeen = new Uint8Array(this.#numbers.size);
    let components = 0;
    let isSolvable = true;
    for (let view = 0; view < isSeen.length; view++) {
      if (isSeen[view] === 1) continue;
      components++;
      let allowed = -1;
      this.#search([view], isSeen, (found) => {
        allowed &= this.#allowed[found]!;
        return false;
      });
      if (allowed === 0) isSolvable = false;
    }
    return { components, isSolvable };
  }

  /**
   * A shortest one between two views that may be given no value in common; null if only three and more contradict each
   * other.
   */
  chain(): Link[] | null {
    for (const forced of new Set(this.#allowed)) {
      const sources = [...this.#allowed.keys()].filter((view) => this.#allowed[view] === forced);
      const isSeen = new Uint8Array(this.#numbers.size);
      const found = this.#search(sources, isSeen, (view) => (this.#allowed[view]! & forced) === 0);
      if (found !== null) return this.#linksOf(found);
    }
    return null;
  }

  /** Breadth first, from view to view by runs; the way to the first that is wanted, or null. */
  #search(
    sources: readonly number[],
    isSeen: Uint8Array,
    isWanted: (view: number) => boolean,
  ): (readonly [view: number, run: number])[] | null {
    const cameBy = new Map<number, readonly [view: number, run: number]>();
    const queue = [...sources];
    const isRunSeen = new Set<number>();
    for (const view of queue) isSeen[view] = 1;
    for (const view of queue) {
      if (isWanted(view)) {
        const way: [number, number][] = [[view, -1]];
        for (let by = cameBy.get(view); by !== undefined; by = cameBy.get(by[0])) way.unshift([...by]);
        return way;
      }
      for (const run of this.#runsOf[view]!) {
        if (isRunSeen.has(run)) continue;
        isRunSeen.add(run);
        for (const next of this.#runs[run]!.views) {
          if (isSeen[next] === 1) continue;
          isSeen[next] = 1;
          cameBy.set(next, [view, run]);
          queue.push(next);
        }
      }
    }
    return null;
  }

  #linksOf(way: readonly (readonly [view: number, run: number])[]): Link[] {
    const names = [...this.#numbers.keys()];
    return way.map(([view, run], place) => ({
      view: names[view]!,
      allowed: this.#allowed[view]!,
      state: run < 0 ? null : this.#runs[run]!.state,
      forcing: place === 0 || place === way.length - 1 ? this.#forcing(view) : null,
    }));
  }

  #forcing(view: number): number | null {
    const run = this.#runsOf[view]!.find((one) => this.#runs[one]!.valid === this.#allowed[view]);
    return run === undefined ? null : this.#runs[run]!.state;
  }

  #numberOf(view: string): number {
    const known = this.#numbers.get(view);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(view, number);
    this.#allowed.push(-1);
    this.#runsOf.push([]);
    return number;
  }
}
