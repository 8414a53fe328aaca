/** Each question on a model small enough to see the answer. */
import { describe, expect, it } from "vitest";
import { actionInstanceOf } from "../../kernel/index.js";
import {
  counter,
  defineInWords,
  flag,
  indexSet,
  memberOf,
  noneOr,
  over,
  single,
  type WordedAction,
} from "../../language/index.js";
import { ask, type Question } from "../index.js";

const BOUNDS = { symmetry: true, workers: 1 };
const process = indexSet("process", 2);

const toldBy = (says: string): Pick<WordedAction, "says"> => ({ says: () => says });

/** Two processes want a lock; a third thing, the tick, never ends. */
const lock = (fairness?: "weak" | "strong") =>
  defineInWords({
    name: "lock",
    variables: { holder: single(noneOr(memberOf(process))), done: single(flag()), tick: single(flag()) },
    picture: { rows: process },
    actions: ({ holder, done, tick }) => [
      {
        name: "take",
        parameters: { process },
        guard: (p) => holder().isNone() && p === 0,
        effect: (p) => holder().set(p),
        says: (p) => `${p} takes the lock`,
      },
      {
        name: "drop",
        parameters: {},
        guard: () => !holder().isNone(),
        effect: () => holder().set(null),
        ...toldBy("the lock is dropped"),
      },
      {
        name: "finish",
        parameters: {},
        guard: () => holder().isNone() && done().is(false),
        effect: () => done().set(true),
        ...(fairness === undefined ? {} : { fairness }),
        ...toldBy("it is finished"),
      },
      {
        name: "tick",
        parameters: {},
        guard: () => true,
        effect: () => tick().set(!tick().get()),
        ...toldBy("the clock ticks"),
      },
    ],
  });

const answerTo = async (worded: ReturnType<typeof lock>, question: Question) =>
  (await ask(worded, [question], BOUNDS))[0]!;

describe("lasso", () => {
  const goal = (worded: ReturnType<typeof lock>): Question => ({
    ask: "lasso",
    goal: { name: "finished", holds: () => worded.variables.done().is(true) },
  });

  it("without fairness a run may go round whatever there is", async () => {
    const worded = lock();
    const { verdict, property, run, cycle } = await answerTo(worded, goal(worded));
    expect([verdict, property, run]).toEqual(["broken", "finished", []]);
    expect(cycle!.map((step) => worded.sentenceOf(step))).toEqual(["P0 takes the lock", "the lock is dropped"]);
  });

  it("with weak fairness a step may be possible again and again, and is not owed", async () => {
    const worded = lock("weak");
    const { verdict, run, cycle } = await answerTo(worded, goal(worded));
    expect([verdict, run]).toEqual(["broken", []]);
    const told = cycle!.map((step) => worded.sentenceOf(step));
    expect(told).toContain("P0 takes the lock");
    expect(told).toContain("the lock is dropped");
    expect(told).not.toContain("it is finished");
  });

  it("with strong fairness it is: every fair run finishes", async () => {
    const worded = lock("strong");
    // Whoever holds the lock for ever owes nothing but to finish, which is impossible then.
    expect(await answerTo(worded, goal(worded))).toMatchObject({ verdict: "broken" });
    const holder = await answerTo(worded, {
      ask: "lasso",
      goal: {
        name: "finished or held",
        holds: () => worded.variables.done().is(true) || !worded.variables.holder().isNone(),
      },
    });
    expect(holder).toMatchObject({ verdict: "holds", run: null, cycle: null });
  });
});

/** Counts up by one, or by two if it is broken. */
const counting = (stride: number) => {
  const worded = defineInWords({
    name: "counting",
    variables: { count: single(counter(4)) },
    picture: {},
    actions: ({ count }) => [
      {
        name: "count",
        parameters: {},
        guard: () => count().get() + stride <= 4,
        effect: () => count().set(count().get() + stride),
        says: () => "counts",
      },
    ],
    properties: () => [],
    transitions: ({ count }) => [
      {
        name: "no number is left out",
        note: () => count().get(),
        holds: (before) => count().get() <= Number(before) + 1,
      },
      { name: "beyond all", note: () => count().get(), premise: (before) => Number(before) > 4, holds: () => false },
    ],
  });
  return worded;
};

