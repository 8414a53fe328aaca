/** One examined table as a line of a sweep's file. */
import { type Allocation, formatRange, type Gate, type QuorumTable } from "../../spec/quorum-table.js";
import { membersOf } from "../../spec/server-set.js";
import { phase2Quorums, writtenQuorums } from "../../spec/table-families.js";
import type { Examination } from "./examine.js";
import type { SweptTable } from "./swept-table.js";

/** What a line says of the table itself; the examination follows. */
interface TableRecord {
  /** Counts from 0. */
  readonly number: number;
  readonly servers: number;
  readonly standsFor: number;
  readonly ranges: readonly {
    readonly sets: string;
    /** Quorums by the numbers of their servers; no `prepare` where phase 1 is derived or not needed. */
    readonly decide: readonly (readonly number[])[];
    readonly prepare?: readonly (readonly number[])[];
    /** Where clients are elected, if not by the quorums of phase 1. */
    readonly elect?: readonly (readonly number[])[];
    /** Where it waits for a decision in the range before. */
    readonly after?: Gate;
  }[];
}

export const lineOf = (number: number, swept: SweptTable, examination: Examination): string =>
  JSON.stringify({ ...tableRecord(number, swept), ...examinationOf(examination) });

/** Null if this is not a line of this table. */
export function readRecord(line: string, number: number, swept: SweptTable): Examination | null {
  try {
    const examination = examinationOf(JSON.parse(line));
    // Written again, it must come out the same, the table included.
    return isExamination(examination) && lineOf(number, swept, examination) === line ? examination : null;
  } catch {
    return null;
  }
}

/** Its fields alone, in the order in which they are written. */
function examinationOf(record: Examination): Examination {
  const { rules, explorer, formula, run, states, transitions, disagreement } = record;
  return { rules, explorer, formula, run, states, transitions, disagreement };
}

const isExamination = ({ rules, explorer, formula, run, states, transitions, disagreement }: Examination): boolean =>
  ["safe", "unsafe"].includes(rules) &&
  ["safe", "unsafe", "inconclusive"].includes(explorer) &&
  [formula, run].every((steps) => steps === null || Number.isInteger(steps)) &&
  [states, transitions].every(Number.isInteger) &&
  (disagreement === null || typeof disagreement === "string");

const tableRecord = (number: number, { table, standsFor }: SweptTable): TableRecord => ({
  number,
  servers: table.servers.length,
  standsFor,
  ranges: table.ranges.map((range) => ({
    sets: formatRange(range),
    decide: phase2Quorums(table, range.first).map(membersOf),
    ...(range.prepare === null ? {} : { prepare: writtenQuorums(table, range.prepare).map(membersOf) }),
    ...electRecord(table, range.allocation),
    ...(range.after !== undefined && { after: range.after }),
  })),
});

const electRecord = (table: QuorumTable, allocation: Allocation) =>
  allocation.kind === "elected" && allocation.elect !== null
    ? { elect: writtenQuorums(table, allocation.elect).map(membersOf) }
    : {};
