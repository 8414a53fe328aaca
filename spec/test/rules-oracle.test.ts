/** The intersection rules, judged by diagrams and by lists of quorums that brute force finds. */

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Formula } from "../families/formula.js";
import type { Allocation, QuorumFamily, QuorumTable, RegisterRange, Selection, Vote } from "../quorum-table.js";
import { judgeRules } from "../rules/judge.js";
import type { RuleName, Witness, WitnessQuorum } from "../rules/judgement.js";
import { allServers, contains, type ServerSet, sizeOf } from "../server-set.js";
import { arbitraryFormula } from "./arbitrary-formula.js";
import { hittingSets, minimalAmong, minimalQuorums } from "./listing-oracle.js";

const at = { file: "random", line: 1, column: 1 };
const familyOf = (formula: Formula): QuorumFamily => ({ formula, text: "random", at });

const arbitraryElection = (servers: number): fc.Arbitrary<Allocation> =>
  fc.record({
    kind: fc.constant("elected" as const),
    elect: fc.option(arbitraryFormula(servers).map(familyOf), { nil: null }),
    vote: fc.constantFrom<Vote>("promise", "apart"),
  });

const arbitraryRanges = (servers: number): fc.Arbitrary<RegisterRange[]> => {
  const range = fc.record({
    length: fc.integer({ min: 1, max: 2 }),
    decide: arbitraryFormula(servers),
    prepare: fc.option(arbitraryFormula(servers)),
    gated: fc.boolean(),
    allocation: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Allocation>({ kind: "round-robin" }) },
      { weight: 2, arbitrary: fc.constant<Allocation>({ kind: "open" }) },
      { weight: 1, arbitrary: arbitraryElection(servers) },
    ),
  });
  return fc.array(range, { minLength: 1, maxLength: 3 }).map((shapes) => {
    let next = 0;
    return shapes.map(({ length, decide, prepare, allocation, gated }, index) => {
      const first = next;
      next += length;
      return {
        first,
        last: index === shapes.length - 1 ? Number.POSITIVE_INFINITY : next - 1,
        decide: familyOf(decide),
        prepare: prepare === null ? null : familyOf(prepare),
        allocation,
        ...(gated && index > 0 && { after: "decided" as const }),
        at,
      };
    });
  });
};

const arbitraryTable: fc.Arbitrary<QuorumTable> = fc.integer({ min: 1, max: 6 }).chain((servers) =>
  fc.record({
    name: fc.constant("random"),
    servers: fc.constant(Array.from({ length: servers }, (_, server) => `S${server}`)),
    ranges: arbitraryRanges(servers),
    // All rules are needed for this one.
    selection: fc.constant<Selection>("greatest"),
    clients: fc.constant([]),
  }),
);

/** Three sets of every range are more than enough, and one of a range that has one. */
const setsOf = (table: QuorumTable): { set: number; range: RegisterRange }[] =>
  table.ranges.flatMap((range) =>
    [0, 1, 2]
      .map((k) => range.first + k)
      .filter((set) => set <= range.last)
      .map((set) => ({ set, range })),
  );

/**
 * The range before, and what that waits for; none without a gate. Ranges may have been copied, and are known by where
 * they begin.
 */
function waitedFor(table: QuorumTable, { first, after }: Pick<RegisterRange, "first" | "after">): RegisterRange[] {
  if (after === undefined) return [];
  const before = table.ranges.find(({ last }) => last === first - 1)!;
  return [...waitedFor(table, before), before];
}

/** The quorums of each register set, by trying every set of servers. */
function quorumsOf(table: QuorumTable) {
  const servers = table.servers.length;
  const decide = (range: RegisterRange) => minimalQuorums(servers, range.decide.formula);
  const plain = (set: number, range: RegisterRange): ServerSet[] => {
    if (set === 0) return [0];
    if (range.prepare !== null) return minimalQuorums(servers, range.prepare.formula);
    const hitting = (ranges: readonly RegisterRange[]) => hittingSets(servers, ranges.flatMap(decide));
    const waited = waitedFor(table, range);
    if (waited.length === 0)
      return hitting(table.ranges.filter(({ first, after }) => first < set && after === undefined));
    const some = waited.flatMap((lower) => hitting([lower]));
    return minimalAmong(servers, (candidate) => some.some((meeting) => contains(candidate, meeting)));
  };
  /** Null where nobody is elected. Where it is left out, as for a set that follows in the same range. */
  const voting = ({ allocation, ...range }: RegisterRange): ServerSet[] | null => {
    if (allocation.kind !== "elected") return null;
    const { elect } = allocation;
    return elect === null ? plain(range.first + 1, { ...range, allocation }) : minimalQuorums(servers, elect.formula);
  };
  const both = (ones: readonly ServerSet[], others: readonly ServerSet[]): ServerSet[] =>
    minimalAmong(servers, (set) => [ones, others].every((quorums) => quorums.some((quorum) => contains(set, quorum))));
  const isPromise = ({ allocation }: RegisterRange) => allocation.kind === "elected" && allocation.vote === "promise";
  const prepare = (set: number, range: RegisterRange): ServerSet[] =>
    isPromise(range) ? both(plain(set, range), voting(range)!) : plain(set, range);
  const elect = (set: number, range: RegisterRange): ServerSet[] | null =>
    isPromise(range) ? prepare(set, range) : voting(range);
  const isShared = (set: number, range: RegisterRange): boolean =>
    range.allocation.kind === "open" || pairsApart(elect(set, range) ?? []).length > 0;
  return { decide, prepare, elect, isShared };
}

