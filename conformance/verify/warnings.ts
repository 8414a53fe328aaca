/** What is sound in a table file but was hardly meant, a sentence each. */
import { idleServers } from "../../spec/idle-servers.js";
import { hasElections, type QuorumTable } from "../../spec/quorum-table.js";
import { isDecidedByWitnesses } from "../../spec/roles.js";
import { namesOf } from "../../spec/server-set.js";
import { formatPosition } from "../../spec/source-position.js";
import type { ReadTable } from "../../spec/table-file.js";

export const warningsOf = ({ table, unusedGroups }: ReadTable): string[] => [
  ...unusedGroups.map(
    ({ name, at }) => `group ${JSON.stringify(name)} is used by no register set: ${formatPosition(at)}`,
  ),
  ...idleWarnings(table),
  ...arbiterWarnings(table),
  ...witnessWarnings(table),
];

/** What an arbiter promises tells nothing. */
function arbiterWarnings(table: QuorumTable): string[] {
  if (table.arbiters === undefined || hasElections(table)) return [];
  const names = namesOf(table.arbiters, table.servers);
  const [are, are2] = names.length === 1 ? ["is an arbiter", "it is"] : ["are arbiters", "they are"];
  return [`${names.join(", ")} ${are}, and no register set is elected: ${are2} of no use`];
}

function witnessWarnings(table: QuorumTable): string[] {
  return table.ranges.flatMap((range) => {
    if (!isDecidedByWitnesses(table, range.first)) return [];
    const { text, at } = range.decide;
    return [
      `witnesses alone can decide ${JSON.stringify(text)}, and then nobody may be left to serve the value: ${formatPosition(at)}`,
    ];
  });
}

function idleWarnings(table: QuorumTable): string[] {
  const idle = idleServers(table);
  if (idle.length === 0) return [];
  const [are, them] = idle.length === 1 ? ["is", "it"] : ["are", "them"];
  return [
    `${idle.join(", ")} ${are} in no quorum: no decision needs ${them}, and the exploration is larger for ${them}`,
  ];
}
