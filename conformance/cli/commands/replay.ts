/** What `quorate replay` does. */
import { variantOf } from "../../../model/registers/variant.js";
import { decidedValues } from "../../../spec/state-table.js";
import type { AdapterOptions } from "../../adapter/adapter.js";
import { AdapterError, AdapterMisfit, AdapterUnavailable } from "../../adapter/adapter-error.js";
import { readRun, type ShownRun } from "../../export/shown-run.js";
import { type ReplayedRun, replayRun } from "../../replay/replay-run.js";
import { renderDecisions } from "../../report/pieces/state-picture.js";
import { renderSteps } from "../../report/pieces/steps.js";
import { renderDivergence } from "../../report/verdict/divergence.js";
import { divergenceObject } from "../../report/verdict/json.js";
import { CommandError, usageError } from "../../shell/command-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import type { Terminal } from "../../shell/terminal.js";
import { counted } from "../../words/words.js";

export interface ReplayJob {
  readonly file: string;
  /** Of which table it is; null: the file says so. */
  readonly table: string | null;
  readonly adapter: AdapterOptions | null;
  readonly format: "text" | "json";
}

/** Throws TableFileError for what is no run of the model, CommandError for an adapter that does not do as it should. */
export async function replayFile(
  { file, table, adapter, format }: ReplayJob,
  { out, paint }: Terminal,
): Promise<ExitCode> {
  const run = readRun(file, table);
  const replayed = await (adapter === null ? replayOurs(run) : replayTheirs(run, adapter));
  const { divergence, steps } = replayed;
  out(format === "json" ? `${JSON.stringify(objectOf(run, replayed))}\n` : textOf(run, replayed, paint));
  if (divergence !== null) return EXIT.diverges;
  return steps < run.steps.length ? EXIT.inconclusive : EXIT.safe;
}

const replayOurs = (run: ShownRun): Promise<ReplayedRun> => replayRun({ ...run, steps: run.numbers }, null);

async function replayTheirs(run: ShownRun, adapter: AdapterOptions): Promise<ReplayedRun> {
  const { scope, table } = run;
  const { withForeign } = await import("../../verify/with-foreign.js");
  try {
    return await withForeign({ adapter, variant: variantOf(scope) }, table, (foreign, { freezes }) => {
      if (foreign.adapter.role === "replica") {
        throw usageError("the adapter is a replica, a whole node, which takes no single steps: try it with verify");
      }
      if (freezes !== variantOf(scope).freezes) {
        throw usageError(
          "the adapter is a store, and this run freezes whole rows: find one with verify --freeze register",
        );
      }
      return replayRun({ ...run, steps: run.numbers }, foreign);
    });
  } catch (error) {
    if (error instanceof AdapterMisfit) throw usageError(`${error.message}; ${error.hint}`);
    if (error instanceof AdapterUnavailable) throw new CommandError(EXIT.unavailable, error.message);
    if (!(error instanceof AdapterError)) throw error;
    throw new CommandError(EXIT.internal, [error.message, ...error.lastLines.map((line) => `  ${line}`)].join("\n"));
  }
}

const CHANNELS = { memory: "in memory", tcp: "over TCP with logs on disk", adapter: "by the adapter" } as const;

function textOf(run: ShownRun, { channels, steps, divergence }: ReplayedRun, paint: Terminal["paint"]): string {
  const { table } = run;
  const length = counted(run.steps.length, "step");
  if (divergence !== null) {
    return `${paint(["bold", "magenta"], "DIVERGES")}  ${table.name}  the implementation does something else in a run of ${length}\n\n${renderDivergence(divergence, table.servers, paint)}`;
  }
  const where = channels.map((channel) => CHANNELS[channel]).join(" and ");
  const head =
    steps < run.steps.length
      ? `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${table.name}  clients, which may choose, went another way after ${counted(steps, "step")} of ${length}\n`
      : `${paint(["bold", "green"], "AGREES")}  ${table.name}  the implementation does what the run does: ${length}, ${where}\n`;
  return [
    head,
    `\n${paint("bold", "Run")}  changed registers only\n`,
    renderSteps({ ...run, servers: table.servers }, paint),
    `\n${paint("bold", "Registers after the run")}  deciding quorums in brackets\n`,
    renderDecisions(table, run.states.at(-1)!, paint),
  ].join("");
}

const objectOf = (run: ShownRun, { channels, steps, divergence }: ReplayedRun): object => ({
  table: run.table.name,
  file: run.tableFile,
  agrees: divergence === null && steps === run.steps.length,
  channels,
  length: run.steps.length,
  taken: steps,
  steps: run.steps,
  decided: decidedValues(run.table, run.states.at(-1)!).sort(),
  divergence: divergence && divergenceObject(divergence),
});
