/** Parameters that nobody pinned: oracles and closed formulas say what comes out, at the edges as well. */
import { describe, expect, it } from "vitest";
import { isThorough } from "../../../spec/test/effort.js";
import { explore } from "../../kernel/index.js";
import { loadState, statesOf } from "../../questions/explored.js";
import { ask } from "../../questions/index.js";
import { instanceOf, systemNamed, variantNamed } from "../registry.js";
import { study } from "../study.js";
import { usualValues, type Values } from "../system.js";
import { acceptorsDumbly } from "./oracles/acceptors.js";
import { isrDumbly, multiOpDumbly, multiPaxosDumbly, snapshotsDumbly } from "./oracles/around.js";
import { broadcastDumbly } from "./oracles/atomic-broadcast.js";
import { bookkeeperDumbly } from "./oracles/bookkeeper.js";
import { corruptDumbly } from "./oracles/epochs.js";
import { kafkaDumbly } from "./oracles/kafka-replication.js";
import { mastersDumbly, readersDumbly } from "./oracles/leases.js";
import { reconfigurationDumbly } from "./oracles/reconfiguration.js";

async function asked(name: string, which: string, set: Values) {
  const system = systemNamed(name)!;
  const variant = variantNamed(system, which)!;
  const values = { ...usualValues(system, variant), ...set };
  expect(system.refuse(values)).toBeNull();
  const { answers } = await study(system, variant, values, null, { symmetry: true, workers: 1 });
  return { values, answers: answers.map(({ answer }) => answer) };
}

interface Found {
  readonly states: number;
  readonly depth: number;
  /** By property: steps to the nearest state in which it fails. */
  readonly broken: Readonly<Record<string, number>>;
  /** By property: in how many states it fails. */
  readonly failing: Readonly<Record<string, number>>;
}

/** All states, and what each property of states says of them. */
async function searched(name: string, which: string, set: Values): Promise<Found & { readonly values: Values }> {
  const system = systemNamed(name)!;
  const values = { ...usualValues(system, variantNamed(system, which)!), ...set };
  expect(system.refuse(values)).toBeNull();
  const { worded } = instanceOf({ system: name, variant: which, values });
  const exploration = await explore(worded.model);
  const { distinctStates, depth, violations } = exploration;
  const failing: Record<string, number> = {};
  const broken = worded.model.properties.filter((property) => violations.has(property.name));
  for (const state of broken.length === 0 ? [] : statesOf(exploration)) {
    loadState(exploration, state);
    for (const { name: property, holds } of broken) {
      if (!holds()) failing[property] = (failing[property] ?? 0) + 1;
    }
  }
  return { values, states: distinctStates, depth, broken: Object.fromEntries(violations), failing };
}

// biome-ignore lint/suspicious/noExplicitAny: each oracle knows its own parameters
const oracles: Readonly<Record<string, (variant: string, values: any) => Found>> = {
  acceptors: (variant, { servers, ballots, values, crashes }) =>
    acceptorsDumbly(variant, servers, ballots, values, crashes),
  "multi-paxos": (variant, { slots, epochs, servers, values, batch }) =>
    multiPaxosDumbly(variant, [slots, epochs, servers, values, batch]),
  "kafka-replication": kafkaDumbly,
  leases: (variant, values) =>
    variant.startsWith("replica-reads")
      ? readersDumbly(variant === "replica-reads", values)
      : mastersDumbly(variant === "starts-at-quorum", values),
  bookkeeper: bookkeeperDumbly,
  "disk-corruption": (variant, { servers, slots, pipelined }) =>
    corruptDumbly(variant, servers, slots, pipelined === "yes"),
  "kafka-isr": (variant, { changes }) => isrDumbly(variant, changes),
  "multi-op": (variant, { replicas, clients }) => multiOpDumbly(variant, replicas, clients),
  snapshots: (variant, { replicas, commands }) => snapshotsDumbly(variant, replicas, commands),
  "atomic-broadcast": (variant, { processes, messages }) => broadcastDumbly(variant, processes, messages),
  "alpha-reconfiguration": (variant, { alpha, slots, from, to }) =>
    reconfigurationDumbly(variant, alpha, slots, from, to),
};

