import { expect, it } from "vitest";
import { kindsOf, type Plan, planKey } from "../plan.js";
import type { PlaySummary } from "../play-summary.js";
import { type SearchOptions, search } from "../search.js";

const CALM = new AbortController().signal;

/** Runs differ where plans do; what breaks something is said by the caller. */
function searching(
  options: Partial<SearchOptions> & { breaks?: (plan: Plan) => boolean; same?: (plan: Plan) => boolean } = {},
) {
  const { breaks = () => false, same = () => false } = options;
  const played: Plan[] = [];
  const play = async (plan: Plan): Promise<PlaySummary> => {
    played.push(plan);
    return {
      run: same(plan) ? "" : planKey(plan),
      traffic: [new Set(["n0 n1"])],
      requests: { answered: 1, failed: 0, unknown: 0 },
      violation: breaks(plan) ? { property: "p", sentence: "It broke." } : null,
      ...{ steps: [], exchanges: [] },
    };
  };
  const result = search({
    surroundings: { nodes: ["n0", "n1", "n2"], length: 2, crashes: false, duplicates: false },
    ...{ deviationsMax: 2, seed: 1, concurrency: 1, signal: CALM, onProgress: () => {}, play },
    ...options,
  });
  return result.then((found) => ({ found, played }));
}

it("plays the calm plan, then all with one deviation, then the others, each once", async () => {
  const { found, played } = await searching();
  const lengths = played.map(({ deviations }) => deviations.length);
  expect(lengths).toEqual([...lengths].sort());
  // Nine cuts, six nodes in a hurry, six others asked, one overlap, one message lost or late.
  expect(found.levels.map(({ plans }) => plans).slice(0, 2)).toEqual([1, 24]);
  expect(found.levels.every(({ plans, played }) => plans === played)).toBe(true);
  expect(new Set(played.map(planKey)).size).toBe(played.length);
  expect(found.differentRuns).toBe(played.length);
  expect(found.requests.answered).toBe(played.length);
  expect(found.broken).toBeNull();
});

it("ends with the first run that breaks something", async () => {
  const { found, played } = await searching({ breaks: (plan) => kindsOf(plan) === "hurry" });
  expect(found.broken!.plan.deviations).toHaveLength(1);
  expect(found.broken!.summary.violation!.sentence).toBe("It broke.");
  expect(played.filter((plan) => kindsOf(plan) === "hurry")).toHaveLength(1);
});

it("shows the one that was found first, where several are played at once", async () => {
  const { found, played } = await searching({ breaks: ({ deviations }) => deviations.length > 0, concurrency: 3 });
  expect(played).toHaveLength(4);
  expect(found.broken!.plan).toBe(played[1]);
});

it("adds nothing to a deviation without effect", async () => {
  const { found } = await searching({ same: ({ deviations }) => deviations.length <= 1 });
  // The calm plan alone is new.
  expect(found.levels.map(({ plans }) => plans)).toEqual([1, 24, 0]);
  expect(found.differentRuns).toBe(1);
});

it("takes turns among plans with two deviations and more", async () => {
  const controller = new AbortController();
  const { found, played } = await searching({
    deviationsMax: 3,
    signal: controller.signal,
    onProgress: ({ levels }) => {
      if (levels[3]!.played === 20) controller.abort();
    },
  });
  expect(found.levels.map(({ played }) => played)).toEqual([1, 24, 10, 20]);
  expect(played).toHaveLength(55);
});

it("does the same for the same seed, and otherwise for another", async () => {
  const order = async (seed: number) => (await searching({ seed })).played.map(planKey);
  expect(await order(3)).toEqual(await order(3));
  expect(await order(3)).not.toEqual(await order(4));
});

it("ends when it is told to", async () => {
  const controller = new AbortController();
  const { played } = await searching({ signal: controller.signal, onProgress: () => controller.abort() });
  expect(played).toHaveLength(1);
});
