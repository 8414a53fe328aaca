/** Kinds of states that somebody who walks through a model looks for. */
import type { Explorable } from "./explorable.js";

export interface Kind {
  readonly name: string;
  /** In a sentence: `a state in which …`. */
  readonly means: string;
  /** Whether a state is something that should not be. */
  readonly isHarm: boolean;
  /** Whether it is about what can still come about, so that only an atlas tells. */
  readonly needsFuture: boolean;
  /** Of the future only where it needs it. */
  readonly includes: (known: KnownOfState) => boolean;
}

/** Sets of properties that do not hold, and of outcomes: a bit each. */
export interface KnownOfState {
  readonly broken: number;
  readonly cameAbout: number;
  readonly possible: number;
  readonly stepCount: number;
}

const BITS = 32;

/** Bits are signed: a set with the last one is negative, and so none is compared by size. */
const isSeveral = (set: number): boolean => (set & (set - 1)) !== 0;

/** Of the state at work, all but what is yet to come. */
export const factsHere = ({ model, outcomes }: Explorable): Pick<KnownOfState, "broken" | "cameAbout"> => ({
  broken: bitsOf(model.properties, ({ holds }) => !holds()),
  cameAbout: bitsOf(outcomes, ({ holds }) => holds()),
});

/** Bit n for the n-th of the list; of the first 32. */
export const bitsOf = <Item>(list: readonly Item[], isSet: (item: Item) => boolean): number =>
  list.slice(0, BITS).reduce((bits, item, bit) => bits | (Number(isSet(item)) << bit), 0);

export function kindsOf({ model, outcomes }: Explorable): Kind[] {
  const harms = model.properties.map(
    ({ name }, property): Kind => ({
      name: model.properties.length === 1 ? "violation" : `breaks ${name}`,
      means: `${name} does not hold`,
      isHarm: true,
      needsFuture: false,
      includes: ({ broken }) => ((broken >>> property) & 1) === 1,
    }),
  );
  const end: Kind = {
    name: "end",
    means: "nothing can happen any more",
    isHarm: false,
    needsFuture: false,
    includes: ({ stepCount }) => stepCount === 0,
  };
  return [...harms, ...(outcomes.length === 0 ? [] : kindsByOutcome(outcomes.length)), end];
}

const kindsByOutcome = (count: number): Kind[] => [
  {
    name: count > 1 ? "decided" : "reached",
    means: count > 1 ? "something is decided" : "the goal is reached",
    isHarm: false,
    needsFuture: false,
    includes: ({ cameAbout }) => cameAbout !== 0,
  },
  ...(count > 1
    ? [
        {
          name: "bivalent",
          means: "nothing is decided, and more than one outcome is still possible",
          isHarm: false,
          needsFuture: true,
          includes: ({ cameAbout, possible }: KnownOfState) => cameAbout === 0 && isSeveral(possible),
        },
      ]
    : []),
  {
    name: "stuck",
    means: count > 1 ? "nothing can be decided any more" : "the goal cannot be reached any more",
    isHarm: true,
    needsFuture: true,
    includes: ({ possible }) => possible === 0,
  },
];
