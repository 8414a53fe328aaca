/**
 * Runs and states made by hand: what is told of them, what may come next, and which properties fail that no variant
 * breaks.
 */
import { describe, expect, it } from "vitest";
import { Walk } from "../../kernel/index.js";
import type { WordedModel } from "../../language/index.js";
import { instanceOf, systemNamed, variantNamed } from "../registry.js";
import { study } from "../study.js";
import { usualValues, type Values } from "../system.js";

function variantOf(name: string, which: string, set: Values) {
  const system = systemNamed(name)!;
  const variant = variantNamed(system, which)!;
  return { system, variant, values: { ...usualValues(system, variant), ...set } };
}

function wordedOf(name: string, which: string, set: Values = {}): WordedModel {
  const { values } = variantOf(name, which, set);
  return instanceOf({ system: name, variant: which, values }).worded;
}

/** Takes these steps, each the one that says so, and tells the sentences of those that may come next. */
function possibleAfter(worded: WordedModel, run: readonly string[]): string[] {
  const walk = new Walk(worded.model);
  const sentences = () => walk.enabledSteps().map((step) => worded.sentenceOf(step));
  for (const sentence of run) {
    const place = sentences().indexOf(sentence);
    expect([sentence, place]).not.toEqual([sentence, -1]);
    walk.take(walk.enabledSteps()[place]!);
  }
  return sentences();
}

const inSlot = (slot: number, what: string, old: boolean): string[] => [
  `the leader of epoch 0 proposes ${what} in slot ${slot}, to the ${old ? "old configuration {S0}" : "new configuration {S1}"}`,
  `${old ? "S0" : "S1"} accepts the proposal of epoch 0 in slot ${slot}`,
];

describe("alpha-reconfiguration, two-at-once", () => {
  it.each([
    ["a change that is in effect stays so, though the next one waits", 2, [0, 1, 2]],
    ["what is decided beyond a gap is not known", 3, [0, 2]],
  ])("%s", (_, alpha, decided) => {
    const worded = wordedOf("alpha-reconfiguration", "two-at-once", { alpha, slots: 4, from: "S0", to: "S1" });
    const run = decided.flatMap((slot) => inSlot(slot, slot === 1 ? "a no-op" : "the change", slot < alpha));
    const next = possibleAfter(worded, run).filter((sentence) => /epoch 0 proposes .* slot 3/.test(sentence));
    expect(next).toEqual([inSlot(3, "the change", false)[0], inSlot(3, "a no-op", false)[0]]);
  });
});

describe("what is told", () => {
  async function told(name: string, which: string, set: Values) {
    const { system, variant, values } = variantOf(name, which, set);
    const { answers } = await study(system, variant, values, null, { symmetry: true, workers: 1 });
    return answers;
  }

  it("of multi-op: the second client takes the lock from the first", async () => {
    const [answer] = await told("multi-op", "guard-at-submit", {});
    const changes = answer!
      .run!.steps.flatMap((step) => step.changes)
      .filter(({ place }) => place.startsWith("holder"));
    expect(changes).toEqual([
      { place: "holder[R0]", before: "-", after: "C0" },
      { place: "holder[R0]", before: "C0", after: "C1" },
    ]);
  });

  it("of a change that cannot take effect: the slots before it can stay empty, and those after it", async () => {
    const [answer] = await told("alpha-reconfiguration", "no-noops", {});
    expect(answer!.run!.steps.map(({ sentence }) => sentence)).toEqual([
      "the leader of epoch 0 proposes the change in slot 0, to the old configuration {S0,S1,S2}",
      "S0 accepts the proposal of epoch 0 in slot 0",
      "S1 accepts the proposal of epoch 0 in slot 0",
    ]);
  });

  it("of synchronous rounds: what of others each has heard, and never of itself", async () => {
    const [, similarity] = await told("synchronous", "sound", { rounds: 1 });
    expect(similarity!.chain!.slice(0, 2).map(({ view }) => view)).toEqual([
      "P0 with A (heard P1 with A)",
      "P1 with A (heard P0 with A and P2 with B)",
    ]);
  });

  it("of synchronous rounds: no two ways lead to one state, though of two crashes one comes after the other", async () => {
    const [invariant] = await told("synchronous", "sound", { crashes: 2 });
    expect(invariant!.answer.transitions).toBe(invariant!.answer.distinctStates - 1);
  });

  it("of synchronous rounds: in which of them somebody crashed", () => {
    const worded = wordedOf("synchronous", "sound");
    const begins = ["P0 begins with A", "P1 begins with B", "P2 begins with B"];
    const tells = [0, 1, 2].map((p) => `round 1: P${p} tells everybody what it has seen`);
    possibleAfter(worded, [...begins, ...tells, "round 2: P0 crashes, having told {P2}"]);
    expect(worded.draw().tables[0]).toMatchObject({
      head: ["", "input", "crashed", "heard 1", "heard 2"],
      rows: [
        ["P0", "A", "2", "P1 P2", "-"],
        ["P1", "B", "-", "P0 P2", "-"],
        ["P2", "B", "-", "P0 P1", "P0"],
      ],
    });
  });
});

/** Of properties that no variant breaks: a state in which each fails. */
const broken: readonly (readonly [
  system: string,
  variant: string,
  property: string,
  // biome-ignore lint/suspicious/noExplicitAny: each system has variables of its own
  write: (variables: any) => void,
])[] = [
  [
    "multi-op",
    "sound",
    "replicas that have applied as much are in the same state",
    ({ applied, holder }) => {
      for (const r of [0, 1]) {
        applied(r).set(1);
        holder(r).set(r);
      }
    },
  ],
  [
    "atomic-broadcast",
    "sound",
    "no message is delivered twice",
    ({ delivered }) => {
      for (const m of [1, 1]) delivered(0).append(m);
    },
  ],
  [
    "flp",
    "sound",
    "agreement",
    ({ phase, value }) => {
      for (const c of [0, 1]) {
        phase(c).set("has decided");
        value(c).set(c);
      }
    },
  ],
  [
    "multi-paxos",
    "applies-out-of-order",
    "what is applied is a prefix",
    ({ applied }) => {
      for (const i of [0, 1]) applied(i).set(1);
    },
  ],
];

describe("a property that no variant breaks first", () => {
  it.each(broken)("fails in a state made by hand: %s, %s, %s", (name, which, property, write) => {
    const { variables, model } = wordedOf(name, which, name === "multi-paxos" ? { batch: 2 } : {});
    const { holds } = model.properties.find((one) => one.name === property)!;
    expect(holds()).toBe(true);
    write(variables);
    expect(holds()).toBe(false);
  });
});
