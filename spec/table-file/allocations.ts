/** Who may propose in a range of register sets, as a quorum table file says it. */
import type { Allocation, QuorumFamily, RegisterRange, Vote } from "../quorum-table.js";
import { quote } from "../quote.js";
import type { RangeShape } from "../schema/table-shape.js";
import { didYouMean } from "./did-you-mean.js";
import { misspeltAllocation, whyNotAName } from "./names.js";
import type { Problems } from "./problems.js";
import type { YamlSource } from "./yaml-source.js";

interface RangeContext {
  readonly index: number;
  /** As read; null where the file leaves it out. */
  readonly elect: QuorumFamily | null;
  /** The clients that the file lists, if it does. */
  readonly clients: readonly string[] | null;
}

const VOTES: readonly Vote[] = ["promise", "apart"];

export function readAllocation(
  range: RangeShape,
  { index, elect, clients }: RangeContext,
  source: YamlSource,
  problems: Problems,
): Allocation {
  const { allocation = "round-robin" } = range;
  if (allocation === "elected") return { kind: "elected", elect, vote: readVote(range, index, source, problems) };
  for (const key of ["elect", "vote"] as const) {
    if (range[key] === undefined) continue;
    const hint = `write "allocation: elected" beside it, or leave "${key}" out`;
    problems.report(source.atKey(["registers", index, key]), `"${key}" is about elected register sets only`, hint);
  }
  if (allocation === "round-robin" || allocation === "open") return { kind: allocation };
  const at = source.at(["registers", index, "allocation"]);
  const reason = whyNotAName(allocation);
  const misspelt = clients?.includes(allocation) ? null : misspeltAllocation(allocation);
  if (misspelt !== null) problems.report(at, `unknown allocation ${quote(allocation)}`, misspelt);
  else if (reason !== null) problems.report(at, `the client name ${quote(allocation)} ${reason}`);
  else if (clients !== null && !clients.includes(allocation)) {
    const hint = didYouMean(allocation, clients, 'add it to "clients", or write round-robin, open or elected');
    problems.report(at, `unknown client ${quote(allocation)}`, hint);
  }
  return { kind: "client", client: allocation };
}

function readVote({ vote = "promise" }: RangeShape, index: number, source: YamlSource, problems: Problems): Vote {
  const known = VOTES.find((candidate) => candidate === vote);
  if (known !== undefined) return known;
  const hint = didYouMean(vote, VOTES, `a vote is ${VOTES.join(" or ")}`);
  problems.report(source.at(["registers", index, "vote"]), `unknown vote ${quote(vote)}`, hint);
  return "promise";
}

/** The clients that allocations name, where the file has no list of its own. */
export function clientsOf(ranges: readonly RegisterRange[]): readonly string[] {
  const named = ranges.flatMap(({ allocation }) => (allocation.kind === "client" ? [allocation.client] : []));
  return [...new Set(named)];
}
