/** The ways in which a client can come to propose a value: whom it hears from, in which order, and with which input. */
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import type { Value } from "../../../spec/register.js";
import {
  contains,
  hasServer,
  membersOf,
  minimalSets,
  NO_SERVERS,
  type ServerSet,
  singleton,
  sizeOf,
} from "../../../spec/server-set.js";

export interface Phase1Way {
  /** Servers in the order in which their replies arrive. */
  readonly heard: readonly number[];
  /** The servers that the client wants to hear before it chooses, besides what its selection needs. */
  readonly awaited: ServerSet;
  readonly input: Value;
  /**
   * The number of the client, by which servers vote for it where somebody is elected: the candidate of the value with
   * this index.
   */
  readonly candidate: number;
  /** What it may propose at the first reply that lets it; none: it waits in the end too. */
  readonly allowed: readonly Value[];
}

/** Of up to this number of prepared servers every set is heard; of more, sets are sampled: there are 2^n. */
export const EVERY_SET_OF_AT_MOST = 6;

/** Of further choices among many servers, this number is tried. */
const SPREAD_MAX = 7;

/** Of the patient clients that are tried in every state, those that hear most. */
const PATIENT_PROBES_MAX = 2;

/**
 * Ways for a client of one set in one state of the model. An impatient client chooses as soon as it may: every minimal
 * set that is enough comes alone and after every single further server, and in the end all prepared servers come one by
 * one. A patient one hears more than it needs, which lets it learn more, or less to its liking.
 *
 * A client whose input differs from what it must choose shows best that it obeys phase 1, so every way comes with each
 * input.
 */
export interface Phase1Ways {
  readonly impatient: readonly Phase1Way[];
  /** Those that hear most come first. */
  readonly patient: readonly Phase1Way[];
  /** Whether these are all sets that may be heard, and not a sample. */
  readonly areAll: boolean;
  /** By value: all ways in which it may be proposed. */
  readonly proposing: ReadonlyMap<Value, readonly Phase1Way[]>;
}

/**
 * The ways of one model, remembered: they depend on what the prepared servers hold below the client's set, and on
 * nothing else.
 */
export class Phase1WaysBook {
  readonly #judge: ClientJudge;
  readonly #known = new Map<string, Phase1Ways>();

  constructor(judge: ClientJudge) {
    this.#judge = judge;
  }

  /** In the model's current state, for the set in this row. */
  waysTo(row: number): Phase1Ways {
    const key = this.#judge.readsBelow(row);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const ways = phase1Ways(this.#judge, row);
    this.#known.set(key, ways);
    return ways;
  }
}

/** All impatient ways, and the most patient of the others. */
export const probesOf = ({ impatient, patient }: Phase1Ways): readonly Phase1Way[] => [
  ...impatient,
  ...patient.slice(0, PATIENT_PROBES_MAX),
];

/**
 * Where somebody is elected, each candidate has votes of its own, and where these are promises it hears its voters
 * only.
 */
function phase1Ways(judge: ClientJudge, row: number): Phase1Ways {
  const election = judge.electionIn(row);
  if (election === "none")
    return waysOf(judge, row, { candidate: 0, audience: judge.preparedServers(row), isElected: true });
  const ofCandidates = judge.values.map((value, candidate) => {
    const voters = judge.voters(row, candidate);
    const prepared = judge.preparedServers(row);
    const audience = election === "promise" ? prepared & voters : prepared;
    const ways = waysOf(judge, row, { candidate, audience, isElected: judge.isElectedBy(row, voters) });
    return { ...ways, proposing: new Map([[value, ways.proposing.get(value)!]]) };
  });
  return {
    impatient: ofCandidates.flatMap(({ impatient }) => impatient),
    patient: ofCandidates.flatMap(({ patient }) => patient),
    areAll: ofCandidates.every(({ areAll }) => areAll),
    proposing: new Map(ofCandidates.flatMap(({ proposing }) => [...proposing])),
  };
}

interface Standing {
  readonly candidate: number;
  /** Whom the client can hear. */
  readonly audience: ServerSet;
  readonly isElected: boolean;
}

function waysOf(judge: ClientJudge, row: number, { candidate, audience: prepared, isElected }: Standing): Phase1Ways {
  const enough = enoughSets(judge, row, prepared);
  const minimal = minimalSets(enough);
  const members = membersOf(prepared);
  // Even so a client may have votes, and must wait.
  const withoutEnough = judge.electionIn(row) === "none" ? [] : [members];
  const impatient = [
    ...minimal.flatMap((quorum) => arrivalOrders(quorum, minimal, prepared)),
    ...(enough.length === 0 ? withoutEnough : [members, [...members].reverse()]),
  ];
  const patient = [...enough].reverse().flatMap((set) => spread(rotations(set)));
  const judged = (heard: readonly number[], awaited: ServerSet): Phase1Way[] =>
    judge.values.map((input) => {
      const allowed = isElected ? allowedValues(judge, row, heard, awaited, input) : [];
      return { heard, awaited, input, candidate, allowed };
    });
  const ways = {
    impatient: impatient.flatMap((heard) => judged(heard, NO_SERVERS)),
    patient: patient.flatMap((heard) => judged(heard, setOf(heard))),
  };
  const all = [...ways.impatient, ...ways.patient];
  const proposing = judge.values.map((value) => [value, all.filter(({ allowed }) => allowed.includes(value))] as const);
  return { ...ways, areAll: sizeOf(prepared) <= EVERY_SET_OF_AT_MOST, proposing: new Map(proposing) };
}

