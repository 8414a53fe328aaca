/**
 * What is pinned, by programs that share no code with the systems: states, depth and the lengths of shortest runs.
 *
 * Here each variant is compared at parameters small enough for every day; `npm run test:thorough` compares those that
 * are pinned.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isThorough } from "../../../spec/test/effort.js";
import { systemNamed, variantNamed } from "../registry.js";
import { pinsFor, study } from "../study.js";
import { usualValues, type Values } from "../system.js";
import { acceptorsDumbly } from "./oracles/acceptors.js";
import { isrDumbly, multiOpDumbly, multiPaxosDumbly, snapshotsDumbly, zookeeperDumbly } from "./oracles/around.js";
import { broadcastDumbly } from "./oracles/atomic-broadcast.js";
import { bookkeeperDumbly } from "./oracles/bookkeeper.js";
import { type DumbFindings, stuckDumbly } from "./oracles/dumbly.js";
import { corruptDumbly, mastersByNumberDumbly, zabDumbly } from "./oracles/epochs.js";
import { duelDumbly, twoDumbly, valencesDumbly } from "./oracles/flp.js";
import { kafkaDumbly } from "./oracles/kafka-replication.js";
import { mastersDumbly, readersDumbly } from "./oracles/leases.js";
import { reconfigurationDumbly } from "./oracles/reconfiguration.js";
import { herlihyDumbly, synchronousDumbly } from "./oracles/similarity.js";

interface Found {
  readonly states: number;
  readonly depth: number;
  /** Steps of the shortest run to the harm; null where there is none. */
  readonly length: number | null;
}

/** @param values the numbers and words that the variant is explored with */
// biome-ignore lint/suspicious/noExplicitAny: each oracle knows its own parameters
type Oracle = (variant: string, values: any) => Found[];

const invariantOf = ({ states, depth, broken }: Omit<DumbFindings<unknown>, "graph">): Found => {
  const lengths = Object.values(broken);
  return { states, depth, length: lengths.length === 0 ? null : Math.min(...lengths) };
};

const acceptors: Oracle = (variant, { servers, ballots, values, crashes }) => {
  const found = acceptorsDumbly(variant, servers, ballots, values, crashes);
  const invariant = invariantOf(found);
  if (variant === "sound") return [invariant, invariant];
  if (variant !== "first-value-only") return [invariant];
  return [invariant, { ...invariant, length: stuckDumbly(found, (state) => found.chosen(state).length > 0) }];
};

const leases: Oracle = (variant, values) => [
  invariantOf(
    variant.startsWith("replica-reads")
      ? readersDumbly(variant === "replica-reads", values)
      : mastersDumbly(variant === "starts-at-quorum", values),
  ),
];

const snapshots: Oracle = (variant, { replicas, commands }) => {
  const found = snapshotsDumbly(variant, replicas, commands);
  const invariant = invariantOf(found);
  const asksForProgress = variant === "sound" || variant === "no-catch-up";
  return [invariant, ...(asksForProgress ? [{ ...invariant, length: found.stuck }] : [])];
};

const multiPaxos: Oracle = (variant, { slots, epochs, servers, values, batch }) => {
  const invariant = invariantOf(multiPaxosDumbly(variant, [slots, epochs, servers, values, batch]));
  return variant === "sound" ? [invariant, invariant] : [invariant];
};

const duel: Oracle = (variant, { servers, clients }) => {
  if (variant === "every-protocol") return [];
  const invariant = invariantOf(duelDumbly(servers, clients));
  return [invariant, invariant];
};

const masterEpochs: Oracle = (variant, { replicas, failures }) => [
  invariantOf(mastersByNumberDumbly(variant, replicas, failures)),
];

const reconfiguration: Oracle = (variant, { alpha, slots, from, to }) => {
  const found = reconfigurationDumbly(variant, alpha, slots, from, to);
  const invariant = invariantOf(found);
  const stuck = { ...invariant, length: found.stuck };
  if (variant === "sound") return [invariant, stuck, invariant, invariant];
  return [variant === "no-noops" ? stuck : invariant];
};

const broadcast: Oracle = (variant, { processes, messages }) => {
  const found = broadcastDumbly(variant, processes, messages);
  const invariant = invariantOf(found);
  if (variant !== "sound") return [invariant];
  return [invariant, { ...invariant, length: found.stuck }, invariant, invariant, invariant];
};

