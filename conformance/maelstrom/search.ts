/**
 * Plays plans until something is broken or the bounds are reached: the calm one, all with one deviation, and then in
 * turn some with two, some with three and so on, each with one more than one that was played before.
 */
import { Dice } from "../chance/dice.js";
import { type Plan, type Surroundings, withOneMore } from "./plan.js";
import { PlanPool } from "./plan-pool.js";
import type { PlaySummary } from "./play-summary.js";

export interface SearchOptions {
  readonly surroundings: Surroundings;
  readonly deviationsMax: number;
  readonly seed: number;
  /** How many plans are played at once. */
  readonly concurrency: number;
  /** Rejects with what the nodes did wrong. */
  readonly play: (plan: Plan) => Promise<PlaySummary>;
  readonly signal: AbortSignal;
  readonly onProgress: (result: SearchResult) => void;
}

export interface Level {
  readonly deviations: number;
  /** Plans that are known so far: those that could differ from one that was played. */
  readonly plans: number;
  readonly played: number;
}

export interface RequestCounts {
  readonly answered: number;
  readonly failed: number;
  readonly unknown: number;
}

export interface SearchResult {
  /** From no deviation on. */
  readonly levels: readonly Level[];
  /** Runs that are the same, step by step, count once. */
  readonly differentRuns: number;
  readonly requests: RequestCounts;
  readonly broken: { readonly plan: Plan; readonly summary: PlaySummary } | null;
}

export async function search(options: SearchOptions): Promise<SearchResult> {
  const searching = new Searching(options);
  await searching.run();
  return searching.result;
}

class Searching {
  readonly #options: SearchOptions;
  readonly #dice: Dice;
  /** By the number of deviations. */
  readonly #pools: readonly PlanPool[];
  readonly #played: number[];
  readonly #runs = new Set<string>();
  readonly #requests = { answered: 0, failed: 0, unknown: 0 };
  #turn = 0;
  #broken: SearchResult["broken"] = null;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#dice = new Dice(options.seed);
    this.#pools = Array.from({ length: options.deviationsMax + 1 }, () => new PlanPool());
    this.#played = this.#pools.map(() => 0);
    this.#pools[0]!.add({ deviations: [] });
  }

  get result(): SearchResult {
    return {
      levels: this.#pools.map(({ size }, deviations) => ({
        deviations,
        plans: size,
        played: this.#played[deviations]!,
      })),
      differentRuns: this.#runs.size,
      requests: this.#requests,
      broken: this.#broken,
    };
  }

  async run(): Promise<void> {
    // The others are made from these two.
    await this.#playAll(() => this.#drawFrom(0));
    await this.#playAll(() => this.#drawFrom(1));
    await this.#playAll(() => this.#drawInTurn());
  }

  get #isOver(): boolean {
    return this.#broken !== null || this.#options.signal.aborted;
  }

  async #playAll(draw: () => Plan | null): Promise<void> {
    const players = Array.from({ length: this.#options.concurrency }, async () => {
      for (let plan = draw(); plan !== null; plan = draw()) await this.#play(plan);
    });
    await Promise.all(players);
  }

  #drawFrom(deviations: number): Plan | null {
    const pool = this.#pools[deviations];
    return pool === undefined || pool.isEmpty || this.#isOver ? null : pool.draw(this.#dice);
  }

  #drawInTurn(): Plan | null {
    // Of those with more deviations there are more.
    const turns = this.#pools.flatMap((pool, deviations) =>
      deviations < 2 || pool.isEmpty ? [] : [pool, ...(deviations > 2 ? [pool] : [])],
    );
    if (turns.length === 0 || this.#isOver) return null;
    return turns[this.#turn++ % turns.length]!.draw(this.#dice);
  }

  async #play(plan: Plan): Promise<void> {
    const { play, surroundings, onProgress } = this.#options;
    const summary = await play(plan);
    const { length } = plan.deviations;
    this.#played[length]!++;
    for (const kind of ["answered", "failed", "unknown"] as const) this.#requests[kind] += summary.requests[kind];
    if (summary.violation !== null) this.#broken ??= { plan, summary };
    const isNew = !this.#runs.has(summary.run);
    this.#runs.add(summary.run);
    // A deviation without effect is tried with no others.
    if (isNew) {
      for (const longer of withOneMore(plan, summary.traffic, surroundings)) this.#pools[length + 1]?.add(longer);
    }
    onProgress(this.result);
  }
}