describe("transitions and refinement", () => {
  it("compares a state with its successor, and names premises that never hold", async () => {
    const [fine] = await ask(counting(1), [{ ask: "invariant" }], BOUNDS);
    expect(fine).toMatchObject({ verdict: "holds", vacuous: ['the premise of "beyond all" never holds'] });
    const [broken] = await ask(counting(2), [{ ask: "invariant" }], BOUNDS);
    expect(broken).toMatchObject({ verdict: "broken", property: "no number is left out", run: [0] });
  });

  it.each([
    [1, "holds", null],
    [2, "broken", 1],
  ] as const)("is each step of %d one of the abstract count?", async (stride, verdict, length) => {
    const [abstract, concrete] = [counting(1), counting(stride)];
    const map = () => abstract.variables.count().set(concrete.variables.count().get());
    const [answer] = await ask(
      concrete,
      [{ ask: "refines", abstraction: { name: "counting", model: abstract.model, map } }],
      BOUNDS,
    );
    expect([answer!.verdict, answer!.run?.length ?? null]).toEqual([verdict, length]);
  });

  it("says that nothing is shown where no step is an abstract one", async () => {
    const [abstract, concrete] = [counting(1), counting(1)];
    const [answer] = await ask(
      concrete,
      [{ ask: "refines", abstraction: { name: "counting", model: abstract.model, map: () => {} } }],
      BOUNDS,
    );
    expect([answer!.verdict, answer!.vacuous]).toEqual(["holds", ["no step is one of counting"]]);
  });
});

/** Each of two has an input, and one of them may hear the other's before it decides. */
const telling = (isHeard: boolean) => {
  const worded = defineInWords({
    name: "telling",
    variables: {
      input: over([process], noneOr(memberOf(process))),
      heard: over([process], flag()),
      isOver: over([process], flag()),
    },
    picture: { rows: process },
    actions: ({ input, heard, isOver }) => [
      {
        name: "begin",
        parameters: { process, value: process },
        guard: (p) => input(p).isNone(),
        effect: (p, v) => input(p).set(v),
        says: (p, v) => `${p} begins with ${v}`,
      },
      {
        name: "end",
        parameters: { process },
        guard: (p) => isOver(p).is(false) && !input(0).isNone() && !input(1).isNone(),
        effect: (p) => {
          isOver(p).set(true);
          if (isHeard && p === 1) heard(p).set(true);
        },
        says: (p) => `${p} ends`,
      },
    ],
  });
  const { input, heard, isOver } = worded.variables;
  const view = (p: number) => `P${p}: ${input(p).text()}${heard(p).is(true) ? `, heard ${input(1 - p).text()}` : ""}`;
  const final = {
    isOver: () => process.every((p) => isOver(p).is(true)),
    views: () => process.members.map(view),
    valid: () => process.filter((v) => process.some((p) => input(p).is(v))),
    valueNames: ["A", "B"],
  };
  return { worded, question: { ask: "similarity", final } as const };
};

describe("similarity", () => {
  it("is solvable where the one hears the other", async () => {
    const { worded, question } = telling(true);
    expect((await ask(worded, [question], BOUNDS))[0]).toMatchObject({
      verdict: "solvable",
      components: 2,
      chain: null,
    });
  });

  it("shows the chain of views where nobody hears anybody", async () => {
    const { worded, question } = telling(false);
    const [answer] = await ask(worded, [question], BOUNDS);
    expect([answer!.verdict, answer!.components]).toEqual(["impossible", 1]);
    expect(answer!.chain!.links.map(({ view, values }) => [view, values])).toEqual([
      ["P0: P0", ["A"]],
      ["P1: P1", ["B"]],
    ]);
    expect(answer!.chain!.links[0]!.run).toHaveLength(4);
    expect(answer!.chain!.links[1]!.run).toBeNull();
    // The ends are forced by runs in which both began alike.
    const inputs = answer!.chain!.links.map(({ forcedBy }) =>
      forcedBy!.flatMap((step) => {
        const { action, parameters } = actionInstanceOf(worded.model.actions, step);
        return action === "begin" ? [parameters.value] : [];
      }),
    );
    expect(inputs).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});
