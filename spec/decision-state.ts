/**
 * Decision states: the entries of a client's decision table, one for every quorum of every register set. An entry
 * says what the client knows about the quorum from what it has read so far.
 *
 * Knowledge only grows: any → maybe v → decided v or none. `none` and `decided` are final. The model finds an entry
 * from a state, at once; the implementation keeps a table of them, reply by reply. They share only what an entry is.
 * Source: Howard & Mortier 2019, section 5 ("decision table") and figure 5.
 */
import type { Value } from "./register.js";

export type DecisionState =
  /** Any value could be decided by this quorum, or be decided already. */
  | { readonly state: "any" }
  /** If this quorum decides, then this value. */
  | { readonly state: "maybe"; readonly value: Value }
  /** Every server of this quorum holds this value. */
  | { readonly state: "decided"; readonly value: Value }
  /** This quorum will never decide. */
  | { readonly state: "none" };

export const ANY: DecisionState = { state: "any" };
export const NONE: DecisionState = { state: "none" };
export const maybe = (value: Value): DecisionState => ({ state: "maybe", value });
export const decided = (value: Value): DecisionState => ({ state: "decided", value });

/** Whether a client that proposes v need not fear this quorum: it decides nothing, or v. */
export const allowsProposal = (entry: DecisionState, v: Value): boolean =>
  entry.state === "none" || ((entry.state === "maybe" || entry.state === "decided") && entry.value === v);

/** Whether further reads can turn `before` into `after`; staying as it is counts. */
export function isTransition(before: DecisionState, after: DecisionState): boolean {
  switch (before.state) {
    case "any":
      return true;
    case "maybe":
      return after.state === "none" || (after.state !== "any" && after.value === before.value);
    case "decided":
      return after.state === "decided" && after.value === before.value;
    case "none":
      return after.state === "none";
  }
}

export const sameDecisionState = (a: DecisionState, b: DecisionState): boolean =>
  a.state === b.state && (!("value" in a) || !("value" in b) || a.value === b.value);

/** `any`, `maybe A`, `decided A` or `none`. */
export const formatDecisionState = (entry: DecisionState): string =>
  "value" in entry ? `${entry.state} ${entry.value}` : entry.state;
