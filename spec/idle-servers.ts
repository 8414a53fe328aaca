/** Servers that are in no quorum of any register set: what they hold never matters. */
import type { Formula } from "./families/formula.js";
import { phase1Family, phase2Family, type QuorumFamily, type QuorumTable } from "./quorum-table.js";
import { allServers, hasServer, membersOf, NO_SERVERS, namesOf, type ServerSet, singleton } from "./server-set.js";

/** Their names, in the table's order. */
export const idleServers = (table: QuorumTable): string[] =>
  namesOf(allServers(table.servers.length) & ~busyServers(table), table.servers);

/** The same quorums over the servers that are in some: no other run decides anything else. */
export function withoutIdleServers(table: QuorumTable): QuorumTable {
  const busy = membersOf(busyServers(table));
  if (busy.length === table.servers.length) return table;
  const { servers, ranges, groups } = table;
  const moved = (set: ServerSet): ServerSet =>
    busy.reduce((moved, server, index) => (hasServer(set, server) ? moved | singleton(index) : moved), NO_SERVERS);
  const family = ({ formula, ...written }: QuorumFamily): QuorumFamily => ({
    ...written,
    formula: movedFormula(formula, busy, moved),
  });
  return {
    ...table,
    servers: busy.map((server) => servers[server]!),
    ranges: ranges.map((range) => ({
      ...range,
      decide: family(range.decide),
      prepare: range.prepare && family(range.prepare),
    })),
    ...(groups === undefined ? {} : { groups: groups.map((group) => ({ ...group, members: moved(group.members) })) }),
  };
}

function busyServers(table: QuorumTable): ServerSet {
  let busy = NO_SERVERS;
  for (const { first, last } of table.ranges) {
    busy |= phase2Family(table, first).members;
    // Phase 1 of set 0 asks no server.
    for (const set of [first, Math.min(first + 1, last)]) busy |= phase1Family(table, set).members;
  }
  return busy;
}

/** A formula may name servers that are in none of its minimal quorums: they count for nothing. */
function movedFormula(formula: Formula, busy: readonly number[], moved: (set: ServerSet) => ServerSet): Formula {
  switch (formula.kind) {
    case "server": {
      const server = busy.indexOf(formula.server);
      return server < 0 ? { kind: "list", quorums: [] } : { kind: "server", server };
    }
    case "list": {
      const isBusy = (quorum: ServerSet): boolean => membersOf(quorum).every((server) => busy.includes(server));
      return { kind: "list", quorums: formula.quorums.filter(isBusy).map(moved) };
    }
    case "threshold":
      return {
        ...formula,
        operands: formula.operands.map(({ weight, formula }) => ({
          weight,
          formula: movedFormula(formula, busy, moved),
        })),
      };
  }
}
