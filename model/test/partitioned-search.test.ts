import { describe, expect, it } from "vitest";
import { tableOf } from "../../spec/test/tables.js";
import { explorePartitioned } from "../bench/partitioned-search.js";
import { majorities } from "../bench/spin-scope.js";
import { explore } from "../kernel/explore.js";
import { registersModel } from "../registers/registers.js";
import { leadingRegisterSets, type Scope } from "../registers/scope.js";

const majorityOf3: Scope = {
  table: majorities(3),
  registerSets: leadingRegisterSets(majorities(3), 4),
  values: 2,
  clients: 2,
};

/** Any 2 of 3 decide, but one is enough to prepare. */
const unsafeTable = tableOf(3, [
  { sets: [0, Number.POSITIVE_INFINITY], decide: [0b011, 0b101, 0b110], prepare: [0b001, 0b010, 0b100] },
]);

async function expectSame(scope: Scope, threads: number): Promise<void> {
  const { distinctStates, transitions, depth, violations } = await explore(registersModel(scope));
  const found = await explorePartitioned(registersModel(scope), threads);
  expect(found).toMatchObject({ distinctStates, transitions, depth });
  expect(new Set(found.violated)).toEqual(new Set(violations.keys()));
}

describe("partitions, which the benchmark compares with the shared visited set", () => {
  it("find the 56,885 states and 255,432 transitions of 3 servers and 4 sets, and hand some over", async () => {
    const found = await explorePartitioned(registersModel(majorityOf3), 2);
    expect(found).toMatchObject({ distinctStates: 56_885, transitions: 255_432, violated: [] });
    expect(found.handedOver).toBeGreaterThan(0);
  });

  it.each([1, 2, 3])("find what `explore` finds, by %i threads", async (threads) => {
    await expectSame(majorityOf3, threads);
  });

  it("judge every state: an unsafe table's properties fail", async () => {
    await expectSame({ table: unsafeTable, registerSets: [0, 1, 2], values: 2, clients: null }, 2);
  });
});
