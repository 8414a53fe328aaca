/** The ways in which a client can come to propose a value: whom it hears from, in which order, and with which input. */

import type { ClientJudge } from "../../model/registers/client-judge.js";
import type { Value } from "../../spec/register.js";
import {
  contains,
  hasServer,
  membersOf,
  minimalSets,
  NO_SERVERS,
  type ServerSet,
  singleton,
} from "../../spec/server-set.js";

export interface Phase1Way {
  /** Servers in the order in which their replies arrive. */
  readonly heard: readonly number[];
  /** The servers that the client wants to hear before it chooses, besides what its selection needs. */
  readonly awaited: ServerSet;
  readonly input: Value;
}

/**
 * Ways for a client of the set in this row, in the model's current state. An impatient client chooses as soon as it may: every
 * minimal set that is enough comes alone and after every single further server, and in the end all prepared servers come one
 * by one. A patient one hears more than it needs, which lets it learn more, or less to its liking.
 *
 * A client whose input differs from what it must choose shows best that it obeys phase 1, so every way comes with each input.
 *
 * @param patientMax how many orders of patient clients at most, the largest sets first: 2^n sets of servers could be heard
 */
export function phase1Ways(
  judge: ClientJudge,
  row: number,
  inputs: readonly Value[],
  patientMax = Number.POSITIVE_INFINITY,
): Phase1Way[] {
  const prepared = judge.preparedServers(row);
  const enough = [...subsetsOf(prepared)].filter((heard) => judge.isEnough(row, heard));
  const minimal = minimalSets(enough);
  const orders = [
    ...minimal.flatMap((quorum) => arrivalOrders(quorum, minimal, prepared)).map((heard) => impatient(heard)),
    ...(enough.length === 0 ? [] : [impatient(membersOf(prepared)), impatient(membersOf(prepared).reverse())]),
    ...enough.reverse().flatMap(rotations).slice(0, patientMax).map(patient),
  ];
  return orders.flatMap((order) => inputs.map((input) => ({ ...order, input })));
}

interface Order {
  readonly heard: readonly number[];
  readonly awaited: ServerSet;
}

const impatient = (heard: readonly number[]): Order => ({ heard, awaited: NO_SERVERS });

const patient = (heard: readonly number[]): Order => ({
  heard,
  awaited: heard.reduce((set, server) => set | singleton(server), NO_SERVERS),
});

/** The members in order, once with each of them first: whom a client hears first can matter to what it picks. */
function rotations(set: ServerSet): number[][] {
  const members = membersOf(set);
  return members.map((_, first) => [...members.slice(first), ...members.slice(0, first)]);
}

/** The values that a client may propose that comes this way, at the first reply that lets it; none: it waits in the end too. */
export function allowedValues(
  judge: ClientJudge,
  row: number,
  { heard: order, awaited, input }: Phase1Way,
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
  return [members, ...others.map((other) => [other, ...members])].filter(
    (heard) => heard.length === 0 || !isEnoughBefore(heard, minimal),
  );
}

function isEnoughBefore(heard: readonly number[], minimal: readonly ServerSet[]): boolean {
  const before = heard.slice(0, -1).reduce((set, server) => set | singleton(server), NO_SERVERS);
  return minimal.some((quorum) => contains(before, quorum));
}

/** From the empty set up to the whole one. */
function* subsetsOf(set: ServerSet): Generator<ServerSet> {
  for (let subset = NO_SERVERS; ; subset = (subset - set) & set) {
    yield subset;
    if (subset === set) return;
  }
}
