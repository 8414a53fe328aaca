/** What `verify` is asked for, however it is asked: by a command line, a config or a program. */
import { availableParallelism } from "node:os";
import { PLAIN } from "../../model/registers/variant.js";
import type { ScopeRequest, VerifyOptions } from "./report.js";

/** The rest of VerifyOptions comes from the process. */
export type VerifyRequest = Omit<VerifyOptions, "onProgress" | "onAnswer" | "signal">;

export const DEFAULT_SEED = 1;

/** About 3 GB of states and tables. */
export const STATES_MAX = 200_000_000;

/** For exploration, and once more for replay. */
export const SECONDS_MAX = 20;

export const DEFAULT_SCOPE: ScopeRequest = { registerSets: null, values: null, clients: null, variant: PLAIN };

/** What is asked for when nothing is said. */
export const DEFAULT_REQUEST: VerifyRequest = {
  ...DEFAULT_SCOPE,
  replay: true,
  seed: DEFAULT_SEED,
  samples: "alone",
  adapter: null,
  messages: false,
  decisionTable: false,
  symmetry: true,
  reduce: false,
  stopAtViolation: false,
  workers: availableParallelism(),
  statesMax: STATES_MAX,
  bytesMax: null,
  secondsMax: SECONDS_MAX,
  exhaust: false,
};

/** Without a bound on time, and beyond the nearest violation. */
export const EXHAUSTING: VerifyRequest = { ...DEFAULT_REQUEST, secondsMax: null, exhaust: true };