const others: readonly (readonly [system: string, variant: string, set: Values])[] = [
  ["acceptors", "sound", { servers: 1, ballots: 3, values: 3 }],
  ["acceptors", "sound", { servers: 2, ballots: 1, values: 1 }],
  ["acceptors", "first-value-only", { servers: 4, ballots: 2, values: 2 }],
  ["acceptors", "accept-anything", { servers: 1, ballots: 2, values: 3 }],
  ["acceptors", "ask-first", { servers: 1, ballots: 3, values: 2 }],
  ["acceptors", "forgets-promise", { servers: 1, ballots: 2, values: 2, crashes: 3 }],
  ["acceptors", "forgets-vote", { servers: 2, ballots: 2, values: 2, crashes: 2 }],
  ["multi-paxos", "sound", { servers: 1, slots: 2, epochs: 1, values: 1, batch: 3 }],
  ["multi-paxos", "applies-out-of-order", { servers: 1, slots: 3, epochs: 1, values: 1, batch: 2 }],
  ["multi-paxos", "phase-1-of-first-slot-only", { servers: 1, slots: 2, epochs: 2, values: 2 }],
  ["kafka-replication", "high-watermark", { replicas: 2, log: 3, records: 2, epochs: 1 }],
  ["kafka-replication", "kip-101", { replicas: 2, log: 1, records: 3, epochs: 2 }],
  ["kafka-replication", "kip-279", { replicas: 2, log: 2, records: 1, epochs: 2 }],
  ["kafka-replication", "kip-320-first-try", { replicas: 2, log: 1, records: 1, epochs: 2 }],
  ["kafka-replication", "kip-320", { replicas: 2, log: 2, records: 2, epochs: 2 }],
  ["kafka-replication", "kip-320", { replicas: 3, log: 1, records: 1, epochs: 0 }],
  ["leases", "sound", { replicas: 1, master: 3, replica: 3, drift: 0 }],
  ["leases", "sound", { replicas: 1, master: 2, replica: 2, drift: 1 }],
  ["leases", "starts-at-quorum", { replicas: 2, master: 1, replica: 2, drift: 0 }],
  ["leases", "starts-at-quorum", { replicas: 1, master: 2, replica: 2, drift: 1 }],
  ["leases", "replica-reads", { replicas: 1, master: 2, replica: 3, drift: 1 }],
  ["leases", "replica-reads-not-waited-for", { replicas: 3, master: 1, replica: 1, drift: 0 }],
  ["bookkeeper", "sound", { bookies: 4, "write-quorum": 1, "ack-quorum": 1, "ensemble-changes": 2 }],
  ["bookkeeper", "unfenced-reads", { bookies: 3, "write-quorum": 3, "ack-quorum": 2 }],
  ["bookkeeper", "no-fencing", { bookies: 2, entries: 2 }],
  ["bookkeeper", "sound", { bookies: 2, "write-quorum": 2, "ack-quorum": 1, entries: 2 }],
  ["bookkeeper", "sound", { bookies: 2, entries: 2, "ensemble-changes": 0 }],
  ["alpha-reconfiguration", "sound", { alpha: 3, slots: 2, from: "S0", to: "S1" }],
  ["alpha-reconfiguration", "sound", { slots: 1, from: "S0,S1", to: "S2" }],
  ["alpha-reconfiguration", "two-at-once", { alpha: 2, slots: 2, from: "S0", to: "S1" }],
  // One server is no system, but a small one: two slots of three servers are for thorough tests.
  ["disk-corruption", "rejoins-after-one-instance", { servers: 1, slots: 2 }],
  ["disk-corruption", "new-incarnation", { servers: 1, slots: 2 }],
  ["disk-corruption", "new-incarnation", { servers: 1, slots: 2, pipelined: "yes" }],
  ["kafka-isr", "no-intersection", { changes: 4 }],
  ["multi-op", "guard-at-submit", { replicas: 1, clients: 3 }],
  ["snapshots", "truncates-first", { replicas: 2, commands: 2 }],
  ["snapshots", "handle-ahead", { replicas: 1, commands: 3 }],
  ["atomic-broadcast", "delivers-locally", {}],
];

describe("with other parameters an oracle agrees", () => {
  it.each(others.map(([name, which, set]) => [name, which, JSON.stringify(set), set] as const))(
    "%s, %s, %s",
    async (name, which, _, set) => {
      const { values, ...found } = await searched(name, which, set);
      const { states, depth, broken, failing } = oracles[name]!(which, values);
      expect(found).toEqual({ states, depth, broken, failing });
    },
  );
});

interface Larger {
  readonly variant: string;
  readonly set: Values;
  readonly states: number;
  readonly depth: number;
  readonly broken: Readonly<Record<string, number>>;
}

/** More than an oracle counts every day; a program made from Gustafson's specification line by line counts the same. */
const ONE_RECORD = { replicas: 3, log: 1, records: 1 };
const larger: readonly Larger[] = [
  {
    variant: "high-watermark",
    set: { ...ONE_RECORD, epochs: 1 },
    states: 10681,
    depth: 16,
    broken: { "weak-isr": 8, "strong-isr": 8 },
  },
  { variant: "kip-101", set: { ...ONE_RECORD, epochs: 1 }, states: 9841, depth: 17, broken: { "strong-isr": 11 } },
  { variant: "kip-279", set: { ...ONE_RECORD, epochs: 1 }, states: 9841, depth: 17, broken: { "strong-isr": 11 } },
  { variant: "kip-320-first-try", set: { ...ONE_RECORD, epochs: 1 }, states: 9661, depth: 17, broken: {} },
  { variant: "kip-320", set: { ...ONE_RECORD, epochs: 1 }, states: 6787, depth: 17, broken: {} },
  // Where a follower cuts below its high watermark.
  {
    variant: "kip-101",
    set: { replicas: 2, log: 2, records: 2, epochs: 2 },
    states: 9045,
    depth: 17,
    broken: { "weak-isr": 11, "strong-isr": 11 },
  },
  {
    variant: "kip-320-first-try",
    set: { ...ONE_RECORD, epochs: 2 },
    states: 175453,
    depth: 22,
    broken: { "weak-isr": 11, "strong-isr": 12 },
  },
];

