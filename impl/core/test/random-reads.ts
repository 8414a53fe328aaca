/**
 * Random tables, states and orders of arrival, for tests against the oracle. Most states are ones that no run leads
 * to.
 */
import fc from "fast-check";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { minimalSets } from "../../../spec/server-set.js";
import { isShared } from "../../../spec/table-families.js";
import type { Written } from "../protocol.js";
import type { Reads } from "./selection-oracle.js";
import { family, type RangeShape, tableOf } from "./tables.js";

/**
 * The client of a register set, and the replies to its prepare in the order of arrival; not all servers need answer.
 */
export interface ReadsInOrder {
  readonly table: QuorumTable;
  readonly registerSet: number;
  readonly input: Value;
  readonly arrivals: readonly { readonly server: number; readonly row: readonly (Value | null)[] }[];
}

const shape = (servers: number): fc.Arbitrary<Omit<RangeShape, "first"> & { readonly length: number }> => {
  const quorums = fc
    .array(fc.integer({ min: 1, max: 2 ** servers - 1 }), { minLength: 1, maxLength: 4 })
    .map((sets) => family(...minimalSets(sets)));
  return fc
    .record({
      length: fc.integer({ min: 1, max: 4 }),
      decide: quorums,
      prepare: fc.option(quorums, { nil: undefined }),
      isOpen: fc.boolean(),
    })
    .map(({ length, decide, prepare, isOpen }) => ({
      length,
      decide,
      ...(prepare === undefined ? {} : { prepare }),
      allocation: { kind: isOpen ? ("open" as const) : ("round-robin" as const) },
    }));
};

const table = (servers: number, selection: Selection): fc.Arbitrary<QuorumTable> =>
  fc.array(shape(servers), { minLength: 1, maxLength: 3 }).map((shapes) => {
    let first = 0;
    const ranges = shapes.map(({ length, ...rest }, index): RangeShape => {
      const range = { first, ...(index < shapes.length - 1 ? { last: first + length - 1 } : {}), ...rest };
      first += length;
      return range;
    });
    return tableOf(servers, ranges, selection);
  });

/** Mostly nil, so that the few values matter; the empty text is a value like any other. */
const register: fc.Arbitrary<Value | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constantFrom("A", "B", "") },
  { weight: 3, arbitrary: fc.constant("A") },
);

export const readsInOrder = (...selections: Selection[]): fc.Arbitrary<ReadsInOrder> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(...selections), fc.integer({ min: 0, max: 8 }))
    .chain(([servers, selection, registerSet]) => {
      const row = fc.array(register, { minLength: registerSet, maxLength: registerSet });
      const arrival = (server: number) => row.map((row) => ({ server, row }));
      return fc.record({
        table: table(servers, selection),
        registerSet: fc.constant(registerSet),
        input: fc.constantFrom("A", "", "D"),
        arrivals: fc
          .tuple(...Array.from({ length: servers }, (_, server) => arrival(server)))
          .chain((all) => fc.shuffledSubarray(all)),
      });
    })
    .map(withOneValueInExclusiveSets);

/**
 * What two servers hold in an exclusive set is one client's proposal; anything else a client refuses
 * (exclusive-reads.ts).
 */
function withOneValueInExclusiveSets(run: ReadsInOrder): ReadsInOrder {
  const proposed = (set: number): Value | null =>
    run.arrivals.map(({ row }) => row[set]!).find((value) => value !== null) ?? null;
  const arrivals = run.arrivals.map(({ server, row }) => ({
    server,
    row: row.map((value, set) => (value === null || isShared(run.table, set) ? value : proposed(set))),
  }));
  return { ...run, arrivals };
}

/** What has been read after the first `count` replies. */
export const readsAfter = ({ table, registerSet, arrivals }: ReadsInOrder, count: number): Reads => ({
  table,
  registerSet,
  heard: new Map(arrivals.slice(0, count).map(({ server, row }) => [server, row])),
});

/** The row as a server tells it. */
export const writtenOf = (row: readonly (Value | null)[]): Written[] =>
  row.flatMap((value, registerSet): Written[] => (value === null ? [] : [[registerSet, value]]));
