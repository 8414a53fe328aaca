/** The script of a search's worker threads: the kernel's loop, and the models that it can make here by their names. */
import { workerData } from "node:worker_threads";
import { obeySearch } from "./kernel/search/worker-loop.js";
import type { WorkerTask } from "./kernel/search/worker-pool.js";
import { modelOf, symmetryFor } from "./registry.js";

obeySearch(workerData as WorkerTask, { modelOf, symmetryFor });
