import { describe, expect, it } from "vitest";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import { tries } from "../../../spec/test/effort.js";
import { allOpen, fastPaxos, openFirst, TWO_OF_FOUR, threeMajority } from "../../core/test/tables.js";
import { race, seededRandom } from "./race.js";

const SEEDS = Array.from({ length: tries(60, 1500) }, (_, seed) => seed);

const results = async (table: QuorumTable, inputs: readonly string[]) => {
  const races = [];
  for (const seed of SEEDS) races.push(await race(table, inputs, seededRandom(seed)));
  return races;
};

const SELECTIONS: readonly Selection[] = ["eager", "strict", "decision-table"];

describe.each(SELECTIONS)("two clients in one open set, selection %s", (selection) => {
  const tables = {
    "an open set, then exclusive ones": fastPaxos(selection),
    "all sets open": allOpen(selection),
  };

  it.each(Object.entries(tables))("come out with one value (%s)", async (_, table) => {
    const races = await results(table, ["A", "B"]);
    for (const { outputs } of races) expect(new Set(outputs).size).toBe(1);
    // Each client wins somewhere; sometimes the first set decides, and sometimes both have to go on.
    expect(new Set(races.map(({ outputs }) => outputs[0]))).toEqual(new Set(["A", "B"]));
    const collisions = races.filter(({ attempts }) => attempts.every((sets) => sets.length > 1));
    const straight = races.filter(({ attempts }) => attempts.some((sets) => sets.length === 1));
    expect(Math.min(collisions.length, straight.length)).toBeGreaterThan(10);
  });
});

describe("races", () => {
  it("three clients, three values", async () => {
    for (const selection of SELECTIONS) {
      for (const { outputs } of await results(fastPaxos(selection), ["A", "B", "C"])) {
        expect(new Set(outputs).size).toBe(1);
      }
    }
  });

  /** The most values that came out of one race. */
  const mostOutputs = async (table: QuorumTable) =>
    Math.max(...(await results(table, ["A", "B"])).map(({ outputs }) => new Set(outputs).size));

  it("strict and the decision table do without F2, eager does not", async () => {
    expect(await mostOutputs(fastPaxos("strict", TWO_OF_FOUR))).toBe(1);
    expect(await mostOutputs(fastPaxos("decision-table", TWO_OF_FOUR))).toBe(1);
    expect(await mostOutputs(fastPaxos("eager", TWO_OF_FOUR))).toBe(2);
  });

  it("greatest is not for open sets that others lie above", async () => {
    expect(await mostOutputs(fastPaxos("greatest"))).toBe(2);
  });

  it.each(SELECTIONS)("Paxos goes on as it was (%s)", async (selection) => {
    for (const table of [threeMajority, openFirst]) {
      for (const { outputs, attempts } of await results({ ...table, selection }, ["A", "B"])) {
        expect(new Set(outputs).size).toBe(1);
        expect(attempts.every((sets) => new Set(sets).size === sets.length)).toBe(true);
      }
    }
  });

  it("repeat exactly", async () => {
    const again = () => race(fastPaxos("eager"), ["A", "B"], seededRandom(7));
    expect(await again()).toEqual(await again());
  });
});
