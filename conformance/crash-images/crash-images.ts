/** Histories of a cluster, each longer than the last, until enough crash images were made of them, or one is bad. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { type BadImage, examineMachine } from "./examine.js";
import { historyOf } from "./history.js";
import { IMAGE_KINDS, type ImageKind } from "./image-kinds.js";
import { drawing } from "./random.js";

export interface CrashImagesRequest {
  readonly table: QuorumTable;
  readonly seed: number;
  /** How many images to make, at least: what was begun is finished. */
  readonly images: number;
  readonly signal: AbortSignal;
  /** Called now and then, with what was counted so far. */
  readonly onProgress: (counts: Readonly<Record<ImageKind, number>>) => void;
}

export interface CrashImagesResult {
  readonly counts: Readonly<Record<ImageKind, number>>;
  readonly histories: number;
  readonly machines: number;
  /** I/Os that were recorded. */
  readonly operations: number;
  /** Null where every image came back as it must. */
  readonly bad: BadImage | null;
  readonly isInterrupted: boolean;
}

/** Images between two looks at the clock. */
const LOOK_EVERY = 1000;

const SIZE_MAX = 6;

export const imagesIn = (counts: Readonly<Record<ImageKind, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

export async function crashImages(request: CrashImagesRequest): Promise<CrashImagesResult> {
  const { table, seed, images, signal, onProgress } = request;
  const counts = Object.fromEntries(Object.keys(IMAGE_KINDS).map((kind) => [kind, 0])) as Record<ImageKind, number>;
  let looks = 0;
  const isOver = async (): Promise<boolean> => {
    if (imagesIn(counts) >= images || signal.aborted) return true;
    if (looks++ % LOOK_EVERY !== 0) return false;
    onProgress(counts);
    // Signals are heard between turns of the event loop only.
    await new Promise((resolve) => setImmediate(resolve));
    return signal.aborted;
  };
  const done = { histories: 0, machines: 0, operations: 0 };
  let bad: BadImage | null = null as BadImage | null;
  while (bad === null && !(await isOver())) {
    const machines = await historyOf(table, seed + done.histories, 1 + (done.histories % SIZE_MAX));
    done.histories++;
    done.machines += machines.length;
    for (const { log } of machines) done.operations += log.operations.filter(({ do: what }) => what !== "mark").length;
    // Torn writes are most images by far, and the others of all machines are made before.
    for (const kinds of ["whole", "torn"] as const) {
      for (const machine of machines) {
        const sizeBelow: number = bad?.size ?? Number.POSITIVE_INFINITY;
        bad = (await examineMachine(machine, { kinds, draw: drawing(seed), counts, sizeBelow, isOver })) ?? bad;
      }
      if (bad !== null) break;
    }
  }
  return { counts, ...done, bad, isInterrupted: signal.aborted };
}
