/** What a system is: its story, its parameters, its variants with the way each is wrong, and its model. */
import type { WordedModel } from "../language/index.js";
import type { Answer, Question } from "../questions/index.js";

export type ParameterValue = number | string;

/** A whole number within bounds, one of some words, or some of the servers. */
export type Parameter =
  | {
      readonly kind: "number";
      readonly means: string;
      readonly usual: number;
      readonly least: number;
      readonly most: number;
    }
  | { readonly kind: "choice"; readonly means: string; readonly usual: string; readonly choices: readonly string[] }
  | {
      readonly kind: "members";
      readonly means: string;
      /** Names with commas between, ascending: `S0,S1`. */
      readonly usual: string;
      readonly prefix: string;
      /** How many there are to take from. */
      readonly most: number;
    };

export const number = (means: string, usual: number, least: number, most: number) =>
  ({ kind: "number", means, usual, least, most }) as const;

export const choice = <const Choices extends readonly string[]>(means: string, choices: Choices) =>
  ({ kind: "choice", means, usual: choices[0] as Choices[number], choices }) as const;

/** Some of `most` members, one at least, that are called by the prefix and their number. */
export const someOf = (means: string, prefix: string, usual: string, most: number) =>
  ({ kind: "members", means, usual, prefix, most }) as const;

/** The numbers of the members in such a value, ascending. */
export const membersIn = (value: string): number[] =>
  [...new Set(value.split(",").map((name) => Number(name.slice(1))))].sort((a, b) => a - b);

type Parameters = Readonly<Record<string, Parameter>>;

export type Values<P extends Parameters = Parameters> = {
  readonly [Name in keyof P]: P[Name] extends { kind: "number" }
    ? number
    : P[Name] extends { choices: readonly (infer Choice)[] }
      ? Choice
      : P[Name] extends { kind: "members" }
        ? string
        : ParameterValue;
};

/** What an answer must come to, confirmed by a second explorer that shares no code, or by a figure from elsewhere. */
export type Pin = Pick<Answer, "ask" | "verdict"> & {
  readonly property?: string;
  readonly states?: number;
  readonly transitions?: number;
  readonly depth?: number;
  /** Steps of the shortest run. */
  readonly length?: number;
  readonly cycle?: number;
  readonly components?: number;
  /** States from which several outcomes are still possible. */
  readonly bivalent?: number;
};

export interface Variant<Name extends string = string> {
  readonly name: Name;
  /** What is wrong with it, or how it is right, in one line. */
  readonly inShort: string;
  /** What it does, and why somebody thought that it would do; left out where the line says it all. */
  readonly story?: string;
  readonly mend?: string;
  /** The scope below which the flaw looks safe, and how large it must be. */
  readonly trap?: string;
  /** What differs from the system's usual parameters. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly pins: readonly Pin[];
}

/** One set of values that is known from elsewhere, or too slow for every day. */
export interface Preset {
  readonly name: string;
  readonly inShort: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** What comes out for a variant; for those that are not named nothing is known. */
  readonly pins: Readonly<Record<string, readonly Pin[]>>;
}

/** A model to be asked, and what it is asked. */
export interface Instance {
  // biome-ignore lint/suspicious/noExplicitAny: whatever its variables are
  readonly worded: WordedModel<any>;
  readonly questions: readonly Question[];
}

export interface System {
  readonly name: string;
  /** For a newcomer: what it is for, what it gets from consensus, what goes wrong without. */
  readonly about: string;
  readonly source: string;
  readonly parameters: Parameters;
  readonly presets: readonly Preset[];
  readonly variants: readonly Variant[];
  /** Why these values contradict each other, a clause; or null. */
  readonly refuse: (values: Values) => string | null;
  readonly build: (values: Values, variant: string) => Instance;
}

interface SystemDeclaration<P extends Parameters, Name extends string> {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly parameters: P;
  readonly presets?: readonly Preset[];
  readonly variants: readonly Variant<Name>[];
  readonly refuse?: (values: Values<P>) => string | null;
  readonly build: (values: Values<P>, variant: Name) => Instance;
}

export function defineSystem<P extends Parameters, Name extends string>(
  declaration: SystemDeclaration<P, Name>,
): System {
  const { refuse = () => null, build, presets = [] } = declaration;
  return {
    ...declaration,
    presets,
    refuse: refuse as System["refuse"],
    build: build as unknown as System["build"],
  };
}

/** The values that a variant is explored with when nothing else is said. */
export const usualValues = ({ parameters }: System, variant: Variant): Values => ({
  ...Object.fromEntries(Object.entries(parameters).map(([name, { usual }]) => [name, usual])),
  ...variant.parameters,
});
