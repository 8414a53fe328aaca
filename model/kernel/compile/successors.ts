/**
 * From a packed state to its packed successors: the inner loop of every exploration.
 *
 * Rules (rules.ts) are found by table look-up, all that are enabled at once, and applied by masks; steps that are no rules are
 * asked and remembered (involved-steps.ts). Code that is written out step by step instead takes the compiler longer than a small
 * exploration takes, and the processor cannot predict its branches: measured on 3 servers and 5 sets, README of model/bench.
 */
import { firstBits } from "../declaration/bits.js";
import { checkedModel } from "../declaration/checked-model.js";
import type { Model } from "../declaration/model.js";
import { type Arrival, type Independence, independenceOf, type RuleOrder } from "./independence.js";
import { InvolvedSteps } from "./involved-steps.js";
import { QuestionTables } from "./question-tables.js";
import { codeOfRows, codeOfSetWord, type RuleTables, ruleTablesOf } from "./rule-tables.js";
import { type Outcome, type RuleBook, rulesOf } from "./rules.js";

/**
 * Writes successors of the state at `states[offset]` one after another into `successors` from `at` on, and returns where they
 * end. `successors` must have room for as many states as the model has steps. Left out are those that another state of the same
 * level leads to, as far as `arrival` tells: 0 leaves out none. arrivals[n] is set to the arrival of the n-th state in `successors`.
 */
export type WriteSuccessors = (
  states: Int32Array,
  offset: number,
  arrival: Arrival,
  successors: Int32Array,
  at: number,
  arrivals: Uint8Array,
) => number;

const SET_WORD_BITS = 32;

export class Successors {
  readonly write: WriteSuccessors;
  /** Every successor of the states so far, those left out too, with repeats. */
  readonly #counted = new Int32Array(1);
  readonly #involved: InvolvedSteps[];
  readonly #outcomes: OutcomeTable;
  /** The same number for models of the same rules; models of other rules hardly ever have the same. */
  readonly fingerprint: number;

