/**
 * Predicates (model.ts) whose cells are neighbours in the packed state, as tables: the answer for every content of those bits.
 */
import { type CellTests, waysToHold } from "./rules.js";
import { trace } from "./trace.js";
import type { Predicate, Workspace } from "./workspace.js";

/** Some neighbouring bits of a state, and what their content means: answers[base + content]. */
export interface LookUp {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly base: number;
}

/** Contents that mean themselves stand first in the table of answers; cells are looked up there. */
export const CONTENTS_MAX = 1 << 8;

/** Bits that one look-up may depend on. */
const BITS_MAX = 12;

/** More values than parameters take. */
const PARAMETER_PLACES = 1 << 12;

/** Ways through a predicate that are traced. */
const RUNS_MAX = 64;

export class PredicateTables {
  answers = Uint8Array.from({ length: CONTENTS_MAX }, (_, content) => content);
  readonly #workspace: Workspace;
  readonly #lookUps = new Map<Predicate, Map<number, LookUp | null>>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Of which the answer is 0 or 1; null where the predicate is too involved or asks too far apart. */
  lookUp(predicate: Predicate, parameters: readonly number[]): LookUp | null {
    const lookUps = this.#lookUps.get(predicate) ?? new Map<number, LookUp | null>();
    this.#lookUps.set(predicate, lookUps);
    const key = parameters.reduce((places, parameter) => places * PARAMETER_PLACES + parameter, 0);
    const known = lookUps.get(key);
    if (known !== undefined) return known;
    const lookUp = this.#add(predicate, parameters);
    lookUps.set(key, lookUp);
    return lookUp;
  }

  #add(predicate: Predicate, parameters: readonly number[]): LookUp | null {
    const tree = trace(this.#workspace, () => predicate(...parameters), RUNS_MAX);
    if (tree === null) return null;
    const ways = waysToHold(tree);
    const bits = this.#neighbouringBits(ways.flatMap((tests) => [...tests.keys()]));
    if (bits === null) return null;
    const base = this.answers.length;
    const answers = new Uint8Array(base + bits.mask + 1);
    answers.set(this.answers);
    const { shiftOf, bitsOf } = this.#workspace.layout;
    const isMet = (tests: CellTests, content: number): boolean =>
      [...tests].every(([cell, contents]) => {
        const held = (content >>> (shiftOf[cell]! - bits.shift)) & (2 ** bitsOf[cell]! - 1);
        return ((contents >>> held) & 1) === 1;
      });
    for (let content = 0; content <= bits.mask; content++) {
      if (ways.some((tests) => isMet(tests, content))) answers[base + content] = 1;
    }
    this.answers = answers;
    return { ...bits, base };
  }

  /** From the first bit of the cells to the last; null if they are too far apart. */
  #neighbouringBits(cells: readonly number[]): Omit<LookUp, "base"> | null {
    const { wordOf, shiftOf, bitsOf } = this.#workspace.layout;
    const words = new Set(cells.map((cell) => wordOf[cell]!));
    if (words.size > 1) return null;
    const shift = Math.min(31, ...cells.map((cell) => shiftOf[cell]!));
    const end = Math.max(shift, ...cells.map((cell) => shiftOf[cell]! + bitsOf[cell]!));
    if (end - shift > BITS_MAX) return null;
    return { word: [...words][0] ?? 0, shift, mask: (1 << (end - shift)) - 1 };
  }
}
