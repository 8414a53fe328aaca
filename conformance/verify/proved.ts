/** What stands on a theorem, what on exhaustion of a scope, and what is a bounded result only, in one sentence. */
import { areSafe, type RuleJudgement } from "../../spec/rules/judgement.js";
import { formatCount } from "../report/format-count.js";
import type { ExplorationReport, Report } from "../report/report.js";
import { variantWords } from "../report/variant-words.js";

export function provedSentence({
  rules,
  exploration,
  counterexample,
  table,
}: Pick<Report, "rules" | "exploration" | "counterexample" | "table">): string {
  const scope = `${scopeOf(exploration)} (${formatCount(exploration.distinctStates)} states)`;
  const theorem = `agreement for any number of register sets, clients and values, by the cutoff theorem from ${namesOf(rules)} under selection "${table.selection}"`;
  if (counterexample !== null) {
    if (exploration.reduced) return "Disproved by the run above, which may not be a shortest one.";
    return exploration.complete
      ? `Disproved by the run above; by exhaustion of ${scope}, no shorter one exists there.`
      : `Disproved by the run above; every shorter run of ${scope} was judged, so it is a shortest one; no more is claimed.`;
  }
  if (!exploration.complete) {
    const bounded = `only a bounded result by exploration: no violation in the part of ${scope} that was explored`;
    return areSafe(rules) ? `Proved: ${theorem}; ${bounded}.` : `Nothing is proved; ${bounded}.`;
  }
  return areSafe(rules)
    ? `Proved: ${theorem}; and independently by exhaustion of ${scope}${exploration.reduced ? ", of the interleavings that agreement depends on" : ""}.`
    : `Proved by exhaustion: agreement within ${scope}; beyond it the rules say that it fails.`;
}

const namesOf = (rules: readonly RuleJudgement[]): string => {
  const names = rules.filter(({ neededFor }) => neededFor === "safety").map(({ rule }) => rule);
  return names.length === 0 ? "the exclusive allocation of its register sets" : names.join(", ");
};

const SETS_LISTED_MAX = 12;

function scopeOf({ registerSets, values, clients, variant }: ExplorationReport): string {
  const sets =
    registerSets.length <= SETS_LISTED_MAX ? `R${registerSets.join(", R")}` : `${registerSets.length} register sets`;
  const scope = `${sets} with ${values} ${values === 1 ? "value" : "values"}${clients === null ? "" : ` and ${clients} fixed clients`}`;
  return [scope, ...variantWords(variant)].join(", ");
}
