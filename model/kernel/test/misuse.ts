/** A small model to do wrong in, every way to explore it, and what each way says of it. */
import { Walk } from "../analysis/walk.js";
import type { ActionDeclaration, PropertyDeclaration } from "../declaration/declaration.js";
import { defineModel, type Model } from "../declaration/model.js";
import { ModelError } from "../declaration/model-error.js";
import type { Variable } from "../declaration/variable.js";
import { explore } from "../search/explore.js";

export type Names = "term" | "clock" | "grid";
export type Variables = Readonly<Record<Names, Variable>>;

/** A single content, a row of three, and a grid of two by three. */
export const variables = {
  term: { shape: [], domain: 3 },
  clock: { shape: [3], domain: 5 },
  grid: { shape: [2, 3], domain: 2 },
} as const;

export type Build<Part> = (variables: Variables) => Part;

/** @param wrong what replaces parts of an action that is right */
export const leaseWith = (wrong: Build<object>, properties: Build<readonly object[]> = () => []): Model =>
  defineModel({
    name: "lease",
    variables,
    actions: (variables) => [
      {
        name: "tick",
        parameters: {},
        guard: () => variables.term.at() < 2,
        effect: () => variables.term.set(variables.term.at() + 1),
        ...wrong(variables),
      } satisfies ActionDeclaration,
    ],
    properties: (variables) => properties(variables) as PropertyDeclaration[],
  });

export const leaseOf = (properties: Build<readonly object[]>): Model => leaseWith(() => ({}), properties);

/** Takes the first enabled step as long as there is one. */
function walkOn(model: Model): void {
  const walk = new Walk(model);
  for (let steps = 0; steps < 20; steps++) {
    const [first] = walk.enabledSteps();
    if (first === undefined) return;
    walk.take(first);
  }
}

export const EXPLORATIONS: Readonly<Record<string, (model: Model) => unknown>> = {
  "without the graph": (model) => explore(model),
  "with the graph": (model) => explore(model, { graphTransitionsMax: 1e6 }),
  "up to the nearest violation": (model) => explore(model, { stopAtViolation: true }),
};

export const WAYS = { ...EXPLORATIONS, "in a walk": walkOn };

/** The whole sentence of what the model is refused with; null if it is not. */
export async function sentenceOf(run: () => unknown): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof ModelError || error instanceof RangeError ? error.message : `unexpected: ${error}`;
  }
}

/** What each way of exploring says of a model, by name of the way. */
export async function sentences(ways: Readonly<Record<string, (model: Model) => unknown>>, make: () => Model) {
  const said: Record<string, string | null> = {};
  for (const [name, way] of Object.entries(ways)) said[name] = await sentenceOf(() => way(make()));
  return said;
}

export const allSay = (ways: object, sentence: string) =>
  Object.fromEntries(Object.keys(ways).map((name) => [name, sentence]));

/** Values that TypeScript would not let pass. */
export const any = (value: unknown): never => value as never;
