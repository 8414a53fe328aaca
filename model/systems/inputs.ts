/**
 * How protocols of consensus begin, for what is asked of every protocol: each process has an input, and only what is
 * somebody's input may be decided. The words are those of Fischer, Lynch & Paterson 1985, section 2: inputs make an
 * *initial configuration*.
 */
import {
  type Accessors,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  over,
  type WordedAction,
} from "../language/index.js";
import type { FinalViews } from "../questions/index.js";

/** None until the process begins. */
export const inputOf = (process: IndexSet, value: IndexSet) => over([process], noneOr(memberOf(value)));

type Input = Accessors<{ readonly input: ReturnType<typeof inputOf> }>["input"];

/** One after another, so that one run leads to each initial configuration. */
export const begin = (input: Input, process: IndexSet, value: IndexSet): WordedAction => ({
  name: "begin",
  parameters: { [process.name]: process, value },
  guard: (p) => input(p).isNone() && (p === 0 || !input(p - 1).isNone()),
  effect: (p, v) => input(p).set(v),
  says: (p, v) => `${p} begins with ${v}`,
});

/** Whether this is an initial configuration, or comes after one. */
export const haveBegun = (input: Input, process: IndexSet): boolean => !input(process.size - 1).isNone();

/** A decision is valid if it is some process's input. */
export const validity = (
  input: Input,
  process: IndexSet,
  value: IndexSet,
): Pick<FinalViews, "valid" | "valueNames"> => ({
  valid: () => value.filter((v) => process.some((p) => input(p).is(v))),
  valueNames: value.names,
});

/** Rounds are counted from 1. */
export const roundSet = (rounds: number): IndexSet =>
  indexSet("round", rounds, { names: Array.from({ length: rounds }, (_, round) => `${round + 1}`) });
