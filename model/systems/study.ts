/**
 * Asks a variant of a system its questions, tells what comes out in its words, and compares that with what is pinned.
 */

import { Walk } from "../kernel/index.js";
import { type Change, changesBetween, type Picture, type WordedModel } from "../language/index.js";
import { type Answer, ask, type Bounds } from "../questions/index.js";
import { instanceOf, systemNamed } from "./registry.js";
import { type Pin, type Preset, type System, usualValues, type Values, type Variant } from "./system.js";

/** A step, and what it changes. */
export interface ToldStep {
  /** A sentence without a full stop. */
  readonly sentence: string;
  readonly changes: readonly Change[];
}

/** A run in words, with its last state. */
export interface ToldRun {
  readonly steps: readonly ToldStep[];
  /** How many of them, the last ones, come round for ever; null where none do. */
  readonly cycle: number | null;
  /** The state in which it ends. */
  readonly picture: Picture;
}

/** A link of a chain of views, in words. */
export interface ToldLink {
  readonly view: string;
  readonly values: readonly string[];
  /** The steps of a run with this view and the next one's; null for the last. */
  readonly run: readonly string[] | null;
  /** Of the first and the last, the steps of a run with this view in which nothing else may be decided. */
  readonly forcedBy: readonly string[] | null;
}

/** An answer in words, and how it differs from what is pinned. */
export interface StudiedAnswer {
  readonly answer: Answer;
  readonly run: ToldRun | null;
  readonly chain: readonly ToldLink[] | null;
  /** Null where nothing is pinned for these values. */
  readonly differences: readonly string[] | null;
}

/** What comes of all questions to one variant. */
export interface Study {
  readonly system: System;
  readonly variant: Variant;
  readonly values: Values;
  readonly answers: readonly StudiedAnswer[];
}

/**
 * Explores the variant with these values, and asks what its system asks.
 *
 * @param system registered or one's own; what is one's own is explored by one thread
 * @param pins what must come out; null where nothing is known
 * @param bounds on states, bytes and seconds of the exploration; none unless given
 * @throws ModelError, in one sentence, where the model is none
 */
export async function study(
  system: System,
  variant: Variant,
  values: Values,
  pins: readonly Pin[] | null,
  bounds: Bounds,
): Promise<Study> {
  // Only registered systems can be made again by other threads.
  const isRegistered = systemNamed(system.name) === system;
  const { worded, questions } = isRegistered
    ? instanceOf({ system: system.name, variant: variant.name, values })
    : system.build(values, variant.name);
  const answers = await ask(worded, questions, bounds);
  return {
    system,
    variant,
    values,
    answers: answers.map((answer) => ({
      answer,
      run: answer.run === null ? null : told(worded, answer.run, answer.cycle),
      chain: chainOf(worded, answer),
      differences: differencesFrom(answer, pins),
    })),
  };
}

/** What is pinned for the variant with these values, of the variant itself or of a preset; null where nothing is. */
export function pinsFor(system: System, variant: Variant, values: Values): readonly Pin[] | null {
  const isSame = (other: Values): boolean => Object.entries(values).every(([name, value]) => other[name] === value);
  const usual = usualValues(system, variant);
  if (isSame(usual)) return variant.pins;
  const preset = system.presets.find(({ parameters }: Preset) => isSame({ ...usual, ...parameters }));
  return preset?.pins[variant.name] ?? null;
}

function chainOf(worded: WordedModel, { chain }: Answer): readonly ToldLink[] | null {
  if (chain === null) return null;
  const sentences = (run: readonly number[] | null) =>
    run === null ? null : told(worded, run, null).steps.map(({ sentence }) => sentence);
  return chain.links.map(({ view, values, run, forcedBy }) => ({
    view,
    values,
    run: sentences(run),
    forcedBy: sentences(forcedBy),
  }));
}

function told(worded: WordedModel, stem: readonly number[], cycle: readonly number[] | null): ToldRun {
  const walk = new Walk(worded.model);
  const steps = [...stem, ...(cycle ?? [])].map((step): ToldStep => {
    const sentence = worded.sentenceOf(step);
    const before = worded.contents();
    walk.take(step);
    return { sentence, changes: changesBetween(before, worded.contents()) };
  });
  return { steps, cycle: cycle?.length ?? null, picture: worded.draw() };
}

/** What is counted of all states: of an exploration that ended early, these figures are none to compare. */
const COUNTS: readonly (keyof Pin)[] = ["states", "transitions", "depth", "components", "bivalent"];

function differencesFrom(answer: Answer, pins: readonly Pin[] | null): string[] | null {
  if (pins === null) return null;
  const pin = pins.find(({ ask }) => ask === answer.ask);
  if (pin === undefined) return null;
  const found: Required<Pin> = {
    ask: answer.ask,
    verdict: answer.verdict,
    property: answer.property ?? "",
    states: answer.distinctStates,
    transitions: answer.transitions,
    depth: answer.depth,
    length: answer.run?.length ?? 0,
    cycle: answer.cycle?.length ?? 0,
    components: answer.components ?? 0,
    bivalent: (answer.valences ?? []).reduce((sum, { values, states }) => sum + (values.length > 1 ? states : 0), 0),
  };
  return (Object.keys(pin) as (keyof Pin)[])
    .filter((key) => (answer.complete || !COUNTS.includes(key)) && pin[key] !== found[key])
    .map((key) => `${key} is ${found[key]}, pinned ${pin[key]}`);
}
