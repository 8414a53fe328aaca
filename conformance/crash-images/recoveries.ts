/**
 * What a machine comes back with, by what is on its disk: images that hold the same bytes under the same names are
 * recovered once. Most are such: a power cut in recovery leaves what a power cut before it has left, and what a torn
 * write did not reach may be what was there.
 */
import { IoLog } from "../../impl/simulation/io-log.js";
import { MemoryFiles } from "../../impl/simulation/memory-files.js";
import type { Volume } from "../../impl/simulation/volume.js";
import type { AnyMachine, Found, Promises } from "./machine.js";

export interface Recovered {
  readonly found: Found;
  /** The same for things found that cannot be told apart. */
  readonly key: string;
  /** What it did to the disk; null where that is not asked. */
  readonly log: IoLog<unknown> | null;
  /** How many operations of the log came before others may have seen what was found. */
  readonly toldAt: number;
}

/** It did not come back, and said why. */
export interface Failed {
  readonly failure: string;
}

export class Recoveries {
  readonly #machine: AnyMachine;
  readonly #promises: Promises<unknown, Found>;
  readonly #known = new Map<string, Recovered | Failed>();
  /** What was found, each once, however many images came back with it. */
  readonly #found = new Map<string, Found>();
  /** What machines do besides coming back, when the known ones did. */
  #asked = "";
  #different = 0;

  constructor(machine: AnyMachine, promises: Promises<unknown, Found>) {
    this.#machine = machine;
    this.#promises = promises;
  }

  /**
   * Reads what is on the disk and writes to it, as the machine does that starts from it.
   * @param keepsLog whether it is told what was done to the disk
   */
  async of(volume: Volume, keepsLog: boolean): Promise<Recovered | Failed> {
    const asked = this.#machine.asksFor(this.#promises);
    if (asked !== this.#asked) this.#known.clear();
    this.#asked = asked;
    const { key } = volume;
    const known = this.#known.get(key);
    const isEnough = known !== undefined && ("failure" in known || known.log !== null || !keepsLog);
    if (isEnough) return known;
    if (known === undefined) this.#different++;
    const recovered = await this.#recover(volume, keepsLog);
    this.#known.set(key, recovered);
    return recovered;
  }

  /** How many had to be recovered since it was last asked. */
  takeDifferent(): number {
    const different = this.#different;
    this.#different = 0;
    return different;
  }

  async #recover(volume: Volume, keepsLog: boolean): Promise<Recovered | Failed> {
    const log = new IoLog<unknown>();
    let toldAt = Number.POSITIVE_INFINITY;
    const told = () => {
      toldAt = log.operations.length;
    };
    try {
      const found = await this.#machine.recover(new MemoryFiles(volume, log, 0), this.#promises, told);
      const key = this.#machine.keyOf(found);
      return { found: this.#once(found, key), key, log: keepsLog ? log : null, toldAt };
    } catch (error) {
      return { failure: (error as Error).message };
    }
  }

  #once(found: Found, key: string): Found {
    const place = `${found.isNew} ${key}`;
    const known = this.#found.get(place);
    if (known === undefined) this.#found.set(place, found);
    return known ?? found;
  }
}
