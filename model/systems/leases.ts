/**
 * Leases: promises for so many ticks of a clock, by clocks that are never more than so many ticks apart. A master that
 * replicas promised to leave alone answers reads by itself; replicas that the master promised to wait for do so too.
 *
 * Only what clocks have in common matters: each is a number of ticks ahead of the slowest, and timers count down with
 * the clock of whoever set them.
 */
import {
  type Accessors,
  auxiliary,
  counter,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  oneOf,
  over,
  single,
  subsetOf,
  type WordedAction,
  type WordedModel,
  type WordedProperty,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "starts-at-quorum" | "replica-reads" | "replica-reads-not-waited-for";

export const leases = defineSystem({
  name: "leases",
  about:
    "To read what consensus decided takes a round to a majority, unless somebody is sure that nothing newer can have been decided. A lease makes sure, by time instead of messages: replicas promise a master to accept nobody else for so many ticks, and the master, who believes it for fewer, answers reads from memory. Consensus is safe whatever clocks do; reads by lease are safe only as long as clocks keep together. The master's ticks and twice the drift must fit into the replicas' ticks: once for the start, which they may see early, and once for the end.",
  source:
    "Gray & Cheriton, Leases, 1989; Chandra, Griesemer & Redstone, Paxos Made Live, 2007, section 5.2; Moraru, Andersen & Kaminsky, Paxos Quorum Leases, 2014",
  parameters: {
    replicas: number("replicas; any majority of them makes a master", 3, 1, 7),
    master: number("ticks of its own clock for which the holder of a lease believes in it", 2, 1, 20),
    replica: number("ticks of its own clock for which whoever promised keeps to it", 4, 1, 30),
    drift: number("ticks that two clocks may be apart", 1, 0, 5),
  },
  variants: [
    {
      name: "sound",
      inShort: "the master counts from when it asked",
      pins: [{ ask: "invariant", verdict: "holds", states: 221212, transitions: 844883, depth: 26 }],
    },
    {
      name: "starts-at-quorum",
      inShort: "the master counts from when it has heard a majority",
      parameters: { master: 1, replica: 3 },
      mend: "Count from the request: a promise may have been running ever since.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "one master at a time",
          states: 446684,
          transitions: 2003591,
          depth: 61,
          length: 19,
        },
      ],
    },
    {
      name: "replica-reads",
      inShort: "replicas with a lease answer reads, and a write waits for all of them, or until their leases are over",
      parameters: { replicas: 2 },
      pins: [{ ask: "invariant", verdict: "holds", states: 15036, transitions: 39035, depth: 21 }],
    },
    {
      name: "replica-reads-not-waited-for",
      inShort: "replicas with a lease answer reads, and a write waits for a majority",
      parameters: { replicas: 2 },
      mend: "A write reaches each replica that may still answer reads, or waits until it cannot.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "a local read never misses an acknowledged write",
          states: 19016,
          transitions: 43015,
          depth: 21,
          length: 5,
        },
      ],
    },
  ],
  build: ({ replicas, master, replica, drift }, variant) => {
    const scope: Scope = {
      replica: indexSet("replica", replicas, { symmetric: true }),
      master: indexSet("master", variant.startsWith("replica-reads") ? 1 : 2, { symmetric: true }),
      believes: master,
      keeps: replica,
      drift,
      variant,
    };
    const worded = variant.startsWith("replica-reads") ? readersModel(scope) : mastersModel(scope);
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly replica: IndexSet;
  readonly master: IndexSet;
  /** Ticks for which a lease is believed in, and for which it is kept. */
  readonly believes: number;
  readonly keeps: number;
  readonly drift: number;
  readonly variant: VariantName;
}

/** How far each clock is ahead of the slowest one. */
const clockVariables = ({ replica, master, drift }: Scope) => ({
  masterAhead: over([master], counter(drift)),
  replicaAhead: over([replica], counter(drift)),
});

type Clocks = Accessors<ReturnType<typeof clockVariables>>;

/** What a tick counts down, besides the clock itself. */
interface Timers {
  readonly ofMaster: (m: number) => void;
  readonly ofReplica: (r: number) => void;
}

