/**
 * How long the shortest run is that breaks agreement, read off the quorums without exploring a single state.
 *
 * A broken pair (r' < r, a phase-2 quorum Q of r' and a phase-1 quorum P of r that share no server) gives two kinds
 * of run:
 *
 * - *Direct*: prepare r' at P0, propose A there and write it at Q; freeze P, which sees nothing of A; propose B in r
 *   and write it at a quorum Q' of r. A server of P and P0 freezes once, for r. 2 + |P ∪ P0| + |Q| + |Q'| steps.
 * - *By relay*: where the smallest Q' of r is large, it can be shorter to write B in r at one server only and have a
 *   third set above r read it there, propose it (B is the greatest) and decide it with a small quorum of its own.
 *
 * A second relay never pays: whoever would read B from it can read B from the first. An open set whose quorums Q1 and
 * Q2 are disjoint (F1) takes 2 + |P0| + |Q1| + |Q2| steps.
 *
 * Source: none that we know. Relays came out of comparing the direct run with an explorer (proofs-notes.md, "Length
 * of the shortest violation").
 */
import { isOpen, phase1Quorums, phase2Quorums, type QuorumTable } from "../quorum-table.js";
import { hasServer, meets, membersOf, type ServerSet, sizeOf } from "../server-set.js";
import { representatives } from "./representatives.js";

/**
 * Steps of the shortest run that gets two values decided, or null where PQ and F1 hold in the scope.
 *
 * Of the model whose freezes take a whole row and whose writes freeze nothing: where every register is frozen by
 * itself, runs take at least as many steps, and this formula says nothing about them. Exact for selection `greatest`
 * with free inputs where every set is exclusive, or open with no set above it. Where open sets lie below others it is
 * an upper bound: clients may be misled in ways that break neither rule.
 *
 * @param registerSets the explored sets, ascending; left out, the two lowest of every range
 */
export function shortestViolatingRun(
  table: QuorumTable,
  registerSets: readonly number[] = representatives(table).map(({ registerSet }) => registerSet),
): number | null {
  let shortest = Number.POSITIVE_INFINITY;
  for (const pair of brokenPairs(table, registerSets)) {
    shortest = Math.min(shortest, directLength(table, pair), relayLength(table, registerSets, pair));
  }
  for (const registerSet of registerSets) shortest = Math.min(shortest, openLength(table, registerSet));
  return Number.isFinite(shortest) ? shortest : null;
}

/** PQ fails between p and q: A can be decided by q in `lower` while B is proposed in `upper` after hearing from p. */
interface BrokenPair {
  readonly lower: number;
  readonly upper: number;
  /** P0, the quorum that prepares `lower`; empty for set 0. */
  readonly p0: ServerSet;
  readonly q: ServerSet;
  readonly p: ServerSet;
}

function* brokenPairs(table: QuorumTable, registerSets: readonly number[]): Generator<BrokenPair> {
  for (const [index, upper] of registerSets.entries()) {
    for (const lower of registerSets.slice(0, index)) {
      for (const p of phase1Quorums(table, upper)) {
        for (const q of phase2Quorums(table, lower)) {
          if (meets(p, q)) continue;
          for (const p0 of phase1Quorums(table, lower)) yield { lower, upper, p0, q, p };
        }
      }
    }
  }
}

const directLength = (table: QuorumTable, { upper, p0, q, p }: BrokenPair): number =>
  2 + sizeOf(p | p0) + sizeOf(q) + smallestDecision(table, upper);

/** Three proposals: A in `lower`, B in `upper`, and B again in the third set, `top`. */
function relayLength(table: QuorumTable, registerSets: readonly number[], pair: BrokenPair): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const top of registerSets.filter((registerSet) => registerSet > pair.upper)) {
    const gaps = gapsAround(registerSets, pair, top);
    for (const prepared of phase1Quorums(table, top)) {
      for (const reader of membersOf(prepared)) {
        const freezes = freezesOfRelay(pair, prepared, reader, gaps);
        shortest = Math.min(shortest, 3 + sizeOf(pair.q) + 1 + freezes + smallestDecision(table, top));
      }
    }
  }
  return shortest;
}

/** Whether explored sets lie between `lower` and `upper`, and between `upper` and `top`. */
interface Gaps {
  readonly belowRelay: boolean;
  readonly aboveRelay: boolean;
}

function gapsAround(registerSets: readonly number[], { lower, upper }: BrokenPair, top: number): Gaps {
  const between = (low: number, high: number) => registerSets.some((set) => low < set && set < high);
  return { belowRelay: between(lower, upper), aboveRelay: between(upper, top) };
}

/** Freezes of a run in which `reader`, one of the servers that prepare the top set, holds the relayed B. */
function freezesOfRelay(pair: BrokenPair, prepared: ServerSet, reader: number, gaps: Gaps): number {
  let freezes = 0;
  for (const server of membersOf(pair.p0 | pair.p | prepared)) {
    const decides = hasServer(pair.q, server);
    // Before A is proposed; a server that then writes A must not be frozen any higher yet.
    const early = hasServer(pair.p0, server) && decides ? 1 : 0;
    const needsTop = hasServer(prepared, server);
    freezes += early + (server === reader ? freezesOfReader(pair, reader, gaps) : needsTop || !decides ? 1 : 0);
  }
  return freezes;
}

/**
 * Freezes, after a first one for A's proposal if it writes A, of the server whose register in `upper` has to stay
 * free for B.
 */
function freezesOfReader({ lower, p, p0, q }: BrokenPair, reader: number, gaps: Gaps): number {
  const above = gaps.aboveRelay ? 1 : 0;
  // Frozen up to `upper` before it writes B there, and once more if a gap is left above.
  if (!hasServer(q, reader) && hasServer(p | p0, reader)) return 1 + above;
  // Full below `upper` without a freeze: A in `lower`, and nothing unwritten around it.
  if (hasServer(q, reader) && !gaps.belowRelay && (lower === 0 || hasServer(p0, reader))) return above;
  return 1;
}

const openLength = (table: QuorumTable, registerSet: number): number => {
  if (!isOpen(table, registerSet)) return Number.POSITIVE_INFINITY;
  const family = phase2Quorums(table, registerSet);
  const p0 = Math.min(...phase1Quorums(table, registerSet).map(sizeOf));
  const pairs = family.flatMap((q1) => family.filter((q2) => !meets(q1, q2)).map((q2) => sizeOf(q1) + sizeOf(q2)));
  return 2 + p0 + Math.min(...pairs);
};

const smallestDecision = (table: QuorumTable, registerSet: number): number =>
  Math.min(...phase2Quorums(table, registerSet).map(sizeOf));
