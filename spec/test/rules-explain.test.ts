import { expect, it } from "vitest";
import { explain, explanations } from "../rules/explain.js";

it.each([
  ["PQ", "PQ"],
  ["pq", "PQ"],
  ["f1", "F1"],
  ["F2", "F2"],
  ["e1", "E1"],
  ["election safety", "E1"],
  ["1", "quorum-agreement"],
  ["Rule 2", "new-value"],
  ["current decision", "current-decision"],
  ["previous_decisions", "previous-decisions"],
  ["agreement", "agreement"],
  ["Non-Triviality", "non-triviality"],
])("explains %s as %s", (asked, name) => {
  expect(explain(asked)?.name).toBe(name);
});

it("knows nothing of other rules", () => {
  expect(explain("F3")).toBeUndefined();
  expect(explain("")).toBeUndefined();
});

it("has no two explanations that go by one name", () => {
  const names = explanations.flatMap(({ name, aliases }) => [name, ...aliases].map((known) => known.toLowerCase()));
  expect(new Set(names).size).toBe(names.length);
});
