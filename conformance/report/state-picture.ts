/** A state table in the talk's notation: columns are servers, rows register sets; blank is unwritten, `-` nil. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { formatRegister, type Register } from "../../spec/register.js";
import { hasServer } from "../../spec/server-set.js";
import { type Decision, decisionsIn, type StateTable } from "../../spec/state-table.js";
import type { Paint } from "../cli/terminal.js";
import { formatGrid } from "./grid.js";
import { nameServers, serverBlocks } from "./server-names.js";

/**
 * In blocks below each other where the servers do not fit side by side. Server names over a row each for register sets; the registers of deciding quorums in brackets, and who decides
 * beside them.
 */
export function renderDecisions(table: QuorumTable, state: StateTable, paint: Paint): string {
  const decisions = decisionsIn(table, state);
  const cellWidth = 3 + Math.max(...table.servers.map((server) => server.length));
  const blocks = paint.wide
    ? [table.servers.map((_, s) => s)]
    : serverBlocks(table, paint.columns - ROW_NAME, cellWidth);
  const grids = blocks.map((block, index) => {
    const isLast = index === blocks.length - 1;
    const rows = state.registerSets.map((registerSet, row) => {
      const here = decisions.filter((decision) => decision.registerSet === registerSet);
      const cells = block.map((server) => {
        const decides = here.some(({ quorum }) => hasServer(quorum, server));
        return formatCell(state.rows[row]![server]!, decides, paint);
      });
      return [`R${registerSet} `, ...cells, isLast ? describe(here, table, paint) : ""];
    });
    const names = block.map((server) => table.servers[server]!);
    return formatGrid([headings(names, paint), ...rows], { indent: "  ", gap: 1 });
  });
  return grids.join("\n");
}

/** Room for the names of register sets. */
const ROW_NAME = 8;

/** The column headings above cells of formatCell, with the column of register sets before them. */
export const headings = (servers: readonly string[], paint: Paint): string[] => [
  "",
  ...servers.map((server) => ` ${paint("bold", server)} `),
];

/** Three characters for a one-letter value: `[A]` if marked, else ` A `. */
export const formatCell = (register: Register, marked: boolean, paint: Paint): string =>
  marked ? paint(["bold", "red"], `[${formatRegister(register) || " "}]`) : ` ${formatRegister(register)} `;

/** `A decided by {S0, S1} and 2 more quorums; B …` */
function describe(decisions: readonly Decision[], table: QuorumTable, { wide }: Paint): string {
  const values = [...new Set(decisions.map(({ value }) => value))];
  return values
    .map((value) => {
      const [first, ...more] = decisions.filter((decision) => decision.value === value);
      const others = more.length === 0 ? "" : ` and ${more.length} more ${more.length === 1 ? "quorum" : "quorums"}`;
      return `${value} decided by ${nameServers(first!.quorum, table, wide)}${others}`;
    })
    .join("; ");
}
