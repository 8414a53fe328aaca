/** What `quorate crash-images` does. */
import { availableParallelism } from "node:os";
import { crashImages } from "../../crash-images/crash-images.js";
import { tableFor } from "../../options/cluster-options.js";
import {
  type CrashImagesRun,
  crashImagesProgress,
  crashImagesSpeed,
  renderCrashImages,
  renderCrashImagesJson,
} from "../../report/commands/crash-images.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";

/** Fewer images are made sooner than threads have started. */
const THREADS_FROM = 20_000;

/** As commander hands the options over. */
export interface CrashImagesFlags {
  readonly table?: string;
  readonly seed: number;
  readonly images: number;
  readonly workers?: number;
  readonly format: "text" | "json";
}

/** Diverges (3) iff an image did not come back as the register model says. Ctrl-C ends it early. */
export function runCrashImages(flags: CrashImagesFlags, terminal: Terminal): Promise<ExitCode> {
  const { seed, images, format, workers = images < THREADS_FROM ? 1 : availableParallelism() } = flags;
  const table = tableFor(flags.table);
  const run: CrashImagesRun = { table: table.name, file: flags.table ?? null, seed, images };
  return interruptible(async (signal) => {
    const progress = startProgress(terminal);
    const started = { elapsed_ms: performance.now(), processor: process.cpuUsage() };
    const clock = () => {
      const { user, system } = process.cpuUsage(started.processor);
      return { elapsed_ms: performance.now() - started.elapsed_ms, processor_ms: (user + system) / 1000 };
    };
    const result = await crashImages({
      table,
      seed,
      images,
      workers,
      signal,
      onProgress: (made) => progress.report(crashImagesProgress(run, made, clock())),
    });
    progress.clear();
    terminal.err(crashImagesSpeed(result, clock()));
    terminal.out(
      format === "json" ? `${renderCrashImagesJson(run, result)}\n` : renderCrashImages(run, result, terminal.paint),
    );
    if (result.bad !== null) return EXIT.diverges;
    return result.isInterrupted ? EXIT.inconclusive : EXIT.safe;
  });
}
