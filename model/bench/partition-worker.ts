/** A worker thread of a partitioned search (see partitioned-search.ts). */
import { parentPort, workerData } from "node:worker_threads";
import { modelOf } from "../registry.js";
import { Partition } from "./partition.js";
import { ringAll, SIGNAL } from "./partition-memory.js";
import type { PartitionTask } from "./partitioned-search.js";

const { descriptor, memory, thread } = workerData as PartitionTask;
const partition = new Partition(modelOf(descriptor), memory, thread);
parentPort!.postMessage("ready");
try {
  partition.explore();
} catch (error) {
  // The others would wait for ever.
  Atomics.store(memory.signals, thread * SIGNAL.fields + SIGNAL.failed, 1);
  ringAll(memory);
  throw error;
}
