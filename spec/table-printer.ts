import { formatRange, type QuorumFamily, type QuorumTable, type RegisterRange } from "./quorum-table.js";
import { namesOf } from "./server-set.js";

/**
 * The table as a quorum table file, with every quorum written out. Parsing it gives an equal table, but for the texts and
 * positions of its quorums: it reproduces tables that were made up by a machine.
 */
export function formatTable(table: QuorumTable): string {
  const lines = [`name: ${formatScalar(table.name)}`, `servers: ${formatNames(table.servers)}`];
  if (table.clients.length > 0) lines.push(`clients: ${formatNames(table.clients)}`);
  if (table.selection !== "greatest") lines.push(`selection: ${table.selection}`);
  lines.push("registers:", ...table.ranges.flatMap((range) => formatRegisterRange(range, table.servers)));
  return `${lines.join("\n")}\n`;
}

function formatRegisterRange(range: RegisterRange, servers: readonly string[]): string[] {
  const lines = [`sets: ${formatRange(range)}`, `decide: ${formatFamily(range.decide, servers)}`];
  if (range.prepare !== null) lines.push(`prepare: ${formatFamily(range.prepare, servers)}`);
  const { allocation } = range;
  if (allocation.kind === "open") lines.push("allocation: open");
  if (allocation.kind === "client") lines.push(`allocation: ${formatScalar(allocation.client)}`);
  return lines.map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
}

const formatFamily = (family: QuorumFamily, servers: readonly string[]): string =>
  `[${family.quorums.map((quorum) => formatNames(namesOf(quorum, servers))).join(", ")}]`;

const formatNames = (names: readonly string[]): string => `[${names.map(formatScalar).join(", ")}]`;

/** Plain where the word can mean nothing else; JSON strings are YAML too. */
const formatScalar = (text: string): string =>
  /^[A-Za-z][\w-]*$/.test(text) && text.toLowerCase() !== "null" ? text : JSON.stringify(text);
