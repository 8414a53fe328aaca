/**
 * Every variant of every system comes out as pinned; every pin was confirmed by an oracle (oracles.test.ts) or from
 * elsewhere.
 */
import { describe, expect, it } from "vitest";
import { tries } from "../../../spec/test/effort.js";
import { actionInstanceOf, explore, searchConcurrently, searchWithGraph } from "../../kernel/index.js";
import { loadState, statesOf } from "../../questions/explored.js";
import { ask } from "../../questions/index.js";
import { instanceOf, systems } from "../registry.js";
import { pinsFor, study } from "../study.js";
import { usualValues } from "../system.js";

const BOUNDS = { symmetry: true, workers: 1 };

const all = systems.flatMap((system) =>
  system.variants.map((variant) => ({ system, variant, name: `${system.name}, ${variant.name}` })),
);

/**
 * Of larger ones every day only the first question is asked, which is the invariant; the others are for thorough tests.
 */
const STATES_MAX = tries(20_000, Number.POSITIVE_INFINITY);

const isLarge = ({ variant }: (typeof all)[number]) => (variant.pins[0]?.states ?? 0) > STATES_MAX;

describe("a large variant of a system", () => {
  const large = all.filter(isLarge);

  it.skipIf(large.length === 0)("is there every day", () => expect(large.length).toBeGreaterThan(10));

  it.each(large)("has states, transitions and shortest run as pinned: $name", async ({ system, variant }) => {
    const { name } = system;
    const { worded, questions } = instanceOf({
      system: name,
      variant: variant.name,
      values: usualValues(system, variant),
    });
    const [answer] = await ask(worded, questions.slice(0, 1), BOUNDS);
    const { distinctStates: states, run, property, ...found } = answer!;
    const broken = run === null ? {} : { property, length: run.length };
    expect({ ...found, states, ...broken }).toMatchObject(variant.pins[0]!);
  });
});

describe("a variant of a system", () => {
  it.each(all.filter((one) => !isLarge(one)))("comes out as pinned: $name", async ({ system, variant }) => {
    const values = usualValues(system, variant);
    const { answers } = await study(system, variant, values, pinsFor(system, variant, values), BOUNDS);
    expect(answers.map(({ answer, differences }) => [answer.ask, differences])).toEqual(
      variant.pins.map(({ ask }) => [ask, []]),
    );
    // A sound variant shows something of each of its steps and properties.
    const isFlawed = answers.some(({ answer }) => !["holds", "solvable"].includes(answer.verdict));
    if (!isFlawed) expect(answers.flatMap(({ answer }) => answer.vacuous)).toEqual([]);
  });
});

/** Presets that take seconds are compared with those of many states. */
const SLOW_PRESETS = ["two-epochs", "three-epochs"];

const presets = systems.flatMap((system) =>
  system.presets.flatMap((preset) =>
    Object.keys(preset.pins).map((which) => ({
      system,
      preset,
      which,
      name: `${system.name}, ${preset.name}, ${which}`,
    })),
  ),
);

describe("a preset of a system", () => {
  const daily = presets.filter(({ preset }) => STATES_MAX > 1e6 || !SLOW_PRESETS.includes(preset.name));

  it.each(daily)("comes out as pinned: $name", async ({ system, preset, which }) => {
    const variant = system.variants.find(({ name }) => name === which)!;
    const values = { ...usualValues(system, variant), ...preset.parameters };
    const { answers } = await study(system, variant, values, pinsFor(system, variant, values), BOUNDS);
    expect(answers.map(({ answer, differences }) => [answer.ask, differences])).toEqual(
      preset.pins[which]!.map(({ ask }) => [ask, []]),
    );
  });
});

describe("a system", () => {
  it.each(systems)(
    "$name says what it is, and what is wrong with each variant",
    ({ about, source, variants, parameters }) => {
      expect(about.length).toBeGreaterThan(200);
      expect(source).not.toBe("");
      expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length);
      const broken = variants.filter(({ pins }) =>
        pins.some(({ verdict }) => verdict === "broken" || verdict === "stuck"),
      );
      expect(broken.filter(({ mend }) => mend === undefined).map(({ name }) => name)).toEqual([]);
      for (const parameter of Object.values(parameters)) {
        if (parameter.kind === "number") expect(parameter.usual).toBeGreaterThanOrEqual(parameter.least);
      }
    },
  );
});

/** States of the variants of which all are looked at. */
const SMALL = 1000;

describe("an action of a small variant", () => {
  const small = all.filter(({ variant }) => (variant.pins[0]?.states ?? 0) <= SMALL);

  /** Who writes what nobody misses, and clocks that stand still together, change nothing; else it was not meant. */
  it.each(small)("changes something somewhere: $name", async ({ system, variant }) => {
    const { worded } = instanceOf({ system: system.name, variant: variant.name, values: usualValues(system, variant) });
    const { graph } = (await searchWithGraph(worded.model, { graphTransitionsMax: 1e6 }))!;
    const changing = new Set<string>();
    for (let state = 0; state < graph!.stateCount; state++) {
      for (let edge = graph!.firstTransition[state]!; edge < graph!.firstTransition[state + 1]!; edge++) {
        if (graph!.targetOf[edge] !== state) {
          changing.add(actionInstanceOf(worded.model.actions, graph!.stepOf[edge]!).action);
        }
      }
    }
    expect(worded.actions.map(({ name }) => name).filter((name) => !changing.has(name))).toEqual([]);
  });
});

describe("a goal of a small variant", () => {
  const small = all.filter(({ variant }) => (variant.pins[0]?.states ?? 0) <= 5 * SMALL);

  it.each(small)("is something to be reached: $name", async ({ system, variant }) => {
    const values = usualValues(system, variant);
    const { worded, questions } = instanceOf({ system: system.name, variant: variant.name, values });
    const goals = questions.flatMap((question) => ("goal" in question ? [question.goal] : []));
    if (goals.length === 0) return;
    const exploration = await explore(worded.model);
    const isOpen = (state: number, holds: () => boolean): boolean => {
      loadState(exploration, state);
      return !holds();
    };
    const reached = goals.filter(({ holds }) => [...statesOf(exploration)].every((state) => !isOpen(state, holds)));
    expect(reached.map(({ name }) => name)).toEqual([]);
  });
});

describe("symmetry from the declaration", () => {
  const small = all.filter(({ variant }) => (variant.pins[0]?.states ?? 0) <= SMALL);

  it.each(small)("on and off agree: $name", async ({ system, variant }) => {
    const { worded } = instanceOf({ system: system.name, variant: variant.name, values: usualValues(system, variant) });
    if (worded.symmetry === null) return;
    const off = (await searchWithGraph(worded.model, { graphTransitionsMax: 1e6 }))!;
    const on = await searchConcurrently(worded.model, {}, worded.symmetry);
    expect([on.representedStates, on.transitions, on.depth, [...on.violations]]).toEqual([
      off.distinctStates,
      off.transitions,
      off.depth,
      [...off.violations],
    ]);
    if (off.distinctStates > 10) expect(on.distinctStates).toBeLessThan(off.distinctStates);
  });
});
