/** `quorate explore` and `quorate playground`, declared. */
import type { Command } from "commander";
import { scopeOptionsGiven, withScopeOptions } from "../../options/scope-options.js";
import { wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { ExploreFlags, PageFlags } from "./explore.js";

const AFTER = `
Examples:
  quorate explore my-table.yaml                    walk through its states in a browser
  quorate explore my-table.yaml --freeze register  as over storage that freezes register by register
  quorate explore --system leases                  the same of a system
  quorate explore my-table.yaml --output page.html write the page to a file, and serve nothing
`;

export function registerExplore(program: Command, terminal: Terminal): void {
  const command = program
    .command("explore")
    .description("walk through a table's states, or a system's, in a browser: every step, and the way to what breaks")
    .argument("[file]", "a quorum table file")
    .option("--system <name>", "a system in place of a table")
    .option("--variant <name>", "with --system: which variant (default: the first)");
  withPageOptions(withScopeOptions(command))
    .addHelpText("after", AFTER)
    .action((file: string | undefined, flags: ExploreFlags) =>
      orExit(async () => {
        const { explore } = await import("./explore.js");
        await explore(file ?? null, flags, scopeOptionsGiven(command), terminal);
      }),
    );
}

export function registerPlayground(program: Command, terminal: Terminal): void {
  const command = program
    .command("playground")
    .description(
      "write tables in a browser, and see verdicts as you type; with --output one file that needs no server",
    );
  withPageOptions(command).action((flags: PageFlags) =>
    orExit(async () => {
      const { playground } = await import("./explore.js");
      await playground(flags, terminal);
    }),
  );
}

const withPageOptions = (command: Command): Command =>
  command
    .option("--output <file>", "write the page to a file, and serve nothing")
    .option("--port <n>", "where to serve it, on this machine only (default: a free one)", wholeNumber(1, 65_535))
    .option("--no-open", "open no browser");
