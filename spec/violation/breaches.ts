/**
 * Where the rules fail between the explored register sets, with the quorums that take the fewest steps to show it. That
 * bounds the length of every plan from below (shortest-plan.ts), and gives its search quorums to begin with.
 */
import { cheapestTogether, quorumsApart } from "../families/apart.js";
import type { Family } from "../families/family.js";
import { TooComplex } from "../families/too-complex.js";
import { isGated, type QuorumTable, rangesWaitedFor, votesPromise } from "../quorum-table.js";
import { serversThatHold } from "../roles.js";
import { type ServerSet, sizeOf } from "../server-set.js";
import { familyDeciding, isShared, phase1Family, phase2Family } from "../table-families.js";
import { leastVotes } from "./rival-voters.js";

export interface Breach {
  readonly quorums: ReadonlyMap<Family, readonly ServerSet[]>;
  /** No plan that makes use of it has fewer steps: votes, proposals, writes and freezes. */
  readonly least: number;
}

/** What a server costs by the quorums it is in: bit 0 for P, 1 for Q, 2 for Q2. Infinity where no server may be. */
const EITHER = [0, 1, 1, 1];
/** The same where all of P votes. */
const EITHER_VOTING = [0, 1, 1, 2];
/** A is written at Q, B at what P has of Q2, and the rest of P is frozen; nothing happens at the rest of Q2. */
const UNSETTLED = [0, 1, 1, 1, 0, 1, 1, Number.POSITIVE_INFINITY];
const UNSETTLED_VOTING = [0, 1, 1, 2, 0, 2, 1, Number.POSITIVE_INFINITY];

/**
 * All that the table's selection lets a violation make use of; what is too complex to be looked at counts as the
 * nearest.
 */
export function breachesOf(table: QuorumTable, registerSets: readonly number[]): Breach[] {
  const { selection } = table;
  const decisions = registerSets.map((set) => sizeOf(phase2Family(table, set).smallest));
  const breaches: Breach[] = [];
  for (const [row, upper] of registerSets.entries()) {
    const own = phase2Family(table, upper);
    // Two proposals, and two decisions.
    if (isShared(table, upper) && !isGated(table, upper))
      breaches.push(...apart([own, own], 2 + leastVotes(table, upper, 2)));
    if (selection === "decision-table") continue;
    // The last proposal and what decides it, here or, after one more proposal and write, further up.
    const last = 1 + Math.min(decisions[row]!, ...decisions.slice(row + 1).map((size) => 2 + size));
    const prepare = phase1Family(table, upper);
    // Votes that are promises are counted as these.
    const isVoting = votesPromise(table, upper);
    const upperVotes = isVoting ? 0 : leastVotes(table, upper, 1);
    const waitedFor = rangesWaitedFor(table, upper);
    if (waitedFor.length > 0) {
      // A is proposed in each of these ranges.
      const proposals = waitedFor.length + last + upperVotes;
      breaches.push(...apart([prepare, familyDeciding(table, waitedFor)], proposals));
    }
    for (const lower of registerSets.slice(0, row)) {
      if (isGated(table, lower)) continue;
      const decide = phase2Family(table, lower);
      if (waitedFor.length === 0) {
        breaches.push(...apart([prepare, decide], 1 + last + leastVotes(table, lower, 1) + upperVotes));
      }
      if (!isShared(table, lower)) continue;
      // A, and at least one B beside it, are proposed and written.
      const both = 2 + last + leastVotes(table, lower, 2) + upperVotes;
      const atLeast = sizeOf(decide.smallest) + 1;
      if (selection === "greatest" && decide.smallest !== serversThatHold(table)) {
        breaches.push(together([prepare, decide], isVoting ? EITHER_VOTING : EITHER, both, atLeast));
      }
      if (selection === "eager" && unlessTooComplex(() => quorumsApart([prepare, decide, decide])) !== null) {
        breaches.push(together([prepare, decide, decide], isVoting ? UNSETTLED_VOTING : UNSETTLED, both, atLeast));
      }
    }
  }
  return breaches;
}

/** Each server of the quorums takes one step, besides the others. */
function apart(families: readonly Family[], others: number): Breach[] {
  const quorums = unlessTooComplex(() => quorumsApart(families));
  if (quorums === undefined) return [{ quorums: new Map(), least: 0 }];
  if (quorums === null) return [];
  const servers = quorums.reduce((sum, quorum) => sum + sizeOf(quorum), 0);
  return [{ quorums: byFamily(families, quorums), least: others + servers }];
}

function together(families: readonly Family[], costs: readonly number[], others: number, atLeast: number): Breach {
  const choice = unlessTooComplex(() => cheapestTogether(families, costs)) ?? null;
  const quorums = choice === null ? new Map() : byFamily(families, choice.sets);
  return { quorums, least: others + Math.max(atLeast, choice?.cost ?? 0) };
}

function unlessTooComplex<Answer>(ask: () => Answer): Answer | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof TooComplex) return undefined;
    throw error;
  }
}

function byFamily(families: readonly Family[], quorums: readonly ServerSet[]): Map<Family, ServerSet[]> {
  const map = new Map<Family, ServerSet[]>();
  for (const [index, family] of families.entries()) {
    map.set(family, [...(map.get(family) ?? []), quorums[index]!]);
  }
  return map;
}
