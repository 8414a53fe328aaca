/**
 * The oracle: a deliberately dumb explorer of the register model, written from the text of its README alone.
 *
 * It shares no line with the model or the kernel, so that agreement with them means something. It is slow on purpose: a
 * state is a plain object, a key is its JSON, and every set P of servers is tried where the text says "there is a set
 * P".
 */
import type { QuorumTable, RegisterRange } from "../../../spec/quorum-table.js";
import { allServers, contains, membersOf, type ServerSet } from "../../../spec/server-set.js";
import { hittingSets, minimalQuorums } from "../../../spec/test/listing-oracle.js";

export interface Scope {
  /**
   * The explored register sets by their real index in the table; they are numbered 0, 1, … in this order while
   * exploring.
   */
  readonly registerSets: readonly number[];
  /** Values are 0 .. values - 1. */
  readonly values: number;
  /**
   * Null: whoever proposes may have any input. C: client c owns the exclusive sets r with r mod C = c, and its input is
   * c.
   */
  readonly clients: number | null;
  /** Left out: a freeze is one step for a server's whole row, and writes freeze nothing. */
  readonly variant?: { readonly freezes: "row" | "register"; readonly writesFreezeBelow: boolean };
}

export interface Outcome {
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  /** Steps from the initial state to the states farthest from it. */
  readonly depth: number;
  /** Steps to the nearest state in which two different values are decided, or null where there is none. */
  readonly shortestViolation: number | null;
  /** What is decided in that state (the first one met), ascending. */
  readonly decidedAtViolation: readonly number[] | null;
}

export type Register = "unwritten" | "nil" | number;

export interface State {
  /** register[s][r] */
  readonly register: Register[][];
  /** proposal[r]: what was proposed in r, ascending; none is [], and an exclusive set never has two. */
  readonly proposal: number[][];
  /** vote[s][r]: for whose value's candidate s has voted, or null. */
  readonly vote: (number | null)[][];
}

/** One explored register set, as the table describes it. */
interface RegisterSet {
  readonly kind: RegisterRange["allocation"]["kind"];
  /** Whether two clients may propose in it. */
  readonly shared: boolean;
  readonly phase1: readonly ServerSet[];
  /** The quorums whose votes elect, where somebody is elected; else null. */
  readonly elect: readonly ServerSet[] | null;
  readonly votesPromise: boolean;
  readonly phase2: readonly ServerSet[];
  /** The explored sets of the range before, where one of them must have decided; else null. */
  readonly waitsFor: readonly number[] | null;
  /** The inputs that whoever proposes here may have. */
  readonly inputs: readonly number[];
}

interface Instance {
  readonly selection: QuorumTable["selection"];
  /** 0 .. n - 1 */
  readonly servers: readonly number[];
  readonly sets: readonly RegisterSet[];
  readonly values: readonly number[];
  /** Servers to which nothing is written. */
  readonly arbiters: ServerSet;
  readonly freezesOneRegister: boolean;
  readonly writesFreezeBelow: boolean;
}

/**
 * Throws RangeError for a register set that the table does not have, and for more clients than values (an input each).
 */
export function exploreDumbly(table: QuorumTable, scope: Scope): Outcome {
  const instance = instanceOf(table, scope);
  const initial = initialState(instance);
  // A Map is walked in order of insertion, entries added meanwhile included: it is the visited states and the queue in
  // one.
  const found = new Map([[JSON.stringify(initial), { state: initial, distance: 0 }]]);
  let transitions = 0;
  let depth = 0;
  let shortestViolation: number | null = null;
  let decidedAtViolation: number[] | null = null;
  for (const { state, distance } of found.values()) {
    depth = distance;
    const decided = decidedIn(instance, state);
    if (decided.length > 1 && shortestViolation === null) {
      shortestViolation = distance;
      decidedAtViolation = decided;
    }
    for (const successor of successorsOf(instance, state)) {
      transitions++;
      const key = JSON.stringify(successor);
      if (!found.has(key)) found.set(key, { state: successor, distance: distance + 1 });
    }
  }
  return { distinctStates: found.size, transitions, depth, shortestViolation, decidedAtViolation };
}

