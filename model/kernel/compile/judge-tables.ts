/**
 * Judges properties by table look-up: all conditions that occur in them at once, then what the conditions that hold
 * come to.
 *
 * Conditions with parameters filled in are *facts*, one bit each. A fact holds in one of several ways
 * (symbolic-execution.ts), and a look-up (product-tables.ts) finds for all facts together which hold in their first
 * way, in their second way, and so on.
 */
import { type Guard, instancesOf, type Model, type Property } from "../declaration/model.js";
import type { StateFunction, Workspace } from "../declaration/workspace.js";
import { type CellTests, keyOf, NO_TESTS, waysToHold } from "./cell-tests.js";
import { areEqualSets, onlyContent } from "./content-set.js";
import { PerInstance } from "./per-instance.js";
import { codeOfRows, codeOfSetWord, isLookedUp, type ProductTables, productTablesOf } from "./product-tables.js";
import { executeSymbolically, type StateFunctionNumbers } from "./symbolic-execution.js";

/** Bit p of the result is set iff property p fails in the packed state at `states[offset]`. */
export type Judge = (states: Int32Array, offset: number) => number;

/** Bits of one word. */
const FACTS_MAX = 32;

/** Ways of one fact; beyond, looking all of them up takes longer than asking one condition after another. */
const WAYS_MAX = 16;

/** Ways through a condition that are executed. */
const RUNS_MAX = 64;

/** Values of a property's parameters that are tried. */
const INSTANCES_MAX = 1024;

/** As a logarithm to base 2: for how many sets of facts it is remembered which properties fail. */
const REMEMBERED_BITS = 10;

/** Null if the properties are too involved. */
export function judgeByTables({ properties, workspace }: Model): Judge | null {
  const facts = new Facts(workspace);
  const failures: (readonly number[])[] = [];
  for (const property of properties) {
    const failing = facts.setsFor(property);
    if (failing === null) return null;
    failures.push(failing);
  }
  const { ways } = facts;
  const count = Math.max(0, ...ways.map(({ length }) => length));
  if (count > WAYS_MAX) return null;
  const products = Array.from({ length: count * FACTS_MAX }, (_, index) => ({
    tests: ways[index % FACTS_MAX]?.[Math.floor(index / FACTS_MAX)] ?? NO_TESTS,
  }));
  const known = Array.from({ length: count }, (_, way) =>
    ways.reduce((set, { length }, fact) => (way < length ? set | (1 << fact) : set), 0),
  );
  const { layout } = workspace;
  return compile({ products: productTablesOf(products, layout), known, failures, wordCount: layout.wordCount });
}

/**
 * The facts that properties depend on: conditions with their parameters, or the state functions (model.ts) that
 * conditions join.
 */
class Facts {
  /** ways[fact]: the tests of which one must hold. */
  readonly ways: CellTests[][] = [];
  readonly #workspace: Workspace;
  readonly #numbers = new Map<string, number>();
  readonly #stateFunctions = new NumberedStateFunctions();
  readonly #known = new PerInstance<FactSet>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The property fails iff all facts of one of these sets hold, bit f for fact f. Null if it is too involved. */
  setsFor({ parameters, conditions }: Property): number[] | null {
    const instances = instancesOf(Object.values(parameters));
    if (instances.length > INSTANCES_MAX) return null;
    const sets = new Set<number>();
    for (const instance of instances) {
      const set = this.#joined(
        conditions.map(
          ({ holds, arity }) =>
            () =>
              this.#factsOf(holds, instance.slice(0, arity)),
        ),
      );
      if (set === "involved") return null;
      if (set !== "never") sets.add(set);
    }
    return [...sets];
  }

  /** All of these; those after one that never holds are not asked for. */
  #joined(parts: readonly (() => FactSet)[]): FactSet {
    let joined = 0;
    for (const part of parts) {
      const set = part();
      if (typeof set !== "number") return set;
      joined |= set;
    }
    return joined;
  }

  #factsOf(holds: Guard, parameters: readonly number[]): FactSet {
    return this.#known.of(
      holds,
      parameters,
      () => this.#joinOfStateFunctions(holds, parameters) ?? this.#single(holds, parameters),
    );
  }

  /** Null unless the condition holds iff some state functions are all answered with yes. */
  #joinOfStateFunctions(holds: Guard, parameters: readonly number[]): FactSet | null {
    const tree = executeSymbolically(this.#workspace, () => holds(...parameters), RUNS_MAX, {
      stateFunctions: this.#stateFunctions,
    });
    const ways = tree === null ? [] : waysToHold(tree);
    const { length } = this.#workspace.layout.domains;
    const isJoin =
      ways.length === 1 &&
      [...ways[0]!].every(([cell, contents]) => cell >= length && areEqualSets(contents, onlyContent(YES)));
    if (!isJoin) return null;
    const asked = Array.from(ways[0]!.keys(), (cell) => this.#stateFunctions.asked[cell - length]!);
    return this.#joined(
      asked.map(
        ({ stateFunction, parameters }) =>
          () =>
            this.#known.of(stateFunction, parameters, () =>
              this.#single((...values) => stateFunction.ask(...values) === 1, parameters),
            ),
      ),
    );
  }

  #single(holds: Guard, parameters: readonly number[]): FactSet {
    const tree = executeSymbolically(this.#workspace, () => holds(...parameters), RUNS_MAX);
    if (tree === null) return "involved";
    if ("outcome" in tree) return tree.outcome ? 0 : "never";
    const ways = waysToHold(tree);
    const { layout } = this.#workspace;
    if (ways.some((tests) => [...tests.keys()].some((cell) => !isLookedUp(cell, layout)))) return "involved";
    const key = ways.map(keyOf).join(";");
    const fact = this.#numbers.get(key) ?? this.ways.length;
    if (fact === FACTS_MAX) return "involved";
    this.#numbers.set(key, fact);
    this.ways[fact] = ways;
    return 1 << fact;
  }
}

