/**
 * A run, step by step: each line says what happens and which registers it changes, under the server that it happens
 * at.
 */
import { formatRegister, sameRegister } from "../../../spec/register.js";
import { applyStep, emptyStateTable } from "../../../spec/run.js";
import type { StateTable } from "../../../spec/state-table.js";
import { formatStep, type Step, type Trace } from "../../../spec/trace.js";
import type { Paint } from "../../shell/terminal.js";
import { formatGrid } from "./grid.js";
import { lineLengthOf, wrap } from "./wrap.js";

interface Run {
  readonly servers: readonly string[];
  readonly registerSets: readonly number[];
  readonly steps: Trace;
}

/** Steps count from 1. The one at index `marked`, if any, has an arrow before it. */
export function renderSteps({ servers, registerSets, steps }: Run, paint: Paint, marked: number | null = null): string {
  // Servers that do nothing would only push the others apart.
  const shown = servers.filter((server) => steps.some((step) => step.action !== "propose" && step.server === server));
  const arrow = (index: number) => (marked === null ? [] : [index === marked ? "→" : ""]);
  let state = emptyStateTable(servers, registerSets);
  const rows = steps.map((step, index) => {
    const before = state;
    state = applyStep(servers, state, step);
    const changes = shown.map((server) => changesAt(servers.indexOf(server), before, state));
    return [...arrow(index), `${index + 1}`, formatStep(step), ...changes];
  });
  const heading = [...(marked === null ? [] : [""]), "", "", ...shown.map((server) => paint("bold", server))];
  if (!paint.wide && marked === null && widthOf(rows) > paint.columns) return renderGathered(steps, paint);
  return formatGrid([heading, ...rows], { alignments: marked === null ? ["right"] : ["left", "right"], indent: "  " });
}

/** Of a grid of these rows. */
const widthOf = (rows: readonly (readonly string[])[]): number =>
  (rows[0] ?? []).reduce((sum, _, column) => sum + 2 + Math.max(...rows.map((row) => row[column]!.length)), 0);

/** Steps that do the same at one server after the other, on one line: where there is no room for a column a server. */
function renderGathered(steps: Trace, paint: Paint): string {
  const gathered: { first: number; last: number; what: string; servers: string[] }[] = [];
  for (const [index, step] of steps.entries()) {
    const server = step.action === "propose" ? null : step.server;
    const what = server === null ? formatStep(step) : formatStep({ ...step, server: "" } as Step).trimEnd();
    const before = gathered.at(-1);
    if (server !== null && before?.what === what) {
      before.last = index + 1;
      before.servers.push(server);
    } else gathered.push({ first: index + 1, last: index + 1, what, servers: server === null ? [] : [server] });
  }
  const numbers = gathered.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`));
  const width = Math.max(...numbers.map((number) => number.length));
  return gathered
    .map(({ what, servers }, index) => {
      const indent = " ".repeat(2 + width + 2);
      const line = wrap([what, servers.join(", ")].join(" "), indent, lineLengthOf(paint));
      return `  ${numbers[index]!.padStart(width)}${line.slice(2 + width)}\n`;
    })
    .join("");
}

/**
 * What the step changed at the server, e.g. `R0=A` or `R0,R1=-`; `R0,R1=- R2=A` where a write freezes what is below.
 */
function changesAt(server: number, before: StateTable, after: StateTable): string {
  const changed = after.registerSets.flatMap((registerSet, row) => {
    const register = after.rows[row]![server]!;
    return sameRegister(before.rows[row]![server]!, register) ? [] : [{ registerSet, register }];
  });
  const contents = new Set(changed.map(({ register }) => formatRegister(register)));
  return [...contents]
    .map((content) => {
      const alike = changed.filter(({ register }) => formatRegister(register) === content);
      return `${alike.map(({ registerSet }) => `R${registerSet}`).join(",")}=${content}`;
    })
    .join(" ");
}
