/** `quorate read TABLE`, declared. */
import { type Command, Option } from "commander";
import { freezeOption, seconds, withSecretOptions } from "../../options/option-values.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { ReadOptions } from "./read.js";

export function registerRead(program: Command, { out }: Pick<Terminal, "out">): void {
  const command = program
    .command("read")
    .description("learn what is decided from the servers of a table, writing nothing")
    .argument("[table]", "quorum table (default: three-majority, servers S0, S1 and S2)")
    .option(
      "--at <addresses>",
      "where servers listen, or stores that are servers: S0=host:port,S1=redis://…,… (default: 127.0.0.1:7100, …)",
    )
    .addOption(freezeOption())
    .option("--timeout <seconds>", "say what is known after this long", seconds, 2)
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
  withSecretOptions(command).action((table: string | undefined, options: ReadOptions) =>
    orExit(async () => {
      const { read } = await import("./read.js");
      process.exitCode = await read(table, options, out);
    }),
  );
}
