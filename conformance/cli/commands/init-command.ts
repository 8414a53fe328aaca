/** `quorate init [FILE]`, declared. */
import { type Command, InvalidArgumentError } from "commander";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { InitFlags } from "./init.js";

export function registerInit(program: Command, terminal: Terminal): void {
  program
    .command("init")
    .description("write a commented quorum table to begin with, or a config for quorate check; ask nothing")
    .argument("[file]", "where to (default: quorum-table.yaml, or quorate.config.yaml); - is standard output")
    .option("--like <kind>", "majority, flexible, grid, all-aboard, fast or hierarchical", "majority")
    .option("--servers <servers>", "how many servers, or their names as in a,b,c", readServers)
    .option("--config", "write quorate.config.yaml in place of a table")
    .action((file: string | undefined, flags: InitFlags) =>
      orExit(async () => {
        const { init } = await import("./init.js");
        init(file, flags, terminal);
      }),
    );
}

/** A number, or names between commas. */
function readServers(text: string): number | string[] {
  if (/^[0-9]+$/.test(text) && Number(text) > 0) return Number(text);
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => /^[A-Za-z][\w.:-]*$/.test(name)) && new Set(names).size === names.length) return names;
  throw new InvalidArgumentError("It must be a whole number from 1 on, or different names as in a,b,c.");
}
