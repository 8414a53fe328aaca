import { InvalidArgumentError } from "commander";

/** Seeds are 32-bit, as the generators that they feed. */
const SEED_MAX = 0xffff_ffff;

/** Reads an option's whole number, both bounds included. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    if (/^[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

export const seed = wholeNumber(0, SEED_MAX);
