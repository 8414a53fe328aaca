/** Names of servers, clients and groups, and the lists of them at the top of a quorum table file. */
import { RESERVED_WORDS } from "../quorum-expression-parser.js";
import { quote } from "../quote.js";
import { SERVERS_MAX } from "../server-set.js";
import type { SourcePosition } from "../source-position.js";
import { didYouMean } from "./did-you-mean.js";
import type { Problems } from "./problems.js";
import type { YamlSource } from "./yaml-source.js";

export const NAME_LENGTH_MAX = 100;
export const CLIENTS_MAX = 1000;

const ALLOCATION_WORDS = ["round-robin", "open", "elected"] as const;

/** Why the text cannot be a name, as a clause after the quoted text, or null if it can. */
export function whyNotAName(text: string): string | null {
  if (text === "") return "is empty";
  if (RESERVED_WORDS.has(text)) return "is a word of quorum expressions and cannot be a name";
  if (text.length > NAME_LENGTH_MAX) return `is longer than ${NAME_LENGTH_MAX} characters`;
  return /^[\p{L}\p{N}_.:-]+$/u.test(text) ? null : "cannot be a name: use letters, digits, _ . : - only";
}

/** What is wrong with the servers' names. */
export function reportServers(names: readonly string[], source: YamlSource, problems: Problems): void {
  if (names.length === 0) problems.report(source.at(["servers"]), 'the list "servers" is empty', "as in [S0, S1, S2]");
  reportBadNames(names, (index) => source.at(["servers", index]), "server", problems);
}

/** Observers do not count. */
export function reportTooManyServers(servers: readonly string[], source: YamlSource, problems: Problems): void {
  if (servers.length <= SERVERS_MAX) return;
  problems.report(
    source.at(["servers", SERVERS_MAX]),
    `${servers.length} servers: at most ${SERVERS_MAX} are possible`,
  );
}

/** The clients' names as given, `c0`, `c1`… for a number of them, or null where the file does not say. */
export function readClients(
  clients: string | readonly string[] | Readonly<Record<string, string>> | undefined,
  source: YamlSource,
  problems: Problems,
): readonly string[] | null {
  if (clients === undefined) return null;
  if (typeof clients !== "string") {
    const names = isList(clients) ? clients : Object.keys(clients);
    if (names.length === 0) problems.report(source.at(["clients"]), 'the list "clients" is empty', "leave it out");
    const at = (index: number) =>
      isList(clients) ? source.at(["clients", index]) : source.atKey(["clients", names[index]!]);
    reportBadNames(names, at, "client", problems);
    return names;
  }
  const count = /^\d+$/.test(clients) ? Number(clients) : 0;
  if (count >= 1 && count <= CLIENTS_MAX) return Array.from({ length: count }, (_, client) => `c${client}`);
  const problem = `${quote(clients)} is not a number of clients from 1 to ${CLIENTS_MAX}`;
  problems.report(source.at(["clients"]), problem, "as in 2, or [c0, c1]");
  return null;
}

const isList = (clients: readonly string[] | Readonly<Record<string, string>>): clients is readonly string[] =>
  Array.isArray(clients);

/** A word that looks like a misspelt `open`, `round-robin` or `elected` is not taken for an undeclared client. */
export function misspeltAllocation(text: string): string | null {
  return didYouMean(text.replaceAll(/[\s_]/g, "-"), ALLOCATION_WORDS);
}

function reportBadNames(
  names: readonly string[],
  at: (index: number) => SourcePosition,
  what: "server" | "client",
  problems: Problems,
): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const reason = what === "client" && isAllocationWord(name) ? "is a word of allocations" : whyNotAName(name);
    if (reason !== null) problems.report(at(index), `the ${what} name ${quote(name)} ${reason}`);
    else if (seen.has(name)) problems.report(at(index), `the ${what} ${quote(name)} is listed twice`);
    seen.add(name);
  });
}

const isAllocationWord = (name: string): boolean => (ALLOCATION_WORDS as readonly string[]).includes(name);
