/** The exact command that leads to a report again. */
import { DEFAULT_SEED, type VerifyRequest } from "../verify-options.js";

/** Works in a checkout and with an installed package alike. */
const PROGRAM = "npx quorate verify";

export function reproduceCommand(file: string, { registerSets, values, clients, replay, seed }: VerifyRequest): string {
  const options = [
    ...option("--register-sets", registerSets),
    ...option("--values", values),
    ...option("--clients", clients),
    ...(replay ? option("--seed", seed === DEFAULT_SEED ? null : seed) : ["--no-replay"]),
  ];
  // A name that starts with a dash would be taken for an option.
  return [PROGRAM, ...options, ...(file.startsWith("-") ? ["--"] : []), shellQuote(file)].join(" ");
}

const option = (name: string, value: number | null): string[] => (value === null ? [] : [`${name} ${value}`]);

/** One word of a POSIX shell, quoted only if it has to be. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
