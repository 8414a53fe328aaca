/**
 * The trace format: a run of the register model as a list of steps, readable by people, by `--format json` and by replay.
 *
 * Register sets are named by their real index in the quorum table, servers by their name there.
 */
import type { Value } from "./register.js";

/** Every unwritten register of the server below the register set becomes nil, in one step. */
export interface FreezeStep {
  readonly action: "freeze";
  readonly server: string;
  readonly registerSet: number;
}

/** A client of the register set ends phase 1 and proposes the value. */
export interface ProposeStep {
  readonly action: "propose";
  readonly registerSet: number;
  readonly value: Value;
}

/** The server's unwritten register takes a value that was proposed in its register set. */
export interface WriteStep {
  readonly action: "write";
  readonly server: string;
  readonly registerSet: number;
  readonly value: Value;
}

export type Step = FreezeStep | ProposeStep | WriteStep;

export type Trace = readonly Step[];

/** One line a person can read, e.g. `write A to R1 at S0`. */
export function formatStep(step: Step): string {
  switch (step.action) {
    case "freeze":
      return `freeze ${step.registerSet === 1 ? "R0" : `R0..R${step.registerSet - 1}`} at ${step.server}`;
    case "propose":
      return `propose ${step.value} in R${step.registerSet}`;
    case "write":
      return `write ${step.value} to R${step.registerSet} at ${step.server}`;
  }
}