describe("in larger scopes", () => {
  const daily = larger.filter(({ states }) => isThorough || states < 100_000);
  const cases = daily.map(({ variant, set, ...expected }) => [variant, JSON.stringify(set), set, expected] as const);

  it.each(cases)(
    "kafka-replication, %s, %s",
    async (variant, _, set, expected) => {
      const { values, ...found } = await searched("kafka-replication", variant, set);
      expect(found).toMatchObject(expected);
      if (!isThorough) return;
      const { states, failing } = oracles["kafka-replication"]!(variant, values);
      expect(found).toMatchObject({ states, failing });
    },
    900_000,
  );
});

describe("by theorem", () => {
  // It takes a third ballot to tell the greatest one that was accepted from the least.
  it.each<[string, Values]>([
    ["acceptors", { servers: 3, ballots: 3, values: 2 }],
    ["multi-paxos", { servers: 3, slots: 1, epochs: 3, values: 2 }],
  ])("%s is safe with three ballots", async (name, set) => {
    const system = systemNamed(name)!;
    const values = { ...usualValues(system, variantNamed(system, "sound")!), ...set };
    const { worded } = instanceOf({ system: name, variant: "sound", values });
    const [answer] = await ask(worded, [{ ask: "invariant" }], { symmetry: true, workers: 1 });
    expect([answer!.verdict, answer!.vacuous]).toEqual(["holds", []]);
  });
});

describe("by formula", () => {
  it("a lease is safe iff the holder's ticks and twice the drift fit into the ticks of whoever promised", async () => {
    // Of two readers one may be left out of a majority.
    for (const [which, replicas, masters] of [
      ["sound", 1, [1, 2]],
      ["replica-reads", 2, [1]],
    ] as const) {
      for (const [master, replica, drift] of lists(masters, [1, 2, 3, 4], [0, 1])) {
        const { answers } = await asked("leases", which, {
          replicas,
          master: master!,
          replica: replica!,
          drift: drift!,
        });
        const isSafe = master! + 2 * drift! <= replica!;
        expect([which, master, replica, drift, answers[0]!.verdict]).toEqual([
          which,
          master,
          replica,
          drift,
          isSafe ? "holds" : "broken",
        ]);
      }
    }
  });

  it.each([
    [1, 0, 1],
    [2, 0, 1],
    [2, 1, 1],
    [2, 1, 2],
    [3, 2, 2],
    [4, 1, 1],
    [5, 1, 1],
    // Views that are written out would have a million letters.
    [7, 0, 6],
  ])(
    "%d processes of which %d crash need one round more than that, or as many if one is left: %d",
    async (processes, crashes, rounds) => {
      const { answers } = await asked("synchronous", "sound", { processes, crashes, rounds });
      const isEnough = rounds > crashes || processes < crashes + 2;
      expect(answers.map(({ verdict, vacuous }) => [verdict, vacuous])).toEqual([
        [isEnough ? "holds" : "broken", []],
        [isEnough ? "solvable" : "impossible", []],
      ]);
    },
  );

  it.each([
    [1, 0],
    [3, 0],
    [2, 1],
    [5, 2],
    [4, 3],
  ])("%d servers of which %d may fail agree iff they are more than twice as many", async (servers, failures) => {
    const { answers } = await asked("quorum-bound", "every-protocol", { servers, failures });
    expect([answers[0]!.verdict, answers[0]!.vacuous]).toEqual([
      servers > 2 * failures ? "solvable" : "impossible",
      [],
    ]);
  });

  it.each([
    ["registers", 1, Number.POSITIVE_INFINITY],
    ["registers", 2, 1],
    ["test-and-set", 1, Number.POSITIVE_INFINITY],
    ["test-and-set", 2, 2],
    ["test-and-set", 3, 2],
    ["compare-and-swap", 3, Number.POSITIVE_INFINITY],
  ])("%s and %d processes: consensus number", async (object, processes, consensusNumber) => {
    const { answers } = await asked("herlihy", "every-protocol", { object, processes });
    const isSolvable = processes === 1 || processes <= consensusNumber;
    expect([answers[0]!.verdict, answers[0]!.vacuous]).toEqual([isSolvable ? "solvable" : "impossible", []]);
  });
});

const lists = (...choices: (readonly number[])[]): number[][] =>
  choices.reduce<number[][]>((all, some) => all.flatMap((list) => some.map((one) => [...list, one])), [[]]);
