/** A way through a model, step by step, with the way back: what the page shows is where it stands. */
import { StateStore, Walk } from "../../model/kernel/index.js";
import { type Explorable, type StatePicture, textsOf } from "./explorable.js";
import { factsHere, type Kind } from "./kinds.js";

export interface Stop {
  /** The step that led here, and its sentence; null at the beginning. */
  readonly step: number | null;
  readonly sentence: string | null;
  readonly picture: StatePicture;
  /** Of the picture's texts, by their place, those that the step changed. */
  readonly changed: ReadonlySet<number>;
  /** Names of the properties that do not hold. */
  readonly broken: readonly string[];
  /** Names of the outcomes that have come about. */
  readonly cameAbout: readonly string[];
}

export interface Choice {
  readonly step: number;
  readonly sentence: string;
}

/** States that are looked at, at most, where no atlas is. */
const STATES_MAX = 60_000;

export class Journey {
  readonly explorable: Explorable;
  readonly #walk: Walk;
  #stops: Stop[] = [];
  #words: Int32Array[] = [];
  #at = 0;

  constructor(explorable: Explorable) {
    this.explorable = explorable;
    this.#walk = new Walk(explorable.model);
    this.#arrive(null, null);
  }

  get stops(): readonly Stop[] {
    return this.#stops;
  }

  /** Index of the stop that is shown; those after it are the way forward. */
  get at(): number {
    return this.#at;
  }

  get here(): Stop {
    return this.#stops[this.#at]!;
  }

  /** The steps that led here. */
  get steps(): number[] {
    return this.#stops.slice(1, this.#at + 1).map(({ step }) => step!);
  }

  goTo(stop: number): void {
    this.#at = Math.max(0, Math.min(this.#stops.length - 1, stop));
  }

  /** What can happen here, in the order of the model's actions. */
  get choices(): Choice[] {
    this.#load();
    return this.#walk.enabledSteps().map((step) => ({ step, sentence: this.#sentenceOf(step) }));
  }

  /**
   * The way forward stays where the step is the one that was taken before, and is forgotten where it is another. Throws
   * ModelError for a step that is not possible here.
   */
  take(step: number): void {
    if (this.#stops[this.#at + 1]?.step === step) {
      this.#at++;
      return;
    }
    this.#load();
    const sentence = this.#walk.isEnabled(step) ? this.#sentenceOf(step) : null;
    this.#walk.take(step);
    this.#stops = this.#stops.slice(0, this.#at + 1);
    this.#words = this.#words.slice(0, this.#at + 1);
    this.#arrive(step, sentence);
    this.#at++;
  }

  takeAll(steps: readonly number[]): void {
    for (const step of steps) this.take(step);
  }

  /** From the beginning as far as the steps are possible; how many were. */
  restart(steps: readonly number[] = []): number {
    this.#at = 0;
    for (const [index, step] of steps.entries()) {
      this.#load();
      if (!isStep(step) || !this.#walk.enabledSteps().includes(step)) return index;
      this.take(step);
    }
    return steps.length;
  }

  /** The same, by sentences. */
  follow(sentences: readonly string[]): number {
    this.#at = 0;
    for (const [index, wanted] of sentences.entries()) {
      const choice = this.choices.find(({ sentence }) => sentence === wanted);
      if (choice === undefined) return index;
      this.take(choice.step);
    }
    return sentences.length;
  }

  /**
   * As Atlas.wayFrom, by a search of its own from here, for kinds that are not about the future. Null where none was
   * found among the nearest states; `all` says whether those were all.
   */
  wayTo({ includes }: Kind, statesMax = STATES_MAX): { readonly way: readonly number[] | null; readonly all: boolean } {
    const width = this.explorable.model.workspace.words.length;
    const store = new StateStore(width);
    const [enteredBy, cameFrom]: [number[], number[]] = [[-1], [-1]];
    store.insert(this.#words[this.#at]!);
    for (let at = 0; at < store.count; at++) {
      if (store.count > statesMax) return { way: null, all: false };
      this.#walk.goTo(store.states.slice(at * width, (at + 1) * width));
      const words = this.#walk.words.slice();
      const steps = this.#walk.enabledSteps();
      if (at > 0 && includes({ ...factsHere(this.explorable), possible: 0, stepCount: steps.length })) {
        const way: number[] = [];
        for (let state = at; state > 0; state = cameFrom[state]!) way.push(enteredBy[state]!);
        return { way: way.reverse(), all: true };
      }
      for (const step of steps) {
        this.#walk.goTo(words);
        this.#walk.take(step);
        if (store.insert(this.#walk.words) >= 0) continue;
        enteredBy.push(step);
        cameFrom.push(at);
      }
    }
    return { way: null, all: true };
  }

  #load(): void {
    this.#walk.goTo(this.#words[this.#at]!);
  }

  #sentenceOf(step: number): string {
    return this.explorable.sentenceOf(step);
  }

  /** At the state at work. */
  #arrive(step: number | null, sentence: string | null): void {
    const { picture, model, outcomes } = this.explorable;
    const drawn = picture();
    const before = this.#stops.at(-1);
    const former = before === undefined ? null : textsOf(before.picture);
    const changed = textsOf(drawn).flatMap((text, index) => (former !== null && former[index] !== text ? [index] : []));
    this.#words.push(this.#walk.words.slice());
    this.#stops.push({
      step,
      sentence,
      picture: drawn,
      changed: new Set(changed),
      broken: model.properties.filter(({ holds }) => !holds()).map(({ name }) => name),
      cameAbout: outcomes.filter(({ holds }) => holds()).map(({ name }) => name),
    });
  }
}

const isStep = (step: number): boolean => Number.isSafeInteger(step) && step >= 0;
