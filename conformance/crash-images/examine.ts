/** Makes the crash images of one machine, has each recovered by the real code, and judges what comes back. */
import { CrashState } from "../../impl/simulation/crash-state.js";
import type { IoLog, Operation } from "../../impl/simulation/io-log.js";
import { Volume } from "../../impl/simulation/volume.js";
import type { Dice } from "../chance/dice.js";
import { type Counts, countsOfNone, type ImageKind } from "./image-kinds.js";
import { type Image, imagesOf, tornImages } from "./images.js";
import type { AnyMachine, Found, Promises } from "./machine.js";
import { type Recovered, Recoveries } from "./recoveries.js";

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

/** Images in which a write is torn, or all others. */
export type Kinds = "whole" | "torn";

export interface ExamineOptions {
  readonly kinds: Kinds;
  readonly dice: Dice;
  /** No moment is begun after this number of images. */
  readonly images: number;
  /** Nor after so many I/Os. */
  readonly sizeBelow: number;
  /** Called for every image; where it resolves with true, the rest is left out. */
  readonly isStopped: () => boolean | Promise<boolean>;
}

/** What was made of the crashes at one moment. */
export interface Moment {
  /** How many I/Os came before. */
  readonly size: number;
  readonly counts: Counts;
  /** Of these, how many were unlike all images of the machine before. */
  readonly different: number;
}

export interface Examined {
  readonly moments: readonly Moment[];
  /** Found at the last moment. */
  readonly bad: BadImage | null;
}

/** Of torn images, crashes in recovery are made of one in this number: they are many, and alike. */
const TORN_PER_RECOVERY = 64;

/** Resolves with the moments of the machine up to the first bad image, which has the fewest I/Os. */
export function examineMachine(machine: AnyMachine, options: ExamineOptions): Promise<Examined> {
  return new Examination(machine, options).run();
}

class Examination {
  readonly #machine: AnyMachine;
  readonly #options: ExamineOptions;
  readonly #promises: Promises<unknown, Found>;
  readonly #recoveries: Recoveries;
  readonly #state = new CrashState(Volume.empty());
  readonly #moments: Moment[] = [];
  /** Operations taken so far. */
  #taken = 0;
  /** How many of these are I/O. */
  #size = 0;
  /** Of this moment. */
  #counts = countsOfNone();
  #images = 0;
  #bad: BadImage | null = null;

  constructor(machine: AnyMachine, options: ExamineOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#promises = machine.newPromises();
    this.#recoveries = new Recoveries(machine, this.#promises);
  }

  async run(): Promise<Examined> {
    for (const operation of this.#operations) {
      this.#state.take(operation);
      this.#taken++;
      if (operation.do === "mark") this.#promises.take(operation.mark);
      else this.#size++;
      // Whatever was asked for and not yet done is in the images of what is done next.
      const next = this.#operations[this.#taken];
      if (operation.do === "mark" && next?.do === "mark") continue;
      if (this.#images >= this.#options.images || this.#size >= this.#options.sizeBelow) break;
      if (await this.#crashHere(operation)) break;
      this.#endMoment();
    }
    this.#endMoment();
    return { moments: this.#moments, bad: this.#bad };
  }

  get #operations(): readonly Operation<unknown>[] {
    return this.#machine.log.operations;
  }

  #endMoment(): void {
    this.#moments.push({ size: this.#size, counts: this.#counts, different: this.#recoveries.takeDifferent() });
    this.#counts = countsOfNone();
  }

  /** Resolves with true when there is nothing more to do. */
  async #crashHere(last: Operation<unknown>): Promise<boolean> {
    const { log } = this.#machine;
    if (this.#options.kinds === "torn") return this.#recoverFromEach(tornImages(this.#state, last, log));
    if (await this.#recoverFromEach(imagesOf(this.#state, { log, dice: this.#options.dice }))) return true;
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
    const first = await this.#judged(image, null, crash !== null);
    if (first === null) return true;
    if (crash === null || first.log === null) return false;
    const { state, next } = crash;
    const { toldAt, log } = first;
    for (const [index, operation] of log.operations.entries()) {
      state.take(operation);
      const again = (volume: Volume, which: string): Image => ({
        kind: next,
        volume,
        left: () => `${image.left()}; then a start, and a power cut ${when(log, index)}, of which is left: ${which}`,
      });
      const kept = index + 1 >= toldAt ? first : null;
      if ((await this.#judged(again(state.with([]), "what was synced"), kept, false)) === null) return true;
      if (state.pending.length === 0) continue;
      if ((await this.#judged(again(state.with(state.pending), "all"), kept, false)) === null) return true;
    }
    return false;
  }

  /**
   * Null for a bad image, and for one that is not waited for any more. `before`: what a process came back with, and
   * told everybody, that the crash came after.
   */
  async #judged(image: Image, before: Recovered | null, keepsLog: boolean): Promise<Recovered | null> {
    const { kind, volume } = image;
    const isStopped = this.#options.isStopped();
    if (isStopped !== false && (await isStopped)) return null;
    this.#counts[kind]++;
    this.#images++;
    const recovered = await this.#recoveries.of(volume, keepsLog);
    if ("failure" in recovered) {
      return this.#isBad(image, `${this.#machine.name} does not come back: ${recovered.failure}`);
    }
    const broken = this.#promises.broken(recovered.found) ?? this.#changed(before, recovered);
    return broken === null ? recovered : this.#isBad(image, broken);
  }

  #changed(before: Recovered | null, after: Recovered): string | null {
    const { name, phrase } = this.#machine;
    if (before === null || before.key === after.key) return null;
    return `${name} came back with ${phrase(before.found)}, and after a crash with ${phrase(after.found)}`;
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

function when(recovery: IoLog<unknown>, index: number): string {
  const { operations } = recovery;
  if (index === operations.length - 1) return "after it";
  return `after its I/O ${index + 1}, "${recovery.describe(operations[index]!, String)}"`;
}
