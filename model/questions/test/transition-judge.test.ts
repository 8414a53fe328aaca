import { describe, expect, it } from "vitest";
import { memoryContextOf } from "../../kernel/index.js";
import { counter, defineInWords, single } from "../../language/index.js";
import { TransitionJudge } from "../transition-judge.js";

const MOST = 3;

describe("a transition property, remembered", () => {
  it("says of every pair of states what its closures say", () => {
    const { model, variables } = defineInWords({
      name: "pair",
      variables: { left: single(counter(MOST)), right: single(counter(MOST)) },
      picture: {},
      actions: () => [],
    });
    const { left, right } = variables;
    // Several ways of asking come to the same note.
    const judge = new TransitionJudge(
      {
        name: "the sum is no less than the greater one was",
        note: () => Math.max(left().get(), right().get()),
        premise: (greater) => greater !== 1,
        holds: (greater) => left().get() + right().get() >= Number(greater),
      },
      memoryContextOf(model.workspace),
    );
    const states = Int32Array.from({ length: (MOST + 1) ** 2 }, (_, state) => state);
    const contents = Array.from(states, (state) => [state & MOST, state >>> 2] as const);
    const wanted = contents.flatMap(([a, b]) => {
      const greater = Math.max(a, b);
      return contents.map(([c, d]) => greater !== 1 && c + d < greater);
    });
    const said = [...states.keys()].flatMap((before) => {
      const note = judge.noteIn(states, before);
      return Array.from(states.keys(), (after) => judge.breaks(note, states, after));
    });
    expect(said).toEqual(wanted);
  });
});