const pairsApart = (quorums: readonly ServerSet[]): ServerSet[][] =>
  quorums.flatMap((a) => quorums.filter((b) => (a & b) === 0).map((b) => [a, b]));

/** One of each. */
const choices = (families: readonly (readonly ServerSet[])[]): ServerSet[][] =>
  families.reduce<ServerSet[][]>(
    (chosen, family) => chosen.flatMap((some) => family.map((one) => [...some, one])),
    [[]],
  );

const unionOf = (quorums: readonly ServerSet[]): ServerSet => quorums.reduce((union, quorum) => union | quorum, 0);

interface Failure {
  readonly sets: number[];
  /** After a gate the deciding quorums count together, once a server. */
  readonly servers: number;
}

/**
 * For every rule that fails, the lowest register sets where it does, and how few servers its quorums have there in all.
 */
function failuresOf(table: QuorumTable): Map<RuleName, Failure> {
  const { decide, prepare, elect, isShared } = quorumsOf(table);
  const failures = new Map<RuleName, Failure>();
  const note = (rule: RuleName, sets: number[], candidates: readonly (readonly ServerSet[])[]): void => {
    if (candidates.length === 0 || failures.has(rule)) return;
    const sizes = candidates.map((quorums) => quorums.reduce((sum, quorum) => sum + sizeOf(quorum), 0));
    failures.set(rule, { sets, servers: Math.min(...sizes) });
  };
  const everybody = allServers(table.servers.length);
  for (const upper of setsOf(table)) {
    const pairs = pairsApart(elect(upper.set, upper.range) ?? []);
    note("E1", [upper.set, upper.set], pairs);
    const waited = waitedFor(table, upper.range);
    if (waited.length === 0 && isShared(upper.set, upper.range)) {
      note("F1", [upper.set, upper.set], pairsApart(decide(upper.range)));
    }
    const ps = prepare(upper.set, upper.range);
    if (waited.length > 0 && !failures.has("PQ after a gate")) {
      const decisions = choices(waited.map(decide)).map(unionOf);
      const missed = decisions.flatMap((q) => ps.filter((p) => (p & q) === 0).map((p) => [q, p]));
      note("PQ after a gate", [...waited.map(({ first }) => first), upper.set], missed);
    }
    for (const lower of setsOf(table).filter(({ set }) => set < upper.set)) {
      // Of gated sets below, and of what an upper one does not wait for first of all, nothing is asked.
      if (lower.range.after !== undefined || (waited.length > 0 && waited[0] !== lower.range)) continue;
      const below = decide(lower.range);
      const between = waited.slice(1);
      const firsts = between.map(({ first }) => first);
      const later = choices(between.map(decide));
      if (waited.length === 0) {
        note(
          "PQ",
          [lower.set, upper.set],
          below.flatMap((q) => ps.filter((p) => (p & q) === 0).map((p) => [q, p])),
        );
      }
      if (!isShared(lower.set, lower.range)) continue;
      const unheard = ps.flatMap((p) => later.filter((qs) => (unionOf(qs) & p) === 0).map((qs) => ({ p, qs })));
      if (!failures.has("F2")) {
        const pairs = below.flatMap((a) => below.map((b) => [a, b] as const));
        const unsettled = unheard.flatMap(({ p, qs }) =>
          pairs.filter(([a, b]) => (p & a & b) === 0).map(([a, b]) => [a, b, ...qs, p]),
        );
        note("F2", [lower.set, lower.set, ...firsts, upper.set], unsettled);
      }
      // What waits for more fails only if what waits for this alone does.
      if (between.length > 0) continue;
      note(
        "G1",
        [lower.set, upper.set],
        below.filter((q) => q !== everybody).map((q) => [q, ps[0]!]),
      );
    }
  }
  return failures;
}

it("holds where lists of quorums say so, and else shows the fewest servers that break it, in the lowest sets", () => {
  const verdicts = new Map<string, number>();
  fc.assert(
    fc.property(arbitraryTable, (table) => {
      const failures = failuresOf(table);
      for (const { rule, holds, witness } of judgeRules(table)) {
        const verdict = `${rule} ${holds ? "holds" : "fails"}`;
        verdicts.set(verdict, 1 + (verdicts.get(verdict) ?? 0));
        const expected = failures.get(rule);
        failures.delete(rule);
        expect(holds).toBe(expected === undefined);
        if (witness === null) continue;
        expect(witness.quorums.map(({ registerSet }) => registerSet)).toEqual(expected!.sets);
        expect(serversIn(rule, witness)).toBe(expected!.servers);
        expect(witness.quorums.every((quorum) => isMinimal(table, quorum))).toBe(true);
      }
      // Every rule that the oracle finds broken was judged.
      expect([...failures.keys()]).toEqual([]);
    }),
    { numRuns: 1750 },
  );
  // Each of the six holds often, and fails often.
  expect(verdicts.size).toBe(12);
  expect(Math.min(...verdicts.values())).toBeGreaterThan(50);
});

function serversIn(rule: RuleName, { quorums }: Witness): number {
  const sets = quorums.map(({ quorum }) => quorum);
  const counted = rule === "PQ after a gate" ? [unionOf(sets.slice(0, -1)), sets.at(-1)!] : sets;
  return counted.reduce((sum, set) => sum + sizeOf(set), 0);
}

function isMinimal(table: QuorumTable, { phase, registerSet, quorum }: WitnessQuorum): boolean {
  const range = table.ranges.find(({ first, last }) => first <= registerSet && registerSet <= last)!;
  const { decide, prepare, elect } = quorumsOf(table);
  if (phase === 2) return decide(range).includes(quorum);
  return (phase === 1 ? prepare(registerSet, range) : elect(registerSet, range)!).includes(quorum);
}
