/** The work, piece by piece: who makes which images of which machine, in an order that a seed fixes. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { Dice } from "../chance/dice.js";
import { type Examined, examineMachine, type Kinds } from "./examine.js";
import { historyOf } from "./history.js";
import type { AnyMachine } from "./machine.js";

/** Some images of one machine. */
export interface Pass {
  /** Counted from 0; each is longer than the last, and then they begin anew. */
  readonly history: number;
  readonly kinds: Kinds;
  /** Of the history's machines, counted from 0. */
  readonly machine: number;
  /** Nothing is looked for after so many I/Os: where a bad image is known, that are as many as led to it. */
  readonly sizeBelow: number;
}

/** What passes are of. */
export interface Subject {
  readonly table: QuorumTable;
  readonly seed: number;
  /** How many images are to be made; no pass needs more. */
  readonly images: number;
}

const SIZE_MAX = 6;

/** What a pass comes to. */
export interface Passed extends Examined {
  /** I/Os that were recorded in the whole history. */
  readonly operations: number;
}

/** Whoever makes passes of one subject, one after the other. */
export class Passes {
  readonly #subject: Subject;
  /** Those that were asked for last, by number: passes of two histories follow each other. */
  readonly #histories = new Map<number, Promise<readonly AnyMachine[]>>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async run(
    { history, sizeBelow, kinds, machine }: Pass,
    isStopped: () => boolean | Promise<boolean>,
  ): Promise<Passed> {
    const { seed, images } = this.#subject;
    const machines = await this.#machinesOf(history);
    const options = { kinds, dice: new Dice(seed), images, sizeBelow, isStopped };
    const examined = await examineMachine(machines[machine]!, options);
    return { ...examined, operations: machines.reduce((sum, { log }) => sum + log.size, 0) };
  }

  #machinesOf(history: number): Promise<readonly AnyMachine[]> {
    const { table, seed } = this.#subject;
    const known = this.#histories.get(history);
    if (known !== undefined) return known;
    for (const number of this.#histories.keys()) if (number < history - 1) this.#histories.delete(number);
    const made = historyOf(table, seed + history, 1 + (history % SIZE_MAX));
    this.#histories.set(history, made);
    return made;
  }
}
