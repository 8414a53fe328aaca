/**
 * The first step at which model and implementation differ: both side by side, then the shortest trace that shows it.
 */
import { sameRegister, type Value } from "../../spec/register.js";
import type { StateTable } from "../../spec/state-table.js";
import type { Step } from "../../spec/trace.js";
import type { Paint } from "../cli/terminal.js";
import type { Channel } from "../replay/lockstep/lockstep-run.js";
import type { Divergence } from "../replay/lockstep/take-run.js";
import { formatGrid } from "./grid.js";
import { formatCell, headings } from "./state-picture.js";
import { renderSteps } from "./steps.js";
import { wrap } from "./wrap.js";

const CHANNELS: Readonly<Record<Channel, string>> = {
  memory: "servers in memory",
  tcp: "servers over TCP, with logs on disk",
  adapter: "the adapter",
};

export function renderDivergence(divergence: Divergence<Step>, servers: readonly string[], paint: Paint): string {
  const { at, channel, what, steps, model } = divergence;
  const where = at < 0 ? "before the first step" : `at step ${at + 1} of ${steps.length}`;
  return [
    `${paint("bold", "First difference")}  ${where}, with ${CHANNELS[channel]}\n`,
    `${wrap(what, "  ")}\n`,
    `\n${paint("bold", "After that step")}  differing registers in brackets\n`,
    renderSideBySide(divergence, servers, paint),
    `  The model has ${listed(divergence.modelOutputs)} decided; clients of the implementation output ${listed(divergence.implementationOutputs)}.\n`,
    `\n${paint("bold", "Shortest trace")}  changed registers, as the model has them\n`,
    renderSteps({ servers, registerSets: model.registerSets, steps }, paint, at),
  ].join("");
}

function renderSideBySide(
  { model, implementation }: Divergence<Step>,
  servers: readonly string[],
  paint: Paint,
): string {
  const rows = model.registerSets.map((registerSet, row) => {
    const differs = servers.map((_, server) => !sameCell(model, implementation, row, server));
    const cellsOf = (state: StateTable) =>
      servers.map((_, server) => formatCell(state.rows[row]![server]!, differs[server]!, paint));
    return [`R${registerSet} `, ...cellsOf(model), "   ", `R${registerSet}`, ...cellsOf(implementation)];
  });
  const names = headings(servers, paint).slice(1);
  const heading = [paint("bold", "model"), ...names, "   ", paint("bold", "implementation"), ...names];
  return formatGrid([heading, ...rows], { indent: "  ", gap: 1 });
}

const sameCell = (a: StateTable, b: StateTable, row: number, server: number): boolean =>
  sameRegister(a.rows[row]![server]!, b.rows[row]![server]!);

const listed = (values: readonly Value[]): string => (values.length === 0 ? "nothing" : values.join(", "));
