/** The options of `quorate verify`, declared once and read once. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { DEFAULT_REQUEST, DEFAULT_SEED, SECONDS_MAX, STATES_MAX, type VerifyRequest } from "../verify/request.js";
import { ADAPTER_TIMEOUT_S, type AdapterFlags, adapterOf, addressProblem } from "./adapter-option.js";
import { type ScopeFlags, scopeRequestOf, withScopeOptions } from "./scope-options.js";
import { seed, wholeNumber } from "./whole-number.js";

/** As commander hands the options over. */
export interface VerifyFlags extends ScopeFlags, AdapterFlags {
  readonly replay: boolean;
  readonly seed: number;
  readonly messages?: boolean;
  readonly decisionTable?: boolean;
  readonly symmetry: boolean;
  readonly reduce?: boolean;
  readonly stopAtViolation?: boolean;
  readonly workers?: number;
  readonly maxStates: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
  readonly exhaust?: boolean;
  readonly wide?: boolean;
}

export function declareVerifyOptions(command: Command): Command {
  return withScopeOptions(command)
    .option("--wide", "show every server of witnesses, states and runs, however long lines are")
    .option("--no-replay", "judge and explore only; leave the implementation alone")
    .option("--seed <n>", "which traces are replayed, and in which order", seed, DEFAULT_SEED)
    .option(
      "--adapter <command>",
      "replay other code than Quorate's: a command that speaks the protocol of docs/adapters.md, tcp://HOST:PORT, or store:URL",
    )
    .option("--transcript <file>", "with --adapter: write all that is said there")
    .option(
      "--adapter-timeout <seconds>",
      "with --adapter: how long an answer may take",
      wholeNumber(1, 3600),
      ADAPTER_TIMEOUT_S,
    )
    .option(
      "--messages",
      "replay the message-level model too: loss, duplicates, delay, crashes; takes some seconds more",
    )
    .option("--decision-table", "show what every client of the printed run knew about the quorums below")
    .option("--no-symmetry", "explore every state by itself (default: one of all that the table cannot tell apart)")
    .option(
      "--reduce",
      "explore only interleavings that agreement depends on: a verdict, but no counts of the whole scope",
    )
    .option("--stop-at-violation", "explore no further than the nearest violation")
    .option("--workers <n>", "how many threads explore (default: as many as cores)", wholeNumber(1, 64))
    .option("--exhaust", "explore the whole scope, however long it takes, and past violations")
    .option("--max-states <n>", "stop exploring when this many states are kept", wholeNumber(1, STATES_MAX), STATES_MAX)
    .option("--max-memory <megabytes>", "stop exploring before states take more memory", wholeNumber(1, 1_000_000))
    .option(
      "--max-seconds <n>",
      `stop exploring after this many seconds, and replaying, too (default: ${SECONDS_MAX}; with --exhaust none)`,
      wholeNumber(1, 1_000_000),
    );
}

export function requestOf(command: Command, flags: VerifyFlags): VerifyRequest {
  const {
    replay,
    seed,
    messages = false,
    decisionTable = false,
    symmetry,
    reduce = false,
    stopAtViolation = false,
    exhaust = false,
  } = flags;
  const scope = scopeRequestOf(flags, (sentence) => command.error(`error: ${sentence}`));
  refuseWhatDoesNotGoTogether(command, { variant: scope.variant, replay, messages, reduce });
  refuseForAdapters(command, flags);
  return {
    ...scope,
    replay,
    seed,
    samples: DEFAULT_REQUEST.samples,
    adapter: adapterOf(flags),
    messages,
    decisionTable,
    symmetry,
    reduce,
    stopAtViolation,
    workers: flags.workers ?? availableParallelism(),
    statesMax: flags.maxStates,
    bytesMax: flags.maxMemory === undefined ? null : flags.maxMemory * 1e6,
    secondsMax: flags.maxSeconds ?? (exhaust ? null : SECONDS_MAX),
    exhaust,
  };
}

function refuseForAdapters(command: Command, { adapter, transcript, replay, messages }: VerifyFlags): void {
  if (adapter === undefined) {
    if (transcript !== undefined)
      command.error("error: --transcript is of what is said to an --adapter, and there is none");
    return;
  }
  if (!replay) command.error("error: --adapter says whom to replay: leave out --no-replay");
  if (messages) command.error("error: --messages replays Quorate's own clients and servers: leave out --adapter");
  const problem = addressProblem(adapter);
  if (problem !== null) command.error(`error: ${problem}`);
}

function refuseWhatDoesNotGoTogether(
  command: Command,
  { variant, replay, messages, reduce }: Pick<VerifyRequest, "variant" | "replay" | "messages" | "reduce">,
): void {
  const isByRegister = variant.freezes === "register";
  if (replay && isByRegister && variant.writesFreezeBelow) {
    command.error(
      "error: storage of single registers has no writes that freeze others: --freeze register with --writes-freeze needs --no-replay",
    );
  }
  if (reduce && isByRegister) {
    command.error("error: --reduce is for freezes of whole rows: without --freeze register it gives the same verdict");
  }
  if (messages && !replay) {
    command.error("error: --messages asks for a replay with messages: leave out --no-replay");
  }
  if (replay && messages && (isByRegister || variant.writesFreezeBelow)) {
    command.error(
      `error: --messages knows freezes of whole rows and plain writes only: leave out ${isByRegister ? "--freeze register" : "--writes-freeze"}`,
    );
  }
}