/** The oracle, and parameters under which it takes no time; none where the pinned ones do. */
const oracles: Readonly<Record<string, readonly [Oracle, Values]>> = {
  acceptors: [acceptors, { servers: 2, ballots: 2, values: 2 }],
  "kafka-replication": [(variant, values) => [invariantOf(kafkaDumbly(variant, values))], { replicas: 2 }],
  "zookeeper-cas": [(variant, { clients }) => [invariantOf(zookeeperDumbly(variant, clients))], {}],
  "kafka-isr": [(variant, { changes }) => [invariantOf(isrDumbly(variant, changes))], {}],
  "multi-op": [(variant, { replicas, clients }) => [invariantOf(multiOpDumbly(variant, replicas, clients))], {}],
  snapshots: [snapshots, { commands: 2 }],
  "multi-paxos": [multiPaxos, { servers: 2, slots: 2, epochs: 2, values: 1 }],
  "alpha-reconfiguration": [reconfiguration, { slots: 2, from: "S0", to: "S1" }],
  flp: [duel, { servers: 2, clients: 2 }],
  "atomic-broadcast": [broadcast, { messages: 1 }],
  bookkeeper: [(variant, values) => [invariantOf(bookkeeperDumbly(variant, values))], {}],
  "master-epochs": [masterEpochs, {}],
  zab: [
    (variant, { servers, epochs, transactions }) => [invariantOf(zabDumbly(variant, servers, epochs, transactions))],
    { servers: 2 },
  ],
  "disk-corruption": [
    (variant, { servers, slots, pipelined }) => [
      invariantOf(corruptDumbly(variant, servers, slots, pipelined === "yes")),
    ],
    { slots: 1 },
  ],
  leases: [leases, { replicas: 1, master: 1, replica: 2 }],
};

const cases = Object.entries(oracles).flatMap(([name, [oracle, small]]) => {
  const system = systemNamed(name)!;
  return system.variants.map((variant) => {
    const values = { ...usualValues(system, variant), ...(isThorough ? {} : small) };
    return { name, system, variant, values, oracle, which: variant.name };
  });
});

describe("proofs-notes.md says at which parameters an oracle agrees", () => {
  const page = readFileSync("proofs-notes.md", "utf8");

  it.each(Object.keys(oracles))("%s", (name) => {
    expect(page).toContain(rowOf(name));
  });
});

/** What is pinned, of the first variant and of others where they differ; then what is compared every day. */
function rowOf(name: string): string {
  const [, small] = oracles[name]!;
  const system = systemNamed(name)!;
  const usual = usualValues(system, system.variants[0]!);
  const others = new Map<string, string[]>();
  for (const variant of system.variants) {
    const differing = Object.entries(usualValues(system, variant)).filter(
      ([parameter, value]) => value !== usual[parameter],
    );
    if (differing.length === 0) continue;
    const words = inWords(Object.fromEntries(differing));
    others.set(words, [...(others.get(words) ?? []), variant.name]);
  }
  const apart = [...others].map(([words, variants]) => `; ${variants.join(", ")}: ${words}`).join("");
  return `| ${name} | ${inWords(usual)}${apart} | ${Object.keys(small).length === 0 ? "the same" : inWords(small)} |\n`;
}

const inWords = (values: Values): string =>
  Object.entries(values)
    .map(([parameter, value]) => `${parameter} ${value}`)
    .join(", ");

describe("an oracle agrees", () => {
  it.each(cases)(
    "$name, $which",
    async ({ system, variant, values, oracle }) => {
      const { answers } = await study(system, variant, values, pinsFor(system, variant, values), { symmetry: false });
      const found = answers
        // These have tests of their own, below.
        .flatMap(({ answer }) => (["lasso", "similarity"].includes(answer.ask) ? [] : [answer]))
        .map((answer) => ({
          states: answer.distinctStates,
          depth: answer.depth,
          length: answer.run?.length ?? null,
        }));
      expect(found).toEqual(oracle(variant.name, values));
    },
    900_000,
  );
});

/** What is asked of every protocol: verdict and components. */
async function judged(name: string, set: Values) {
  const system = systemNamed(name)!;
  const [variant] = system.variants;
  const values = { ...usualValues(system, variant!), ...set };
  const { answers } = await study(system, variant!, values, null, { symmetry: false });
  const { answer } = answers.find(({ answer }) => answer.ask === "similarity")!;
  const { verdict, components, distinctStates } = answer;
  return { isSolvable: verdict === "solvable", components, states: distinctStates };
}

