/** `quorate propose VALUE`, declared. */
import type { Command } from "commander";
import { count, freezeOption, seconds, withSecretOptions } from "../../options/option-values.js";
import { orExit } from "../../shell/command-error.js";
import type { ProposeCommandOptions } from "./propose.js";

export function registerPropose(program: Command): void {
  const command = program
    .command("propose")
    .description("propose a value to the servers of a table and print the decided one, which may be another")
    .argument("<value>", "any text")
    .option("--table <file>", "quorum table (default: three-majority, servers S0, S1 and S2)")
    .option(
      "--at <addresses>",
      "where servers listen, or stores that are servers: S0=host:port,S1=redis://…,… (default: 127.0.0.1:7100, …)",
    )
    .addOption(freezeOption())
    .option(
      "--client <n>",
      "which client this is: its name in the table, or its own number with --clients (default: drawn once for the directory)",
    )
    .option("--clients <n>", "how many numbered clients take turns; must be the same for every client, always", count)
    .option("--data <directory>", "what this client must not forget; never copy it (default: .quorate/client…)")
    .option("--new", "with --client: make that directory, for a client that never proposed")
    .option("--events <file>", "append to this file what it does, for quorate validate")
    .option("--timeout <seconds>", "give up after this long", seconds, 10);
  withSecretOptions(command).action((value: string, options: ProposeCommandOptions) =>
    orExit(async () => {
      const { propose } = await import("./propose.js");
      await propose(value, options);
    }),
  );
}
