/** A run as what a viewer shows after each step: registers, what the step changed, what is decided. */
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import { formatRegister, sameRegister } from "../../../../spec/register.js";
import { hasServer } from "../../../../spec/server-set.js";
import { decidedValues, decidingQuorums, decisionsIn, type StateTable } from "../../../../spec/state-table.js";
import { nameServers } from "../../../words/server-names.js";
import { stillSentence } from "./possible-strip.js";
import type { Run } from "./run.js";

/** The registers after some steps of a run. */
export interface Frame {
  /** What happened last; null before the first step. */
  readonly step: string | null;
  /** cells[r][s], register set by register set. */
  readonly cells: readonly (readonly Cell[])[];
  /** By register set: `A decided by {S0}`, or nothing. */
  readonly decided: readonly string[];
  /** What is decided, and what can still be, as a clause; null where it is not known. */
  readonly still: string | null;
}

/** `text`: nothing for unwritten, `-` for nil, or the value. */
export interface Cell {
  readonly text: string;
  /** Whether the last step changed it. */
  readonly changed: boolean;
  /** Whether it is of a quorum that decides. */
  readonly decides: boolean;
}

/** One more than there are steps. */
export const framesOf = ({ table, steps, states, stillPossible }: Run): Frame[] =>
  states.map((state, index) => ({
    ...frameOf(table, states[index - 1] ?? state, state),
    step: steps[index - 1] ?? null,
    still: stillPossible === null ? null : stillSentence(decidedValues(table, state), stillPossible[index]!),
  }));

function frameOf(table: QuorumTable, before: StateTable, after: StateTable): Pick<Frame, "cells" | "decided"> {
  const decisions = decisionsIn(table, after).map((decision) => ({
    ...decision,
    quorums: decidingQuorums(table, decision),
  }));
  const here = (row: number) => decisions.filter(({ registerSet }) => registerSet === after.registerSets[row]);
  return {
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
