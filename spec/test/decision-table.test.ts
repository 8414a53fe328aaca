import { describe, expect, it } from "vitest";
import {
  ANY,
  allowsProposal,
  type DecisionState,
  decided,
  formatDecisionState,
  isTransition,
  maybe,
  NONE,
  sameDecisionState,
} from "../decision-state.js";

const ENTRIES: readonly DecisionState[] = [ANY, maybe("A"), maybe("B"), decided("A"), decided("B"), NONE];

const entries = ENTRIES.map((entry) => ({ name: formatDecisionState(entry), entry }));
const pairs = entries.flatMap(({ name, entry }) =>
  entries.map(({ name: other, entry: second }) => ({ name, entry, other, second })),
);

/** Knowledge only grows: each entry, and what further reads can make of it. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  any: ["any", "maybe A", "maybe B", "decided A", "decided B", "none"],
  "maybe A": ["maybe A", "decided A", "none"],
  "maybe B": ["maybe B", "decided B", "none"],
  "decided A": ["decided A"],
  "decided B": ["decided B"],
  none: ["none"],
};

describe("an entry of the decision table", () => {
  it("is written as people say it", () => {
    expect(entries.map(({ name }) => name)).toEqual(Object.keys(AFTER));
  });

  it.each(entries)("$name stands in the way of no proposal but of other values", ({ name, entry }) => {
    for (const value of ["A", "B"]) {
      const allows = name === "none" || name === `maybe ${value}` || name === `decided ${value}`;
      expect(allowsProposal(entry, value)).toBe(allows);
    }
  });

  it.each(pairs)("$name can turn into $other as knowledge grows, or cannot", ({ name, entry, other, second }) => {
    expect(isTransition(entry, second)).toBe(AFTER[name]!.includes(other));
  });

  it.each(pairs)("$name and $other are the same iff they read the same", ({ name, entry, other, second }) => {
    expect(sameDecisionState(entry, second)).toBe(name === other);
    expect(sameDecisionState({ ...entry }, second)).toBe(name === other);
  });
});