function ticks(
  { masterAhead, replicaAhead }: Clocks,
  { replica, master, drift }: Scope,
  timers: Timers,
): WordedAction[] {
  const all = [...master.members.map((m) => masterAhead(m)), ...replica.members.map((r) => replicaAhead(r))];
  const advance = (clock: (typeof all)[number]): void => {
    clock.set(clock.get() + 1);
    if (all.some((other) => other.is(0))) return;
    for (const other of all) other.set(other.get() - 1);
  };
  if (drift === 0) {
    const effect = (): void => {
      for (const m of master.members) timers.ofMaster(m);
      for (const r of replica.members) timers.ofReplica(r);
    };
    return [{ name: "tick", parameters: {}, guard: () => true, effect, says: () => "all clocks tick" }];
  }
  return [
    {
      name: "tick of a master",
      parameters: { master },
      guard: (m) => !masterAhead(m).is(drift),
      effect: (m) => {
        advance(masterAhead(m));
        timers.ofMaster(m);
      },
      says: (m) => `the clock of ${m} ticks`,
    },
    {
      name: "tick of a replica",
      parameters: { replica },
      guard: (r) => !replicaAhead(r).is(drift),
      effect: (r) => {
        advance(replicaAhead(r));
        timers.ofReplica(r);
      },
      says: (r) => `the clock of ${r} ticks`,
    },
  ];
}

const masterVariables = (scope: Scope) => ({
  ...clockVariables(scope),
  // Ticks that are left of what a replica promised.
  promised: over([scope.replica], counter(scope.keeps)),
  // Ticks that are left of what a master that has asked may believe.
  believes: over([scope.master], counter(scope.believes)),
  granted: over([scope.master], subsetOf(scope.replica)),
  isMaster: over([scope.master], flag()),
  // Another has acknowledged a write since it became master.
  missed: auxiliary(over([scope.master], flag())),
});

type MasterVariables = Accessors<ReturnType<typeof masterVariables>>;

function mastersModel(scope: Scope): WordedModel {
  const { replica, master } = scope;
  return defineInWords({
    name: `leases, ${scope.variant}`,
    variables: masterVariables(scope),
    picture: { rows: replica },
    actions: (variables) => [
      ...masterSteps(variables, scope),
      ...ticks(variables, scope, masterTimers(variables, scope)),
    ],
    properties: ({ isMaster, missed }): WordedProperty[] => [
      {
        name: "one master at a time",
        premise: () => master.some((m) => isMaster(m).is(true)),
        parameters: { master, other: master },
        fails: [(m) => isMaster(m).is(true), (m, other) => m < other && isMaster(other).is(true)],
      },
      {
        name: "a local read never misses an acknowledged write",
        premise: () => master.some((m) => isMaster(m).is(true)),
        parameters: { master },
        fails: [(m) => isMaster(m).is(true) && missed(m).is(true)],
      },
    ],
  });
}

function masterSteps(variables: MasterVariables, scope: Scope): WordedAction[] {
  const { replica, master, believes: ticksBelieved, keeps } = scope;
  const { promised, believes, granted, isMaster, missed } = variables;
  const hasAsked = (m: number): boolean => !believes(m).is(0) && isMaster(m).is(false);
  return [
    {
      name: "ask",
      parameters: { master },
      guard: (m) => believes(m).is(0),
      effect: (m) => believes(m).set(ticksBelieved),
      says: (m) => `${m} asks the replicas for a lease`,
    },
    {
      name: "grant",
      parameters: { replica, master },
      guard: [(r) => promised(r).is(0), (r, m) => hasAsked(m) && !granted(m).has(r)],
      effect: (r, m) => {
        promised(r).set(keeps);
        granted(m).add(r);
      },
      says: (r, m) => `${r} grants ${m} a lease`,
    },
    {
      name: "become master",
      parameters: { master },
      guard: [hasAsked, (m) => replica.majority((r) => granted(m).has(r))],
      effect: (m) => {
        isMaster(m).set(true);
      },
      says: (m) => `${m} has heard a majority, learns what was written, and is master`,
    },
    {
      name: "write",
      parameters: { master },
      guard: (m) => isMaster(m).is(true),
      effect: (m) => {
        for (const other of master.members) if (other !== m && isMaster(other).get()) missed(other).set(true);
      },
      says: (m) => `${m} writes at a majority, and acknowledges it`,
    },
  ];
}