/** Sets of prepared servers from which a client may choose, smaller ones first. */
function enoughSets(judge: ClientJudge, row: number, prepared: ServerSet): ServerSet[] {
  const isEnough = (heard: ServerSet) => judge.isEnough(row, heard);
  if (sizeOf(prepared) <= EVERY_SET_OF_AT_MOST) return [...subsetsOf(prepared)].filter(isEnough);
  if (!isEnough(prepared)) return [];
  const sampled = new Set<ServerSet>([prepared]);
  // A client may hear of the values of one lower set and of none above it, or of none at all: that takes other servers
  // each time.
  for (let last = row - 1; last >= -1; last--) {
    const heard = judge.preparedUpTo(row, last);
    if (!isEnough(heard)) break;
    for (const order of leavingOrders(judge, heard, last)) sampled.add(shrunk(heard, order, isEnough));
  }
  const leftOut = spread(membersOf(prepared)).map((server) => prepared & ~singleton(server));
  for (const nearlyAll of leftOut.filter(isEnough)) sampled.add(nearlyAll);
  return [...sampled].sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
}

/**
 * Orders in which servers are left out: some turns of the given one, and those first that do not hold one of the
 * values.
 */
function leavingOrders(judge: ClientJudge, heard: ServerSet, row: number): readonly number[][] {
  const members = membersOf(heard);
  const turns = spread(turned(members));
  if (row < 0) return turns;
  const favouring = judge.values.map((value) => {
    const holders = judge.holders(row, value);
    return members.toSorted((a, b) => Number(hasServer(holders, a)) - Number(hasServer(holders, b)));
  });
  return [...turns, ...favouring.filter((order) => order.join() !== members.join())];
}

/** All of them, or some from all over where there are many. */
const spread = <Item>(items: readonly Item[]): readonly Item[] =>
  items.length <= SPREAD_MAX
    ? items
    : Array.from({ length: SPREAD_MAX }, (_, i) => items[Math.floor((i * items.length) / SPREAD_MAX)]!);

/**
 * A minimal set that is enough: what is left when servers are left out in this order, as long as the rest is enough.
 */
function shrunk(set: ServerSet, order: readonly number[], isEnough: (heard: ServerSet) => boolean): ServerSet {
  let left = set;
  for (const server of order) {
    const without = left & ~singleton(server);
    if (isEnough(without)) left = without;
  }
  return left;
}

const setOf = (servers: readonly number[]): ServerSet =>
  servers.reduce((set, server) => set | singleton(server), NO_SERVERS);

/** The members in order, once with each of them first: whom a client hears first can matter to what it picks. */
const rotations = (set: ServerSet): number[][] => turned(membersOf(set));

const turned = (members: readonly number[]): number[][] =>
  members.map((_, first) => [...members.slice(first), ...members.slice(0, first)]);

function allowedValues(
  judge: ClientJudge,
  row: number,
  order: readonly number[],
  awaited: ServerSet,
  input: Value,
): readonly Value[] {
  let heard = NO_SERVERS;
  for (const server of [null, ...order]) {
    if (server !== null) heard |= singleton(server);
    if (!contains(heard, awaited)) continue;
    const allowed = judge.allowed(row, heard, input);
    if (allowed.length > 0) return allowed;
  }
  return [];
}

/** The minimal set alone, and after any one other server, as long as only the last reply makes it enough. */
function arrivalOrders(quorum: ServerSet, minimal: readonly ServerSet[], prepared: ServerSet): number[][] {
  const members = membersOf(quorum);
  const others = membersOf(prepared).filter((server) => !hasServer(quorum, server));
  return [members, ...spread(others).map((other) => [other, ...members])].filter(
    (heard) => heard.length === 0 || !isEnoughBefore(heard, minimal),
  );
}

function isEnoughBefore(heard: readonly number[], minimal: readonly ServerSet[]): boolean {
  const before = setOf(heard.slice(0, -1));
  return minimal.some((quorum) => contains(before, quorum));
}

/** From the empty set up to the whole one. */
function* subsetsOf(set: ServerSet): Generator<ServerSet> {
  for (let subset = NO_SERVERS; ; subset = (subset - set) & set) {
    yield subset;
    if (subset === set) return;
  }
}
