/** The options of `quorate verify`, declared once and read once. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { VALUES_MAX } from "../../model/registers/reading.js";
import type { VerifyOptions } from "../report.js";

/** What a command line asks for; the rest of VerifyOptions comes from the process. */
export type VerifyRequest = Omit<VerifyOptions, "onProgress" | "signal">;

export const DEFAULT_SEED = 1;

/** As commander hands the options over. */
export interface VerifyFlags {
  readonly registerSets?: number;
  readonly values?: number;
  readonly clients?: number;
  readonly format: "text" | "json";
  readonly replay: boolean;
  readonly seed: number;
}

export function declareVerifyOptions(command: Command): Command {
  return command
    .option("--register-sets <n>", "explore sets 0 to n-1 as they stand (default: two sets of every range)", upTo(64))
    .option("--values <n>", "how many values clients may propose (default: 2)", upTo(VALUES_MAX))
    .option(
      "--clients <n>",
      "fixed clients with one input each, taking turns (default: inputs are free)",
      upTo(VALUES_MAX),
    )
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--no-replay", "judge and explore only; leave the implementation alone")
    .option("--seed <n>", "which traces are replayed, and in which order", seed, DEFAULT_SEED)
    .option("--no-symmetry", "explore every state by itself; this version always does")
    .option("--workers <n>", "how many workers explore; this version has one", workers, 1);
}

export function requestOf(command: Command, flags: VerifyFlags): VerifyRequest {
  const { registerSets = null, values = null, clients = null, replay, seed } = flags;
  if (clients !== null && values !== null && clients > values) {
    command.error(`error: --clients ${clients} need an input each, but --values is only ${values}`);
  }
  return { registerSets, values, clients, replay, seed };
}

/** Reads a whole number from 1 to max. */
function upTo(max: number): (text: string) => number {
  return (text) => {
    if (/^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };
}

/** Seeds are 32-bit, as the generators that they feed. */
function seed(text: string): number {
  if (!/^[0-9]+$/.test(text) || Number(text) > 0xffff_ffff) {
    throw new InvalidArgumentError("It must be a whole number from 0 to 4294967295.");
  }
  return Number(text);
}

function workers(text: string): number {
  if (text !== "1") throw new InvalidArgumentError("This version explores with one worker.");
  return 1;
}