/** For how many reachable states these values, ascending and no others, can still be decided; by `values.join()`. */
export function valencesDumbly(table: QuorumTable, scope: Scope): Record<string, number> {
  const instance = instanceOf(table, scope);
  const successors = new Map<string, string[]>([[JSON.stringify(initialState(instance)), []]]);
  for (const [key, next] of successors) {
    next.push(...successorsOf(instance, JSON.parse(key)).map((successor) => JSON.stringify(successor)));
    for (const successor of next) if (!successors.has(successor)) successors.set(successor, []);
  }
  const valences = new Map([...successors.keys()].map((key) => [key, new Set(decidedIn(instance, JSON.parse(key)))]));
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const [key, next] of successors) {
      const valence = valences.get(key)!;
      const before = valence.size;
      for (const successor of next) for (const v of valences.get(successor)!) valence.add(v);
      if (valence.size > before) hasChanged = true;
    }
  }
  const counts: Record<string, number> = {};
  for (const valence of valences.values()) {
    const name = [...valence].sort().join();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * The steps one by one, for judging runs from elsewhere: each gives the state after it, or null where it is not
 * enabled.
 */
export function dumbSteps(table: QuorumTable, scope: Scope) {
  const instance = instanceOf(table, scope);
  const { sets, freezesOneRegister, writesFreezeBelow } = instance;
  return {
    initial: initialState(instance),
    freeze: (state: State, s: number, r: number): State | null =>
      freezesOneRegister || sets[r]!.votesPromise ? null : freeze(state, s, r),
    putNil: (state: State, s: number, r: number): State | null => (freezesOneRegister ? putNil(state, s, r) : null),
    vote: (state: State, s: number, r: number, v: number): State | null => vote(instance, state, s, r, v),
    propose: (state: State, r: number, v: number): State | null => propose(instance, state, r, v),
    write(state: State, s: number, r: number, v: number): State | null {
      const written = write(state, s, r, v);
      return written !== null && writesFreezeBelow ? (freeze(written, s, r) ?? written) : written;
    },
    /** Ascending; in these sets, or in all. */
    decided: (state: State, among?: number[]): number[] => decidedIn(instance, state, among),
  };
}

function instanceOf(table: QuorumTable, { registerSets, values, clients, variant }: Scope): Instance {
  if (clients !== null && clients > values) throw new RangeError(`${clients} clients need an input each of ${values}`);
  const inputsOf = (r: number, owned: boolean): number[] => {
    if (clients === null) return upTo(values);
    return owned ? [r % clients] : upTo(clients);
  };
  const sets = registerSets.map((real, r): RegisterSet => {
    const range = table.ranges.find(({ first, last }) => first <= real && real <= last)!;
    const { kind } = range.allocation;
    const phase1 = phase1Of(table, range, real);
    const elect = electOf(table, range);
    const votesPromise = range.allocation.kind === "elected" && range.allocation.vote === "promise";
    // Where one message does both, a client is elected by nobody who is not enough for phase 1 as well.
    const electing = elect?.flatMap((e) => (votesPromise ? phase1.map((p) => e | p) : [e]));
    const shared = kind === "open" || (electing?.some((a) => electing.some((b) => (a & b) === 0)) ?? false);
    const inputs = inputsOf(r, kind === "round-robin" || kind === "client");
    const before = table.ranges[table.ranges.indexOf(range) - 1];
    const waitsFor =
      range.after === undefined
        ? null
        : [...registerSets.keys()].filter((k) => registerSets[k]! >= before!.first && registerSets[k]! <= before!.last);
    return { kind, shared, phase1, elect, votesPromise, phase2: phase2Of(table, range, real), waitsFor, inputs };
  });
  return {
    selection: table.selection,
    servers: upTo(table.servers.length),
    sets,
    values: upTo(values),
    arbiters: table.arbiters ?? 0,
    freezesOneRegister: variant?.freezes === "register",
    writesFreezeBelow: variant?.writesFreezeBelow === true,
  };
}

const phase2Of = ({ servers, clients }: QuorumTable, { decide }: RegisterRange, real: number): ServerSet[] =>
  minimalQuorums(servers.length, decide.ofClients?.[real % clients.length] ?? decide.formula);

/**
 * As written, or what meets every quorum that decides below, but for what decides in gated ranges; in a gated one, what
 * meets every quorum of one of the ranges that it waits for.
 */
function phase1Of({ servers, ranges, clients }: QuorumTable, range: RegisterRange, real: number): ServerSet[] {
  const { prepare, after } = range;
  if (real === 0) return [0];
  const owner = real % Math.max(clients.length, 1);
  if (prepare !== null) return minimalQuorums(servers.length, prepare.ofClients?.[owner] ?? prepare.formula);
  const hitting = (these: readonly RegisterRange[]): ServerSet[] =>
    hittingSets(
      servers.length,
      these.flatMap(({ decide, first }) => {
        // Of quorums that depend on who proposes, those of the sets below, which the clients own in turn.
        const below = decide.ofClients?.filter(
          (_, client) => first + ((client - (first % clients.length) + clients.length) % clients.length) < real,
        );
        return (below ?? [decide.formula]).flatMap((formula) => minimalQuorums(servers.length, formula));
      }),
    );
  if (after === undefined) return hitting(ranges.filter((lower) => lower.first < real && lower.after === undefined));
  const index = ranges.indexOf(range);
  const start = ranges.slice(0, index).findLastIndex((lower) => lower.after === undefined);
  return ranges.slice(start, index).flatMap((lower) => hitting([lower]));
}

/** As written; or the quorums of phase 1 as written; or those derived for a further set of this range. */
function electOf(table: QuorumTable, range: RegisterRange): ServerSet[] | null {
  if (range.allocation.kind !== "elected") return null;
  const { elect } = range.allocation;
  return elect === null ? phase1Of(table, range, range.first + 1) : minimalQuorums(table.servers.length, elect.formula);
}

const initialState = ({ servers, sets }: Instance): State => ({
  register: servers.map(() => sets.map(() => "unwritten")),
  proposal: sets.map(() => []),
  vote: servers.map(() => sets.map(() => null)),
});

/** Every v such that some register set, of these or of all, has a quorum all of whose servers hold v there. */
const decidedIn = ({ sets, values }: Instance, { register }: State, among = [...sets.keys()]): number[] =>
  values.filter((v) =>
    among.some((r) => sets[r]!.phase2.some((quorum) => membersOf(quorum).every((s) => register[s]![r] === v))),
  );

function successorsOf(instance: Instance, state: State): State[] {
  const { servers, sets, values, freezesOneRegister, writesFreezeBelow } = instance;
  const successors: (State | null)[] = [];
  for (const r of sets.keys()) {
    const isBelowAnother = r + 1 < sets.length;
    for (const s of servers) {
      if (freezesOneRegister) successors.push(isBelowAnother ? putNil(state, s, r) : null);
      else if (r >= 1 && !sets[r]!.votesPromise) successors.push(freeze(state, s, r));
    }
    for (const v of values) {
      successors.push(propose(instance, state, r, v));
      for (const s of servers) {
        successors.push(vote(instance, state, s, r, v));
        const written = contains(instance.arbiters, 1 << s) ? null : write(state, s, r, v);
        successors.push(written !== null && writesFreezeBelow ? (freeze(written, s, r) ?? written) : written);
      }
    }
  }
  return successors.filter((successor) => successor !== null);
}

// The actions: the state after the step, or null where the step is not enabled.

function freeze(state: State, s: number, r: number): State | null {
  if (!state.register[s]!.slice(0, r).includes("unwritten")) return null;
  const row = state.register[s]!.map((held, k): Register => (k < r && held === "unwritten" ? "nil" : held));
  return { ...state, register: state.register.with(s, row) };
}

function putNil(state: State, s: number, r: number): State | null {
  if (state.register[s]![r] !== "unwritten") return null;
  return withRegister(state, s, r, "nil");
}

function vote({ sets }: Instance, state: State, s: number, r: number, v: number): State | null {
  if (sets[r]!.kind !== "elected" || state.vote[s]![r] !== null) return null;
  const promised = sets[r]!.votesPromise ? (freeze(state, s, r) ?? state) : state;
  return { ...promised, vote: promised.vote.with(s, promised.vote[s]!.with(r, v)) };
}

function propose(instance: Instance, state: State, r: number, v: number): State | null {
  const proposed = state.proposal[r]!;
  const { kind, elect, votesPromise } = instance.sets[r]!;
  const isOwned = kind === "round-robin" || kind === "client";
  if (isOwned ? proposed.length > 0 : proposed.includes(v)) return null;
  const { waitsFor } = instance.sets[r]!;
  if (waitsFor !== null && !waitsFor.some((k) => decidedIn(instance, state, [k]).length > 0)) return null;
  const voters = instance.servers.reduce((set, s) => (state.vote[s]![r] === v ? set | (1 << s) : set), 0);
  if (elect !== null && !elect.some((quorum) => contains(voters, quorum))) return null;
  const elects = (P: ServerSet): boolean => contains(voters, P) && elect!.some((quorum) => contains(P, quorum));
  const heard = readableSets(instance, state, r).filter((P) => !votesPromise || elects(P));
  if (!heard.some((P) => allows(instance, state, r, P, v))) return null;
  const now = [...proposed, v].sort((a, b) => a - b);
  return { ...state, proposal: state.proposal.with(r, now) };
}

function write(state: State, s: number, r: number, v: number): State | null {
  if (!state.proposal[r]!.includes(v) || state.register[s]![r] !== "unwritten") return null;
  return withRegister(state, s, r, v);
}

const withRegister = (state: State, s: number, r: number, held: Register): State => ({
  ...state,
  register: state.register.with(s, state.register[s]!.with(r, held)),
});

/**
 * All sets P that a client of r may have heard from: enough servers, none of which has an unwritten register below r.
 */
function readableSets({ selection, servers, sets }: Instance, { register }: State, r: number): ServerSet[] {
  const every = upTo(allServers(servers.length) + 1);
  return every
    .filter((P) => selection === "decision-table" || sets[r]!.phase1.some((quorum) => contains(P, quorum)))
    .filter((P) => membersOf(P).every((s) => !register[s]!.slice(0, r).includes("unwritten")));
}

/** Whether a client of r that has read P may propose v, for some input that it may have. */
function allows(instance: Instance, state: State, r: number, P: ServerSet, v: number): boolean {
  const reads = membersOf(P).map((s) => ({ s, row: state.register[s]!.slice(0, r) }));
  const rule = rules[instance.selection];
  return instance.sets[r]!.inputs.some((input) => rule(instance, reads, input, r).includes(v));
}

/**
 * What a client of r with this input may propose once it has heard from exactly the servers of P, ascending.
 * register[s][r]
 */
export function choicesDumbly(
  table: QuorumTable,
  scope: Scope,
  register: readonly (readonly Register[])[],
  { P, r, input }: { readonly P: ServerSet; readonly r: number; readonly input: number },
): number[] {
  const instance = instanceOf(table, scope);
  const reads = membersOf(P).map((s) => ({ s, row: register[s]!.slice(0, r) }));
  return [...new Set(rules[instance.selection](instance, reads, input, r))].sort((a, b) => a - b);
}

// Selection: the values that a client with this input may propose after these reads. `row` is a server's registers
// below r.

type Reads = readonly { readonly s: number; readonly row: readonly Register[] }[];
type Rule = (instance: Instance, reads: Reads, input: number, r: number) => readonly number[];

const rules: Record<Instance["selection"], Rule> = {
  greatest(_instance, reads, input) {
    const { W } = greatestSeen(reads);
    return W.length === 0 ? [input] : W;
  },

  eager(instance, reads, input) {
    const { b, W } = greatestSeen(reads);
    if (W.length === 0) return [input];
    if (W.length === 1) return W;
    const stillChoosable = W.filter((v) => choosable(instance, reads, b, v));
    return stillChoosable.length > 0 ? stillChoosable : [input];
  },

  strict(instance, reads, input) {
    const { b, W } = greatestSeen(reads);
    if (W.length === 0) return [input];
    const candidates = W.length > 1 ? [...W, input] : W;
    return candidates.filter((v) => !instance.values.some((u) => u !== v && choosable(instance, reads, b, u)));
  },

  "decision-table"(instance, reads, input, r) {
    const candidates = [input, ...reads.flatMap(({ row }) => row.filter(isValue))];
    const judgements = instance.sets
      .slice(0, r)
      .flatMap((set, k) => set.phase2.map((Q) => judge(instance, reads, k, Q)));
    return candidates.filter((v) => judgements.every((judgement) => judgement === "none" || judgement === v));
  },
};

/**
 * b, the greatest register set with a value on P, and W, the different values there; nothing seen is b = -1, W = [].
 */
function greatestSeen(reads: Reads): { b: number; W: number[] } {
  const b = Math.max(-1, ...reads.map(({ row }) => row.findLastIndex(isValue)));
  return { b, W: [...new Set(reads.map(({ row }) => row[b]).filter(isValue))] };
}

/** Whether some quorum Q of b has v on all of P ∩ Q; none of Q read leaves everything choosable. */
const choosable = (instance: Instance, reads: Reads, b: number, v: number): boolean =>
  instance.sets[b]!.phase2.some((Q) => readsOf(reads, Q).every(({ row }) => row[b] === v));

/**
 * What the reads tell about the quorum Q of set k: "none" decides there, "any" value may, or only the given value may
 * (or did).
 */
function judge(instance: Instance, reads: Reads, k: number, Q: ServerSet): "none" | "any" | number {
  const own = readsOf(reads, Q);
  if (own.some(({ row }) => row[k] === "nil")) return "none";
  const bearing = new Set<number>();
  for (const { s, row } of reads) {
    for (const [j, held] of row.entries()) {
      const bears = j > k || (j === k && (!instance.sets[k]!.shared || own.some((read) => read.s === s)));
      if (bears && isValue(held)) bearing.add(held);
    }
  }
  if (bearing.size > 1) return "none";
  // "Maybe v" and "Decided v" allow the same v, so they need no telling apart: once all of Q holds v, v bears on Q.
  return [...bearing][0] ?? "any";
}

const readsOf = (reads: Reads, Q: ServerSet): Reads => reads.filter(({ s }) => membersOf(Q).includes(s));

const isValue = (held: Register | undefined): held is number => typeof held === "number";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
