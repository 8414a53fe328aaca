/** What a system is: its story, its parameters, its variants with the way each is wrong, and its model. */
import type { WordedModel } from "../language/index.js";
import type { Answer, Question } from "../questions/index.js";

/** Of a parameter: a number, or a word. */
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

/** A parameter that is a whole number from `least` to `most`. */
export const number = (means: string, usual: number, least: number, most: number) =>
  ({ kind: "number", means, usual, least, most }) as const;

/** A parameter that is one of some words; the first is the usual one. */
export const choice = <const Choices extends readonly string[]>(means: string, choices: Choices) =>
  ({ kind: "choice", means, usual: choices[0] as Choices[number], choices }) as const;

/** Some of `most` members, one at least, that are called by the prefix and their number. */
export const someOf = (means: string, prefix: string, usual: string, most: number) =>
  ({ kind: "members", means, usual, prefix, most }) as const;

/** The numbers of the members in such a value, ascending. */
export const membersIn = (value: string): number[] =>
  [...new Set(value.split(",").map((name) => Number(name.slice(1))))].sort((a, b) => a - b);

/** By name. */
export type SystemParameters = Readonly<Record<string, Parameter>>;

/** A value for each parameter. */
export type Values<P extends SystemParameters = SystemParameters> = {
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

/** One way to build the system: right, or wrong in a way that somebody took for right. */
export interface Variant<Name extends string = string> {
  readonly name: Name;
  /** What is wrong with it, or how it is right, in one line. */
  readonly inShort: string;
  /** What it does, and why somebody thought that it would do; left out where the line says it all. */
  readonly story?: string;
  /** What makes it right. */
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

/** A protocol around consensus, with its parameters and variants. */
export interface System {
  readonly name: string;
  /** For a newcomer: what it is for, what it gets from consensus, what goes wrong without. */
  readonly about: string;
  /** Papers, manuals, reports of faults. */
  readonly source: string;
  readonly parameters: SystemParameters;
  readonly presets: readonly Preset[];
  readonly variants: readonly Variant[];
  /** Why these values contradict each other, a clause; or null. */
  readonly refuse: (values: Values) => string | null;
  /** The model of a variant with these values, and what it is asked. */
  readonly build: (values: Values, variant: string) => Instance;
}

/** What a system is declared with. */
export interface SystemDeclaration<P extends SystemParameters, Name extends string> {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly parameters: P;
  readonly presets?: readonly Preset[];
  readonly variants: readonly Variant<Name>[];
  /** Why these values contradict each other, a clause; or null. Left out: none do. */
  readonly refuse?: (values: Values<P>) => string | null;
  /** The model of a variant with these values, and what it is asked. */
  readonly build: (values: Values<P>, variant: Name) => Instance;
}

/** A system of one's own, checked by its types: `build` receives values of the declared parameters. */
export function defineSystem<P extends SystemParameters, Name extends string>(
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
