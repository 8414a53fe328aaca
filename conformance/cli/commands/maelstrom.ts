/** What `quorate maelstrom` does. */
import { writeFileSync } from "node:fs";
import { systemReason } from "../../../spec/table-file/system-reason.js";
import { type MaelstromOptions, maelstrom, replay, type ShownRun } from "../../maelstrom/maelstrom.js";
import { NodeError } from "../../maelstrom/nodes/node-error.js";
import { nodeNames } from "../../maelstrom/nodes/node-names.js";
import { readRun, runText } from "../../maelstrom/recorded-run.js";
import { storyOf } from "../../maelstrom/story.js";
import { workloadNamed } from "../../maelstrom/workloads/registry.js";
import {
  type MaelstromVerdict,
  maelstromJson,
  maelstromProgress,
  maelstromVerdict,
  renderMaelstrom,
  renderReplayed,
  replayedJson,
} from "../../report/commands/maelstrom.js";
import { shellQuote } from "../../report/verdict/reproduce.js";
import { mermaidOf } from "../../sequence/mermaid.js";
import { CommandError, usageError } from "../../shell/command-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import { type Terminal, widePaint } from "../../shell/terminal.js";

/** As commander hands the options over. */
export interface MaelstromFlags {
  readonly workload?: string;
  readonly bin?: string;
  readonly nodes: number;
  readonly requests: number;
  readonly deviations: number;
  readonly crashes: boolean;
  readonly duplicates: boolean;
  readonly realTime: boolean;
  readonly maxSeconds: number;
  readonly seed: number;
  readonly workers: number;
  readonly nodeTimeout: number;
  readonly run?: string;
  readonly diagram?: string;
  readonly replay?: string;
  readonly wide: boolean;
  readonly format: "text" | "json";
}

const EXIT_CODES: Readonly<Record<MaelstromVerdict, ExitCode>> = {
  violated: EXIT.diverges,
  "nothing-found": EXIT.safe,
  inconclusive: EXIT.inconclusive,
};

/** Throws CommandError, TableFileError. */
export async function maelstromCommand(flags: MaelstromFlags, terminal: Terminal): Promise<ExitCode> {
  try {
    return flags.replay === undefined ? await searched(flags, terminal) : await replayed(flags.replay, flags, terminal);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    const lines = error.lastLines.map((line) => `\n  ${line}`).join("");
    throw new CommandError(EXIT.internal, `${error.message}${lines}`);
  }
}

async function searched(flags: MaelstromFlags, terminal: Terminal): Promise<ExitCode> {
  const { workload, bin, nodes, seed, realTime } = flags;
  if (workload === undefined) throw usageError("--workload says what clients ask. Hint: --workload lin-kv");
  if (bin === undefined) throw usageError("--bin says how a node is started. Hint: --bin ./node");
  const progress = startProgress(terminal);
  const result = await interruptible((signal) =>
    maelstrom(optionsOf(flags, workload, bin, signal, (line) => progress.report(line))),
  );
  progress.clear();
  const report = {
    ...{ ...result, command: bin, nodes: nodeNames(nodes), crashes: flags.crashes },
    ...{ duplicates: flags.duplicates, length: flags.requests },
    ...{ workload: workloadNamed(workload), reproduce: reproduce(flags, workload, bin) },
  };
  const { shown } = result;
  const run = { workload, command: bin, nodes, seed, realTime };
  if (shown !== null && flags.run !== undefined) write(flags.run, runText({ ...run, steps: shown.steps }));
  draw(shown, flags, nodes);
  terminal.out(flags.format === "json" ? maelstromJson(report) : renderMaelstrom(report, paintOf(flags, terminal)));
  return EXIT_CODES[maelstromVerdict(report)];
}

async function replayed(file: string, flags: MaelstromFlags, terminal: Terminal): Promise<ExitCode> {
  const run = readRun(file);
  const command = flags.bin ?? run.command;
  const { workload, nodes, seed } = run;
  const retaken = await interruptible((signal) =>
    replay(
      run.steps,
      optionsOf({ ...flags, ...run }, workload, command, signal, () => {}),
    ),
  );
  draw(retaken, flags, nodes);
  const report = { ...retaken, left: run.steps.length - retaken.steps.length, command, seed, nodes: nodeNames(nodes) };
  const asked = { ...report, workload: workloadNamed(workload) };
  terminal.out(flags.format === "json" ? replayedJson(asked) : renderReplayed(asked, paintOf(flags, terminal)));
  return retaken.violation === null ? EXIT.safe : EXIT.diverges;
}

const paintOf = ({ wide }: MaelstromFlags, { paint }: Terminal) => (wide ? widePaint(paint) : paint);

function optionsOf(
  flags: MaelstromFlags,
  workload: string,
  command: string,
  signal: AbortSignal,
  report: (line: string) => void,
): MaelstromOptions {
  const { nodes, requests, deviations, crashes, duplicates, realTime, seed, workers, maxSeconds, nodeTimeout } = flags;
  return {
    ...{ command, workload, nodes, requests, deviations, crashes, duplicates, realTime, seed, workers, signal },
    ...{ seconds: maxSeconds, patience_ms: 1000 * nodeTimeout },
    onProgress: (progress) => report(maelstromProgress(progress)),
  };
}

function draw(shown: ShownRun | null, { diagram }: MaelstromFlags, nodes: number): void {
  if (shown === null || diagram === undefined) return;
  write(diagram, mermaidOf(storyOf(shown.steps, shown.exchanges, nodeNames(nodes))));
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandError(EXIT.unavailable, `cannot write ${file}: ${systemReason(error)}`, { cause: error });
  }
}

function reproduce(flags: MaelstromFlags, workload: string, bin: string): string {
  const { nodes, requests, deviations, crashes, duplicates, realTime, maxSeconds, seed } = flags;
  return [
    `npx quorate maelstrom --workload ${workload} --bin ${shellQuote(bin)} --nodes ${nodes} --requests ${requests}`,
    `--deviations ${deviations} --max-seconds ${maxSeconds} --seed ${seed}`,
    ...(crashes ? ["--crashes"] : []),
    ...(duplicates ? ["--duplicates"] : []),
    ...(realTime ? ["--real-time"] : []),
  ].join(" ");
}
