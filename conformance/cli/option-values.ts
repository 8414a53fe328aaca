/** What several commands' options take. */
import { InvalidArgumentError } from "commander";

/** Reads a whole number from 1 on. */
export function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
}
