/** Makes the crash images of one machine, has each recovered by the real code, and judges what comes back. */
import { CrashState } from "../../impl/simulation/crash-state.js";
import { IoLog, type Operation } from "../../impl/simulation/io-log.js";
import { MemoryFiles } from "../../impl/simulation/memory-files.js";
import { Volume } from "../../impl/simulation/volume.js";
import type { ImageKind } from "./image-kinds.js";
import { type Image, imagesOf, tornImages } from "./images.js";
import type { AnyMachine, Promises } from "./machine.js";
import type { Draw } from "./random.js";

/** An image that does not come back as it must. */
export interface BadImage {
  readonly machine: string;
  readonly kind: ImageKind;
  /** Which promise is broken, in one sentence. */
  readonly broken: string;
  /** What became of what was not synced. */
  readonly left: string;
  /** The I/O of the machine up to the crash, an operation a line; marks too. */
  readonly operations: readonly string[];
  /** How many of them are I/O. */
  readonly size: number;
}

export interface ExamineOptions {
  /** Images in which a write is torn, or all others. */
  readonly kinds: "whole" | "torn";
  readonly draw: Draw;
  readonly counts: Record<ImageKind, number>;
  /** No image of so many I/Os or more is made. */
  readonly sizeBelow: number;
  /** Asked now and then; where it resolves with true, the rest is left out. */
  readonly isOver: () => Promise<boolean>;
}

/** Of torn images, crashes in recovery are made of one in so many: they are many, and alike. */
const TORN_PER_RECOVERY = 64;

type AnyPromises = Promises<unknown, unknown>;

/** Resolves with the first bad image, which has the fewest I/Os; null where there is none, or it was over before. */
export function examineMachine(machine: AnyMachine, options: ExamineOptions): Promise<BadImage | null> {
  return new Examination(machine, options).run();
}

class Examination {
  readonly #machine: AnyMachine;
  readonly #options: ExamineOptions;
  readonly #promises: AnyPromises;
  readonly #state = new CrashState(Volume.empty());
  /** Operations taken so far. */
  #taken = 0;
  /** How many of these are I/O. */
  #size = 0;
  #bad: BadImage | null = null;

  constructor(machine: AnyMachine, options: ExamineOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#promises = machine.newPromises();
  }

  async run(): Promise<BadImage | null> {
    for (const operation of this.#operations) {
      this.#state.take(operation);
      this.#taken++;
      if (operation.do === "mark") this.#promises.take(operation.mark);
      else this.#size++;
      if (this.#size >= this.#options.sizeBelow) return null;
      // Whatever was asked for and not yet done is in the images of what is done next.
      const next = this.#operations[this.#taken];
      if (operation.do === "mark" && next?.do === "mark") continue;
      if (await this.#crashHere(operation)) return this.#bad;
    }
    return null;
  }

  get #operations(): readonly Operation<unknown>[] {
    return this.#machine.log.operations;
  }

  /** Resolves with true when there is nothing more to do. */
  async #crashHere(last: Operation<unknown>): Promise<boolean> {
    const { log } = this.#machine;
    if (this.#options.kinds === "torn") return this.#recoverFromEach(tornImages(this.#state, last, log));
    if (await this.#recoverFromEach(imagesOf(this.#state, { log, draw: this.#options.draw }))) return true;
    if (await this.#killHere("kill", "killThenCut", null)) return true;
    const next = this.#operations[this.#taken];
    const fails = next?.do === "sync" && this.#state.durable.kindOf(next.node) === "file";
    return fails && (await this.#killHere("failedSync", "failedSync", next.node));
  }

  /** The page cache outlives the process; `failed`, whose sync has failed, is clean in it. */
  async #killHere(kind: ImageKind, afterwards: ImageKind, failed: number | null): Promise<boolean> {
    const state = this.#state.copy();
    if (failed !== null) state.failSync(failed);
    state.restart();
    const cache = state.with(state.pending);
    const left = () =>
      `${failed === null ? "a killed process" : "a failed sync, a stopped process"}, and its page cache`;
    return this.#recover({ kind, volume: cache, left }, { state, next: afterwards });
  }

  async #recoverFromEach(images: Iterable<Image>): Promise<boolean> {
    let torn = 0;
    for (const image of images) {
      const crashesAgain = image.kind !== "torn" || torn++ % TORN_PER_RECOVERY === 0;
      if (await this.#recoverFrom(image, crashesAgain)) return true;
      if (await this.#options.isOver()) return true;
    }
    return false;
  }

  #recoverFrom(image: Image, crashesAgain: boolean): Promise<boolean> {
    return this.#recover(
      image,
      crashesAgain ? { state: new CrashState(image.volume.copy()), next: "inRecovery" } : null,
    );
  }

  /** Recovers, judges, and cuts the power at every moment of the recovery and after it. */
  async #recover(
    image: Image,
    crash: { readonly state: CrashState; readonly next: ImageKind } | null,
  ): Promise<boolean> {
    const first = await this.#judged(image, null);
    if (first === null) return true;
    if (crash === null) return false;
    const { state, next } = crash;
    const { toldAt } = first;
    const { operations } = first.log;
    for (const [index, operation] of operations.entries()) {
      state.take(operation);
      const isEnd = index === operations.length - 1;
      const again = (volume: Volume, which: string): Image => ({
        kind: next,
        volume,
        left: () =>
          `${image.left()}; then a start, and a power cut ${isEnd ? "after it" : `after its I/O ${index + 1}, "${first.log.describe(operation, String)}"`}, of which is left: ${which}`,
      });
      const kept = index + 1 >= toldAt ? first.found : null;
      if ((await this.#judged(again(state.with([]), "what was synced"), kept)) === null) return true;
      if (state.pending.length === 0) continue;
      if ((await this.#judged(again(state.with(state.pending), "all"), kept)) === null) return true;
    }
    return false;
  }

  /** Null for a bad image. `before`: what a process came back with, and told everybody, that the crash came after. */
  async #judged(image: Image, before: Found | null): Promise<Recovered | null> {
    const { kind, volume } = image;
    this.#options.counts[kind]++;
    const log = new IoLog<unknown>();
    const files = new MemoryFiles(volume, log, 0);
    try {
      let toldAt = Number.POSITIVE_INFINITY;
      const told = () => {
        toldAt = log.operations.length;
      };
      const found = { it: await this.#machine.recover(files, this.#promises, told) };
      const broken = this.#promises.broken(found.it) ?? this.#changed(before, found);
      if (broken === null) return { found, log, toldAt };
      return this.#isBad(image, broken);
    } catch (error) {
      return this.#isBad(image, `${this.#machine.name} does not come back: ${(error as Error).message}`);
    }
  }

  #changed(before: Found | null, after: Found): string | null {
    const { name, keyOf, phrase } = this.#machine;
    if (before === null || keyOf(before.it) === keyOf(after.it)) return null;
    return `${name} came back with ${phrase(before.it)}, and after a crash with ${phrase(after.it)}`;
  }

  #isBad({ kind, left }: Image, broken: string): null {
    const { name, log, markPhrase } = this.#machine;
    const operations = this.#operations.slice(0, this.#taken);
    this.#bad = {
      machine: name,
      kind,
      broken,
      left: left(),
      operations: operations.map((operation) => log.describe(operation, markPhrase)),
      size: this.#size,
    };
    return null;
  }
}

interface Found {
  readonly it: unknown;
}

interface Recovered {
  readonly found: Found;
  readonly log: IoLog<unknown>;
  /** How many operations of the log came before others may have seen what was found. */
  readonly toldAt: number;
}
