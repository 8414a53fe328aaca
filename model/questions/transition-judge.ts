/** A transition property, asked of packed states: what it notes and what it says is remembered by what it asks. */
import { type MemoryContext, RememberedAnswer } from "../kernel/index.js";
import type { TransitionProperty } from "../language/index.js";

/** What a note comes to, in any successor. */
interface Noted {
  /** Whether the property has something to say after it. */
  readonly isMeant: boolean;
  readonly holds: RememberedAnswer;
}

export class TransitionJudge {
  readonly name: string;
  /** Whether it has had something to say. */
  hasPremise: boolean;
  readonly #property: TransitionProperty;
  readonly #context: MemoryContext;
  readonly #note: RememberedAnswer;
  readonly #numbers = new Map<string | number, number>();
  readonly #noted: Noted[] = [];

  constructor(property: TransitionProperty, context: MemoryContext) {
    this.name = property.name;
    this.hasPremise = property.premise === undefined;
    this.#property = property;
    this.#context = context;
    this.#note = new RememberedAnswer(context, () => this.#numberOf(property.note()));
  }

  /** The number of what it notes in the state at `states[offset]`. */
  noteIn(states: Int32Array, offset: number): number {
    return this.#note.in(states, offset);
  }

  /** Whether the step from a state with this note to the one at `states[offset]` breaks it. */
  breaks(note: number, states: Int32Array, offset: number): boolean {
    const { isMeant, holds } = this.#noted[note]!;
    if (!isMeant) return false;
    this.hasPremise = true;
    return holds.in(states, offset) === 0;
  }

  #numberOf(note: string | number): number {
    const known = this.#numbers.get(note);
    if (known !== undefined) return known;
    const { premise, holds } = this.#property;
    const number = this.#noted.length;
    this.#noted.push({
      isMeant: premise === undefined || premise(note),
      holds: new RememberedAnswer(this.#context, () => Number(holds(note))),
    });
    this.#numbers.set(note, number);
    return number;
  }
}
