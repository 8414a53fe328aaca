/** A variable of the state: what guards, effects and properties read and write it through. */
import { type Guard, truth } from "./guard.js";
import { Misuse, ModelError, shown } from "./model-error.js";
import { atWork, type Workspace } from "./workspace.js";

/** `[]` a single content, `[rows]` a row, `[rows, columns]` a grid. */
export type Shape = readonly [] | readonly [number] | readonly [number, number];

/** An index that was left out where there must be one: no place has it. */
const MISSING = -(2 ** 30);

/**
 * One content, or a row or a grid of them. Contents are whole numbers from 0 to the domain's size - 1. A place that
 * there is not, a content that is none, and a variable of another model are refused.
 */
export class Variable {
  readonly #workspace: Workspace;
  readonly #name: string;
  readonly #shape: Shape;
  readonly #cells: Int32Array;
  readonly #firstCell: number;
  readonly #rows: number;
  readonly #columns: number;
  /** What an index is that is left out: 0 where the shape has no such index. */
  readonly #noRow: number;
  readonly #noColumn: number;

  constructor(workspace: Workspace, name: string, firstCell: number, shape: Shape) {
    const [rows = 1, columns = 1] = shape;
    this.#workspace = workspace;
    this.#name = name;
    this.#shape = shape;
    this.#cells = workspace.cells;
    this.#firstCell = firstCell;
    this.#rows = rows;
    this.#columns = columns;
    this.#noRow = shape.length > 0 ? MISSING : 0;
    this.#noColumn = shape.length > 1 ? MISSING : 0;
  }

  /** The content in the current state: `at()` of a single one, `at(i)` of a row, `at(i, j)` of a grid. */
  at(row = this.#noRow, column = this.#noColumn): number {
    const cell = this.#firstCell + row * this.#columns + column;
    const content = this.#cells[cell]!;
    if (!this.#isThere(row, column)) this.#refusePlace(row, column);
    // Cells are unknown only while the kernel runs guards and effects on unknown states: a branch that is never taken
    // otherwise.
    return content >= 0 ? content : this.#workspace.ask(cell);
  }

  /**
   * The same as `at(row, column) === content`; guards that ask only what they need to know compile to shorter code. A
   * content that is not in this variable's domain is not what it holds; what no variable can hold is refused.
   */
  is(content: number, row = this.#noRow, column = this.#noColumn): boolean {
    const cell = this.#firstCell + row * this.#columns + column;
    const held = this.#cells[cell]!;
    if (!this.#isThere(row, column)) this.#refusePlace(row, column);
    if (held >= 0 && held === content) return true;
    if (content >>> 0 !== content) this.#refuseContent(content, row, column, "is never");
    return held < 0 && this.#isContent(content, cell) && this.#workspace.askWhether(cell, content);
  }

  /**
   * A state function about this variable that guards ask again and again; its answers are whole numbers from 0 to
   * `answers` - 1. What this returns means the same as `ask`; the kernel may look the answer up in the packed state,
   * instead of asking for one content after another.
   */
  stateFunction(answers: number, ask: (...parameters: number[]) => number): (...parameters: number[]) => number {
    const workspace = this.#workspace;
    const isAnswer = (answer: number): boolean => answer >>> 0 === answer && answer < answers;
    const checked = (...parameters: number[]): number => {
      const answer = ask(...parameters);
      if (!isAnswer(answer)) {
        this.#refuse(
          `a state function of ${this.#name} has answers 0 to ${answers - 1} and is answered ${shown(answer)}`,
        );
      }
      return answer;
    };
    const stateFunction = { answers, ask: checked };
    return taking(ask.length, (...parameters) =>
      workspace.asksStateFunctions ? workspace.askStateFunction(stateFunction, parameters) : checked(...parameters),
    );
  }

  /** One that is answered with yes or no. */
  statePredicate(holds: Guard): Guard {
    const workspace = this.#workspace;
    const checked: Guard = (...parameters) => truth(holds(...parameters));
    const stateFunction = { answers: 2, ask: (...parameters: number[]) => Number(checked(...parameters)) };
    return taking(holds.length, (...parameters) =>
      workspace.asksStateFunctions
        ? workspace.askStateFunction(stateFunction, parameters) === 1
        : checked(...parameters),
    );
  }

  /** To be called in effects only, and to say what is so initially. */
  set(content: number, row = this.#noRow, column = this.#noColumn): void {
    const cell = this.#firstCell + row * this.#columns + column;
    if (!this.#isThere(row, column)) this.#refusePlace(row, column);
    if (!this.#isContent(content, cell)) this.#refuseContent(content, row, column, "cannot be set to");
    if (this.#workspace.isReadOnly) {
      this.#refuse(`it writes ${this.#nameOf(row, column)}; only effects write, and \`initially\``, true);
    }
    this.#workspace.write(cell, content);
  }

  #isThere(row: number, column: number): boolean {
    return (
      row >>> 0 === row &&
      row < this.#rows &&
      column >>> 0 === column &&
      column < this.#columns &&
      (atWork.workspace === null || atWork.workspace === this.#workspace)
    );
  }

  #isContent(content: number, cell: number): boolean {
    return content >>> 0 === content && content <= this.#workspace.greatest[cell]!;
  }

  #refuseContent(content: unknown, row: number, column: number, cannot: string): never {
    const greatest = this.#workspace.greatest[this.#firstCell + row * this.#columns + column]!;
    this.#refuse(`${this.#nameOf(row, column)} holds 0 to ${greatest} and ${cannot} ${shown(content)}`);
  }

  #refusePlace(row: unknown, column: unknown): never {
    const [rows, columns] = this.#shape;
    const name = this.#name;
    if (atWork.workspace !== null && atWork.workspace !== this.#workspace) {
      this.#refuse(`it uses ${name} of model ${JSON.stringify(this.#workspace.model)}, another one than its own`, true);
    }
    if (rows === undefined) this.#refuse(`${name} is a single content and takes no index, as in ${name}.at()`);
    if (columns === undefined) {
      if (row === MISSING || column !== 0) this.#refuse(`${name} is a row and takes one index, as in ${name}.at(0)`);
      this.#refuse(`${name} has places 0 to ${rows - 1} and no place ${shown(row)}`);
    }
    if (row === MISSING || column === MISSING) {
      this.#refuse(`${name} is a grid and takes two indices, as in ${name}.at(0, 0)`);
    }
    const place = `${shown(row)}, ${shown(column)}`;
    this.#refuse(`${name} has places 0, 0 to ${rows - 1}, ${columns - 1} and no place ${place}`);
  }

  /** Whoever runs the closure that is at fault says which one it is; outside of all closures there is none. */
  #refuse(sentence: string, isCertain = false): never {
    if (atWork.workspace === null) throw new ModelError(this.#workspace.model, null, sentence, isCertain);
    throw new Misuse(sentence, isCertain);
  }

  #nameOf(row: number, column: number): string {
    const indices = [row, column].slice(0, this.#shape.length);
    return `${this.#name}${indices.map((index) => `[${index}]`).join("")}`;
  }
}

/** The same with a fixed number of parameters: by that a condition tells how many it is to be asked with. */
const taking = <Ask extends (...parameters: number[]) => unknown>(count: number, ask: Ask): Ask =>
  Object.defineProperty(ask, "length", { value: count });
