/** Plans that wait to be played, all of as many deviations. */
import type { Dice } from "../chance/dice.js";
import { kindsOf, type Plan, planKey } from "./plan.js";

/**
 * Nodes that are cut off and messages that come late are what protocols are made for, and most of what breaks them
 * needs these. So each makes a plan's kind come that many times as often.
 */
const WEIGHTS: Readonly<Record<string, number>> = { cut: 6, late: 3 };

export class PlanPool {
  /** By kind, since there are many more plans of some kinds than of others. */
  readonly #groups = new Map<string, Plan[]>();
  readonly #known = new Set<string>();
  #waiting = 0;

  /** How many there were so far. */
  get size(): number {
    return this.#known.size;
  }

  get isEmpty(): boolean {
    return this.#waiting === 0;
  }

  /** Each plan comes once. */
  add(plan: Plan): void {
    const key = planKey(plan);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const kinds = kindsOf(plan);
    const group = this.#groups.get(kinds);
    if (group === undefined) this.#groups.set(kinds, [plan]);
    else group.push(plan);
    this.#waiting++;
  }

  /** Takes one out, at random. The pool must not be empty. */
  draw(dice: Dice): Plan {
    const groups = [...this.#groups].filter(([, plans]) => plans.length > 0);
    const weights = groups.map(([kinds]) =>
      kinds.split("+").reduce((product, kind) => product * (WEIGHTS[kind] ?? 1), 1),
    );
    let left = dice.between(
      1,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    let at = 0;
    while (left > weights[at]!) left -= weights[at++]!;
    const plans = groups[at]![1];
    const chosen = dice.between(0, plans.length - 1);
    const plan = plans[chosen]!;
    plans[chosen] = plans.at(-1)!;
    plans.pop();
    this.#waiting--;
    return plan;
  }
}
