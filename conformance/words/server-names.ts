/** Sets of servers as people would say them: a few by name, many by the table's groups. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { contains, formatServers, membersOf, NO_SERVERS, type ServerSet, sizeOf } from "../../spec/server-set.js";

type Named = Pick<QuorumTable, "servers" | "groups">;

/** Of a set with more servers than this, groups are named instead, if the table has any that are apart and cover it. */
const NAMES_MAX = 4;

/** Of a set with more than this that no groups cover, the first are named. */
const NAMES_MAX_WITHOUT_GROUPS = 8;
const NAMES_SHOWN = 3;

/** `{a0, b1}`; of many servers `{3 of east, all of west}`, or `{s0, s1, s2, … 12 servers}`. With `wide` all by name. */
export function nameServers(set: ServerSet, table: Named, wide = false): string {
  const size = sizeOf(set);
  if (wide || size <= NAMES_MAX) return formatServers(set, table.servers);
  const groups = disjointGroups(table).filter(({ members }) => (members & set) !== NO_SERVERS);
  const covered = groups.reduce((all, { members }) => all | members, NO_SERVERS);
  if (groups.length > 0 && contains(covered, set)) {
    const parts = groups.map(({ name, members }) => `${howMany(members & set, members)} of ${name}`);
    return `{${parts.join(", ")}}`;
  }
  if (size <= NAMES_MAX_WITHOUT_GROUPS) return formatServers(set, table.servers);
  const names = membersOf(set)
    .slice(0, NAMES_SHOWN)
    .map((server) => table.servers[server]!);
  return `{${names.join(", ")}, … ${size} servers}`;
}

const howMany = (part: ServerSet, whole: ServerSet): string => (part === whole ? "all" : `${sizeOf(part)}`);

/** The groups in their order, without those that share a server with one before. */
function disjointGroups({ groups = [] }: Named): readonly { readonly name: string; readonly members: ServerSet }[] {
  let seen = NO_SERVERS;
  return groups.filter(({ members }) => {
    if ((members & seen) !== NO_SERVERS) return false;
    seen |= members;
    return true;
  });
}

/**
 * The servers in blocks that fit side by side where each takes this number of characters: one block if all fit, else
 * one for every group, and for whoever is in none; of too large a block several.
 */
export function serverBlocks(table: Named, columns: number, widthEach: number): number[][] {
  const perBlock = Math.max(1, Math.floor(columns / widthEach));
  const all = table.servers.map((_, server) => server);
  if (all.length <= perBlock) return [all];
  const groups = disjointGroups(table).map(({ members }) => membersOf(members));
  const grouped = new Set(groups.flat());
  const parts = [...groups, all.filter((server) => !grouped.has(server))].filter((part) => part.length > 0);
  return joined(
    parts.flatMap((part) => chunks(part, perBlock)),
    perBlock,
  );
}

/** Neighbours share a block where they fit. */
function joined(parts: readonly number[][], perBlock: number): number[][] {
  const blocks: number[][] = [];
  for (const part of parts) {
    const last = blocks.at(-1);
    if (last !== undefined && last.length + part.length <= perBlock) last.push(...part);
    else blocks.push([...part]);
  }
  return blocks;
}

const chunks = (items: readonly number[], size: number): number[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
