/**
 * A room without dice and clocks, in which a model's closures are tried: what they say must depend on the state alone.
 */
import { Misuse } from "./model-error.js";

const refusal = (asked: string): Misuse =>
  new Misuse(`it asks ${asked}, and may depend on nothing but variables and parameters`, true);

class NoDate extends Date {
  constructor(...words: unknown[]) {
    if (words.length === 0) throw refusal("new Date() for the time");
    super(...(words as [number]));
  }

  static override now(): number {
    throw refusal("Date.now");
  }
}

const noRandom = (): number => {
  throw refusal("Math.random");
};

let depth = 0;

/**
 * Runs it, at once, while whoever throws dice or looks at the clock of the day is refused. Such rooms may stand in one
 * another.
 */
export function withoutChance<Result>(run: () => Result): Result {
  if (depth > 0) return run();
  const date = globalThis.Date;
  const { random } = Math;
  depth++;
  globalThis.Date = NoDate as DateConstructor;
  Math.random = noRandom;
  try {
    return run();
  } finally {
    depth--;
    globalThis.Date = date;
    Math.random = random;
  }
}
