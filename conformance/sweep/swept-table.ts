/** Quorum tables made by a machine. */
import { listFormula } from "../../spec/families/formula.js";
import type { Allocation, QuorumFamily, QuorumTable, RegisterRange, Selection } from "../../spec/quorum-table.js";
import type { Family } from "./quorum-families.js";
import { type SweptAllocation, sweptVote } from "./request.js";

export interface SweptTable {
  readonly table: QuorumTable;
  /** How many tables it stands for: those that differ from it by the names of the servers, itself included. */
  readonly standsFor: number;
}

export interface RangeShape {
  readonly first: number;
  /** Inclusive; Infinity for the open-ended range. */
  readonly last: number;
  readonly decide: Family;
  /** Null: derived, or not needed. */
  readonly prepare: Family | null;
  /** Whose votes elect, where clients are elected; null: those of phase 1. */
  readonly elect: Family | null;
  /** Whether it waits for a decision in the range before; left out: not. */
  readonly isGated?: boolean;
}

export function tableOf(
  name: string,
  servers: number,
  ranges: readonly RangeShape[],
  { selection, allocation }: { readonly selection: Selection; readonly allocation: SweptAllocation },
): QuorumTable {
  const swept = ranges.map((range, index) => rangeOf(range, index, allocation));
  return {
    name,
    servers: Array.from({ length: servers }, (_, server) => `S${server}`),
    ranges: swept,
    selection,
    clients: swept.flatMap(({ allocation }) => (allocation.kind === "client" ? [allocation.client] : [])),
  };
}

function rangeOf(
  { first, last, decide, prepare, elect, isGated }: RangeShape,
  index: number,
  allocation: SweptAllocation,
): RegisterRange {
  return {
    first,
    last,
    decide: familyOf(decide),
    prepare: prepare === null ? null : familyOf(prepare),
    allocation: allocationOf(index, allocation, elect),
    ...(isGated === true && { after: "decided" }),
    at: NOWHERE,
  };
}

function allocationOf(range: number, swept: SweptAllocation, elect: Family | null): Allocation {
  const vote = sweptVote(range, swept);
  if (vote !== null) return { kind: "elected", elect: elect === null ? null : familyOf(elect), vote };
  const isOpen = swept === "open" || ((swept === "open-first" || swept === "open-first-named") && range === 0);
  if (isOpen) return { kind: "open" };
  const isNamed = swept === "named" || swept === "open-first-named";
  return isNamed ? { kind: "client", client: `c${range}` } : { kind: "round-robin" };
}

const familyOf = (quorums: Family): QuorumFamily => ({
  formula: listFormula(quorums),
  text: "swept",
  at: NOWHERE,
});

/** No file holds these tables. */
const NOWHERE = { file: "swept", line: 1, column: 1 };
