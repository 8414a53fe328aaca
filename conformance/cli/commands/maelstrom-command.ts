/** `quorate maelstrom`, declared: nodes of Maelstrom, unmodified, under chosen schedules. */
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { seconds } from "../../options/option-values.js";
import { seed, wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { MaelstromFlags } from "./maelstrom.js";

/** As in maelstrom/workloads/registry.ts, which is loaded when it is used; a test holds them alike. */
export const WORKLOADS = ["echo", "unique-ids", "broadcast", "g-counter", "lin-kv", "txn-list-append", "consensus"];

const EXIT_CODES = `
Exit codes:
  0  nothing was found: what was searched, and what was not, is printed
  2  nothing was shown: no request was answered, or the search ended too early
  3  a run breaks what the workload promises
  64 usage   65 unreadable file   70 a node that is no node of Maelstrom: its last lines are printed
`;

export function registerMaelstrom(program: Command, terminal: Terminal): void {
  program
    .command("maelstrom")
    .description("look for a run that breaks nodes of Maelstrom: messages late or lost, clocks apart, nodes cut off")
    .addOption(new Option("--workload <name>", "what clients ask, and what is promised").choices(WORKLOADS))
    .option("--bin <command>", "a command that starts a node")
    .option("--nodes <n>", "how many nodes", wholeNumber(1, 9), 3)
    .option("--requests <n>", "requests of a run", wholeNumber(1, 20), 3)
    .option("--deviations <n>", "most deviations from the calm run", wholeNumber(0, 10), 3)
    .option("--crashes", "kill nodes and start them again, too: for nodes that keep what they promised on disk", false)
    .option("--duplicates", "let messages come twice, too: Maelstrom's network sends none twice, others do", false)
    .option("--real-time", "let nodes go by the clock of the machine", false)
    .option("--max-seconds <n>", "stop searching after so long", seconds, 120)
    .option("--seed <n>", "of the order in which plans are tried, and of what nodes draw at random", seed, 1)
    .option(
      "--workers <n>",
      "how many runs at once (default: as many as cores)",
      wholeNumber(1, 64),
      availableParallelism(),
    )
    .option("--node-timeout <n>", "how many seconds a node may be busy with one message", seconds, 10)
    .option("--run <file>", "write the run that was found, for --replay")
    .option("--diagram <file>", "draw it as a sequence diagram in Mermaid")
    .option("--replay <file>", "take a run again that --run has written")
    .option("--wide", "long lines", false)
    .addOption(new Option("--format <format>", "what is printed").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXIT_CODES)
    .action((flags: MaelstromFlags) =>
      orExit(async () => {
        const { maelstromCommand } = await import("./maelstrom.js");
        process.exitCode = await maelstromCommand(flags, terminal);
      }),
    );
}
