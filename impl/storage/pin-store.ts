/**
 * Where a server or a client keeps its pins (encoding/pins.ts). What it is held to from now on is in memory at once,
 * and durable once `durable` resolves: nothing may rest on a pin before.
 */
import path from "node:path";
import { PlaceError, readText, replaceWhole, syncPlace } from "./directories.js";
import { type FileSystem, NODE_FILES } from "./file-system.js";

export interface PinStore<Pins> {
  readonly pins: Pins;

  /** Takes the place of all pins before. */
  replace(pins: Pins): void;

  /** Resolves when the present pins are durable. Rejects with the file system's error; a later call tries again. */
  durable(): Promise<void>;
}

/** For those who need not remember: who only look on, and simulations, where memory outlives crashes. */
export class MemoryPins<Pins> implements PinStore<Pins> {
  pins: Pins;

  constructor(pins: Pins) {
    this.pins = pins;
  }

  replace(pins: Pins): void {
    this.pins = pins;
  }

  async durable(): Promise<void> {}
}

/** How pins are written, and what becomes of those that another process wrote meanwhile: none is lost. */
export interface PinFormat<Pins> {
  readonly encode: (pins: Pins) => string;
  /** Throws PinsError. */
  readonly decode: (text: string, file: string) => Pins;
  /** Absent where one process alone writes. Throws where the two contradict each other. */
  readonly merge?: (written: Pins, mine: Pins) => Pins;
  readonly files?: FileSystem;
}

export class FilePins<Pins> implements PinStore<Pins> {
  readonly #file: string;
  readonly #format: PinFormat<Pins>;
  #pins: Pins;
  /** Counts replacements, and how many of them are durable. */
  #replaced = 0;
  #durable = 0;
  #writing: Promise<void> | null = null;

  private constructor(file: string, format: PinFormat<Pins>, pins: Pins) {
    this.#file = file;
    this.#format = format;
    this.#pins = pins;
  }

  /**
   * `none`: where there is no such file yet; left out, it must be there. Throws PlaceError, PinsError, the file
   * system's errors.
   */
  static async open<Pins>(file: string, format: PinFormat<Pins>, none?: Pins): Promise<FilePins<Pins>> {
    const { files = NODE_FILES } = format;
    const written = await readIfThere(file, files);
    if (written === null && none === undefined) throw new PlaceError(`there is no ${file}`);
    if (written === null) return new FilePins<Pins>(file, format, none!);
    await syncPlace(path.dirname(file), files);
    return new FilePins(file, format, format.decode(written, file));
  }

  get pins(): Pins {
    return this.#pins;
  }

  replace(pins: Pins): void {
    this.#pins = pins;
    this.#replaced++;
  }

  async durable(): Promise<void> {
    const target = this.#replaced;
    while (this.#durable < target) {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = null;
      });
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    const { encode, decode, merge, files = NODE_FILES } = this.#format;
    if (merge !== undefined) {
      const written = await readIfThere(this.#file, files);
      if (written !== null) this.#pins = merge(decode(written, this.#file), this.#pins);
    }
    const replaced = this.#replaced;
    await replaceWhole(this.#file, encode(this.#pins), files);
    this.#durable = replaced;
  }
}

async function readIfThere(file: string, files: FileSystem): Promise<string | null> {
  try {
    return await readText(file, files);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
