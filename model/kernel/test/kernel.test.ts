import { describe, expect, it } from "vitest";
import { edgeCover } from "../analysis/edge-cover.js";
import { violatingRun } from "../analysis/shortest-run.js";
import { Walk } from "../analysis/walk.js";
import { actionInstanceOf } from "../compile/expand.js";
import { defineModel, type Model } from "../declaration/model.js";
import { explore } from "../search/explore.js";
import { StateStore } from "../store/state-store.js";
import { counters as countersThat } from "./counters.js";
import { twoPhaseCommit } from "./two-phase-commit.js";

const counters = (digits: number, domain: number): Model =>
  countersThat(digits, domain, (digit) => ({
    name: "somebody lags",
    holds: () => Array.from({ length: digits }, (_, d) => d).some((d) => digit.at(d) === 0),
  }));

describe("exploration", () => {
  it("finds the states of two-phase commit that TLC finds: 288 distinct, 1,146 generated with the initial one, depth 11 as it counts levels", async () => {
    const { distinctStates, transitions, depth, violations, complete } = await explore(twoPhaseCommit(3));
    expect({ distinctStates, transitions, depth, complete }).toEqual({
      distinctStates: 288,
      transitions: 1145,
      depth: 10,
      complete: true,
    });
    expect(violations.size).toBe(0);
  });

  it.each([
    [3, 4],
    [5, 3],
    [7, 2],

    [2, 300],
    [9, 3],
  ])("counts %i digits of %i exactly", async (digits, domain) => {
    const { distinctStates, transitions, depth } = await explore(counters(digits, domain));
    expect(distinctStates).toBe(domain ** digits);
    // Every digit is below its top in (domain - 1) / domain of all states.
    expect(transitions).toBe(digits * (domain - 1) * domain ** (digits - 1));
    expect(depth).toBe(digits * (domain - 1));
  });

  it("keeps cells apart that straddle a word", async () => {
    const { distinctStates } = await explore(counters(21, 2), { statesMax: 5000 });
    const wide = defineModel({
      name: "wide",
      variables: { cell: { shape: [11], domain: 8 } },
      actions: ({ cell }) => [
        { name: "fill", parameters: { cell: 11 }, guard: (c) => cell.at(c) === 0, effect: (c) => cell.set(7, c) },
      ],
      properties: () => [],
    });
    expect(distinctStates).toBeGreaterThanOrEqual(5000);
    expect((await explore(wide)).distinctStates).toBe(2 ** 11);
  });

  it("shows a shortest run to the nearest violation", async () => {
    const model = counters(4, 3);
    const exploration = await explore(model);
    const run = violatingRun(exploration, "somebody lags");
    expect(exploration.violations).toEqual(new Map([["somebody lags", 4]]));
    const raised = run.map((step) => actionInstanceOf(model.actions, step).parameters.digit);
    expect(raised.sort()).toEqual([0, 1, 2, 3]);
  });

  it("says so when the bound on states ends it", async () => {
    const { complete, stoppedBy, distinctStates, graph } = await explore(counters(5, 4), {
      statesMax: 100,
      graphTransitionsMax: 1e6,
    });
    expect({ complete, stoppedBy, graph }).toEqual({ complete: false, stoppedBy: "states", graph: null });
    expect(distinctStates).toBeGreaterThanOrEqual(100);
    expect(distinctStates).toBeLessThan(110);
  });

  it("stops when it is aborted and keeps what it found", async () => {
    const controller = new AbortController();
    const exploration = await explore(counters(12, 4), {
      signal: controller.signal,
      onProgress: ({ distinctStates }) => {
        if (distinctStates > 1000) controller.abort();
      },
    });
    expect(exploration.stoppedBy).toBe("interrupted");
    expect(exploration.complete).toBe(false);
    expect(exploration.distinctStates).toBeGreaterThan(1000);
  });

  it("explores the same model again from its initial state", async () => {
    const model = counters(3, 3);
    await explore(model);
    expect((await explore(model)).distinctStates).toBe(27);
  });
});

describe("the graph", () => {
  it("has every transition, and drops itself when it grows beyond its bound", async () => {
    const { graph, transitions } = await explore(counters(4, 3), { graphTransitionsMax: 1e6 });
    expect(graph!.transitionCount).toBe(transitions);
    expect((await explore(counters(4, 3), { graphTransitionsMax: transitions - 1 })).graph).toBeNull();
    expect((await explore(counters(4, 3), { graphTransitionsMax: transitions })).graph).not.toBeNull();
  });

  it("is dropped where it takes more memory than the states may, and the search goes on without", async () => {
    const whole = await explore(counters(5, 8), { graphTransitionsMax: 1e7 });
    const bytesMax = Math.floor(whole.bytes / 2);
    const bounded = await explore(counters(5, 8), { graphTransitionsMax: 1e7, bytesMax });
    expect(bounded).toMatchObject({ graph: null, complete: true, distinctStates: 8 ** 5 });
    expect(bounded.transitions).toBe(whole.transitions);
  });

  it.each([0, 1, 77])("is covered by runs that can be walked, seed %i", async (seed) => {
    const model = twoPhaseCommit(3);
    const { graph } = await explore(model, { graphTransitionsMax: 1e6 });
    const walk = new Walk(model);
    const taken = new Set<string>();
    for (const run of edgeCover(graph!, seed)) {
      walk.restart();
      for (const step of run) {
        taken.add(`${walk.words.join()}:${step}`);
        walk.take(step);
      }
    }
    expect(taken.size).toBe(1145);
  });

  it("gives the same cover for the same seed and another for another", async () => {
    const { graph } = await explore(twoPhaseCommit(2), { graphTransitionsMax: 1e6 });
    expect([...edgeCover(graph!, 5)]).toEqual([...edgeCover(graph!, 5)]);
    expect([...edgeCover(graph!, 5)]).not.toEqual([...edgeCover(graph!, 6)]);
  });
});

describe("a walk", () => {
  it("refuses a step that is not enabled", () => {
    const walk = new Walk(counters(1, 2));
    walk.take(0);
    expect(walk.isEnabled(0)).toBe(false);
    expect(() => walk.take(0)).toThrow(
      'model "counters", action "increment" (digit 0): step 0 is not enabled in this state',
    );
  });
});

describe("the state store", () => {
  it.each([1, 2, 3])("numbers 50,000 distinct states of %i words in order, and knows them again", (width) => {
    const store = new StateStore(width);
    // Only the last word differs, and only in its high bits: a hash that ignores either would crawl.
    const state = (n: number) => new Int32Array(width).fill(7).with(width - 1, n << 14);
    const numbers = Array.from({ length: 50_000 }, (_, n) => n);
    expect(numbers.filter((n) => store.insert(state(n)) !== -1 - n)).toEqual([]);
    expect(numbers.filter((n) => n % 997 === 0 && store.insert(state(n)) !== n)).toEqual([]);
    expect(store.count).toBe(50_000);
  });
});
