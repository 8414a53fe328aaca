/**
 * The alternative to the kernel's shared visited set, to be measured against it: partitions, in which owners compute.
 *
 * Breadth-first, level by level. Every thread owns the states whose hash falls to it, keeps them in a table of its own without
 * any synchronisation, expands them, and hands over the successors that others own, in batches (Stern & Dill, "Parallelizing
 * the Murphi verifier", 1997, with shared memory for messages). For this benchmark only; it shows no runs and obeys no bounds.
 */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Model, ModelDescriptor } from "../kernel/model.js";
import { handoverBytes } from "./handover.js";
import { Partition } from "./partition.js";
import { allocatePartitionMemory, type PartitionMemory, TOTAL } from "./partition-memory.js";

/** What a worker is started with. */
export interface PartitionTask {
  readonly descriptor: ModelDescriptor;
  readonly memory: PartitionMemory;
  /** Which thread of the search it is; the calling thread is number 0. */
  readonly thread: number;
}

export interface PartitionedExploration {
  readonly distinctStates: number;
  /** Every generated successor, with repeats. */
  readonly transitions: number;
  readonly depth: number;
  /** The names of the properties that fail somewhere. */
  readonly violated: readonly string[];
  /** Successors that went from one thread to another. */
  readonly handedOver: number;
  /** What states, tables and rings take at the end. */
  readonly bytes: number;
}

/**
 * Explores everything, the calling thread and its event loop being busy meanwhile.
 *
 * Throws RangeError for a model that is not in model/registry.ts, or if memory runs out.
 */
export async function explorePartitioned(model: Model, threads: number): Promise<PartitionedExploration> {
  const { descriptor, properties, workspace } = model;
  if (descriptor === null)
    throw new RangeError(`model ${model.name} is not registered, so other threads cannot make it`);
  const memory = allocatePartitionMemory(threads, workspace.layout.wordCount);
  const workers = Array.from({ length: threads - 1 }, (_, index) => {
    const workerData: PartitionTask = { descriptor, memory, thread: index + 1 };
    return new Worker(workerScript(), { workerData });
  });
  try {
    const ready = Promise.all(workers.map((worker) => once(worker, "message")));
    const partition = new Partition(model, memory, 0);
    await ready;
    const depth = partition.explore();
    const total = (field: number): number =>
      memory.totals.reduce((sum, count, place) => sum + (place % TOTAL.fields === field ? count : 0), 0);
    const fails = (property: number): boolean =>
      memory.totals.some((bits, place) => place % TOTAL.fields === TOTAL.failures && ((bits >>> property) & 1) === 1);
    return {
      distinctStates: total(TOTAL.states),
      transitions: total(TOTAL.transitions),
      depth,
      violated: properties.flatMap(({ name }, property) => (fails(property) ? [name] : [])),
      handedOver: total(TOTAL.handedOver),
      bytes: total(TOTAL.bytes) + memory.handovers.reduce((sum, handover) => sum + handoverBytes(handover), 0),
    };
  } finally {
    for (const worker of workers) void worker.terminate();
  }
}

/** Workers run the built script, as in kernel/worker-pool.ts. */
function workerScript(): string {
  const here = import.meta.url;
  const path = here.endsWith(".ts") ? "../../dist/model/bench/partition-worker.js" : "./partition-worker.js";
  return fileURLToPath(new URL(path, here));
}
