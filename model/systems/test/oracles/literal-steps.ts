/**
 * What can happen in a flawed protocol, written out literally over plain objects: the parts of literal-protocols.ts.
 */

/** Everything that some protocol remembers; what a protocol does not use stays empty. */
export interface State {
  /** `S0.R0` → "-" or a value; unwritten registers are absent. */
  readonly disk: Readonly<Record<string, string>>;
  /** Proposals under way, as `A in R0`, sorted. */
  readonly sent: readonly string[];
  /** Acknowledgements that were given for registers that may have changed since, as `S0.R0=A`, sorted. */
  readonly acknowledged: readonly string[];
  /** `R1 from S0` → what the client of R1 wrote down, `R0=A` or "nothing". */
  readonly notes: Readonly<Record<string, string>>;
  /** Register sets whose clients do not know that they have proposed, sorted. */
  readonly forgetful: readonly string[];
  readonly leader: string;
}

/** All that can happen in the state by one kind of step. */
export type Happening = (system: System, state: State) => State[];

export interface System {
  readonly servers: readonly string[];
  /** As lists of servers. */
  readonly quorums: readonly (readonly string[])[];
  readonly registerSets: readonly string[];
  readonly values: readonly string[];
}

/** The register sets whose clients are allowed to do anything. */
type Acting = (system: System, state: State) => readonly string[];

export const everybody: Acting = ({ registerSets }) => registerSets;
export const theLeader: Acting = (_, { leader }) => [leader];

// Phase 1: servers freeze, and reply.

const setsBelow = ({ registerSets }: System, set: string): string[] => registerSets.slice(0, registerSets.indexOf(set));

/** The greatest set below in which the server holds a value, with the value. */
function reply(system: System, { disk }: State, server: string, set: string): string {
  const below = setsBelow(system, set).reverse();
  const seen = below.find((lower) => system.values.includes(disk[`${server}.${lower}`] ?? ""));
  return seen === undefined ? "nothing" : `${seen}=${disk[`${server}.${seen}`]}`;
}

function frozen(system: System, state: State, server: string, set: string): State {
  const nils = setsBelow(system, set)
    .filter((lower) => state.disk[`${server}.${lower}`] === undefined)
    .map((lower) => [`${server}.${lower}`, "-"]);
  return { ...state, disk: { ...state.disk, ...Object.fromEntries(nils) } };
}

const isFrozen = (system: System, { disk }: State, server: string, set: string): boolean =>
  setsBelow(system, set).every((lower) => disk[`${server}.${lower}`] !== undefined);

export const freeze =
  (acting: Acting): Happening =>
  (system, state) =>
    system.servers.flatMap((server) =>
      acting(system, state)
        .filter((set) => !isFrozen(system, state, server, set))
        .map((set) => frozen(system, state, server, set)),
    );

/** The client of a set asks a server once, before it proposes, and writes down the reply. */
export const ask =
  (leavesFrozen: boolean, acting: Acting = everybody): Happening =>
  (system, state) =>
    system.servers.flatMap((server) =>
      acting(system, state)
        .filter((set) => set !== system.registerSets[0])
        .filter((set) => !state.sent.some((proposal) => proposal.endsWith(` in ${set}`)))
        .filter((set) => state.notes[`${set} from ${server}`] === undefined)
        .map((set) => {
          const notes = { ...state.notes, [`${set} from ${server}`]: reply(system, state, server, set) };
          return { ...(leavesFrozen ? frozen(system, state, server, set) : state), notes };
        }),
    );

// Proposals. `replies` gives all collections of replies that phase 1 of a set can end with.

type Replies = (system: System, state: State, set: string) => string[][];

const subsetsOf = ([first, ...rest]: readonly string[]): string[][] =>
  first === undefined ? [[]] : subsetsOf(rest).flatMap((subset) => [subset, [first, ...subset]]);

const holdsQuorum = (system: System, servers: readonly string[]): boolean =>
  system.quorums.some((quorum) => quorum.every((server) => servers.includes(server)));

/** Registers that are frozen can be read at any time. */
export const fromFrozen: Replies = (system, state, set) =>
  subsetsOf(system.servers)
    .filter((servers) => servers.every((server) => isFrozen(system, state, server, set)))
    .filter((servers) => holdsQuorum(system, servers))
    .map((servers) => servers.map((server) => reply(system, state, server, set)));

export const fromNotes: Replies = (system, state, set) => {
  const servers = system.servers.filter((server) => state.notes[`${set} from ${server}`] !== undefined);
  return holdsQuorum(system, servers) ? [servers.map((server) => state.notes[`${set} from ${server}`]!)] : [];
};

/** What a client may propose after these replies. */
type Choice = (system: System, replies: readonly string[]) => readonly string[];

export const adopt: Choice = ({ registerSets, values }, replies) => {
  for (const set of [...registerSets].reverse()) {
    const seen = replies.filter((text) => text.startsWith(`${set}=`)).map((text) => text.slice(set.length + 1));
    if (seen.length > 0) return seen;
  }
  return values;
};

export const insist: Choice = ({ values }) => values;

export const propose =
  (replies: Replies | null, choice: Choice, open = false, acting: Acting = everybody): Happening =>
  (system, state) =>
    acting(system, state).flatMap((set) => {
      const used = state.sent.filter((proposal) => proposal.endsWith(` in ${set}`));
      if (!open && used.length > 0 && !state.forgetful.includes(set)) return [];
      const skipsPhase1 = replies === null || set === system.registerSets[0];
      const possible = skipsPhase1
        ? system.values
        : replies(system, state, set).flatMap((ones) => choice(system, ones));
      return [...new Set(possible)]
        .filter((value) => !open || !used.includes(`${value} in ${set}`))
        .map((value) => ({
          ...state,
          sent: [...new Set([...state.sent, `${value} in ${set}`])].sort(),
          forgetful: state.forgetful.filter((other) => other !== set),
        }));
    });

/** Any message of phase 2 arrives anywhere. */
export const write =
  (takes: (held: string | undefined, value: string) => boolean, logs: boolean): Happening =>
  (system, state) =>
    state.sent.flatMap((proposal) => {
      const [value, set] = proposal.split(" in ") as [string, string];
      return system.servers
        .filter((server) => takes(state.disk[`${server}.${set}`], value))
        .map((server) => ({
          ...state,
          disk: { ...state.disk, [`${server}.${set}`]: value },
          acknowledged: logs
            ? [...new Set([...state.acknowledged, `${server}.${set}=${value}`])].sort()
            : state.acknowledged,
        }));
    });

export const once = (held: string | undefined): boolean => held === undefined;
export const overAnother = (held: string | undefined, value: string): boolean => held !== value;

export const crash =
  (loses: (held: string) => boolean): Happening =>
  (system, state) =>
    system.servers.flatMap((server) => {
      const kept = Object.entries(state.disk).filter(([at, held]) => !at.startsWith(`${server}.`) || !loses(held));
      return kept.length < Object.keys(state.disk).length ? [{ ...state, disk: Object.fromEntries(kept) }] : [];
    });

export const restart: Happening = ({ registerSets }, state) =>
  registerSets
    .filter((set) => state.sent.some((proposal) => proposal.endsWith(` in ${set}`)))
    .filter((set) => !state.forgetful.includes(set))
    .map((set) => ({ ...state, forgetful: [...state.forgetful, set].sort() }));

export const elect: Happening = ({ registerSets }, state) =>
  registerSets.filter((set) => set > state.leader).map((leader) => ({ ...state, leader }));
