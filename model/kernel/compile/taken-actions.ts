/** Which actions were taken somewhere, by the commands that were enabled. */
import type { Action } from "../declaration/model.js";
import type { Command } from "./command-tables.js";
import { firstSteps } from "./expand.js";
import { SET_WORD_BITS } from "./product-tables.js";

export class TakenActions {
  /** A set of commands, for generated code to put those in that are enabled in some state. */
  readonly everEnabled: Int32Array;
  /** Those of them whose actions have been noted. */
  readonly #noted: Int32Array;
  /** actionOf[n]: the number of command n's action. All steps of a command are of one action. */
  readonly #actionOf: Int32Array;

  constructor(actions: readonly Action[], commands: readonly Command[]) {
    const setWords = Math.ceil(commands.length / SET_WORD_BITS);
    const ends = firstSteps(actions).slice(1);
    this.everEnabled = new Int32Array(setWords);
    this.#noted = new Int32Array(setWords);
    this.#actionOf = Int32Array.from(commands, (command) => {
      if (command === null) return -1;
      const step = "steps" in command ? command.steps[0]!.step : command.step;
      return ends.findIndex((end) => step < end);
    });
  }

  /** Sets takenActions[a] to 1 for every action a that was enabled in some state since the start. */
  note(takenActions: Uint8Array): void {
    for (const [setWord, enabled] of this.everEnabled.entries()) {
      let fresh = enabled & ~this.#noted[setWord]!;
      this.#noted[setWord] = enabled;
      for (; fresh !== 0; fresh &= fresh - 1) {
        const bit = 31 - Math.clz32(fresh & -fresh);
        takenActions[this.#actionOf[setWord * SET_WORD_BITS + bit]!] = 1;
      }
    }
  }
}
