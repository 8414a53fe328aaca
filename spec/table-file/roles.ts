/**
 * Observers, learners, arbiters and witnesses, as a quorum table file names them; and who may be in which quorums then.
 */
import { quote } from "../quote.js";
import type { RangeShape, TableShape } from "../schema/table-shape.js";
import { hasServer, NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import { didYouMean } from "./did-you-mean.js";
import type { Problems } from "./problems.js";
import type { Path, YamlSource } from "./yaml-source.js";

/** By the key of the file, what one of its names is. */
const WORDS = { observers: "an observer", learners: "a learner", arbiters: "an arbiter", witnesses: "a witness" };

type RoleKey = keyof typeof WORDS;

/** Those that may also be in a range alone: a learner of one range may vote in the next. */
const OBSERVING = ["observers", "learners"] as const;

export interface Roles {
  /** The servers of the table, in the file's order: all but those that observe. */
  readonly servers: readonly string[];
  /** Those that are no servers of the table, and what they are. */
  readonly observers: ReadonlyMap<string, string>;
  readonly arbiters: ServerSet;
  readonly witnesses: ServerSet;
}

/** Who may be in the quorums that are being read. */
export interface Entitled {
  /** Whom `all`, `any 2` and `majority` choose among, by their index in the table. */
  readonly counted: readonly number[];
  readonly majority: number;
  /** What the number of those is called. */
  readonly countedAre: string;
  /** Why a server of the table may not be in them, as what follows its name, and what to do; null where it may. */
  whyNot(server: number): { readonly problem: string; readonly hint: string } | null;
}

export function readRoles(shape: TableShape, source: YamlSource, problems: Problems): Roles {
  const wordOf = new Map<string, string>();
  for (const key of Object.keys(WORDS) as RoleKey[]) {
    for (const [name, word] of namesIn(
      shape[key],
      { key, path: [key], known: shape.servers, wordOf },
      source,
      problems,
    ))
      wordOf.set(name, word);
  }
  const isOf = (name: string, ...keys: readonly RoleKey[]) => keys.some((key) => wordOf.get(name) === WORDS[key]);
  const servers = shape.servers.filter((name) => !isOf(name, ...OBSERVING));
  const bits = (key: RoleKey): ServerSet =>
    servers.reduce((set, name, index) => (isOf(name, key) ? set | singleton(index) : set), NO_SERVERS);
  const observers = new Map([...wordOf].filter(([name]) => isOf(name, ...OBSERVING)));
  reportNobodyLeft(servers, (name) => isOf(name, "arbiters"), source.at(["servers"]), problems);
  return { servers, observers, arbiters: bits("arbiters"), witnesses: bits("witnesses") };
}

function reportNobodyLeft(
  voters: readonly string[],
  isArbiter: (name: string) => boolean,
  at: ReturnType<YamlSource["at"]>,
  problems: Problems,
): void {
  if (voters.length === 0) problems.report(at, "all servers are observers or learners: nobody is left to decide");
  else if (voters.every(isArbiter)) problems.report(at, "all servers that vote are arbiters: nobody holds values");
}

interface Listed {
  readonly key: RoleKey;
  readonly path: Path;
  readonly known: readonly string[];
  readonly wordOf: ReadonlyMap<string, string>;
}

/** The sound names of one list, with what they are. */
function namesIn(
  names: readonly string[] | undefined,
  { key, path, known, wordOf }: Listed,
  source: YamlSource,
  problems: Problems,
): [string, string][] {
  if (names?.length === 0) problems.report(source.at(path), `the list "${key}" is empty`, "leave it out");
  return (names ?? []).flatMap((name, index): [string, string][] => {
    const at = source.at([...path, index]);
    const other = wordOf.get(name);
    const isRepeated = (names ?? []).indexOf(name) < index;
    if (!known.includes(name)) {
      const hint = didYouMean(name, known, `"${key}" are some of the servers`);
      problems.report(at, `unknown server ${quote(name)}`, hint);
    } else if (isRepeated) problems.report(at, `${quote(name)} is listed twice`);
    else if (other !== undefined)
      problems.report(at, `${quote(name)} is ${other} already, and cannot be ${WORDS[key]}`);
    else return [[name, WORDS[key]]];
    return [];
  });
}

/** Those that only observe in this range, by their index in the table, and what they are. */
export function readRangeObservers(
  range: RangeShape,
  index: number,
  { servers, observers, arbiters }: Roles,
  source: YamlSource,
  problems: Problems,
): ReadonlyMap<number, string> {
  const wordOf = new Map(observers);
  const known = [...servers, ...observers.keys()];
  for (const key of OBSERVING) {
    const path = ["registers", index, key];
    for (const [name, word] of namesIn(range[key], { key, path, known, wordOf }, source, problems))
      wordOf.set(name, word);
  }
  const holders = servers.filter((name, server) => !wordOf.has(name) && !hasServer(arbiters, server));
  if (holders.length === 0) {
    problems.report(source.at(["registers", index]), "nobody who holds values is left to vote in these register sets");
  }
  return new Map(
    servers.flatMap((name, server): [number, string][] => {
      const word = wordOf.get(name);
      return word === undefined ? [] : [[server, word]];
    }),
  );
}

/** Everybody who is a server of the table. */
export const everybodyOf = (roles: Roles): Entitled => ({
  counted: [...roles.servers.keys()],
  majority: majorityOf(roles.servers.length),
  countedAre: namesOf(roles.observers.size > 0),
  whyNot: () => null,
});

/**
 * Whoever votes in the range. In phase-2 quorums arbiters do not count, but they do where it is worked out how many are
 * a majority, as in MongoDB's `w: "majority"`: as many as that of all that vote, but no more than hold values.
 */
export function entitled(
  quorums: "decide" | "prepare" | "elect",
  { servers, observers, arbiters }: Roles,
  observing: ReadonlyMap<number, string>,
): Entitled {
  const voters = [...servers.keys()].filter((server) => !observing.has(server));
  const isBarred = (server: number) => quorums === "decide" && hasServer(arbiters, server);
  const counted = voters.filter((server) => !isBarred(server));
  return {
    counted,
    majority: Math.min(majorityOf(voters.length), counted.length),
    countedAre: namesOf(counted.length < servers.length + observers.size),
    whyNot: (server) => {
      const word = observing.get(server);
      if (word !== undefined) {
        const problem = `is ${word} in these register sets and in no quorum of theirs`;
        return { problem, hint: "leave it out here, or let it vote" };
      }
      if (!isBarred(server)) return null;
      const problem = "is an arbiter: it holds no values, so it can be in no phase-2 quorum";
      return { problem, hint: 'it may be in "elect" and "prepare"' };
    },
  };
}

const majorityOf = (count: number): number => Math.floor(count / 2) + 1;

const namesOf = (areSome: boolean): string =>
  areSome ? "the number of servers that may be in it" : "the number of servers";
