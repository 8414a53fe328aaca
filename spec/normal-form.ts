/**
 * What a quorum table means, as text: tables of one normal form are interchangeable for those who take part in a
 * consensus.
 *
 * It has the servers in their order and who of them are arbiters, the selection, the clients' names, which say whose a
 * register set is, and of every run of register sets the allocation, both quorum families and the first of the sets
 * that it waits for. Not in it: names of the table and of groups, observers, witnesses, comments, how a quorum is
 * spelled, whether phase 1 is written or derived, and how ranges are cut where nothing changes.
 */
import { type Family, TooManyQuorums } from "./families/family.js";
import { TooComplex } from "./families/too-complex.js";
import { type Allocation, type QuorumTable, rangeOf, setsStandingFor } from "./quorum-table.js";
import { NO_SERVERS } from "./server-set.js";
import { electionFamily, phase1Family, phase2Family } from "./table-families.js";

/** Register sets with the same quorums and the same owners. */
interface Run {
  readonly first: number;
  readonly means: {
    readonly allocation: object;
    readonly decide: string;
    readonly prepare: string;
    readonly waitsFor?: number;
  };
}

/** Beyond, a diagram is not a short way to say it. */
const REMAINDERS_MAX = 200_000;

/** One line of JSON. Throws TooComplex. */
export function normalForm(table: QuorumTable): string {
  const { servers, selection, clients, ranges, arbiters } = table;
  const runs: Run[] = [];
  for (const range of ranges) {
    const { first, allocation, after } = range;
    // Where a range is cut means something where the next one waits for it.
    const waitsFor = after === undefined ? {} : { waitsFor: rangeOf(table, first - 1)!.first };
    // What is derived for the second set of a range must meet the quorums of the first one too.
    for (let registerSet = first; registerSet < first + setsStandingFor(table, range); registerSet++) {
      const decide = familyText(phase2Family(table, registerSet), servers.length);
      const prepare = familyText(phase1Family(table, registerSet), servers.length);
      const means = { allocation: allocationMeant(table, allocation, registerSet), decide, prepare, ...waitsFor };
      if (JSON.stringify(runs.at(-1)?.means) !== JSON.stringify(means)) runs.push({ first: registerSet, means });
    }
  }
  const last = ranges.at(-1)!.last;
  return JSON.stringify({
    servers,
    arbiters,
    selection,
    clients,
    runs,
    last: last === Number.POSITIVE_INFINITY ? "open" : last,
  });
}

/** Whose votes elect is worked out, too. */
const allocationMeant = (table: QuorumTable, allocation: Allocation, registerSet: number): object =>
  allocation.kind === "elected"
    ? { ...allocation, elect: familyText(electionFamily(table, registerSet), table.servers.length) }
    : allocation;

/**
 * By its quorums, where they are few; else by those of its dual; else by a diagram: whichever it is, it is so by the
 * meaning alone.
 */
const familyText = (family: Family, servers: number): string =>
  listText("quorums", family) ?? listText("met", family.dual) ?? diagramText(family, servers);

function listText(kind: string, family: Family): string | null {
  try {
    return `${kind} ${family.list().join(" ")}`;
  } catch (error) {
    if (error instanceof TooManyQuorums || error instanceof TooComplex) return null;
    throw error;
  }
}

/** What remains without and with each server in turn, every different remainder once. Throws TooComplex. */
function diagramText(root: Family, servers: number): string {
  const numbers = new Map<Family, number>();
  const byLine = new Map<string, number>();
  const visit = (family: Family, server: number): number => {
    if (family.isQuorum(NO_SERVERS)) return 1;
    if (server === servers || !family.isQuorum(family.everybody)) return 0;
    const known = numbers.get(family);
    if (known !== undefined) return known;
    const low = visit(family.given(server, false), server + 1);
    const high = visit(family.given(server, true), server + 1);
    const line = `${server}?${high}:${low}`;
    // What does not ask for the server at all is as it is without it.
    const number = low === high ? low : (byLine.get(line) ?? byLine.size + 2);
    if (low !== high) byLine.set(line, number);
    numbers.set(family, number);
    if (numbers.size > REMAINDERS_MAX) throw new TooComplex(`leaves more than ${REMAINDERS_MAX} different remainders`);
    return number;
  };
  visit(root, 0);
  return `diagram ${[...byLine.keys()].join(" ")}`;
}
