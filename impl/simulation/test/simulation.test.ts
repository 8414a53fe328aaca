import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nonTrivialityHolds } from "../../../spec/state-table.js";
import { tries } from "../../../spec/test/effort.js";
import {
  allAboard,
  allOpen,
  careless,
  changing,
  fastPaxos,
  grid,
  openFirst,
  TWO_OF_FOUR,
  threeMajority,
} from "../../core/test/tables.js";
import { type Action, simulate } from "./simulation.js";

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("start" as const),
      client: fc.nat(2),
      skip: fc.constantFrom(0, 0, 0, 1, 7),
    }),
  },
  { weight: 14, arbitrary: fc.record({ do: fc.constant("deliver" as const), message: fc.nat(), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lose" as const), message: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("crash" as const),
      server: fc.nat(3),
      message: fc.nat(),
      tornLength: fc.constantFrom(0, 0, 1, 12, 20, 1000),
    }),
  },
);

const schedule = fc.array(action, { minLength: 40, maxLength: 150, size: "max" });

const tables = {
  threeMajority,
  allAboard,
  grid,
  changing,
  openFirst,
  "Fast Paxos, eager": fastPaxos("eager"),
  "Fast Paxos, strict, F2 broken": fastPaxos("strict", TWO_OF_FOUR),
  "Fast Paxos, decision table, F2 broken": fastPaxos("decision-table", TWO_OF_FOUR),
  "all sets open, decision table": allOpen("decision-table"),
};

describe("clients and servers under loss, duplication, reordering and crashes", () => {
  it.each(Object.entries(tables))("agree on an input (%s)", async (_, table) => {
    let schedulesThatDecided = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (actions) => {
        const { outputs, decided, inputs } = await simulate(table, 3, actions);
        expect(decided.length).toBeLessThanOrEqual(1);
        expect(decided).toEqual(expect.arrayContaining([...outputs]));
        expect(nonTrivialityHolds(decided, inputs)).toBe(true);
        schedulesThatDecided += decided.length;
      }),
      { numRuns: tries(150, 2000) },
    );
    // Agreement on nothing would be no evidence. Schedules are drawn anew each time: most often a third of them or more
    // decide.
    expect(schedulesThatDecided).toBeGreaterThan(tries(15, 400));
  });

  it.each(Object.entries(tables))("agree too where servers are told, and drop their rows (%s)", async (_, table) => {
    let outputsBesides = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (actions) => {
        const { outputs, decided, inputs } = await simulate(table, 3, actions, { announces: true });
        expect(decided.length).toBeLessThanOrEqual(1);
        expect(decided).toEqual(expect.arrayContaining([...outputs]));
        expect(nonTrivialityHolds(decided, inputs)).toBe(true);
        outputsBesides += outputs.length;
      }),
      { numRuns: tries(60, 1000) },
    );
    expect(outputsBesides).toBeGreaterThan(5);
  });

  it("disagree where the table is unsafe: the schedules are wild enough to tell", async () => {
    const check = fc.check(
      fc.asyncProperty(schedule, async (actions) => (await simulate(careless, 3, actions)).decided.length <= 1),
      { numRuns: 2000, endOnFailure: true },
    );
    expect((await check).failed).toBe(true);
  });

  it("run the same way every time", async () => {
    const [actions] = fc.sample(schedule, { numRuns: 1, seed: 1 });
    expect(await simulate(threeMajority, 3, actions!)).toEqual(await simulate(threeMajority, 3, actions!));
  });
});
