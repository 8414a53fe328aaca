import { describe, expect, it } from "vitest";
import { memoryContextOf, RememberedAnswer } from "../compile/closure-memory.js";
import { NO_RESULT } from "../compile/memo-tree.js";
import { defineModel, type Model } from "../declaration/model.js";

/** A row of cells of four contents each, all states of it packed, and nothing else. */
function rowOf(cells: number): { model: Model<"row">; states: Int32Array } {
  const model = defineModel({
    name: "row",
    variables: { row: { shape: [cells], domain: 4 } },
    actions: () => [],
    properties: () => [],
  });
  return { model, states: Int32Array.from({ length: 4 ** cells }, (_, state) => state) };
}

const contentIn = (state: number, cell: number): number => (state >>> (2 * cell)) & 3;

describe("what a closure says of states", () => {
  it("is asked once for all states that answer the same where it asks", () => {
    const { model, states } = rowOf(5);
    const { row } = model.variables;
    let calls = 0;
    const remembered = new RememberedAnswer(memoryContextOf(model.workspace), () => {
      calls++;
      return row.at(0) === row.at(1) ? row.at(4) : 4;
    });
    const wanted = Array.from(states, (state) =>
      contentIn(state, 0) === contentIn(state, 1) ? contentIn(state, 4) : 4,
    );
    expect(Array.from(states.keys(), (state) => remembered.in(states, state))).toEqual(wanted);
    // Four pairs of equal contents with four contents of the last cell each, and twelve pairs of others.
    expect(calls).toBe(4 * 4 + 12);
  });

  it("is found again as often as wanted, and what states of another kind say is learned in between", () => {
    const { model, states } = rowOf(6);
    const { row } = model.variables;
    let calls = 0;
    const isLow = row.statePredicate((cell) => row.at(cell) < 2);
    const remembered = new RememberedAnswer(memoryContextOf(model.workspace), () => {
      calls++;
      if (row.is(3, 0)) return 9;
      return isLow(1) && row.at(4) === row.at(2) ? row.at(5) : 4;
    });
    const answerIn = (state: number): number => {
      if (contentIn(state, 0) === 3) return 9;
      const isSame = contentIn(state, 4) === contentIn(state, 2);
      return contentIn(state, 1) < 2 && isSame ? contentIn(state, 5) : 4;
    };
    const [even, odd] = [0, 1].map((rest) => [...states.keys()].filter((state) => (state >>> 4) % 2 === rest));
    for (const some of [even!, odd!, even!]) {
      for (let round = 0; round < 12; round++) {
        expect(some.map((state) => remembered.in(states, state))).toEqual(some.map(answerIn));
      }
    }
    // The first cell is 3; the second is not low; twelve pairs of contents that differ; four that do not, with four
    // contents each.
    expect(calls).toBe(1 + 1 + 12 + 4 * 4);
  });

  it("is not remembered where that does not pay, and is right all the same", () => {
    const { model, states } = rowOf(7);
    const { row } = model.variables;
    let calls = 0;
    const remembered = new RememberedAnswer(memoryContextOf(model.workspace), () => {
      calls++;
      return [0, 1, 2, 3, 4, 5, 6].reduce((sum, cell) => sum + row.at(cell), 0);
    });
    const wanted = Array.from(states, (state) =>
      [0, 1, 2, 3, 4, 5, 6].reduce((sum, cell) => sum + contentIn(state, cell), 0),
    );
    expect(Array.from(states.keys(), (state) => remembered.in(states, state))).toEqual(wanted);
    expect(calls).toBe(states.length);
    expect(remembered.find(states, 0)).toBe(NO_RESULT);
  });
});
