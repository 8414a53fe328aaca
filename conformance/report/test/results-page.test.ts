import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type PinnedResult, readManifest } from "../../policy/manifest.js";
import { renderResultsPage } from "../results-page.js";

it("docs/results.md is what the manifest says; if not, npm run results writes it anew", () => {
  const pinned = readManifest("spec/tables/manifest.json");
  expect(readFileSync("docs/results.md", "utf8")).toBe(renderResultsPage(pinned.values()));
  expect(readFileSync("README.md", "utf8")).toContain(`the ${pinned.size} bundled tables`);
});

it("a line has the figures of its table, and a rule that is needed for progress only in parentheses", () => {
  const pinned: PinnedResult = {
    file: "a-table.yaml",
    verdict: "safe",
    brokenRule: "F2",
    registerSets: [0, 1],
    distinctStates: 1234,
    transitions: 56_789,
    depth: 7,
    shortestRun: null,
  };
  const lines = (result: PinnedResult) => renderResultsPage([result]).split("\n");
  expect(lines(pinned)).toContain(
    "| [a-table](../spec/tables/a-table.yaml) | safe | (F2) | 0, 1 | 1,234 | 56,789 | 7 |  |",
  );
  expect(lines({ ...pinned, verdict: "unsafe", shortestRun: 5 })).toContain(
    "| [a-table](../spec/tables/a-table.yaml) | unsafe | F2 | 0, 1 | 1,234 | 56,789 | 7 | 5 |",
  );
});
