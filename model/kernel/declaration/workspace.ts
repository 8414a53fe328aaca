/**
 * One state laid out for work: every variable in a cell of its own, and the same state packed into 32-bit words.
 *
 * Writing a cell updates the packed words and notes the old content, so that a successor costs only what its effect
 * touches: no copy of the state, no packing, no allocation. Guards read plain cells and never see the packing.
 */
import { firstBits } from "./bits.js";

const WORD_BITS = 32;

/** A cell written twice is noted twice, so there may be more entries than cells. */
const FIRST_UNDO_ENTRIES = 1024;

/**
 * What a cell holds while a guard or an effect is being executed symbolically (see symbolic-execution.ts) and nobody
 * has asked for its content yet.
 */
export const UNKNOWN = -1;

/** Answers for cells that hold UNKNOWN. */
export interface Answers {
  contentOf(cell: number): number;
  isContent(cell: number, content: number): boolean;
  /** Null if the state function is to be asked itself. Left out, all are. */
  answerTo?(stateFunction: StateFunction, parameters: readonly number[]): number | null;
}

/** What is asked of the state (model.ts): its answers are whole numbers from 0 to `answers` - 1. */
export interface StateFunction {
  readonly answers: number;
  readonly ask: (...parameters: number[]) => number;
}

/** Where each cell stands in the packed words. Cells are laid out in order and none straddles two words. */
export interface Layout {
  readonly wordCount: number;
  /** domains[c]: how many contents cell c can have. */
  readonly domains: readonly number[];
  readonly wordOf: readonly number[];
  /** The cell's lowest bit in its word. */
  readonly shiftOf: readonly number[];
  readonly bitsOf: readonly number[];
  /** How many bits of the last word are in use; those above are always 0. */
  readonly lastWordBits: number;
}

/** Whose closures run now; null outside of all. Variables of other models refuse to be asked meanwhile. */
export const atWork: { workspace: Workspace | null } = { workspace: null };

export class Workspace {
  /** The model's name, for those who refuse its misuse. */
  readonly model: string;
  readonly layout: Layout;
  /** greatest[c]: the greatest content of cell c. */
  readonly greatest: Int32Array;
  /** cells[c]: content of cell c, 0..domain-1. */
  readonly cells: Int32Array;
  /** The state packed. */
  readonly words: Int32Array;
  /** Whose run the state at work belongs to (walk.ts); null for none. */
  walker: object | null = null;
  /** Whether variables refuse to be written, since a guard or a property runs. */
  isReadOnly = false;
  readonly #load: (states: Int32Array, offset: number) => void;
  readonly #wordOf: Int32Array;
  readonly #shiftOf: Int32Array;
  #undoCells = new Int32Array(FIRST_UNDO_ENTRIES);
  #undoContents = new Int32Array(FIRST_UNDO_ENTRIES);
  #undoCount = 0;
  #answers: Answers | null = null;
  /** Whether state functions are to be asked through `askStateFunction`. */
  asksStateFunctions = false;

  /** domains[c]: how many contents cell c can have. `model` names the model where its misuse is refused. */
  constructor(domains: readonly number[], model = "unnamed") {
    this.model = model;
    this.layout = layOut(domains);
    this.greatest = Int32Array.from(domains, (domain) => domain - 1);
    this.cells = new Int32Array(domains.length);
    this.words = new Int32Array(this.layout.wordCount);
    this.#wordOf = Int32Array.from(this.layout.wordOf);
    this.#shiftOf = Int32Array.from(this.layout.shiftOf);
    this.#load = generateLoad(this.layout)(this.cells, this.words);
  }

  /** Reads a packed state into cells and words. Writes that were neither committed nor taken back are forgotten. */
  load(states: Int32Array, offset: number): void {
    this.#undoCount = 0;
    this.#load(states, offset);
  }

