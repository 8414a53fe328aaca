import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Walk } from "./walk.js";

/**
 * Endless random runs of a model, from the initial state until no step is enabled, as lists of step numbers: a sample
 * of what is too large to cover, which depends on nothing but the seed.
 */
export function* randomWalks(walk: Walk, seed: number): Generator<readonly number[]> {
  const random = xoroshiro128plus(seed);
  for (;;) {
    walk.restart();
    const run: number[] = [];
    for (let enabled = walk.enabledSteps(); enabled.length > 0; enabled = walk.enabledSteps()) {
      const step = enabled[uniformInt(random, 0, enabled.length - 1)]!;
      walk.take(step);
      run.push(step);
    }
    yield run;
  }
}
