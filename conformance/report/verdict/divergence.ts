/**
 * The first step at which model and implementation differ: both side by side, then the shortest trace that shows it.
 */
import { sameRegister, type Value } from "../../../spec/register.js";
import type { StateTable } from "../../../spec/state-table.js";
import type { Step } from "../../../spec/trace.js";
import type { Channel } from "../../replay/lockstep/lockstep-run.js";
import type { Divergence } from "../../replay/lockstep/take-run.js";
import type { Paint } from "../../shell/terminal.js";
import { formatGrid } from "../pieces/grid.js";
import { formatCell, headings } from "../pieces/state-picture.js";
import { renderSteps } from "../pieces/steps.js";
import { fitted, lineLengthOf, visibleLength, wrap } from "../pieces/wrap.js";

const CHANNELS: Readonly<Record<Channel, string>> = {
  memory: "servers in memory",
  tcp: "servers over TCP, with logs on disk",
  adapter: "the adapter",
};

export function renderDivergence(divergence: Divergence<Step>, servers: readonly string[], paint: Paint): string {
  const { at, channel, what, steps } = divergence;
  const where = at < 0 ? "before the first step" : `at step ${at + 1} of ${steps.length}`;
  return [
    fitted(`${paint("bold", "First difference")}  ${where}, with ${CHANNELS[channel]}\n`, paint),
    `${wrap(what, "  ", lineLengthOf(paint))}\n`,
    fitted(
      `\n${paint("bold", at < 0 ? "At the beginning" : "After that step")}  differing registers in brackets\n`,
      paint,
    ),
    renderSideBySide(divergence, servers, paint),
    fitted(
      `  The model has ${listed(divergence.modelOutputs)} decided; clients of the implementation output ${listed(divergence.implementationOutputs)}.\n`,
      paint,
    ),
    ...(at < 0 ? [] : [shortestTrace(divergence, servers, paint)]),
  ].join("");
}

function shortestTrace({ at, steps, model }: Divergence<Step>, servers: readonly string[], paint: Paint): string {
  const heading = fitted(`\n${paint("bold", "Shortest trace")}  changed registers, as the model has them\n`, paint);
  return heading + renderSteps({ servers, registerSets: model.registerSets, steps }, paint, at);
}

/** Or below each other, where that is too wide. */
function renderSideBySide(
  { model, implementation }: Divergence<Step>,
  servers: readonly string[],
  paint: Paint,
): string {
  const cellsOf = (state: StateTable, row: number) =>
    servers.map((_, server) =>
      formatCell(state.rows[row]![server]!, !sameCell(model, implementation, row, server), paint),
    );
  const names = headings(servers, paint).slice(1);
  const shape = { indent: "  ", gap: 1 };
  const rowsOf = (states: readonly (readonly [string, StateTable])[]) => [
    states.flatMap(([title], index) => [...(index === 0 ? [] : ["   "]), paint("bold", title), ...names]),
    ...model.registerSets.map((registerSet, row) =>
      states.flatMap(([, state], index) => [
        ...(index === 0 ? [`R${registerSet} `] : ["   ", `R${registerSet}`]),
        ...cellsOf(state, row),
      ]),
    ),
  ];
  const sides = [
    ["model", model],
    ["implementation", implementation],
  ] as const;
  const beside = formatGrid(rowsOf(sides), shape);
  const isTooWide = beside.split("\n").some((line) => visibleLength(line) > paint.limit);
  return isTooWide ? sides.map((side) => formatGrid(rowsOf([side]), shape)).join("") : beside;
}

const sameCell = (a: StateTable, b: StateTable, row: number, server: number): boolean =>
  sameRegister(a.rows[row]![server]!, b.rows[row]![server]!);

const listed = (values: readonly Value[]): string => (values.length === 0 ? "nothing" : values.join(", "));
