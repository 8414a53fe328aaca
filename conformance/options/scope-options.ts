/**
 * The options that say what of a table is explored, and of which variant of servers; for every command that explores
 * one.
 */
import { type Command, Option } from "commander";
import { VALUES_MAX } from "../../model/registers/values.js";
import { PLAIN, type Variant } from "../../model/registers/variant.js";
import type { ScopeRequest } from "../verify/report.js";
import { wholeNumber } from "./whole-number.js";

/** As commander hands the options over. */
export interface ScopeFlags {
  readonly registerSets?: number;
  readonly values?: number;
  readonly clients?: number;
  readonly freeze: Variant["freezes"];
  readonly writesFreeze?: boolean;
}

export const withScopeOptions = (command: Command): Command =>
  command
    .option(
      "--register-sets <n>",
      "explore sets 0 to n-1 as they stand (default: two sets of every range)",
      wholeNumber(1, 64),
    )
    .option("--values <n>", "how many values clients may propose (default: 2)", wholeNumber(1, VALUES_MAX))
    .option(
      "--clients <n>",
      "fixed clients with one input each, taking turns (default: inputs are free)",
      wholeNumber(1, VALUES_MAX),
    )
    .addOption(
      new Option("--freeze <what>", "what a freeze is: one step a server, or one a register, as over dumb storage")
        .choices(["row", "register"] satisfies Variant["freezes"][])
        .default(PLAIN.freezes),
    )
    .option("--writes-freeze", "writes also freeze the registers below, as acceptors promise what they accept");

/** @param refuse ends the command with the sentence, which has no full stop */
export function scopeRequestOf(flags: ScopeFlags, refuse: (sentence: string) => never): ScopeRequest {
  const { registerSets = null, values = null, clients = null, freeze, writesFreeze = PLAIN.writesFreezeBelow } = flags;
  if (clients !== null && values !== null && clients > values) {
    refuse(`--clients ${clients} need an input each, but --values is only ${values}`);
  }
  return { registerSets, values, clients, variant: { freezes: freeze, writesFreezeBelow: writesFreeze } };
}

/** Which of the options were given, as they are written. */
export const scopeOptionsGiven = (command: Command): string[] =>
  withScopeOptions(command.createCommand())
    .options.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ long }) => long!);
