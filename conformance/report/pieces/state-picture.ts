/** A state table in the talk's notation: columns are servers, rows register sets; blank is unwritten, `-` nil. */
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { formatRegister, type Register } from "../../../spec/register.js";
import { hasServer } from "../../../spec/server-set.js";
import { type Decision, decidingQuorums, decisionsIn, type StateTable } from "../../../spec/state-table.js";
import type { Paint } from "../../shell/terminal.js";
import { nameServers, serverBlocks } from "../../words/server-names.js";
import { formatGrid } from "./grid.js";
import { fitted, visibleLength } from "./wrap.js";

/**
 * Server names over a row each for register sets; the registers of deciding quorums in brackets, and who decides beside
 * them. In blocks below each other where the servers do not fit side by side.
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
      const deciding = here.map((decision) => decidingQuorums(table, decision).members);
      const cells = block.map((server) => {
        const decides = deciding.some((members) => hasServer(members, server));
        return formatCell(state.rows[row]![server]!, decides, paint);
      });
      return { row: [`R${registerSet} `, ...cells], said: isLast ? describe(table, here, paint) : "" };
    });
    const heading = headings(
      block.map((server) => table.servers[server]!),
      paint,
    );
    const shape = { indent: "  ", gap: 1 };
    const beside = formatGrid([heading, ...rows.map(({ row, said }) => [...row, said])], shape);
    if (beside.split("\n").every((line) => visibleLength(line) <= paint.limit)) return beside;
    const below = rows.flatMap(({ row, said }) => (said === "" ? [] : [`  ${row[0]} ${said}\n`]));
    return formatGrid([heading, ...rows.map(({ row }) => row)], shape) + fitted(below.join(""), paint);
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
const describe = (table: QuorumTable, decisions: readonly Decision[], { wide }: Paint): string =>
  decisions
    .map((decision) => {
      const { smallest, count } = decidingQuorums(table, decision);
      const more = count - 1n;
      const others = more === 0n ? "" : ` and ${more} more ${more === 1n ? "quorum" : "quorums"}`;
      return `${decision.value} decided by ${nameServers(smallest, table, wide)}${others}`;
    })
    .join("; ");
