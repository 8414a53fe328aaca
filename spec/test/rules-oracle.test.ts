/** The intersection rules, judged by diagrams and by lists of quorums that brute force finds. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Formula } from "../families/formula.js";
import type { QuorumFamily, QuorumTable, RegisterRange, Selection } from "../quorum-table.js";
import { judgeRules } from "../rules/judge.js";
import type { RuleName, WitnessQuorum } from "../rules/judgement.js";
import { allServers, contains, type ServerSet, sizeOf } from "../server-set.js";
import { arbitraryFormula } from "./arbitrary-formula.js";
import { hittingSets, minimalQuorums } from "./listing-oracle.js";

const at = { file: "random", line: 1, column: 1 };
const familyOf = (formula: Formula): QuorumFamily => ({ formula, text: "random", at });

const arbitraryRanges = (servers: number): fc.Arbitrary<RegisterRange[]> => {
  const range = fc.record({
    length: fc.integer({ min: 1, max: 2 }),
    decide: arbitraryFormula(servers),
    prepare: fc.option(arbitraryFormula(servers)),
    isOpen: fc.boolean(),
  });
  return fc.array(range, { minLength: 1, maxLength: 3 }).map((shapes) => {
    let next = 0;
    return shapes.map(({ length, decide, prepare, isOpen }, index) => {
      const first = next;
      next += length;
      return {
        first,
        last: index === shapes.length - 1 ? Number.POSITIVE_INFINITY : next - 1,
        decide: familyOf(decide),
        prepare: prepare === null ? null : familyOf(prepare),
        allocation: { kind: isOpen ? "open" : "round-robin" },
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

/** For every rule that fails, the lowest register sets where it does, and how few servers its quorums have there in all. */
function failuresOf(table: QuorumTable): Map<RuleName, { sets: number[]; servers: number }> {
  const servers = table.servers.length;
  const decide = (range: RegisterRange) => minimalQuorums(servers, range.decide.formula);
  const prepare = (set: number, range: RegisterRange): ServerSet[] => {
    if (set === 0) return [0];
    if (range.prepare !== null) return minimalQuorums(servers, range.prepare.formula);
    return hittingSets(
      servers,
      table.ranges.filter(({ first }) => first < set).flatMap((lower) => decide(lower)),
    );
  };
  const failures = new Map<RuleName, { sets: number[]; servers: number }>();
  const note = (rule: RuleName, sets: number[], candidates: readonly (readonly ServerSet[])[]): void => {
    if (candidates.length === 0 || failures.has(rule)) return;
    const sizes = candidates.map((quorums) => quorums.reduce((sum, quorum) => sum + sizeOf(quorum), 0));
    failures.set(rule, { sets, servers: Math.min(...sizes) });
  };
  const everybody = allServers(servers);
  for (const upper of setsOf(table)) {
    const qs = decide(upper.range);
    if (upper.range.allocation.kind === "open") {
      note(
        "F1",
        [upper.set, upper.set],
        qs.flatMap((a) => qs.filter((b) => (a & b) === 0).map((b) => [a, b])),
      );
    }
    const ps = prepare(upper.set, upper.range);
    for (const lower of setsOf(table).filter(({ set }) => set < upper.set)) {
      const below = decide(lower.range);
      note(
        "PQ",
        [lower.set, upper.set],
        below.flatMap((q) => ps.filter((p) => (p & q) === 0).map((p) => [q, p])),
      );
      if (lower.range.allocation.kind !== "open") continue;
      note(
        "F2",
        [lower.set, lower.set, upper.set],
        below.flatMap((a) => below.flatMap((b) => ps.filter((p) => (p & a & b) === 0).map((p) => [a, b, p]))),
      );
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
        expect(witness.quorums.reduce((sum, { quorum }) => sum + sizeOf(quorum), 0)).toBe(expected!.servers);
        expect(witness.quorums.every((quorum) => isMinimal(table, quorum))).toBe(true);
      }
      // Every rule that the oracle finds broken was judged.
      expect([...failures.keys()]).toEqual([]);
    }),
    { numRuns: 3500 },
  );
  // Each of the four holds often, and fails often.
  expect(verdicts.size).toBe(8);
  expect(Math.min(...verdicts.values())).toBeGreaterThan(50);
});

function isMinimal(
  table: QuorumTable,
  { phase, registerSet, quorum }: { phase: WitnessQuorum["phase"]; registerSet: number; quorum: ServerSet },
): boolean {
  const range = table.ranges.find(({ first, last }) => first <= registerSet && registerSet <= last)!;
  const servers = table.servers.length;
  if (phase === 2) return minimalQuorums(servers, range.decide.formula).includes(quorum);
  if (registerSet === 0) return quorum === 0;
  if (range.prepare !== null) return minimalQuorums(servers, range.prepare.formula).includes(quorum);
  const lower = table.ranges
    .filter(({ first }) => first < registerSet)
    .flatMap(({ decide }) => minimalQuorums(servers, decide.formula));
  return hittingSets(servers, lower).some((p) => p === quorum && contains(quorum, p));
}
