/** A run as what a viewer shows after each step: registers, what the step changed, what is decided. */
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import { formatRegister, sameRegister } from "../../../../spec/register.js";
import { applyStep, emptyStateTable } from "../../../../spec/run.js";
import { hasServer } from "../../../../spec/server-set.js";
import { decidingQuorums, decisionsIn, type StateTable } from "../../../../spec/state-table.js";
import { formatStep, type Trace } from "../../../../spec/trace.js";
import { nameServers } from "../../server-names.js";

/** The registers after some steps of a run. */
export interface Frame {
  /** What happened last; null before the first step. */
  readonly step: string | null;
  /** cells[r][s], register set by register set. */
  readonly cells: readonly (readonly Cell[])[];
  /** By register set: `A decided by {S0}`, or nothing. */
  readonly decided: readonly string[];
}

/** `text`: nothing for unwritten, `-` for nil, or the value. */
export interface Cell {
  readonly text: string;
  /** Whether the last step changed it. */
  readonly changed: boolean;
  /** Whether it is of a quorum that decides. */
  readonly decides: boolean;
}

export interface Run {
  readonly table: QuorumTable;
  readonly registerSets: readonly number[];
  readonly steps: Trace;
}

/** One more than there are steps. */
export function framesOf({ table, registerSets, steps }: Run): Frame[] {
  let state = emptyStateTable(table.servers, registerSets);
  const frames = [frameOf(table, state, state, null)];
  for (const step of steps) {
    const before = state;
    state = applyStep(table.servers, state, step);
    frames.push(frameOf(table, before, state, formatStep(step)));
  }
  return frames;
}

function frameOf(table: QuorumTable, before: StateTable, after: StateTable, step: string | null): Frame {
  const decisions = decisionsIn(table, after).map((decision) => ({
    ...decision,
    quorums: decidingQuorums(table, decision),
  }));
  const here = (row: number) => decisions.filter(({ registerSet }) => registerSet === after.registerSets[row]);
  return {
    step,
    cells: after.rows.map((registers, row) =>
      registers.map((register, server) => ({
        text: formatRegister(register),
        changed: !sameRegister(register, before.rows[row]![server]!),
        decides: here(row).some(({ quorums }) => hasServer(quorums.members, server)),
      })),
    ),
    decided: after.registerSets.map((_, row) =>
      here(row)
        .map(({ value, quorums }) => `${value} decided by ${nameServers(quorums.smallest, table)}`)
        .join("; "),
    ),
  };
}
