/** Random tables that have symmetries, which few of those drawn at random do. */
import fc from "fast-check";
import { listFormula } from "../../../spec/families/formula.js";
import type { QuorumFamily, QuorumTable } from "../../../spec/quorum-table.js";
import { membersOf, type ServerSet } from "../../../spec/server-set.js";
import { phase2Quorums, writtenQuorums } from "../../../spec/table-families.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import type { Permutation } from "../automorphisms.js";

/** A random table, with every family closed under a random permutation of the servers half of the time. */
export const arbitrarySymmetricTable = (shape: Parameters<typeof arbitraryTable>[0]): fc.Arbitrary<QuorumTable> =>
  arbitraryTable(shape).chain((table) =>
    fc
      .option(arbitraryPermutation(table.servers.length))
      .map((permutation) => (permutation === null ? table : closedUnder(table, permutation))),
  );

const arbitraryPermutation = (count: number): fc.Arbitrary<Permutation> =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, index) => index),
    { minLength: count },
  );

export const imageOf = (set: ServerSet, permutation: Permutation): ServerSet =>
  membersOf(set).reduce((image, server) => image | (1 << permutation[server]!), 0);

function closedUnder(table: QuorumTable, permutation: Permutation): QuorumTable {
  const closed = (family: QuorumFamily, written: readonly ServerSet[]): QuorumFamily => {
    const quorums = new Set(written);
    // A set is walked in order of insertion, members added meanwhile included.
    for (const quorum of quorums) quorums.add(imageOf(quorum, permutation));
    return { ...family, formula: listFormula([...quorums]) };
  };
  const ranges = table.ranges.map((range) => ({
    ...range,
    decide: closed(range.decide, phase2Quorums(table, range.first)),
    prepare: range.prepare === null ? null : closed(range.prepare, writtenQuorums(table, range.prepare)),
  }));
  return { ...table, ranges };
}