describe("for every protocol", () => {
  it.each([
    ["registers", 2, 1],
    ["registers", 2, 2],
    ["registers", 3, 1],
    ["test-and-set", 2, 1],
    // With two rounds what others saw in the first counts.
    ["test-and-set", 2, 2],
    ["test-and-set", 3, 1],
    ["compare-and-swap", 3, 1],
  ] as const)("of %s, %d processes and %d rounds, every schedule says the same", async (object, processes, rounds) => {
    const { isSolvable, components } = await judged("herlihy", { object, processes, rounds });
    expect({ isSolvable, components }).toEqual(herlihyDumbly(object, processes, rounds));
  });

  it("compare-and-swap has a component for each winner and its input", async () => {
    expect(await judged("herlihy", { object: "compare-and-swap", processes: 3 })).toMatchObject({ components: 2 * 3 });
  });

  it.each(isThorough ? [1, 2, 3] : [1, 2])(
    "of two processes and %d rounds of messages, every schedule says the same",
    async (rounds) => {
      const { verdict, components } = await answered("flp", "every-protocol", { rounds }, "similarity");
      expect({ isSolvable: verdict === "solvable", components }).toEqual(twoDumbly(rounds));
    },
  );

  it.each([
    [3, 1, 1],
    [3, 1, 2],
    [3, 2, 2],
    [4, 1, 1],
    [4, 1, 2],
  ])(
    "of %d processes, %d crashes and %d rounds, every way to crash says the same",
    async (processes, crashes, rounds) => {
      const { isBroken, ...dumb } = synchronousDumbly(processes, crashes, rounds);
      const found = await judged("synchronous", { processes, crashes, rounds });
      expect(found).toEqual(dumb);
      // FloodSet is one of these protocols; and where two are left, no other does with fewer rounds.
      expect(isBroken).toBe(rounds <= crashes && processes >= crashes + 2);
      expect(found.isSolvable).toBe(!isBroken);
    },
  );

  it.each([
    [2, 1],
    [3, 1],
    [3, 2],
    [4, 1],
    [4, 2],
    [5, 2],
  ])("of %d servers and %d failures, counted by hand", async (servers, failures) => {
    const groups = choose(servers, failures);
    const states = 2 ** (servers + 1) - 1 + 2 ** servers * (groups + groups ** 2);
    const found = await judged("quorum-bound", { servers, failures });
    expect([found.states, found.isSolvable]).toEqual([states, servers > 2 * failures]);
    if (servers > 2 * failures) expect(found.components).toBe(groups * 2 ** (servers - failures));
    if (servers === 2 * failures) expect(found.components).toBe(groups / 2);
  });
});

/** The answer to one question of a variant. */
async function answered(name: string, which: string, set: Values, asked: string) {
  const system = systemNamed(name)!;
  const variant = variantNamed(system, which)!;
  const values = { ...usualValues(system, variant), ...set };
  const { answers } = await study(system, variant, values, null, { symmetry: false });
  return answers.find(({ answer }) => answer.ask === asked)!.answer;
}

const describeAll = isThorough ? describe : () => {};

describeAll("presets that are too slow for every day", () => {
  it("kafka-replication loses a committed record with three leaders in 11 steps, and not in fewer", () => {
    const { broken } = kafkaDumbly("kip-320-first-try", { replicas: 3, log: 2, records: 2, epochs: 2 }, 11);
    expect(broken).toEqual({ "weak-isr": 11 });
  }, 900_000);
});

describe("fair runs, looked for by walking from each state", () => {
  it.each([
    ["sound", 2, 1],
    ["sound", 3, 1],
    ["no-epoch-check", 2, 2],
    ["no-boost", 2, 1],
    ["no-boost", 3, 0],
  ])("of master-epochs, %s, %d replicas and %d failures", async (which, replicas, failures) => {
    const { verdict } = await answered("master-epochs", which, { replicas, failures }, "lasso");
    expect(verdict === "broken").toBe(mastersByNumberDumbly(which, replicas, failures).evades);
  });

  it.each([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ])("of Paxos with %d servers and %d clients", async (servers, clients) => {
    const { verdict } = await answered("flp", "sound", { servers, clients }, "lasso");
    expect(verdict === "broken").toBe(duelDumbly(servers, clients).evades());
  });
});

describe("outcomes that are still possible", () => {
  it.each(isThorough ? [1, 2, 3] : [1, 2])(
    "with %d servers, by adding until nothing changes",
    async (servers) => {
      const { valences } = await answered("flp", "sound", { servers }, "valence");
      const found = valencesDumbly(duelDumbly(servers, 2));
      expect(valences).toEqual([
        { values: ["A", "B"], states: found["0,1"] },
        { values: ["A"], states: found["0"] },
        { values: ["B"], states: found["1"] },
      ]);
    },
    900_000,
  );
});

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
