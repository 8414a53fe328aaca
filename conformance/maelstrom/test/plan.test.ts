import { expect, it } from "vitest";
import { Dice } from "../../chance/dice.js";
import { type Deviation, kindsOf, type Plan, planKey, type Traffic, withOneMore } from "../plan.js";
import { PlanPool } from "../plan-pool.js";

const CALM: Plan = { deviations: [] };
const surroundings = { nodes: ["n0", "n1", "n2"], length: 3, crashes: false, duplicates: false };
const traffic: Traffic = [new Set(["n0 n1"]), new Set(), new Set(["n1 n0"])];

const counts = (plans: readonly Plan[]): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const plan of plans) found[kindsOf(plan)] = (found[kindsOf(plan)] ?? 0) + 1;
  return found;
};

it("differs in one way from the calm plan: nodes, ranges of intervals, and links that were used", () => {
  // Three nodes, six ranges of three intervals; a message of the first may come in two later ones.
  expect(counts(withOneMore(CALM, traffic, surroundings))).toEqual({
    ...{ cut: 18, hurry: 9, at: 9, overlap: 2, lost: 2, late: 2 },
  });
  expect(counts(withOneMore(CALM, traffic, { ...surroundings, crashes: true })).crash).toBe(9);
  expect(counts(withOneMore(CALM, traffic, { ...surroundings, duplicates: true })).again).toBe(2);
});

it("tells of what was where a store may, in the end too", () => {
  const asked: Traffic = [new Set(["n0 lin-kv", "n0 seq-kv"]), new Set(), new Set(), new Set(["n1 seq-kv-2"])];
  const stale = withOneMore(CALM, asked, surroundings).flatMap(({ deviations: [first] }) =>
    first?.kind === "stale" ? [first] : [],
  );
  expect(stale).toEqual([
    { kind: "stale", node: "n0", from: 0 },
    { kind: "stale", node: "n1", from: 3 },
  ]);
});

it("cuts off fewer than half of the nodes", () => {
  const groups = (count: number) => {
    const nodes = Array.from({ length: count }, (_, i) => `n${i}`);
    const cuts = withOneMore(CALM, [], { nodes, length: 1, crashes: false, duplicates: false }).map(
      ({ deviations }) => deviations[0]!,
    );
    return cuts.flatMap((cut) => (cut.kind === "cut" ? [cut.nodes.join(" ")] : []));
  };
  expect(groups(1)).toEqual([]);
  expect(groups(2)).toEqual([]);
  expect(groups(3)).toEqual(["n0", "n1", "n2"]);
  // Five of one, and ten pairs.
  expect(groups(5)).toHaveLength(15);
});

it("cuts off one group at a time", () => {
  const cut: Deviation = { kind: "cut", nodes: ["n0"], from: 1, to: 1 };
  const more = withOneMore({ deviations: [cut] }, [], surroundings).map(({ deviations }) => deviations[1]!);
  const ranges = more.flatMap((other) =>
    other.kind === "cut" && other.nodes[0] === "n1" ? [[other.from, other.to]] : [],
  );
  expect(ranges).toEqual([
    [0, 0],
    [2, 2],
  ]);
});

it("is known by what it means", () => {
  const cut = (from: number, to: number): Deviation => ({ kind: "cut", nodes: ["n0"], from, to });
  const hurry: Deviation = { kind: "hurry", node: "n1", from: 0 };
  const key = (...deviations: Deviation[]) => planKey({ deviations });
  expect(key(cut(0, 0), cut(1, 1))).toBe(key(cut(0, 1)));
  expect(key(cut(0, 1), hurry)).toBe(key(hurry, cut(0, 1)));
  expect(key(cut(0, 1))).not.toBe(key(cut(0, 2)));
});

it("waits in a pool, from which each comes once, and kinds with cuts more often", () => {
  const pool = new PlanPool();
  const plans = withOneMore(CALM, traffic, surroundings);
  for (const plan of [...plans, ...plans]) pool.add(plan);
  expect(pool.size).toBe(42);
  const dice = new Dice(1);
  const drawn = plans.map(() => pool.draw(dice));
  expect(pool.isEmpty).toBe(true);
  expect(new Set(drawn.map(planKey)).size).toBe(42);
  // 18 of 42 are cuts; by weight six of twelve.
  expect(counts(drawn.slice(0, 12)).cut).toBeGreaterThan(5);
  pool.add(plans[0]!);
  expect(pool.isEmpty).toBe(true);
});
