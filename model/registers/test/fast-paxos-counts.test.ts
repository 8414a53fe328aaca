/** Fast Paxos with clients whose inputs are fixed: there it shows in the counts which of them may propose what. */
import { describe, expect, it } from "vitest";
import { quorums, tableOf } from "../../../spec/test/tables.js";
import { registersModel } from "../registers.js";
import type { Scope } from "../scope.js";
import { figuresOf, oracleFigures } from "./figures.js";

describe("Fast Paxos with three servers and two fixed clients", () => {
  const any2 = quorums("01", "02", "12");
  // spec/tables/fast-paxos-3-3-2.yaml; the oracle takes three seconds each.
  const fastPaxos = (selection: "eager" | "strict"): Scope => ({
    table: tableOf(
      3,
      [
        { sets: [0, 0], decide: quorums("012"), open: true },
        { sets: [1, Number.POSITIVE_INFINITY], decide: any2, prepare: any2 },
      ],
      { selection },
    ),
    registerSets: [0, 1, 2],
    values: 2,
    clients: 2,
  });

  it.each([
    { selection: "eager", distinctStates: 18_761, transitions: 73_914, depth: 13 },
    // Where neither value is choosable any more, a strict client may take either; an eager one takes its input.
    { selection: "strict", distinctStates: 20_750, transitions: 82_359, depth: 13 },
  ] as const)("$selection: $distinctStates states, as the oracle counts", async ({ selection, ...counts }) => {
    const expected = { ...counts, shortestViolation: null };
    expect(await figuresOf(registersModel(fastPaxos(selection)))).toEqual(expected);
    expect(oracleFigures(fastPaxos(selection))).toEqual(expected);
  });
});
