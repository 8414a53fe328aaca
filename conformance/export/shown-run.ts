/**
 * The run that is exported, or replayed: of a table, the one that breaks agreement; or the one that a report or a trace
 * has.
 */
import { constructedRun } from "../../model/analysis/constructed-run.js";
import { Walk } from "../../model/kernel/index.js";
import { contiguous } from "../../model/registers/contiguous.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import { type RegistersModel, registersModel } from "../../model/registers/registers.js";
import { compressedRegisterSets, deeperRegisterSets, type Scope } from "../../model/registers/scope.js";
import { VALUES_MAX, valueName } from "../../model/registers/values.js";
import { PLAIN, type Variant } from "../../model/registers/variant.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { tableFileError } from "../../spec/table-file/problems.js";
import { readText } from "../../spec/table-file/read-text.js";
import { loadTable, parseTable } from "../../spec/table-file.js";
import type { Step, Trace } from "../../spec/trace.js";
import type { RegisterRun } from "../sequence/exchanges.js";
import { type ItfRun, type ItfStep, itfRunIn } from "./read-itf.js";
import { refusalOf } from "./refusal.js";

/** A run of the register model, and where it is from. */
export interface ShownRun extends RegisterRun {
  /** Null where it came from standard input. */
  readonly tableFile: string | null;
  readonly scope: Scope;
  readonly model: RegistersModel;
  /** The steps by their numbers in the model. */
  readonly numbers: readonly number[];
}

/** Two values, free inputs, two sets of every range. */
export const scopeOf = (table: QuorumTable): Scope => ({
  table,
  registerSets: compressedRegisterSets(table),
  values: 2,
  clients: null,
});

/**
 * Of a table's file, of a report in JSON, or of a trace in ITF. Throws TableFileError where there is no run: the table
 * is safe, the report has none, or the run is none of the model, with the first step that is not possible.
 *
 * @param tableFile of what table a trace is that does not say; else that of the file counts
 */
export function readRun(file: string, tableFile: string | null = null): ShownRun {
  // Once: standard input cannot be read again.
  const text = readText(file);
  const object = objectIn(text);
  const report = reportIn(object);
  if (report !== null) return runOfReport(file, report, tableFile);
  const trace = traceIn(file, object);
  return trace === null ? runOfTable(file, parseTable(text, file)) : runOfTrace(file, trace, tableFile);
}

function runOfTable(file: string, table: QuorumTable): ShownRun {
  const scope = scopeOf(table);
  const model = registersModel(scope);
  const constructed = constructedRun(model, scope);
  if (constructed === null) {
    const hint = "export dot draws its states; a run comes from a table that is unsafe, or from a report in JSON";
    throw tableFileError({ file, line: 1, column: 1 }, `${table.name} is safe, so no run breaks it`, hint);
  }
  return walked(
    { file, tableFile: file === "-" ? null : file },
    scope,
    constructed.steps.map((step) => stepOf(model, scope, step)).map(asked),
    null,
  );
}

interface ReportWithRun {
  readonly file: string;
  readonly exploration: {
    readonly registerSets: readonly number[];
    readonly values?: number;
    readonly variant?: Variant;
  };
  readonly counterexample: { readonly steps: Trace } | null;
  readonly divergence?: { readonly model: { readonly registerSets: readonly number[] }; readonly steps: Trace } | null;
}

/** All of the text, or the first of several lines of reports; null for what is no JSON: YAML, for one. */
function objectIn(text: string): unknown {
  for (const part of [text, text.split("\n", 1)[0]!]) {
    try {
      return JSON.parse(part);
    } catch {}
  }
  return null;
}

/** Null for what has no file and no exploration. */
function reportIn(object: unknown): ReportWithRun | null {
  const report = object as Partial<ReportWithRun> | null;
  return typeof report?.file === "string" && Array.isArray(report.exploration?.registerSets)
    ? (report as ReportWithRun)
    : null;
}