  constructor(model: Model, order: RuleOrder) {
    const { workspace } = model;
    const book = rulesOf(checkedModel(model));
    this.#outcomes = new OutcomeTable(workspace.layout.wordCount);
    for (const rule of book.rules) this.#outcomes.add(rule);
    const questions = new QuestionTables(workspace);
    this.#involved = book.involved.map((group) => new InvolvedSteps(workspace, group, this.#outcomes, questions));
    const tables = ruleTablesOf([...padded(book), ...book.involved], workspace.layout);
    const independence = independenceOf(book.rules, book.involved, order);
    const source = new SuccessorsSource(tables, book, workspace.layout.wordCount).text();
    const data: WriteData = {
      tables: tables.tables,
      applied: appliedSets(independence, Math.ceil(book.rules.length / SET_WORD_BITS)),
      arrivalOf: Uint8Array.from(independence.arrivalOf),
      arrivalOfGroup: Uint8Array.from(independence.arrivalOfGroup),
      outcomes: this.#outcomes,
      involved: this.#involved,
      counted: this.#counted,
      enabledIn: new Int32Array(tables.setWordCount),
    };
    this.write = new Function("data", source)(data) as WriteSuccessors;
    this.fingerprint = fingerprintOf([tables.tables, this.#outcomes.keep, this.#outcomes.set]);
  }

  /** How many successors states have had since it was asked last, those left out included. */
  takeCount(): number {
    const count = this.#counted[0]!;
    this.#counted[0] = 0;
    return count;
  }
}

/** What the code of WriteSuccessors works with. */
interface WriteData {
  readonly tables: Int32Array;
  readonly applied: Int32Array;
  readonly arrivalOf: Uint8Array;
  readonly arrivalOfGroup: Uint8Array;
  readonly outcomes: OutcomeTable;
  readonly involved: readonly InvolvedSteps[];
  readonly counted: Int32Array;
  /** Room for the words of the set of what is enabled. */
  readonly enabledIn: Int32Array;
}

/** Rules up to a whole word of the sets, so that groups of involved steps have words of their own. */
function padded({ rules }: RuleBook): Pick<RuleBook["rules"][number], "tests">[] {
  // It would be found enabled everywhere; #enabled leaves it out.
  const filler = { tests: new Map<number, number>() };
  const missing = (SET_WORD_BITS - (rules.length % SET_WORD_BITS)) % SET_WORD_BITS;
  return [...rules, ...Array.from({ length: missing }, () => filler)];
}

/** Word w of the set of rules that are applied to a state of this arrival: applied[arrival * words + w]. */
function appliedSets({ left }: Independence, words: number): Int32Array {
  const applied = new Int32Array(left.length * words);
  for (const [arrival, leaves] of left.entries()) {
    for (const [rule, isLeft] of leaves.entries()) {
      if (!isLeft) applied[arrival * words + (rule >>> 5)]! |= 1 << (rule & 31);
    }
  }
  return applied;
}

/** Outcomes that were found together: their number, or -1 if they have none yet, and those that follow on one more outcome. */
interface Together {
  number: number;
  readonly longer: Map<Outcome, Together>;
}

/** What rules and involved steps do, by number. */
class OutcomeTable {
  /** Word w of outcome n: (state & keep[n * width + w]) | set[n * width + w]. */
  keep = new Int32Array(64);
  set = new Int32Array(64);
  /** Outcomes of involved steps that were found together: members first[n] up to first[n + 1], numbers of outcomes. */
  first = new Int32Array(64);
  members = new Int32Array(64);
  readonly #width: number;
  #count = 0;
  #groupCount = 0;
  #memberCount = 0;
  readonly #numbers = new Map<Outcome, number>();
  readonly #groups: Together = { number: -1, longer: new Map() };

  constructor(width: number) {
    this.#width = width;
  }

  add({ changes }: Outcome): number {
    this.keep = withRoom(this.keep, (this.#count + 1) * this.#width);
    this.set = withRoom(this.set, (this.#count + 1) * this.#width);
    for (const [word, { keep, set }] of changes.entries()) {
      this.keep[this.#count * this.#width + word] = keep;
      this.set[this.#count * this.#width + word] = set;
    }
    return this.#count++;
  }

  /** The number of these outcomes together. */
  numberOf(outcomes: readonly Outcome[]): number {
    let group = this.#groups;
    for (const outcome of outcomes) {
      const longer: Together = group.longer.get(outcome) ?? { number: -1, longer: new Map() };
      group.longer.set(outcome, longer);
      group = longer;
    }
    if (group.number < 0) group.number = this.#addTogether(outcomes);
    return group.number;
  }

  #addTogether(outcomes: readonly Outcome[]): number {
    const numbers = outcomes.map((outcome) => {
      const known = this.#numbers.get(outcome) ?? this.add(outcome);
      this.#numbers.set(outcome, known);
      return known;
    });
    this.first = withRoom(this.first, this.#groupCount + 2);
    this.members = withRoom(this.members, this.#memberCount + numbers.length);
    this.members.set(numbers, this.#memberCount);
    this.#memberCount += numbers.length;
    this.first[this.#groupCount + 1] = this.#memberCount;
    return this.#groupCount++;
  }
}

function fingerprintOf(arrays: readonly Int32Array[]): number {
  let fingerprint = 0;
  for (const array of arrays) {
    for (const number of array) fingerprint = Math.imul(fingerprint ^ number, 0x85ebca6b) ^ (fingerprint >>> 13);
  }
  return fingerprint;
}

function withRoom(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const grown = new Int32Array(2 * length);
  grown.set(array);
  return grown;
}

/** The code of WriteSuccessors: a few lines for every 32 rules. */
class SuccessorsSource {
  readonly #tables: RuleTables;
  readonly #book: RuleBook;
  readonly #words: readonly number[];

  constructor(tables: RuleTables, book: RuleBook, wordCount: number) {
    this.#tables = tables;
    this.#book = book;
    this.#words = Array.from({ length: wordCount }, (_, word) => word);
  }

  text(): string {
    const ruleWords = Math.ceil(this.#book.rules.length / SET_WORD_BITS);
    const setWords = Array.from({ length: this.#tables.setWordCount }, (_, setWord) => setWord);
    return `return function writeSuccessors(states, offset, arrival, successors, at, arrivals) {
      // Local, so that the compiler need not suspect that anybody changes them meanwhile.
      const { tables, applied, arrivalOf, arrivalOfGroup, outcomes, involved, counted, enabledIn } = data;
      const { keep, set } = outcomes;
      let enabled = 0, rest = 0, count = 0, bit = 0, outcome = 0;
      ${this.#words.map((word) => `const word${word} = states[offset + ${word}];`).join("\n")}
      ${codeOfRows(this.#tables.pieces)}
      ${setWords.map((setWord) => `enabledIn[${setWord}] = ${this.#enabled(setWord, ruleWords)};`).join("\n")}
      ${this.#rules(ruleWords)}
      ${setWords
        .slice(ruleWords)
        .map((setWord) => this.#involved(setWord, ruleWords))
        .join("\n")}
      counted[0] += count;
      return at;
    };`;
  }

  /** A loop, not once more for every word: the compiler takes its time for long code, and small explorations are over by then. */
  #rules(ruleWords: number): string {
    return `for (let setWord = 0; setWord < ${ruleWords}; setWord++) {
        enabled = enabledIn[setWord];
        if (enabled === 0) continue;
        rest = enabled - ((enabled >>> 1) & 0x55555555);
        rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
        count += Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
        enabled &= applied[arrival * ${ruleWords} + setWord];
        while (enabled !== 0) {
          bit = 31 - Math.clz32(enabled);
          enabled ^= 1 << bit;
          outcome = setWord * ${SET_WORD_BITS} + bit;
          ${this.#apply("arrivalOf[outcome]")}
        }
      }`;
  }

  #involved(setWord: number, ruleWords: number): string {
    const firstGroup = (setWord - ruleWords) * SET_WORD_BITS;
    return `enabled = enabledIn[${setWord}];
      while (enabled !== 0) {
        bit = 31 - Math.clz32(enabled);
        enabled ^= 1 << bit;
        const group = ${firstGroup} + bit;
        const together = involved[group].outcomesIn(states, offset);
        const { keep, set, first, members } = outcomes;
        for (let member = first[together]; member < first[together + 1]; member++) {
          outcome = members[member];
          count++;
          ${this.#apply("arrivalOfGroup[group]")}
        }
      }`;
  }

  /** The rules of one word of the set, or the groups of involved steps, that are enabled as far as the tables know. */
  #enabled(setWord: number, ruleWords: number): string {
    const { rules, involved } = this.#book;
    const members = setWord < ruleWords ? rules.length : involved.length + ruleWords * SET_WORD_BITS;
    return [...codeOfSetWord(this.#tables.pieces, setWord), firstBits(members - setWord * SET_WORD_BITS)].join(" & ");
  }

  #apply(arrival: string): string {
    const width = this.#words.length;
    const at = (word: number): string => (width === 1 ? "outcome" : `outcome * ${width} + ${word}`);
    const index = width === 1 ? "at" : (width & (width - 1)) === 0 ? `at >>> ${Math.log2(width)}` : `at / ${width}`;
    return `arrivals[${index}] = ${arrival};
      ${this.#words.map((word) => `successors[at + ${word}] = (word${word} & keep[${at(word)}]) | set[${at(word)}];`).join("\n")}
      at += ${width};`;
  }
}
