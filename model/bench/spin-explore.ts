/**
 * Quorate's side of the benchmark, as a process of its own: no warm code from an earlier run, and its peak memory is
 * its own.
 *
 * Takes a BenchmarkScope and `workers` as JSON in its first argument; prints an ExplorationReport as JSON.
 */
import { type ExploreOptions, explore } from "../kernel/index.js";
import { registersModel } from "../registers/registers.js";
import { type BenchmarkScope, scopeOf } from "./spin-scope.js";

export interface ExplorationRequest extends BenchmarkScope {
  readonly workers: number;
}

export interface ExplorationReport {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** The exploration alone, properties judged in every state; starting node and reading the table are left out. */
  readonly elapsed_s: number;
  /** The process's peak, mebibytes: some 50 are node itself. */
  readonly memory_MiB: number;
  /**
   * Processor time over elapsed time: shows whether the workers worked. The compiler's and the collector's threads
   * count.
   */
  readonly busyCores: number;
}

const request = JSON.parse(process.argv[2]!) as ExplorationRequest;
const options: ExploreOptions & { readonly workers: number } = { workers: request.workers };
const model = registersModel(scopeOf(request));
const processorBefore = process.cpuUsage();
const started_ms = performance.now();
const { distinctStates, transitions, depth, complete } = await explore(model, options);
const elapsed_s = (performance.now() - started_ms) / 1000;
const processor = process.cpuUsage(processorBefore);
if (!complete) throw new Error("Quorate stopped before everything was explored");
const report: ExplorationReport = {
  distinctStates,
  transitions,
  depth,
  elapsed_s,
  memory_MiB: process.resourceUsage().maxRSS / 1024,
  busyCores: (processor.user + processor.system) / 1e6 / elapsed_s,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
