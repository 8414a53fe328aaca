/**
 * The closed formula against plans that are carried out, column by column. A plan says who prepares, what decides and,
 * by relay, who reads; what each server then has to do is tried out on its registers. (That no other run is shorter,
 * the explorer shows in model.)
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../quorum-table.js";
import { representatives } from "../rules/representatives.js";
import { allServers, hasServer, meets, membersOf, type ServerSet, sizeOf } from "../server-set.js";
import { phase1Quorums, phase2Quorums } from "../table-families.js";
import { shortestViolatingRun } from "../violation/shortest-plan.js";
import { arbitraryTable } from "./arbitrary-table.js";
import { quorums, tableOf } from "./tables.js";

/**
 * What one server does: its freezes in the three stages of a run, as the explored set up to which it freezes, and its
 * writes.
 */
type Act = { readonly freeze: number } | { readonly write: number; readonly value: "A" | "B" };

interface Demands {
  /** The sets for which the server must be prepared by the end of each stage; null for none. */
  readonly prepared: readonly (number | null)[];
  /** Writes of the stage; A is written in the second or third one, whenever it suits. */
  readonly writes: readonly Act[][];
}

/** A column after the act, or null where it cannot happen. */
function afterAct(column: readonly string[], act: Act): string[] | null {
  if ("write" in act) return column[act.write] === "." ? column.with(act.write, act.value) : null;
  const frozen = column.map((register, set) => (set < act.freeze && register === "." ? "-" : register));
  return frozen.join() === column.join() ? null : frozen;
}

/** The least number of freezes with which a server of this number of registers meets the demands, or Infinity. */
function leastFreezes(
  sets: number,
  { prepared, writes }: Demands,
  stage = 0,
  column = Array(sets).fill(".") as string[],
): number {
  if (stage === prepared.length) return 0;
  let least = Number.POSITIVE_INFINITY;
  const acts = writes[stage]!;
  // At most one freeze before and one after the stage's writes can be of use.
  const freezes: (number | null)[] = [null, ...Array.from({ length: sets - 1 }, (_, set) => set + 1)];
  for (const before of freezes) {
    for (const after of freezes) {
      let reached: readonly string[] | null = column;
      for (const act of [before, ...acts, after]) {
        if (reached === null || act === null) continue;
        reached = afterAct(reached, typeof act === "number" ? { freeze: act } : act);
      }
      const needed = prepared[stage] ?? 0;
      if (reached === null || reached.slice(0, needed).includes(".")) continue;
      const count = [before, after].filter((freeze) => freeze !== null).length;
      least = Math.min(least, count + leastFreezes(sets, { prepared, writes }, stage + 1, [...reached]));
    }
  }
  return least;
}

const known = new Map<string, number>();

/** Servers are asked the same again and again. */
function knownLeast(sets: number, demands: Demands): number {
  const key = JSON.stringify([sets, demands]);
  const least = known.get(key) ?? leastFreezes(sets, demands);
  known.set(key, least);
  return least;
}

interface Plan {
  readonly lower: number;
  readonly upper: number;
  readonly p0: ServerSet;
  readonly p: ServerSet;
  readonly q: ServerSet;
  /** By relay: the third set, who prepares it, and who holds B for them to read. */
  readonly relay: { readonly top: number; readonly prepared: ServerSet; readonly reader: number } | null;
}

/** Freezes of the plan at all servers: before A is proposed, before B is, and before it is once more. */
function freezesOf(sets: number, servers: number, { lower, upper, p0, p, q, relay }: Plan): number {
  let freezes = 0;
  for (let server = 0; server < servers; server++) {
    const a: Act[] = hasServer(q, server) ? [{ write: lower, value: "A" }] : [];
    const isReader = relay !== null && relay.reader === server;
    const prepared = [
      hasServer(p0, server) ? lower : null,
      hasServer(p, server) ? upper : null,
      relay !== null && hasServer(relay.prepared, server) ? relay.top : null,
    ];
    const b: Act[] = isReader ? [{ write: upper, value: "B" }] : [];
    // A may be written while B is prepared or later, but what is read for the third set must be B.
    const orders = [
      [[], a, b],
      [[], [], [...a, ...b]],
      [[], [], [...b, ...a]],
    ];
    freezes += Math.min(...orders.map((writes) => knownLeast(sets, { prepared, writes })));
  }
  return freezes;
}

function* plansOf(table: QuorumTable, registerSets: readonly number[]): Generator<{ plan: Plan; steps: number }> {
  const smallest = (set: number): number => Math.min(...phase2Quorums(table, registerSets[set]!).map(sizeOf));
  const prepareOf = (set: number) => phase1Quorums(table, registerSets[set]!);
  for (let upper = 1; upper < registerSets.length; upper++) {
    for (let lower = 0; lower < upper; lower++) {
      for (const p of prepareOf(upper)) {
        for (const q of phase2Quorums(table, registerSets[lower]!)) {
          if (meets(p, q)) continue;
          for (const p0 of prepareOf(lower)) {
            const pair = { lower, upper, p0, p, q };
            yield { plan: { ...pair, relay: null }, steps: 2 + sizeOf(q) + smallest(upper) };
            for (let top = upper + 1; top < registerSets.length; top++) {
              for (const prepared of prepareOf(top)) {
                for (const reader of membersOf(prepared)) {
                  yield {
                    plan: { ...pair, relay: { top, prepared, reader } },
                    steps: 3 + sizeOf(q) + 1 + smallest(top),
                  };
                }
              }
            }
          }
        }
      }
    }
  }
}

