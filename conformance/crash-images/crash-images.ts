/** Histories of a cluster, each longer than the last, until enough crash images were made of them, or one is bad. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { BadImage, Kinds } from "./examine.js";
import { type Examiners, examinersHere, startExaminers } from "./examiners.js";
import { machineCount } from "./history.js";
import type { Counts } from "./image-kinds.js";
import type { Pass, Passed } from "./passes.js";
import { Tally } from "./tally.js";

export interface CrashImagesRequest {
  readonly table: QuorumTable;
  readonly seed: number;
  /** How many images to make, at least: a moment that was begun is finished. */
  readonly images: number;
  /** How many threads; the result is the same. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Called now and then, with how many were made so far. */
  readonly onProgress: (made: number) => void;
}

export interface CrashImagesResult {
  readonly counts: Readonly<Counts>;
  /** Of all images, those that held what no other of their pass did; the others are recovered with them. */
  readonly different: number;
  readonly histories: number;
  readonly machines: number;
  /** I/Os that were recorded. */
  readonly operations: number;
  /** Null where every image came back as it must. */
  readonly bad: BadImage | null;
  readonly isInterrupted: boolean;
}

const PROGRESS_MS = 100;

export async function crashImages(request: CrashImagesRequest): Promise<CrashImagesResult> {
  const { table, seed, images, workers, signal, onProgress } = request;
  const subject = { table, seed, images };
  const examiners = workers === 1 ? examinersHere(subject) : startExaminers(subject, workers);
  signal.addEventListener("abort", examiners.stop);
  const progress = setInterval(() => onProgress(examiners.made()), PROGRESS_MS);
  try {
    return await summedUp(request, examiners);
  } finally {
    clearInterval(progress);
    examiners.stop();
    await examiners.close();
  }
}

async function summedUp(
  { table, images, signal }: CrashImagesRequest,
  examiners: Examiners,
): Promise<CrashImagesResult> {
  const machines = machineCount(table);
  const tally = new Tally(images);
  const done = { histories: 0, machines: 0, operations: 0 };
  const sizeBelow = () => tally.bad?.size ?? Number.POSITIVE_INFINITY;
  for await (const [pass, passed] of inOrder(passesOf(machines, sizeBelow), examiners, signal)) {
    if (pass.kinds === "whole" && pass.machine === 0) {
      done.histories++;
      done.machines += machines;
      done.operations += passed.operations;
    }
    tally.add(passed);
    // Other machines may have a smaller bad one.
    if (tally.isEnough || (tally.bad !== null && pass.machine === machines - 1)) break;
  }
  const { counts, different, bad } = tally;
  return { counts, different, ...done, bad, isInterrupted: signal.aborted };
}

/**
 * Torn writes are most images by far, and few faults need one to be seen: those of a history come after the other
 * images of the next one.
 */
function* passesOf(machines: number, sizeBelow: () => number): Generator<Pass> {
  function* all(history: number, kinds: Kinds): Generator<Pass> {
    for (let machine = 0; machine < machines; machine++) yield { history, kinds, machine, sizeBelow: sizeBelow() };
  }
  for (let history = 0; ; history++) {
    yield* all(history, "whole");
    if (history > 0) yield* all(history - 1, "torn");
  }
}

/** What the passes come to, in their order; some are under way ahead. None is begun once the signal aborts. */
async function* inOrder(
  passes: Iterator<Pass>,
  { size, run }: Examiners,
  signal: AbortSignal,
): AsyncGenerator<[Pass, Passed]> {
  const ahead: [Pass, Promise<Passed>][] = [];
  for (;;) {
    while (!signal.aborted && ahead.length < (size === 1 ? 1 : 2 * size)) {
      const pass: Pass = passes.next().value;
      const passed = run(pass);
      // Whoever comes to it hears of what went wrong.
      passed.catch(() => {});
      ahead.push([pass, passed]);
    }
    const next = ahead.shift();
    if (next === undefined) return;
    const [pass, passed] = next;
    yield [pass, await passed];
  }
}
