/** What a state of the message model consists of. */
import type { Variable, VariableShape } from "../kernel/index.js";
import { FIRST_VALUE } from "../registers/facts.js";
import type { Scope } from "../registers/scope.js";
import type { Attempt } from "./attempts.js";

/** Phases of an attempt. An active one prepares while it has no proposal, and awaits answers once it has. */
export const IDLE = 0;
export const ACTIVE = 1;
/** The client crashed or gave up. */
export const STOPPED = 2;
export const OUTPUT = 3;

/** The proposal of an attempt that has none; value v is 1 + v. */
export const NO_PROPOSAL = 0;

/** A server's answer to a proposal, and what an attempt has heard of a server since it last asked. */
export const NOTHING = 0;
/** Heard: the promise, or that the proposal was accepted. */
export const ACCEPTED = 1;
export const REFUSED = 2;

export type Names = "register" | "phase" | "proposal" | "promised" | "answer" | "heard";

export type MessageVariables = Readonly<Record<Names, Variable>>;

/** s is a server's index, r a register set's explored number, a an attempt's index. */
export function variableShapes(
  { table, registerSets, values }: Scope,
  attempts: readonly Attempt[],
): Readonly<Record<Names, VariableShape>> {
  const [servers, sets] = [table.servers.length, registerSets.length];
  return {
    // On the servers' disks. register[s][r], as at level 1.
    register: { shape: [servers, sets], domain: FIRST_VALUE + values },

    // The attempts, and what they have sent: prepare(r) once one of r has begun, propose(r, v) once one of r proposes
    // v.
    phase: { shape: [attempts.length], domain: 4 },
    proposal: { shape: [attempts.length], domain: 1 + values },

    // What servers have sent: promised[s][r], a promise to whoever asks for r; answer[s][a], an answer to the
    // proposal of a.
    promised: { shape: [servers, sets], domain: 2 },
    answer: { shape: [servers, attempts.length], domain: 3 },

    // heard[a][s], in this phase of a. Sets of servers, so that a duplicate counts once.
    heard: { shape: [attempts.length, servers], domain: 3 },
  };
}
