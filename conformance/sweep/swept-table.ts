/** Quorum tables made by a machine. */
import type { QuorumFamily, QuorumTable, RegisterRange, Selection } from "../../spec/quorum-table.js";
import type { Family } from "./quorum-families.js";
import type { SweptAllocation } from "./request.js";

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
}

export function tableOf(
  name: string,
  servers: number,
  ranges: readonly RangeShape[],
  { selection, allocation }: { readonly selection: Selection; readonly allocation: SweptAllocation },
): QuorumTable {
  return {
    name,
    servers: Array.from({ length: servers }, (_, server) => `S${server}`),
    ranges: ranges.map((range, index) => rangeOf(range, index, allocation)),
    selection,
    clients: [],
  };
}

function rangeOf(
  { first, last, decide, prepare }: RangeShape,
  index: number,
  allocation: SweptAllocation,
): RegisterRange {
  const isOpen = allocation === "open" || (allocation === "open-first" && index === 0);
  return {
    first,
    last,
    decide: familyOf(decide),
    prepare: prepare === null ? null : familyOf(prepare),
    allocation: { kind: isOpen ? "open" : "round-robin" },
    at: NOWHERE,
  };
}

const familyOf = (quorums: Family): QuorumFamily => ({ quorums, text: "swept", at: NOWHERE });

/** No file holds these tables. */
const NOWHERE = { file: "swept", line: 1, column: 1 };
