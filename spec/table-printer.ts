import { type Elected, formatRange, type QuorumTable, type RegisterRange } from "./quorum-table.js";
import { NO_SERVERS, namesOf, type ServerSet } from "./server-set.js";
import { phase2Quorums, writtenQuorums } from "./table-families.js";

/**
 * The table as a quorum table file, with every quorum written out: it reproduces tables that were made up by a machine.
 * Parsing it gives an equal table, but for how its quorums are written. Throws TooManyQuorums.
 */
export function formatTable(table: QuorumTable): string {
  const lines = [`name: ${formatScalar(table.name)}`, `servers: ${formatNames(table.servers)}`];
  const { observers = [], arbiters = NO_SERVERS, witnesses = NO_SERVERS } = table;
  if (observers.length > 0) lines[1] = `servers: ${formatNames([...table.servers, ...observers])}`;
  const roles = { observers, arbiters: namesOf(arbiters, table.servers), witnesses: namesOf(witnesses, table.servers) };
  for (const [key, names] of Object.entries(roles)) if (names.length > 0) lines.push(`${key}: ${formatNames(names)}`);
  if (table.clients.length > 0) lines.push(`clients: ${formatNames(table.clients)}`);
  if (table.selection !== "greatest") lines.push(`selection: ${table.selection}`);
  lines.push("registers:", ...table.ranges.flatMap((range) => formatRegisterRange(range, table)));
  return `${lines.join("\n")}\n`;
}

function formatRegisterRange(range: RegisterRange, table: QuorumTable): string[] {
  const { first, prepare, allocation, after } = range;
  const lines = [`sets: ${formatRange(range)}`, `decide: ${formatQuorums(phase2Quorums(table, first), table.servers)}`];
  if (prepare !== null) lines.push(`prepare: ${formatQuorums(writtenQuorums(table, prepare), table.servers)}`);
  if (allocation.kind === "open") lines.push("allocation: open");
  if (allocation.kind === "elected") lines.push(...formatElection(allocation, table));
  if (allocation.kind === "client") lines.push(`allocation: ${formatScalar(allocation.client)}`);
  if (after !== undefined) lines.push(`after: ${after}`);
  return lines.map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
}

function formatElection({ elect, vote }: Elected, table: QuorumTable): string[] {
  const lines = ["allocation: elected"];
  if (elect !== null) lines.push(`elect: ${formatQuorums(writtenQuorums(table, elect), table.servers)}`);
  if (vote !== "promise") lines.push(`vote: ${vote}`);
  return lines;
}

const formatQuorums = (quorums: readonly ServerSet[], servers: readonly string[]): string =>
  `[${quorums.map((quorum) => formatNames(namesOf(quorum, servers))).join(", ")}]`;

const formatNames = (names: readonly string[]): string => `[${names.map(formatScalar).join(", ")}]`;

/** Plain where the word can mean nothing else; JSON strings are YAML too. */
const formatScalar = (text: string): string =>
  /^[A-Za-z][\w-]*$/.test(text) && text.toLowerCase() !== "null" ? text : JSON.stringify(text);
