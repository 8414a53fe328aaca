/** What a rule says of a table that keeps it, and of one that breaks it. */
import type { RuleName } from "../../../spec/rules/judgement.js";

/** `shared`: what a set is called that two clients may propose in. */
export const whatHolds = (rule: RuleName, shared: string): string =>
  ({
    PQ: "every phase-1 quorum meets every phase-2 quorum of every lower register set",
    "PQ after a gate": "every phase-1 quorum meets every phase-2 quorum of one of the ranges that its set waits for",
    E1: "the election quorums of an elected register set meet pairwise",
    F1: `the phase-2 quorums of ${articled(shared)} register set meet pairwise`,
    F2: `every phase-1 quorum meets every two phase-2 quorums of a lower ${shared} set in a common server`,
    G1: `${articled(shared)} set below another is decided by all servers together only`,
  })[rule];

export function whatFails(rule: RuleName, shared: string): string {
  if (rule === "G1") return `this quorum of ${articled(shared)} set leaves out a server that others may hear`;
  if (rule === "PQ after a gate") return "this phase-1 quorum shares no server with what may have decided before it";
  return "these quorums share no server";
}

const articled = (shared: string): string => (shared.startsWith("o") ? `an ${shared}` : `a ${shared}`);

export const WHAT_THEY_DO = { 1: "prepares", 2: "decides ", election: "elects  " } as const;