interface Shortest {
  readonly steps: number | null;
  /** Whether no direct run is as short. */
  readonly needsRelay: boolean;
}

function shortestPlan(table: QuorumTable, registerSets: readonly number[]): Shortest {
  const least = { direct: Number.POSITIVE_INFINITY, relay: Number.POSITIVE_INFINITY };
  for (const { plan, steps } of plansOf(table, registerSets)) {
    const kind = plan.relay === null ? "direct" : "relay";
    const freezes = freezesOf(registerSets.length, table.servers.length, plan);
    least[kind] = Math.min(least[kind], steps + freezes);
  }
  const steps = Math.min(least.direct, least.relay);
  return { steps: Number.isFinite(steps) ? steps : null, needsRelay: least.relay < least.direct };
}

/**
 * Single sets with quorums of one or two servers, but that some take all servers to decide: a relay passes those by.
 */
const withLargeDecisions = (servers: number): fc.Arbitrary<QuorumTable> => {
  const server = fc.nat(servers - 1);
  const family = fc
    .array(fc.tuple(server, server), { minLength: 1, maxLength: 2 })
    .map((pairs) => pairs.map(([a, b]) => (1 << a) | (1 << b)));
  const decide = fc.oneof(
    family,
    server.map((one) => [1 << one]),
    fc.constant([allServers(servers)]),
  );
  return fc.array(fc.record({ decide, prepare: family }), { minLength: 3, maxLength: 5 }).map((ranges) =>
    tableOf(
      servers,
      ranges.map((range, set) => ({ sets: [set, set], ...range })),
    ),
  );
};

describe("the closed formula for exclusive sets", () => {
  it.each([
    {
      drawn: "any tables",
      tables: arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 3 } }),
      sets: 3,
      runs: 50,
    },
    {
      drawn: "any tables of few servers",
      tables: arbitraryTable({ servers: { min: 2, max: 3 }, ranges: { min: 2, max: 4 } }),
      sets: 5,
      runs: 25,
    },
    { drawn: "tables where relays pay", tables: withLargeDecisions(6), sets: 5, runs: 300 },
  ])("is the length of the shortest plan: $drawn, $sets sets", ({ drawn, tables, sets, runs }) => {
    const seen = { safe: 0, direct: 0, relay: 0 };
    fc.assert(
      fc.property(tables, (table) => {
        const registerSets = representatives(table)
          .map(({ registerSet }) => registerSet)
          .slice(0, sets);
        const { steps, needsRelay } = shortestPlan(table, registerSets);
        expect(shortestViolatingRun(table, registerSets)).toBe(steps);
        seen[steps === null ? "safe" : needsRelay ? "relay" : "direct"]++;
      }),
      { numRuns: runs, seed: 1 },
    );
    expect(seen.safe).toBeGreaterThan(0);
    expect(seen.direct).toBeGreaterThan(3);
    if (drawn === "tables where relays pay") expect(seen.relay).toBeGreaterThan(3);
  });
});

describe("a relay", () => {
  it("costs a server that prepares for A and writes it one freeze, if nobody asks it afterwards", () => {
    // S0 is frozen below R1 before A is proposed there, and writes A; S1 writes A and is asked by R3; S2 relays B.
    const table = tableOf(6, [
      { sets: [0, 0], decide: quorums("012345") },
      { sets: [1, 1], decide: quorums("01"), prepare: quorums("0") },
      { sets: [2, 2], decide: quorums("012345"), prepare: quorums("2") },
      { sets: [3, 3], decide: quorums("3"), prepare: quorums("12") },
    ]);
    expect(shortestPlan(table, [0, 1, 2, 3])).toEqual({ steps: 10, needsRelay: true });
    expect(shortestViolatingRun(table)).toBe(10);
  });
});

describe("the closed formula where one open set's quorums are disjoint", () => {
  it("takes its smallest phase-1 quorum, and of its quorums two that are apart and have the fewest servers", () => {
    const servers = 5;
    const family = fc.array(fc.integer({ min: 1, max: allServers(servers) }), { minLength: 1, maxLength: 4 });
    const seen = { none: 0, some: 0, choice: 0 };
    fc.assert(
      fc.property(family, family, fc.integer({ min: 0, max: 2 }), (decide, prepare, set) => {
        // All servers decide below, so that the open set breaks F1 or nothing is broken.
        const below = set === 0 ? [] : [{ sets: [0, set - 1] as const, decide: [allServers(servers)] }];
        const table = tableOf(servers, [...below, { sets: [set, set], decide, prepare, open: true }]);
        const pairs = decide.flatMap((a) => decide.filter((b) => !meets(a, b)).map((b) => sizeOf(a) + sizeOf(b)));
        const prepared = set === 0 ? [0] : prepare.map(sizeOf);
        const expected = pairs.length === 0 ? null : 2 + Math.min(...prepared) + Math.min(...pairs);
        expect(shortestViolatingRun(table)).toBe(expected);
        seen[expected === null ? "none" : "some"]++;
        if (expected !== null && new Set(prepared).size > 1) seen.choice++;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
  });
});
