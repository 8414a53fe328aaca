/** Small quorum tables for tests, made by hand: impl's tests need no table files. */
import { listFormula } from "../../../spec/families/formula.js";
import type { Allocation, QuorumFamily, QuorumTable, RegisterRange, Selection } from "../../../spec/quorum-table.js";
import type { ServerSet } from "../../../spec/server-set.js";

const at = { file: "test", line: 1, column: 1 };

export const family = (...quorums: ServerSet[]): QuorumFamily => ({ formula: listFormula(quorums), text: "test", at });

export interface RangeShape {
  readonly first: number;
  readonly last?: number;
  readonly decide: QuorumFamily;
  readonly prepare?: QuorumFamily;
  readonly allocation?: Allocation;
  readonly after?: "decided";
}

export function tableOf(
  serverCount: number,
  shapes: readonly RangeShape[],
  selection: Selection = "greatest",
): QuorumTable {
  const ranges = shapes.map(
    ({ first, last = Number.POSITIVE_INFINITY, decide, prepare, allocation, after }): RegisterRange => ({
      first,
      last,
      decide,
      prepare: prepare ?? null,
      allocation: allocation ?? { kind: "round-robin" },
      ...(after !== undefined && { after }),
      at,
    }),
  );
  const servers = Array.from({ length: serverCount }, (_, server) => `S${server}`);
  return { name: "test", servers, ranges, selection, clients: [] };
}

/** S0 = 1, S1 = 2, S2 = 4. */
export const MAJORITIES = family(0b011, 0b101, 0b110);

export const threeMajority = tableOf(3, [{ first: 0, decide: MAJORITIES }]);

/** Everybody decides in sets 0..9, a majority from 10 on. */
export const allAboard = tableOf(3, [
  { first: 0, last: 9, decide: family(0b111) },
  { first: 10, decide: MAJORITIES },
]);

/** A grid of two rows and two columns: rows decide, columns (derived) prepare. */
export const grid = tableOf(4, [{ first: 0, decide: family(0b0011, 0b1100) }]);

/** Primary first, then backups: R0 {S0, S1}, R1 {S1, S2}, R2.. both. */
export const changing = tableOf(3, [
  { first: 0, last: 0, decide: family(0b011) },
  { first: 1, last: 1, decide: family(0b110) },
  { first: 2, decide: family(0b011, 0b110) },
]);

/** An open first set whose quorums meet (F1), then majorities. */
export const openFirst = tableOf(3, [
  { first: 0, last: 0, decide: family(0b111), allocation: { kind: "open" } },
  { first: 1, decide: MAJORITIES },
]);

/** Any three, and any two, of four servers. */
export const THREE_OF_FOUR = family(0b0111, 0b1011, 0b1101, 0b1110);
export const TWO_OF_FOUR = family(0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1100);

/** Fast Paxos with four servers: an open first set, then exclusive ones to recover from collisions. */
export const fastPaxos = (selection: Selection, prepare: QuorumFamily = THREE_OF_FOUR): QuorumTable =>
  tableOf(
    4,
    [
      { first: 0, last: 0, decide: THREE_OF_FOUR, allocation: { kind: "open" } },
      { first: 1, decide: THREE_OF_FOUR, prepare },
    ],
    selection,
  );

/** The same with every set open: there is no end of collisions, but for chance. */
export const allOpen = (selection: Selection): QuorumTable =>
  tableOf(4, [{ first: 0, decide: THREE_OF_FOUR, prepare: THREE_OF_FOUR, allocation: { kind: "open" } }], selection);

/** Unsafe: phase 1 asks one server only, which need not be in a deciding majority. */
export const careless = tableOf(3, [{ first: 0, decide: MAJORITIES, prepare: family(0b001, 0b010, 0b100) }]);
