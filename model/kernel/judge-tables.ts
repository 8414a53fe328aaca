/**
 * Judges properties by table look-up: all conditions that occur in them at once, then what the conditions that hold come to.
 *
 * Conditions with parameters filled in are *facts*, one bit each. A fact holds in one of several ways (trace.ts), and a look-up
 * (rule-tables.ts) finds for all facts together which hold in their first way, in their second way, and so on.
 */
import type { Judge } from "./judge.js";
import type { Model, Property } from "./model.js";
import { type RuleTables, ruleTablesOf } from "./rule-tables.js";
import { type CellTests, forEachWay, instancesOf } from "./rules.js";
import { trace } from "./trace.js";
import type { Workspace } from "./workspace.js";

/** Bits of one word. */
const FACTS_MAX = 32;

/** Ways of one fact; beyond, looking all of them up takes longer than asking one question after another. */
const WAYS_MAX = 16;

/** Ways through a condition that are traced. */
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
  const rules = Array.from({ length: count * FACTS_MAX }, (_, index) => ({
    tests: ways[index % FACTS_MAX]?.[Math.floor(index / FACTS_MAX)] ?? new Map<number, number>(),
  }));
  const known = Array.from({ length: count }, (_, way) =>
    ways.reduce((set, { length }, fact) => (way < length ? set | (1 << fact) : set), 0),
  );
  return compile(ruleTablesOf(rules, workspace.layout), known, failures, workspace.layout.wordCount);
}

/** The facts that properties depend on. */
class Facts {
  /** ways[fact]: the tests of which one must hold. */
  readonly ways: CellTests[][] = [];
  readonly #workspace: Workspace;
  readonly #numbers = new Map<string, number>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The property fails iff all facts of one of these sets hold, bit f for fact f. Null if it is too involved. */
  setsFor({ parameters, conditions }: Property): number[] | null {
    const instances = instancesOf(Object.values(parameters));
    if (instances.length > INSTANCES_MAX) return null;
    const sets = new Set<number>();
    for (const instance of instances) {
      let set = 0;
      let canFail = true;
      for (const { holds, arity } of conditions) {
        const fact = this.#factOf(holds, instance.slice(0, arity));
        if (fact === null) return null;
        if (fact === true) continue;
        if (fact === false) {
          // Nothing more need be known of an instance for which a condition never holds.
          canFail = false;
          break;
        }
        set |= 1 << fact;
      }
      if (canFail) sets.add(set);
    }
    return [...sets];
  }

  /** The number of the fact; whether it always holds or never, if so; or null if it is too involved or one too many. */
  #factOf(holds: (...parameters: number[]) => boolean, parameters: readonly number[]): number | boolean | null {
    const tree = trace(this.#workspace, () => holds(...parameters), RUNS_MAX);
    if (tree === null) return null;
    if ("outcome" in tree) return tree.outcome;
    const ways: CellTests[] = [];
    forEachWay(tree, new Map(), (isTrue, tests) => {
      if (isTrue) ways.push(tests);
    });
    const key = ways.map((tests) => [...tests].join()).join(";");
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.ways.length === FACTS_MAX) return null;
    this.#numbers.set(key, this.ways.length);
    return this.ways.push(ways) - 1;
  }
}

/** @param known known[way]: the facts that have a way of this number */
function compile(
  { pieces, tables }: RuleTables,
  known: readonly number[],
  failures: readonly (readonly number[])[],
  wordCount: number,
): Judge {
  const failuresOf = (facts: number): number =>
    failures.reduce(
      (bits, sets, property) => (sets.some((set) => (facts & set) === set) ? bits | (1 << property) : bits),
      0,
    );
  const words = Array.from({ length: wordCount }, (_, word) => `const word${word} = states[offset + ${word}];`);
  const rows = pieces.map(
    ({ word, shift, bits, base, setWords }, index) =>
      `const row${index} = ${base} + ((word${word} >>> ${shift}) & ${2 ** bits - 1}) * ${setWords.length};`,
  );
  const ways = known.map((facts, way) => {
    const lookUps = pieces.flatMap(({ setWords }, index) => {
      const place = setWords.indexOf(way);
      return place < 0 ? [] : [`tables[row${index} + ${place}]`];
    });
    return `(${[facts, ...lookUps].join(" & ")})`;
  });
  const source = `return function judge(states, offset) {
    ${words.join("\n")}
    ${rows.join("\n")}
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
