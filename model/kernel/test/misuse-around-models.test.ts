/** What may not be done with a model that is declared well; with the sentence that says so. */
import { describe, expect, it } from "vitest";
import { tableOf } from "../../../spec/test/tables.js";
import { type RegistersModel, registersModel } from "../../registers/registers.js";
import { shortestRunTo, violatingRun } from "../analysis/shortest-run.js";
import { Walk } from "../analysis/walk.js";
import { actionInstanceOf } from "../compile/expand.js";
import type { Model } from "../declaration/model.js";
import type { ExploreOptions } from "../search/exploration.js";
import { explore } from "../search/explore.js";
import { allSay, EXPLORATIONS, leaseOf, leaseWith, sentenceOf, sentences, WAYS } from "./misuse.js";

describe("a model that was made from another is refused", () => {
  it("where two actions have one name", async () => {
    const make = () => {
      const model = leaseWith(() => ({}));
      return { ...model, actions: [...model.actions, ...model.actions] };
    };
    expect(await sentences(WAYS, make)).toEqual(
      allSay(WAYS, 'model "lease", action "tick": two actions have this name; each needs its own'),
    );
  });

  it("where a guard was replaced and its conditions were not", async () => {
    const make = () => {
      const model = leaseWith(() => ({}));
      return { ...model, actions: model.actions.map((action) => ({ ...action, guard: () => false })) };
    };
    const sentence = "its guard was replaced and its conditions were not; use defineModel, or replace both";
    expect(await sentences(WAYS, make)).toEqual(allSay(WAYS, `model "lease", action "tick": ${sentence}`));
  });

  it("where a property's predicate was", async () => {
    const make = () => {
      const model = leaseOf(() => [{ name: "safe", holds: () => true }]);
      return { ...model, properties: model.properties.map((property) => ({ ...property, holds: () => false })) };
    };
    const sentence = "its predicate was replaced and its conditions were not; use defineModel, or replace both";
    expect(await sentences(EXPLORATIONS, make)).toEqual(
      allSay(EXPLORATIONS, `model "lease", property "safe": ${sentence}`),
    );
  });
});

describe("worker threads make the model again", () => {
  const majority = tableOf(3, [{ sets: [0, Number.POSITIVE_INFINITY], decide: [0b011, 0b101, 0b110] }]);
  const registers = () => registersModel({ table: majority, registerSets: [0, 1, 2], values: 2, clients: null });
  const threads: ExploreOptions = {
    workers: 2,
    tuning: { parallelFromStates: 1, parallelFromBlocks: 1, awaitsWorkers: true },
  };

  it.each<readonly [what: string, change: (model: RegistersModel) => Model]>([
    ["without an action", (model) => ({ ...model, actions: model.actions.slice(0, 2) })],
    [
      "with an action that does something else",
      (model) => ({ ...model, actions: model.actions.map((action) => ({ ...action, effect: () => {} })) }),
    ],
    ["without a property", (model) => ({ ...model, properties: model.properties.slice(0, 1) })],
  ])("so a model that was changed and kept its descriptor is refused: %s", async (_, change) => {
    const said = await sentenceOf(() => explore(change(registers()), threads));
    expect(said).toBe(
      'model "registers": the model that is explored is not the one that its descriptor "registers" stands for',
    );
  });

  it("and one that no registry knows ends the search, and does not let it wait", async () => {
    const model = { ...registers(), descriptor: { model: "lease", config: null } };
    await expect(explore(model, threads)).rejects.toThrow("no model is registered as lease");
  });

  it("while the model itself is found the same", async () => {
    expect(await explore(registers(), threads)).toMatchObject({ distinctStates: 10_123 });
  });
});

