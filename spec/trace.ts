/**
 * The trace format: a run of the register model as a list of steps, readable by people, by `--format json` and by
 * replay.
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

/** This one unwritten register of the server becomes nil. */
export interface FreezeRegisterStep {
  readonly action: "freeze register";
  readonly server: string;
  readonly registerSet: number;
}

/** The server gives its one vote in the register set to the client that proposes the value, if it ever proposes. */
export interface VoteStep {
  readonly action: "vote";
  readonly server: string;
  readonly registerSet: number;
  readonly value: Value;
  /** Given where the vote is a promise: every unwritten register of the server below becomes nil in the same step. */
  readonly freezesBelow?: true;
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
  /** Given where every unwritten register of the server below becomes nil in the same step. */
  readonly freezesBelow?: true;
}

export type Step = FreezeStep | FreezeRegisterStep | VoteStep | ProposeStep | WriteStep;

export type Trace = readonly Step[];

/** One line a person can read, e.g. `write A to R1 at S0`, or `write A to R1 at S0, freezing R0`. */
export function formatStep(step: Step): string {
  switch (step.action) {
    case "freeze":
      return `freeze ${setsBelow(step.registerSet)} at ${step.server}`;
    case "freeze register":
      return `freeze R${step.registerSet} at ${step.server}`;
    case "vote":
      return `vote for ${step.value} in R${step.registerSet} at ${step.server}${freezing(step)}`;
    case "propose":
      return `propose ${step.value} in R${step.registerSet}`;
    case "write":
      return `write ${step.value} to R${step.registerSet} at ${step.server}${freezing(step)}`;
  }
}

const freezing = ({ freezesBelow, registerSet }: VoteStep | WriteStep): string =>
  freezesBelow && registerSet > 0 ? `, freezing ${setsBelow(registerSet)}` : "";

const setsBelow = (registerSet: number): string => (registerSet === 1 ? "R0" : `R0..R${registerSet - 1}`);
