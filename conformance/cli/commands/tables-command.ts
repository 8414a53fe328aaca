/** `quorate tables`, declared. */
import type { Command } from "commander";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import { type OutputFlags, withOutputOptions } from "../output/output-options.js";

export function registerTables(program: Command, terminal: Terminal): void {
  const command = program
    .command("tables")
    .description("verify every bundled table, and compare the results with the pinned ones")
    .option("--no-replay", "judge and explore only; leave the implementation alone");
  withOutputOptions(command).action(({ replay, format, output }: { replay: boolean } & OutputFlags) =>
    orExit(async () => {
      const { tables } = await import("./tables.js");
      process.exitCode = await tables({ replay, format, outputs: output }, terminal);
    }),
  );
}
