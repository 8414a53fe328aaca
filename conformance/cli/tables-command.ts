/** `quorate tables`, declared. */
import type { Command } from "commander";
import type { Terminal } from "./terminal.js";

export function registerTables(program: Command, terminal: Terminal): void {
  program
    .command("tables")
    .description("verify every bundled table, and compare the results with the pinned ones")
    .option("--no-replay", "judge and explore only; leave the implementation alone")
    .action(async ({ replay }: { replay: boolean }) => {
      const { tables } = await import("./tables.js");
      process.exitCode = await tables({ replay }, terminal);
    });
}
