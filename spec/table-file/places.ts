/**
 * Where clients are placed, as a quorum table file says it, and what "self" and "region(self)" in its quorums then
 * mean: for each client the server that it is placed at, and the group of servers that this one is in.
 */
import { anyOf } from "../families/formula.js";
import type { Allocation, QuorumFamily } from "../quorum-table.js";
import { quote } from "../quote.js";
import type { QuorumsShape, TableShape } from "../schema/table-shape.js";
import { didYouMean } from "./did-you-mean.js";
import type { Problems } from "./problems.js";
import type { QuorumReader } from "./quorum-reader.js";
import type { Entitled } from "./roles.js";
import type { Path, YamlSource } from "./yaml-source.js";

/** One client's: a server, or a group of servers. */
export interface Place {
  readonly client: string;
  /** Null for a client that is placed in a region only. */
  readonly server: string | null;
  /** The group of servers; null where its server is in none, or in several. */
  readonly region: string | null;
}

const SELF = /\bself\b/;
const REGION_OF_SELF = /\bregion\s*\(\s*self\s*\)/g;

/** Null where the file places no clients. */
export function readPlaces(shape: TableShape, source: YamlSource, problems: Problems): readonly Place[] | null {
  const { clients, servers, groups = {} } = shape;
  if (typeof clients !== "object" || Array.isArray(clients)) return null;
  const regions = Object.entries(groups).flatMap(([name, group]) =>
    Array.isArray(group) && group.every((member) => typeof member === "string") ? [{ name, members: group }] : [],
  );
  return Object.entries(clients as Readonly<Record<string, string>>).map(([client, at]): Place => {
    if (regions.some(({ name }) => name === at)) return { client, server: null, region: at };
    const around = regions.filter(({ members }) => members.includes(at));
    if (!servers.includes(at)) {
      const known = [...servers, ...regions.map(({ name }) => name)];
      const hint = didYouMean(at, known, "place it at a server, or in a group that lists servers");
      problems.report(source.at(["clients", client]), `${quote(at)} is no place for a client`, hint);
    }
    return { client, server: at, region: around.length === 1 ? around[0]!.name : null };
  });
}

export interface PlacedContext {
  readonly reader: QuorumReader;
  readonly places: readonly Place[] | null;
  readonly allocation: Allocation;
  readonly entitled: Entitled;
  readonly source: YamlSource;
  readonly problems: Problems;
}

/**
 * The quorums at the path, for each client where they depend on that; null if something in them is wrong, which is then
 * reported.
 */
export function readPlaced(shape: QuorumsShape, path: Path, context: PlacedContext): QuorumFamily | null {
  const { reader, places, entitled, source, problems } = context;
  const text = JSON.stringify(shape);
  if (!SELF.test(text)) return reader.read(shape, path, entitled);
  const reason = whyNoSelf(context);
  if (reason !== null) {
    problems.report(source.at(path), reason.problem, reason.hint);
    return null;
  }
  const families: QuorumFamily[] = [];
  for (const place of places!) {
    const missing = missingIn(text, place);
    if (missing !== null) {
      problems.report(source.at(["clients", place.client]), `the client ${quote(place.client)} is placed ${missing}`);
      return null;
    }
    const family = reader.read(placed(text, place), path, entitled);
    if (family === null) return null;
    families.push(family);
  }
  const formulas = families.map(({ formula }) => formula);
  const written = typeof shape === "string" ? shape.trim().replace(/\s+/g, " ") : text;
  return { formula: anyOf(formulas), ofClients: formulas, text: written, at: source.at(path) };
}

interface Reason {
  readonly problem: string;
  readonly hint: string;
}

function whyNoSelf({ places, allocation }: PlacedContext): Reason | null {
  if (places === null) {
    const problem = '"self" is where a client is placed, and this file places none';
    return { problem, hint: "as in clients: { alice: S0 }" };
  }
  if (allocation.kind === "round-robin" || allocation.kind === "client") return null;
  const kind = allocation.kind === "open" ? "an open" : "an elected";
  const problem = `"self" is who proposes, and in ${kind} register set that may be anybody`;
  return { problem, hint: 'write "allocation: round-robin", or the name of one client' };
}

/** Why the quorums mean nothing for the client, as the end of a sentence, or null. */
function missingIn(text: string, { server, region }: Place): string | null {
  if (text.search(REGION_OF_SELF) >= 0 && region === null)
    return 'at a server of no group, or of several, so "region(self)" is none';
  if (server !== null || !SELF.test(text.replaceAll(REGION_OF_SELF, ""))) return null;
  return 'in a region and at no server, so "self" is none';
}

/** What is quoted is JSON, and names need no escapes there. */
const placed = (text: string, { server, region }: Place): QuorumsShape =>
  JSON.parse(text.replaceAll(REGION_OF_SELF, region ?? "").replaceAll(/\bself\b/g, server ?? "")) as QuorumsShape;
