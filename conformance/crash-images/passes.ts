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
}

/** What passes are of. */
export interface Subject {
  readonly table: QuorumTable;
  readonly seed: number;
  /** How many images are to be made; no pass needs more. */
  readonly images: number;
}

/** Torn writes are most images by far, and the others of all machines of a history are made before. */
export const KINDS_IN_ORDER: readonly Kinds[] = ["whole", "torn"];

const SIZE_MAX = 6;

/** What a pass comes to. */
export interface Passed extends Examined {
  /** I/Os that were recorded in the whole history. */
  readonly operations: number;
}

/** Whoever makes passes of one subject, one after the other. */
export class Passes {
  readonly #subject: Subject;
  /** The last history that was asked for: passes of it follow each other. */
  #history: { readonly number: number; readonly machines: readonly AnyMachine[] } | null = null;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async run({ history, kinds, machine }: Pass, isStopped: () => boolean | Promise<boolean>): Promise<Passed> {
    const { seed, images } = this.#subject;
    const machines = await this.#machinesOf(history);
    const examined = await examineMachine(machines[machine]!, { kinds, dice: new Dice(seed), images, isStopped });
    return { ...examined, operations: machines.reduce((sum, { log }) => sum + log.size, 0) };
  }

  async #machinesOf(history: number): Promise<readonly AnyMachine[]> {
    const { table, seed } = this.#subject;
    if (this.#history?.number !== history) {
      this.#history = { number: history, machines: await historyOf(table, seed + history, 1 + (history % SIZE_MAX)) };
    }
    return this.#history.machines;
  }
}
