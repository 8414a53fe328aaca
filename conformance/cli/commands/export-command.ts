/** `quorate export FORMAT FILE`, declared. */
import { Argument, type Command } from "commander";
import { wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { ExportFlags } from "./export.js";

const AFTER = `
Formats:
  itf       a run for Apalache and Quint, with the action of each step and what was chosen in it
  mermaid   a run as a sequence diagram, which GitHub and GitLab draw in Markdown
  shiviz    a run as a log with vector clocks
  dot       the states of a table as a graph for Graphviz
  promela   the register model of a table for Spin
  tla       the register model of a table as a module of TLA+, for TLC
  quint     the register model of a table as a module of Quint; runs that it finds can be replayed

Examples:
  quorate export mermaid my-table.yaml                       the run that breaks it
  quorate verify --format json my-table.yaml > run.json
  quorate export itf run.json                                the run of that report
  quorate export dot my-table.yaml | dot -Tsvg > states.svg
`;

export function registerExport(program: Command, { out, err }: Pick<Terminal, "out" | "err">): void {
  program
    .command("export")
    .description("hand a run or a model to other tools")
    .addArgument(
      new Argument("<format>", "what to write").choices(["itf", "mermaid", "shiviz", "dot", "promela", "tla", "quint"]),
    )
    .argument("<file>", "a quorum table file; for runs, also a report in JSON")
    .option("--max-states <n>", "dot: draw no more states than these, the nearest first", wholeNumber(1, 100_000), 200)
    .addHelpText("after", AFTER)
    .action((format: string, file: string, flags: ExportFlags) =>
      orExit(async () => {
        const { exported } = await import("./export.js");
        const { text, note } = await exported(format, file, flags);
        out(text);
        if (note !== null) err(`${note}\n`);
      }),
    );
}
