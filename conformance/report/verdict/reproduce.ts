/** The exact command that leads to a report again. */
import { shownCommand } from "../../adapter/store-command.js";
import type { VerifyRequest } from "../../verify/request.js";
import { DEFAULT_SEED, SECONDS_MAX, STATES_MAX } from "../../verify/request.js";

/** Works in a checkout and with an installed package alike. */
const PROGRAM = "npx quorate verify";

export function reproduceCommand(file: string, request: VerifyRequest): string {
  const {
    registerSets,
    values,
    clients,
    variant,
    replay,
    seed,
    adapter,
    messages,
    decisionTable,
    symmetry,
    reduce,
    stopAtViolation,
    statesMax,
    bytesMax,
    secondsMax,
    exhaust,
  } = request;
  const options = [
    ...option("--register-sets", registerSets),
    ...option("--values", values),
    ...option("--clients", clients),
    ...(variant.freezes === "register" ? ["--freeze register"] : []),
    ...(variant.writesFreezeBelow ? ["--writes-freeze"] : []),
    ...(adapter === null ? [] : [`--adapter ${shellQuote(shownCommand(adapter.command))}`]),
    ...(messages ? ["--messages"] : []),
    ...(decisionTable ? ["--decision-table"] : []),
    ...(symmetry ? [] : ["--no-symmetry"]),
    ...(reduce ? ["--reduce"] : []),
    ...(stopAtViolation ? ["--stop-at-violation"] : []),
    ...option("--max-states", statesMax === STATES_MAX ? null : statesMax),
    ...option("--max-memory", bytesMax === null ? null : bytesMax / 1e6),
    ...(exhaust ? ["--exhaust"] : []),
    ...option("--max-seconds", secondsMax === SECONDS_MAX && !exhaust ? null : secondsMax),
    ...(replay ? option("--seed", seed === DEFAULT_SEED ? null : seed) : ["--no-replay"]),
  ];
  // A name that starts with a dash would be taken for an option.
  return [PROGRAM, ...options, ...(file.startsWith("-") ? ["--"] : []), shellQuote(file)].join(" ");
}

const option = (name: string, value: number | null): string[] => (value === null ? [] : [`${name} ${value}`]);

/** One word of a POSIX shell, quoted only if it has to be. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
