/** Conditions on the state, and the parameters that they take. */
import { Misuse, shown } from "./model-error.js";

/**
 * Parameter name → how many values it takes, at least 1, counted from 0; in the order in which guard and effect receive
 * them.
 */
export type Parameters = Readonly<Record<string, number>>;

/**
 * Whether something holds in the current state. Must depend on nothing but the state and the parameters, and change
 * nothing.
 */
export type Guard = (...parameters: number[]) => boolean;

/** Throws unless it is true or false: undefined comes of a forgotten `return`, a promise of `async`. */
export function truth(answer: unknown): boolean {
  if (answer === true || answer === false) return answer;
  throw new Misuse(`it returns ${shown(answer)}, and must return true or false`);
}

/** All values of parameters, given how many each takes. */
export const instancesOf = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (instances, size) => instances.flatMap((values) => Array.from({ length: size }, (_, value) => [...values, value])),
    [[]],
  );
