/** What `quorate export` does. */
import { promelaOf } from "../../../model/bench/promela.js";
import type { Scope } from "../../../model/registers/scope.js";
import { loadTable } from "../../../spec/table-file.js";
import { dotOf } from "../../export/dot.js";
import { itfOf } from "../../export/itf.js";
import { quintOf } from "../../export/quint.js";
import { shivizOf } from "../../export/shiviz.js";
import { readRun, scopeOf } from "../../export/shown-run.js";
import { tlaOf } from "../../export/tla.js";
import { diagramOfRun } from "../../sequence/exchanges.js";
import { mermaidOf } from "../../sequence/mermaid.js";
import { usageError } from "../../shell/command-error.js";
import { formatCount } from "../../words/format-count.js";

/** As commander hands the options over. */
export interface ExportFlags {
  readonly maxStates: number;
}

export interface Exported {
  readonly text: string;
  /** What the text does not have, for people; null where it has all. */
  readonly note: string | null;
}

/** Throws TableFileError for a file that holds neither a table nor a run, CommandError for what cannot be exported. */
export async function exported(format: string, file: string, { maxStates }: ExportFlags): Promise<Exported> {
  switch (format) {
    case "itf":
      return { text: itfOf(readRun(file)), note: null };
    case "mermaid":
      return { text: mermaidOf(diagramOfRun(readRun(file))), note: null };
    case "shiviz":
      return { text: shivizOf(readRun(file)), note: null };
    case "promela":
      return { text: translated(file, promelaOf), note: null };
    case "tla":
      return { text: translated(file, tlaOf), note: null };
    case "quint":
      return { text: translated(file, quintOf), note: null };
    default:
      return dot(file, maxStates);
  }
}

function translated(file: string, translate: (scope: Scope) => string): string {
  try {
    return translate(scopeOf(loadTable(file)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(`${file}: ${error.message}`);
  }
}

async function dot(file: string, maxStates: number): Promise<Exported> {
  const drawing = await dotOf(scopeOf(loadTable(file)), maxStates);
  if (drawing === null) throw usageError(`${file}: it has too many states to draw any`);
  const { text, states, drawn } = drawing;
  const more = `${formatCount(drawn)} of ${formatCount(states)} states are drawn, the nearest first; --max-states draws more`;
  return { text, note: drawn < states ? more : null };
}
