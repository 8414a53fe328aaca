/**
 * The flawed protocols a second time, as lists of literal steps, and a dumb search over them.
 *
 * Shares no line with the model or the kernel. Servers, register sets and values go by their names, a state's key is
 * its text, and where the text says "some servers" every subset is tried.
 */
import {
  adopt,
  ask,
  crash,
  elect,
  everybody,
  freeze,
  fromFrozen,
  fromNotes,
  type Happening,
  insist,
  once,
  overAnother,
  propose,
  restart,
  type State,
  type System,
  theLeader,
  write,
} from "./literal-steps.js";

interface Protocol {
  readonly steps: readonly Happening[];
  readonly outputs: (system: System, state: State, value: string) => boolean;
}

const byQuorum: Protocol["outputs"] = ({ quorums, registerSets }, { disk }, value) =>
  registerSets.some((set) => quorums.some((quorum) => quorum.every((server) => disk[`${server}.${set}`] === value)));

const byAcknowledgements: Protocol["outputs"] = ({ quorums, registerSets }, { acknowledged }, value) =>
  registerSets.some((set) =>
    quorums.some((quorum) => quorum.every((server) => acknowledged.includes(`${server}.${set}=${value}`))),
  );

const byAnybody: Protocol["outputs"] = (_, { disk }, value) => Object.values(disk).includes(value);

const afterCrash = (loses: (held: string) => boolean, outputs: Protocol["outputs"]): Protocol => ({
  steps: [ask(true), propose(fromNotes, adopt), write(once, outputs === byAcknowledgements), crash(loses)],
  outputs,
});

const soundSteps = [freeze(everybody), propose(fromFrozen, adopt), write(once, false)];
const openSteps = [propose(null, insist, true), write(once, false)];

/** By the flaw's name in the model; and those of one open register, and those with leaders. */
const protocols = {
  none: { steps: soundSteps, outputs: byQuorum },
  "no quorum": { steps: soundSteps, outputs: byAnybody },
  overwrite: {
    steps: [ask(true), propose(fromNotes, adopt), write(overAnother, true)],
    outputs: byAcknowledgements,
  },
  "no phase 1": { steps: [propose(null, insist), write(once, false)], outputs: byQuorum },
  "no freeze": { steps: [ask(false), propose(fromNotes, adopt), write(once, false)], outputs: byQuorum },
  "own value": { steps: [freeze(everybody), propose(fromFrozen, insist), write(once, false)], outputs: byQuorum },
  "nils forgotten": afterCrash((held) => held === "-", byQuorum),
  "values forgotten": afterCrash((held) => held !== "-", byAcknowledgements),
  "registers forgotten": afterCrash(() => true, byAcknowledgements),
  "proposal forgotten": { steps: [...soundSteps, restart], outputs: byQuorum },

  "open register": { steps: openSteps, outputs: byQuorum },
  "open register, no quorum": { steps: openSteps, outputs: byAnybody },
  "open register, overwrite": {
    steps: [propose(null, insist, true), write(overAnother, true)],
    outputs: byAcknowledgements,
  },

  "leader without fencing": {
    steps: [ask(false, theLeader), propose(fromNotes, adopt, false, theLeader), write(once, false), elect],
    outputs: byQuorum,
  },
  "leader with ballots": {
    steps: [freeze(theLeader), propose(fromFrozen, adopt, false, theLeader), write(once, false), elect],
    outputs: byQuorum,
  },
} satisfies Record<string, Protocol>;

export type ProtocolName = keyof typeof protocols;

export interface Found {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  readonly shortestViolation: number | null;
  /** States from which no value can be output any more, and how far the nearest of them is. */
  readonly stuckStates: number;
  readonly shortestStuck: number | null;
}

export function searchDumbly(name: ProtocolName, system: System): Found {
  const { steps, outputs }: Protocol = protocols[name];
  const first = { disk: {}, sent: [], acknowledged: [], notes: {}, forgetful: [], leader: system.registerSets[0]! };
  // A Map is walked in order of insertion, entries added meanwhile included: it is the visited states and the queue
  // in one.
  const visited = new Map<string, { state: State; depth: number; from: string[]; outputs: number }>();
  const outputCount = (state: State) => system.values.filter((value) => outputs(system, state, value)).length;
  visited.set(keyOf(first), { state: first, depth: 0, from: [], outputs: outputCount(first) });
  let transitions = 0;
  for (const [key, { state, depth }] of visited) {
    for (const next of steps.flatMap((step) => step(system, state))) {
      transitions++;
      const nextKey = keyOf(next);
      const known = visited.get(nextKey);
      if (known === undefined) {
        visited.set(nextKey, { state: next, depth: depth + 1, from: [key], outputs: outputCount(next) });
      } else known.from.push(key);
    }
  }
  const hopeful = new Set([...visited].filter(([, { outputs }]) => outputs > 0).map(([key]) => key));
  for (const key of hopeful) for (const before of visited.get(key)!.from) hopeful.add(before);
  const found = [...visited].map(([key, entry]) => ({ ...entry, stuck: !hopeful.has(key) }));
  return {
    distinctStates: found.length,
    transitions,
    depth: found.at(-1)!.depth,
    shortestViolation: found.find((entry) => entry.outputs > 1)?.depth ?? null,
    stuckStates: found.filter(({ stuck }) => stuck).length,
    shortestStuck: found.find(({ stuck }) => stuck)?.depth ?? null,
  };
}

const keyOf = ({ disk, notes, sent, acknowledged, forgetful, leader }: State): string =>
  [sortedText(disk), sortedText(notes), sent.join(), acknowledged.join(), forgetful.join(), leader].join("; ");

/** Objects are equal whatever the order in which their keys were added. */
const sortedText = (object: Readonly<Record<string, string>>): string =>
  Object.keys(object)
    .sort()
    .map((key) => `${key}: ${object[key]}`)
    .join();
