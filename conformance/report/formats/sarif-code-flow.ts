/** A run as a SARIF code flow: each step stands at the range of the table whose register set it is about. */
import { rangeOf } from "../../../spec/quorum-table.js";
import { formatRegister } from "../../../spec/register.js";
import { applyStep, emptyStateTable } from "../../../spec/run.js";
import type { SourcePosition } from "../../../spec/source-position.js";
import type { StateTable } from "../../../spec/state-table.js";
import { formatStep, type Trace } from "../../../spec/trace.js";
import type { Report } from "../../verify/report.js";
import { counted } from "../../words/words.js";

/** Null where the report has no run. */
export function codeFlowOf(report: Report, locationOf: (at: SourcePosition, message: string) => object): object | null {
  const run = runOf(report);
  if (run === null) return null;
  const { table } = report;
  let state = emptyStateTable(table.servers, run.registerSets);
  const locations = run.steps.map((step, index) => {
    state = applyStep(table.servers, state, step);
    return {
      executionOrder: index + 1,
      importance: step.action === "propose" || step.action === "write" ? "essential" : "important",
      location: locationOf(rangeOf(table, step.registerSet)!.at, formatStep(step)),
      state: contents(table.servers, state),
    };
  });
  return {
    message: { text: `${run.isShortest ? "A shortest run" : "A run"}, ${counted(run.steps.length, "step")}` },
    threadFlows: [{ locations }],
  };
}

interface ShownRun {
  readonly registerSets: readonly number[];
  readonly steps: Trace;
  readonly isShortest: boolean;
}

/** The run that shows where implementation and model differ, or else the one that breaks a property. */
function runOf({ divergence, counterexample, exploration, proof }: Report): ShownRun | null {
  if (divergence !== null) {
    return { registerSets: divergence.model.registerSets, steps: divergence.steps, isShortest: false };
  }
  if (counterexample === null) return null;
  const isShortest = proof?.by === "run" && proof.shortest;
  return { registerSets: exploration.registerSets, steps: counterexample.steps, isShortest };
}

/** What registers hold that are written, as `R0 at S1`: `A`. */
const contents = (servers: readonly string[], { registerSets, rows }: StateTable): object =>
  Object.fromEntries(
    registerSets.flatMap((registerSet, row) =>
      servers.flatMap((server, column) => {
        const text = formatRegister(rows[row]![column]!);
        return text === "" ? [] : [[`R${registerSet} at ${server}`, { text }]];
      }),
    ),
  );