describe("a walk", () => {
  it("has only the steps that there are, and only those that are enabled", () => {
    const model = leaseWith(() => ({}));
    const walk = new Walk(model);
    for (const step of [1, -1, Number.NaN, 0.5]) {
      expect(() => walk.take(step)).toThrow(`model "lease": there are steps 0 to 0 and no step ${step}`);
      expect(() => walk.isEnabled(step)).toThrow(`model "lease": there are steps 0 to 0 and no step ${step}`);
    }
    walk.take(0);
    walk.take(0);
    expect(() => walk.take(0)).toThrow('model "lease", action "tick": step 0 is not enabled in this state');
    expect(() => actionInstanceOf(model.actions, 1)).toThrow("there are steps 0 to 0 and no step 1");
    expect(() => actionInstanceOf(model.actions, -1)).toThrow("a step number is a whole number, not -1");
  });

  it("is over when another begins in the same model, or a search", async () => {
    const model = leaseWith(() => ({}));
    const walk = new Walk(model);
    new Walk(model).take(0);
    const sentence = 'model "lease": the walk\'s state is gone, since another walk or search has begun; restart it';
    expect(() => walk.take(0)).toThrow(sentence);
    walk.restart();
    walk.take(0);
    expect(model.variables.term!.at()).toBe(1);
    await explore(model);
    expect(() => walk.enabledSteps()).toThrow(sentence);
  });
});

describe("what else goes wrong outside of closures", () => {
  it("a variable that is used wrong", () => {
    const { term, clock } = leaseWith(() => ({})).variables;
    expect(() => term!.set(3)).toThrow('model "lease": term holds 0 to 2 and cannot be set to 3');
    expect(() => clock!.at(3)).toThrow('model "lease": clock has places 0 to 2 and no place 3');
  });

  it("a write that nobody committed does not get into the search", async () => {
    const model = leaseWith(() => ({}));
    model.variables.clock!.set(4, 2);
    expect(await explore(model)).toMatchObject({ distinctStates: 3 });
    model.variables.clock!.set(4, 2);
    expect(await explore(model, { graphTransitionsMax: 10 })).toMatchObject({ distinctStates: 3 });
    expect(model.variables.clock!.at(2)).toBe(0);
  });

  it("an effect that writes often is taken back to the last write", async () => {
    const make = () =>
      leaseWith(({ term, clock }) => ({
        effect: () => {
          for (let times = 0; times < 10_000; times++) clock.set(times % 5, times % 3);
          term.set(term.at() + 1);
        },
      }));
    for (const graphTransitionsMax of [0, 1e6]) {
      expect(await explore(make(), { graphTransitionsMax })).toMatchObject({ distinctStates: 3, transitions: 2 });
    }
  });

  it.each<readonly [what: string, options: object, sentence: string]>([
    ["a misspelt option", { maxStates: 10 }, "explore has no option maxStates; options are workers, statesMax,"],
    ["a bound that is none", { statesMax: Number.NaN }, "explore: statesMax is a number from 0 on, not NaN"],
    ["a bound as a word", { secondsMax: "10" }, "explore: secondsMax is a number, not 10"],
    ["half a thread", { workers: 1.5 }, "explore: workers is a whole number of threads, 1 at least, not 1.5"],
  ])("%s", async (_, options, sentence) => {
    expect(
      await sentenceOf(() =>
        explore(
          leaseWith(() => ({})),
          options,
        ),
      ),
    ).toContain(sentence);
  });

  it("a run to a state that was not found", async () => {
    const exploration = await explore(leaseOf(() => [{ name: "safety", holds: () => true }]));
    expect(() => violatingRun(exploration, "safety")).toThrow(
      'model "lease", property "safety": it fails in no state that was found, so no run leads to one',
    );
    expect(() => violatingRun(exploration, "liveness")).toThrow(
      'model "lease", property "liveness": it fails in no state',
    );
    expect(() => shortestRunTo(exploration, exploration.violations.get("safety")!)).toThrow(
      'model "lease": undefined is not the number of a state that was found',
    );
    expect(() => shortestRunTo(exploration, 3)).toThrow('model "lease": 3 is not the number of a state that was found');
  });
});
