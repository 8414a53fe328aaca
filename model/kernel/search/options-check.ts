import type { ExploreOptions } from "./exploration.js";

/** What each option may be, as a sentence says it; options that are left out or undefined are not looked at. */
const ALLOWED: {
  readonly [Name in keyof ExploreOptions]-?: readonly [allowed: string, test: (value: unknown) => boolean];
} = {
  workers: ["a whole number of threads, 1 at least", (value) => isNumber(value, 1) && Number.isInteger(value)],
  statesMax: ["a number from 0 on", (value) => isNumber(value, 0)],
  bytesMax: ["a number from 0 on", (value) => isNumber(value, 0)],
  secondsMax: ["a number", (value) => isNumber(value, Number.NEGATIVE_INFINITY)],
  stopAtViolation: ["true or false", (value) => typeof value === "boolean"],
  graphTransitionsMax: ["a number from 0 on", (value) => isNumber(value, 0)],
  onProgress: ["a function", (value) => typeof value === "function"],
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
  tuning: ["an object", (value) => typeof value === "object" && value !== null],
};

/** Throws RangeError: an option that is misspelt, or no number, would be no bound. */
export function refuseOptions(options: ExploreOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const allowed = Object.hasOwn(ALLOWED, name) ? ALLOWED[name as keyof ExploreOptions] : undefined;
    if (allowed === undefined) {
      throw new RangeError(`explore has no option ${name}; options are ${Object.keys(ALLOWED).join(", ")}`);
    }
    const [sentence, test] = allowed;
    if (value !== undefined && !test(value)) throw new RangeError(`explore: ${name} is ${sentence}, not ${value}`);
  }
}

const isNumber = (value: unknown, least: number): boolean => typeof value === "number" && value >= least;
