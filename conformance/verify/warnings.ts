/** What is sound in a table file but was hardly meant, a sentence each. */
import { idleServers } from "../../spec/idle-servers.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { formatPosition } from "../../spec/source-position.js";
import type { ReadTable } from "../../spec/table-file.js";

export const warningsOf = ({ table, unusedGroups }: ReadTable): string[] => [
  ...unusedGroups.map(
    ({ name, at }) => `group ${JSON.stringify(name)} is used by no register set: ${formatPosition(at)}`,
  ),
  ...idleWarnings(table),
];

function idleWarnings(table: QuorumTable): string[] {
  const idle = idleServers(table);
  if (idle.length === 0) return [];
  const [are, them] = idle.length === 1 ? ["is", "it"] : ["are", "them"];
  return [
    `${idle.join(", ")} ${are} in no quorum: no decision needs ${them}, and the exploration is larger for ${them}`,
  ];
}