/**
 * Facts that hold together, bit f for fact f; "never" if they cannot, "involved" if they are too involved or too many.
 */
type FactSet = number | "never" | "involved";

/** The answer of a state predicate that holds. */
const YES = 1;

class NumberedStateFunctions implements StateFunctionNumbers {
  readonly asked: { readonly stateFunction: StateFunction; readonly parameters: readonly number[] }[] = [];

  numberOf(stateFunction: StateFunction, parameters: readonly number[]): number {
    const known = this.asked.findIndex(
      (asked) => asked.stateFunction === stateFunction && asked.parameters.join() === parameters.join(),
    );
    return known >= 0 ? known : this.asked.push({ stateFunction, parameters }) - 1;
  }
}

/** What the code of a judge is made from. */
interface JudgeParts {
  /** Product n: way n >>> 5 of fact n & 31. */
  readonly products: ProductTables;
  /** known[way]: the facts that have a way of this number. */
  readonly known: readonly number[];
  /** failures[property]: it fails iff all facts of one of these sets hold. */
  readonly failures: readonly (readonly number[])[];
  readonly wordCount: number;
}

/**
 * The code of a judge. That of two facts, of which one has a second way:
 *
 *     return function judge(states, offset) {
 *       const word0 = states[offset + 0];
 *       const row0 = 0 + ((word0 >>> 0) & 15) * 2;
 *       const facts = 0 | (3 & tables[row0 + 0]) | (1 & tables[row0 + 1]);
 *       const place = Math.imul(facts, 0x9e3779b1) >>> 22;
 *       if (keys[place] === facts) return answers[place];
 *       keys[place] = facts;
 *       return answers[place] = failuresOf(facts);
 *     };
 */
function compile({ products, known, failures, wordCount }: JudgeParts): Judge {
  const { pieces, tables } = products;
  const failuresOf = (facts: number): number =>
    failures.reduce(
      (bits, sets, property) => (sets.some((set) => (facts & set) === set) ? bits | (1 << property) : bits),
      0,
    );
  const words = Array.from({ length: wordCount }, (_, word) => `const word${word} = states[offset + ${word}];`);
  const ways = known.map((facts, way) => `(${[facts, ...codeOfSetWord(pieces, way)].join(" & ")})`);
  const source = `return function judge(states, offset) {
    ${words.join("\n")}
    ${codeOfRows(pieces)}
    const facts = ${["0", ...ways].join(" | ")};
    const place = Math.imul(facts, 0x9e3779b1) >>> ${32 - REMEMBERED_BITS};
    if (keys[place] === facts) return answers[place];
    keys[place] = facts;
    return answers[place] = failuresOf(facts);
  };`;
  const keys = new Int32Array(1 << REMEMBERED_BITS);
  // No facts belong at place 0, and so does what they come to.
  const answers = new Int32Array(1 << REMEMBERED_BITS);
  answers[0] = failuresOf(0);
  return new Function("tables", "keys", "answers", "failuresOf", source)(tables, keys, answers, failuresOf) as Judge;
}
