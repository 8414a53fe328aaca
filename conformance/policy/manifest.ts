/** What every bundled table must come out as, and how a report differs from that. */
import { readFileSync } from "node:fs";
import type { RuleName } from "../../spec/rules/judgement.js";
import type { Verdict, Verification } from "../verify/report.js";

/** The pinned result of one table in its default scope. */
export interface PinnedResult {
  readonly file: string;
  readonly verdict: Verdict;
  /** The first rule that fails; null where all hold. */
  readonly brokenRule: RuleName | null;
  /** The explored register sets. */
  readonly registerSets: readonly number[];
  /** Counts of the whole graph. */
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** Steps of the shortest run that breaks agreement; null where there is none. */
  readonly shortestRun: number | null;
}

/** The pinned results by file name. The manifest comes with the package, so its shape is not doubted. */
export function readManifest(path: string): Map<string, PinnedResult> {
  const { tables }: { readonly tables: readonly PinnedResult[] } = JSON.parse(readFileSync(path, "utf8"));
  return new Map(tables.map((pinned) => [pinned.file, pinned]));
}

/** Each way in which the report is not what is pinned, e.g. `distinctStates is 557, pinned 558`; none if it is. */
export function differences(report: Verification, pinned: PinnedResult): string[] {
  const { verdict, rules, exploration, counterexample } = report;
  const { registerSets, distinctStates, transitions, depth } = exploration;
  const brokenRule = rules.find(({ holds }) => !holds)?.rule ?? null;
  return [
    ...difference("verdict", verdict, pinned.verdict),
    ...difference("brokenRule", brokenRule, pinned.brokenRule),
    ...difference("registerSets", registerSets.join(" "), pinned.registerSets.join(" ")),
    ...difference("distinctStates", distinctStates, pinned.distinctStates),
    ...difference("transitions", transitions, pinned.transitions),
    ...difference("depth", depth, pinned.depth),
    ...difference("shortestRun", counterexample?.length ?? null, pinned.shortestRun),
  ];
}

type Pinnable = string | number | null;

const difference = (what: string, found: Pinnable, pinned: Pinnable): string[] =>
  found === pinned ? [] : [`${what} is ${found ?? "none"}, pinned ${pinned ?? "none"}`];