function masterTimers(variables: MasterVariables, { variant }: Scope): Timers {
  const { promised, believes, granted, isMaster, missed } = variables;
  return {
    ofMaster: (m) => {
      // Who counts from the quorum does not count before.
      if (believes(m).is(0) || (variant === "starts-at-quorum" && isMaster(m).is(false))) return;
      const left = believes(m).get() - 1;
      believes(m).set(left);
      if (left > 0) return;
      granted(m).set([]);
      isMaster(m).set(false);
      missed(m).set(false);
    },
    ofReplica: (r) => countDown(promised(r)),
  };
}

const countDown = (timer: { get(): number; set(count: number): void }): void => timer.set(Math.max(0, timer.get() - 1));

const readerVariables = (scope: Scope) => ({
  ...clockVariables(scope),
  // Ticks that are left for a replica that has asked, and whether it was granted what it asked for.
  believes: over([scope.replica], counter(scope.believes)),
  isReader: over([scope.replica], flag()),
  // Ticks that are left of what the master promised the replica: to wait for it.
  promised: over([scope.replica], counter(scope.keeps)),
  write: single(oneOf("not begun", "on its way", "acknowledged")),
  has: over([scope.replica], flag()),
});

type ReaderVariables = Accessors<ReturnType<typeof readerVariables>>;

function readersModel(scope: Scope): WordedModel {
  const { replica } = scope;
  return defineInWords({
    name: `leases, ${scope.variant}`,
    variables: readerVariables(scope),
    picture: { rows: replica },
    actions: (variables) => {
      const { believes, isReader, promised } = variables;
      const timers: Timers = {
        ofMaster: () => {
          for (const r of replica.members) countDown(promised(r));
        },
        ofReplica: (r) => {
          countDown(believes(r));
          if (believes(r).is(0)) isReader(r).set(false);
        },
      };
      return [...readerSteps(variables, scope), ...ticks(variables, scope, timers)].map((step) => ({
        ...step,
        // What comes after the one write shows nothing more: whoever has a lease by then, and not the write, misses it.
        guard: [
          () => !variables.write().is("acknowledged"),
          ...(Array.isArray(step.guard) ? step.guard : [step.guard]),
        ],
      }));
    },
    properties: ({ isReader, write, has }): WordedProperty[] => [
      {
        name: "a local read never misses an acknowledged write",
        premise: () => write().is("acknowledged") && replica.some((r) => isReader(r).is(true)),
        parameters: { replica },
        fails: [() => write().is("acknowledged"), (r) => isReader(r).is(true) && has(r).is(false)],
      },
    ],
  });
}

function readerSteps(variables: ReaderVariables, scope: Scope): WordedAction[] {
  const { replica, believes: ticksBelieved, keeps, variant } = scope;
  const { believes, isReader, promised, write, has } = variables;
  const isWaitedFor = (r: number): boolean => has(r).is(true) || promised(r).is(0);
  return [
    {
      name: "ask",
      parameters: { replica },
      guard: (r) => write().is("not begun") && believes(r).is(0),
      effect: (r) => believes(r).set(ticksBelieved),
      says: (r) => `${r} asks the master for a lease`,
    },
    {
      name: "grant",
      parameters: { replica },
      guard: (r) => write().is("not begun") && !believes(r).is(0) && isReader(r).is(false),
      effect: (r) => {
        promised(r).set(keeps);
        isReader(r).set(true);
      },
      says: (r) => `the master grants ${r} a lease`,
    },
    {
      name: "begin to write",
      parameters: {},
      guard: () => write().is("not begun"),
      effect: () => write().set("on its way"),
      says: () => "the master sends a write to the replicas, and grants no lease until it is done",
    },
    {
      name: "take the write",
      parameters: { replica },
      guard: (r) => write().is("on its way") && has(r).is(false),
      effect: (r) => has(r).set(true),
      says: (r) => `${r} takes the write`,
    },
    {
      name: "acknowledge",
      parameters: {},
      guard: [
        // With the master itself, a majority of all.
        () => write().is("on its way") && replica.atLeast(Math.floor((replica.size + 1) / 2), (r) => has(r).is(true)),
        () => variant === "replica-reads-not-waited-for" || replica.every(isWaitedFor),
      ],
      effect: () => write().set("acknowledged"),
      says: () => "the master acknowledges the write",
    },
  ];
}