function runOfReport(file: string, report: ReportWithRun, tableFile: string | null): ShownRun {
  const { exploration, counterexample, divergence } = report;
  const steps = divergence?.steps ?? counterexample?.steps;
  if (steps === undefined) {
    throw tableFileError({ file, line: 1, column: 1 }, "this report has no run", "a report of an unsafe table has one");
  }
  const { registerSets, values = 2, variant = PLAIN } = exploration;
  const of = tableFile ?? report.file;
  const table = loadTable(of);
  const scope = { table, registerSets, values, clients: null, variant };
  return walked(
    { file, tableFile: of },
    divergence ? replayedScope(scope, divergence.model.registerSets) : scope,
    steps.map(asked),
    null,
  );
}

/** What was replayed may have been a set deeper than what was explored, and is named without gaps. */
function replayedScope(scope: Scope, wanted: readonly number[]): Scope {
  const deeper = deeperRegisterSets(scope.table, scope.registerSets);
  const scopes = [scope, ...(deeper === null ? [] : [{ ...scope, registerSets: deeper }])].flatMap((one) => [
    contiguous(one),
    one,
  ]);
  return scopes.find(({ registerSets }) => registerSets.join() === wanted.join()) ?? scope;
}

function traceIn(file: string, object: unknown): ItfRun | null {
  try {
    return itfRunIn(object);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tableFileError({ file, line: 1, column: 1 }, `this trace cannot be read: ${error.message}`);
  }
}

function runOfTrace(file: string, { table: named, steps, registers }: ItfRun, tableFile: string | null): ShownRun {
  const of = tableFile ?? named;
  if (of === null) {
    const hint = "name it: quorate replay RUN.json --table my-table.yaml";
    throw tableFileError({ file, line: 1, column: 1 }, "this trace does not say of which table it is", hint);
  }
  const table = loadTable(of);
  const held = [...(registers[0]?.values() ?? [])].flatMap((row) => [...row.keys()]);
  const mentioned = steps.flatMap(({ registerSet }) => (registerSet === undefined ? [] : [registerSet]));
  const registerSets = [...new Set([...held, ...mentioned])].sort((a, b) => a - b);
  const values = steps.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const greatest = Math.max(1, ...values.map(indexOfValue));
  const scope = { table, registerSets, values: greatest + 1, clients: null, variant: PLAIN };
  return walked({ file, tableFile: of }, scope, steps, registers);
}

/** -1 for what is no name of a value: the step is refused then. */
const indexOfValue = (value: string): number =>
  Array.from({ length: VALUES_MAX }, (_, index) => valueName(index)).indexOf(value);

/** As a trace has it: what follows from the model alone is left out. */
const asked = (step: Step): ItfStep => {
  const { action, registerSet } = step;
  return {
    action,
    registerSet,
    ...("server" in step && { server: step.server }),
    ...("value" in step && { value: step.value }),
  };
};

/** Step by step through the model. Throws TableFileError for the first that it does not permit. */
function walked(
  { file, tableFile }: { readonly file: string; readonly tableFile: string | null },
  scope: Scope,
  asks: readonly ItfStep[],
  registers: ItfRun["registers"] | null,
): ShownRun {
  const model = registersModel(scope);
  const walk = new Walk(model);
  const states = [stateTableOf(model, scope)];
  const numbers: number[] = [];
  for (const [index, ask] of asks.entries()) {
    const taken = refusalOf({ scope, model, walk }, ask, registers?.[index + 1] ?? null);
    if (typeof taken === "string") {
      const hint = `it is no run of ${scope.table.name} from there on`;
      throw tableFileError({ file, line: 1, column: 1 }, `step ${index + 1}, ${taken}`, hint);
    }
    numbers.push(taken);
    states.push(stateTableOf(model, scope));
  }
  const { table, registerSets } = scope;
  return {
    tableFile,
    table,
    registerSets,
    steps: numbers.map((number) => stepOf(model, scope, number)),
    states,
    scope,
    model,
    numbers,
  };
}
