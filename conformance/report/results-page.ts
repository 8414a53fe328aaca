/** The page of results, docs/results.md: what every bundled table comes out as. */
import type { PinnedResult } from "../policy/manifest.js";
import { formatCount } from "../words/words.js";

const HEAD = `# Results

What \`npm start\` finds for the tables in [spec/tables](../spec/tables), each in its default scope. Every table is
replayed, too: of an unsafe one the implementation reaches the same two decisions in the same steps.

The figures are pinned in [manifest.json](../spec/tables/manifest.json), and \`npm start\` compares every table with them.
They are counts of the whole graph, and a second explorer that shares no code finds the same. \`npm run results\` writes
this page anew from the manifest; a test holds the two together.

| table | verdict | broken | register sets | distinct states | transitions | depth | shortest violation |
|---|---|---|---|--:|--:|--:|--:|
`;

const FOOT = `
A rule in parentheses is broken, but needed for progress only. *Depth* is the distance of the farthest state from the
initial one, and *transitions* count every generated successor, with repeats.
`;

/** The page in Markdown, its tables in the order of the manifest. */
export const renderResultsPage = (results: Iterable<PinnedResult>): string =>
  `${HEAD}${Array.from(results, rowOf).join("")}${FOOT}`;

function rowOf({
  file,
  verdict,
  brokenRule,
  registerSets,
  distinctStates,
  transitions,
  depth,
  shortestRun,
}: PinnedResult) {
  const broken = verdict === "safe" && brokenRule !== null ? `(${brokenRule})` : brokenRule;
  const cells = [
    `[${file.replace(/\.yaml$/, "")}](../spec/tables/${file})`,
    verdict,
    broken ?? "",
    registerSets.join(", "),
    formatCount(distinctStates),
    formatCount(transitions),
    formatCount(depth),
    shortestRun ?? "",
  ];
  return `| ${cells.join(" | ")} |\n`;
}
