/** What `quorate chaos` does. */
import path from "node:path";
import { playChaos } from "../../chaos/chaos.js";
import { tableFileFor, tableFor } from "../../options/cluster-options.js";
import { type ChaosVerdict, chaosJson, chaosProgress, chaosVerdict, renderChaos } from "../../report/commands/chaos.js";
import { shellQuote } from "../../report/verdict/reproduce.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";

/** As commander hands the options over. */
export interface ChaosFlags {
  readonly table?: string;
  readonly minutes: number;
  readonly seed: number;
  readonly format: "text" | "json";
}

export const CHAOS_EXIT_CODES: Readonly<Record<ChaosVerdict, ExitCode>> = {
  agree: EXIT.safe,
  disagree: EXIT.unsafe,
  inconclusive: EXIT.inconclusive,
  diverges: EXIT.diverges,
};

/** Throws TableFileError. */
export async function chaos(flags: ChaosFlags, terminal: Terminal): Promise<ExitCode> {
  const table = tableFor(flags.table);
  const tableFile = path.resolve(tableFileFor(flags.table));
  const progress = startProgress(terminal);
  const seconds = 60 * flags.minutes;
  const result = await interruptible((signal) =>
    playChaos({
      ...{ table, tableFile, seconds, seed: flags.seed, signal },
      script: process.argv[1]!,
      onProgress: (soFar) => progress.report(chaosProgress(soFar, seconds)),
    }),
  );
  progress.clear();
  const named = flags.table === undefined ? [] : [`--table ${shellQuote(flags.table)}`];
  const words = [...named, `--minutes ${flags.minutes}`, `--seed ${flags.seed}`];
  const report = { ...result, table: table.name, seed: flags.seed, reproduce: `npx quorate chaos ${words.join(" ")}` };
  terminal.out(flags.format === "json" ? chaosJson(report) : renderChaos(report, terminal.paint));
  return CHAOS_EXIT_CODES[chaosVerdict(report)];
}
