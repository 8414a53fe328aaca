import { broadcast } from "./broadcast.js";
import { consensus } from "./consensus.js";
import { echo } from "./echo.js";
import { gCounter } from "./g-counter.js";
import { linKv } from "./lin-kv.js";
import { txnListAppend } from "./txn-list-append.js";
import { uniqueIds } from "./unique-ids.js";
import type { Workload } from "./workload.js";

const WORKLOADS: readonly Workload[] = [echo, uniqueIds, broadcast, gCounter, linKv, txnListAppend, consensus];

export const WORKLOAD_NAMES: readonly string[] = WORKLOADS.map(({ name }) => name);

export const workloadNamed = (name: string): Workload => WORKLOADS.find((workload) => workload.name === name)!;
