/** What several commands' options take. */
import { InvalidArgumentError } from "commander";

/** Reads a whole number from 1 on. */
export function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
}

/** Reads a time, in seconds. */
export function seconds(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 86_400))
    throw new InvalidArgumentError("It must be a number of seconds, at most a day.");
  return number;
}
