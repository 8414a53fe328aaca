/** The run that is exported: of a table, the one that breaks agreement; or the one that a report has. */
import { constructedRun } from "../../model/analysis/constructed-run.js";
import { stepOf } from "../../model/registers/reading.js";
import { registersModel } from "../../model/registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../model/registers/scope.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { applyStep, emptyStateTable } from "../../spec/run.js";
import type { StateTable } from "../../spec/state-table.js";
import { tableFileError } from "../../spec/table-file/problems.js";
import { readText } from "../../spec/table-file/read-text.js";
import { loadTable, parseTable } from "../../spec/table-file.js";
import { formatStep, type Step, type Trace } from "../../spec/trace.js";

/** A run of the register model, with the registers before it and after each step. */
export interface ShownRun {
  readonly table: QuorumTable;
  readonly registerSets: readonly number[];
  readonly steps: Trace;
  /** One more than there are steps. */
  readonly states: readonly StateTable[];
}

/** Two values, free inputs, two sets of every range. */
export const scopeOf = (table: QuorumTable): Scope => ({
  table,
  registerSets: compressedRegisterSets(table),
  values: 2,
  clients: null,
});

/**
 * Of a table's file, or of a report in JSON. Throws TableFileError where there is no run: the table is safe, the report has
 * none, or its run is not one of its table.
 */
export function readRun(file: string): ShownRun {
  // Once: standard input cannot be read again.
  const text = readText(file);
  const report = parsedReport(text);
  return report === null ? runOfTable(file, parseTable(text, file)) : runOfReport(file, report);
}

function runOfTable(file: string, table: QuorumTable): ShownRun {
  const scope = scopeOf(table);
  const model = registersModel(scope);
  const constructed = constructedRun(model, scope);
  if (constructed === null) {
    const hint = "export dot draws its states; a run comes from a table that is unsafe, or from a report in JSON";
    throw tableFileError({ file, line: 1, column: 1 }, `${table.name} is safe, so no run breaks it`, hint);
  }
  const steps = constructed.steps.map((step) => stepOf(model, scope, step));
  return withStates(table, scope.registerSets, steps);
}

interface ReportWithRun {
  readonly file: string;
  readonly exploration: { readonly registerSets: readonly number[] };
  readonly counterexample: { readonly steps: Trace } | null;
  readonly divergence?: { readonly model: { readonly registerSets: readonly number[] }; readonly steps: Trace } | null;
}

/** Null for what has no JSON object on its first line with a file and an exploration: a table, then. */
function parsedReport(text: string): ReportWithRun | null {
  try {
    const object = JSON.parse(text.split("\n", 1)[0]!);
    return typeof object.file === "string" && Array.isArray(object.exploration?.registerSets) ? object : null;
  } catch {
    return null;
  }
}

function runOfReport(
  file: string,
  { file: tableFile, exploration, counterexample, divergence }: ReportWithRun,
): ShownRun {
  const at = { file, line: 1, column: 1 };
  const steps = divergence?.steps ?? counterexample?.steps;
  if (steps === undefined) throw tableFileError(at, "this report has no run", "a report of an unsafe table has one");
  try {
    return withStates(loadTable(tableFile), divergence?.model.registerSets ?? exploration.registerSets, steps);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tableFileError(at, `its run is none of ${tableFile}: ${error.message}`, "verify the table again");
  }
}

function withStates(table: QuorumTable, registerSets: readonly number[], steps: Trace): ShownRun {
  const states = [emptyStateTable(table.servers, registerSets)];
  for (const step of steps) states.push(applied(table, states.at(-1)!, step));
  return { table, registerSets, steps, states };
}

/** Throws RangeError that names the step which is not possible. */
function applied({ servers }: QuorumTable, state: StateTable, step: Step): StateTable {
  try {
    return applyStep(servers, state, step);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`${formatStep(step)}: ${error.message}`);
  }
}
