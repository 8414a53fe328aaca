/** What `quorate probe` does: store after store, and the worst of what was found is the exit code. */
import { parseStoreUrl } from "../../../impl/stores/store-url.js";
import { type Probed, probe } from "../../probe/probe.js";
import { probeJson, probeVerdict, renderProbe } from "../../report/commands/probe.js";
import { CommandError } from "../../shell/command-error.js";
import { EXIT, type ExitCode, mostSevere } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import { explainStoreError } from "../../shell/store-errors.js";
import type { Terminal } from "../../shell/terminal.js";

/** As commander hands the options over. */
export interface ProbeFlags {
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
  readonly format: "text" | "json";
}

/**
 * Throws CommandError where a URL names no store. One that does not answer is told of on stderr, and the others are
 * probed.
 */
export async function probeStores(urls: readonly string[], flags: ProbeFlags, terminal: Terminal): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  try {
    for (const url of urls) parseStoreUrl(url);
  } catch (error) {
    throw explainStoreError(error);
  }
  await interruptible(async (signal) => {
    for (const url of urls) {
      if (signal.aborted) codes.push(EXIT.inconclusive);
      else codes.push(await probeOne(url, flags, terminal, signal));
    }
  });
  return mostSevere(codes);
}

async function probeOne(url: string, flags: ProbeFlags, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const progress = startProgress(terminal);
  let probed: Probed;
  try {
    probed = await probe({ url, ...flags, signal, onProgress: progress.report });
  } catch (error) {
    const explained = explainStoreError(error);
    if (!(explained instanceof CommandError)) throw explained;
    terminal.err(`quorate: ${explained.message}\n`);
    return explained.exitCode;
  } finally {
    progress.clear();
  }
  terminal.out(flags.format === "json" ? probeJson(probed) : renderProbe(probed, terminal.paint));
  return EXIT[probeVerdict(probed)];
}
