/** The script of a search's worker threads: the kernel's loop, and the models that it can make here by their names. */
import { workerData } from "node:worker_threads";
import { obeySearch, type WorkerTask } from "./kernel/index.js";
import { modelOf, reductionOf } from "./registry.js";

obeySearch(workerData as WorkerTask, { modelOf, reductionOf });