  /** Whoever writes sees to it that the cell can hold the content. */
  write(cell: number, content: number): void {
    const before = this.cells[cell]!;
    const entry = this.#undoCount++;
    if (entry === this.#undoCells.length) this.#growUndo();
    this.#undoCells[entry] = cell;
    this.#undoContents[entry] = before;
    this.cells[cell] = content;
    this.words[this.#wordOf[cell]!]! ^= (before ^ content) << this.#shiftOf[cell]!;
  }

  #growUndo(): void {
    const [cells, contents] = [this.#undoCells, this.#undoContents];
    this.#undoCells = new Int32Array(2 * cells.length);
    this.#undoContents = new Int32Array(2 * contents.length);
    this.#undoCells.set(cells);
    this.#undoContents.set(contents);
  }

  /** Takes back every write since the last commit, undo or load. */
  undo(): void {
    for (let entry = this.#undoCount - 1; entry >= 0; entry--) {
      const cell = this.#undoCells[entry]!;
      const content = this.#undoContents[entry]!;
      this.words[this.#wordOf[cell]!]! ^= (this.cells[cell]! ^ content) << this.#shiftOf[cell]!;
      this.cells[cell] = content;
    }
    this.#undoCount = 0;
  }

  /** Keeps the writes made so far. */
  commit(): void {
    this.#undoCount = 0;
  }

  /** The cells that have been written since the last commit or undo, in the order in which they were first. */
  written(): number[] {
    const written: number[] = [];
    for (let entry = 0; entry < this.#undoCount; entry++) {
      const cell = this.#undoCells[entry]!;
      if (!written.includes(cell)) written.push(cell);
    }
    return written;
  }

  /**
   * Runs something with every cell unknown and these answers; the words mean nothing meanwhile, and a state must be
   * loaded afterwards. It may run within another such run, which goes on as it was.
   */
  withUnknownCells<Result>(answers: Answers, run: () => Result): Result {
    const [cells, undoCount, outerAnswers] = [this.cells.slice(), this.#undoCount, this.#answers];
    this.cells.fill(UNKNOWN);
    this.#undoCount = 0;
    this.#answer(answers);
    try {
      return run();
    } finally {
      this.cells.set(cells);
      this.#undoCount = undoCount;
      this.#answer(outerAnswers);
    }
  }

  #answer(answers: Answers | null): void {
    this.#answers = answers;
    this.asksStateFunctions = answers?.answerTo !== undefined;
  }

  /** The content of a cell that holds UNKNOWN. */
  ask(cell: number): number {
    return this.#answers!.contentOf(cell);
  }

  /** Whether a cell that holds UNKNOWN has this content. */
  askWhether(cell: number, content: number): boolean {
    return this.#answers!.isContent(cell, content);
  }

  /** The answer in the state at work. */
  askStateFunction(stateFunction: StateFunction, parameters: readonly number[]): number {
    // Answers are about the state as it was: what an effect has written since, only the cells know.
    const answer = this.#undoCount === 0 ? this.#answers!.answerTo!(stateFunction, parameters) : null;
    return answer ?? stateFunction.ask(...parameters);
  }
}

function layOut(domains: readonly number[]): Layout {
  const wordOf: number[] = [];
  const shiftOf: number[] = [];
  const bitsOf = domains.map((domain) => Math.max(1, 32 - Math.clz32(domain - 1)));
  let word = 0;
  let shift = 0;
  for (const bits of bitsOf) {
    if (shift + bits > WORD_BITS) {
      word++;
      shift = 0;
    }
    wordOf.push(word);
    shiftOf.push(shift);
    shift += bits;
  }
  return { wordCount: word + 1, domains, wordOf, shiftOf, bitsOf, lastWordBits: shift };
}

/** Straight-line unpacking code: a loop over cells with their shifts looked up is about three times slower. */
function generateLoad(
  layout: Layout,
): (cells: Int32Array, words: Int32Array) => (states: Int32Array, offset: number) => void {
  const lines: string[] = [];
  for (let word = 0; word < layout.wordCount; word++) {
    lines.push(`const word${word} = words[${word}] = states[offset + ${word}];`);
  }
  layout.wordOf.forEach((word, cell) => {
    const mask = firstBits(layout.bitsOf[cell]!);
    lines.push(`cells[${cell}] = (word${word} >>> ${layout.shiftOf[cell]}) & ${mask};`);
  });
  const source = `return function load(states, offset) {\n${lines.join("\n")}\n};`;
  return new Function("cells", "words", source) as ReturnType<typeof generateLoad>;
}
