/**
 * A run as a page shows it: what happens in each step, what the registers hold after it, and what can still be decided.
 */
import { formatMessageStep } from "../../../../model/messages/message-steps.js";
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import type { Value } from "../../../../spec/register.js";
import { applyStep, emptyStateTable } from "../../../../spec/run.js";
import type { StateTable } from "../../../../spec/state-table.js";
import { formatStep, type Trace } from "../../../../spec/trace.js";
import type { MessageRunReport } from "../../../replay/replay-report.js";
import type { SequenceDiagram } from "../../../sequence/diagram.js";
import { diagramOfRun } from "../../../sequence/exchanges.js";
import { diagramOfMessages } from "../../../sequence/message-run.js";

export interface Run {
  readonly table: QuorumTable;
  readonly registerSets: readonly number[];
  /** A sentence each. */
  readonly steps: readonly string[];
  /** Before the first step and after each. */
  readonly states: readonly StateTable[];
  readonly diagram: SequenceDiagram;
  /** Before the first step and after each; null where it is not known. */
  readonly stillPossible: readonly (readonly Value[])[] | null;
}

export function registerRun(
  table: QuorumTable,
  registerSets: readonly number[],
  steps: Trace,
  stillPossible: Run["stillPossible"] = null,
): Run {
  const states = [emptyStateTable(table.servers, registerSets)];
  for (const step of steps) states.push(applyStep(table.servers, states.at(-1)!, step));
  const diagram = diagramOfRun({ table, registerSets, steps, states });
  return { table, registerSets, steps: steps.map(formatStep), states, diagram, stillPossible };
}

export const messageRun = (table: QuorumTable, { registerSets, steps, states }: MessageRunReport): Run => ({
  table,
  registerSets,
  steps: steps.map(formatMessageStep),
  states,
  diagram: diagramOfMessages(table.servers, steps),
  stillPossible: null,
});
