/** `quorate serve SERVER`, declared. */
import type { Command } from "commander";
import { count, withSecretOptions } from "../../options/option-values.js";
import { orExit } from "../../shell/command-error.js";
import type { ServeOptions } from "./serve.js";

export function registerServe(program: Command): void {
  const command = program
    .command("serve")
    .description("run one server of a table: write-once registers over TCP, kept on disk")
    .argument("<server>", "its name in the table, e.g. S0")
    .option("--table <file>", "quorum table (default: three-majority, servers S0, S1 and S2)")
    .option("--listen <host:port>", "address to listen on (default: 127.0.0.1:7100 for the first server, 7101, …)")
    .option("--data <directory>", "where its log is kept (default: .quorate/<server>)")
    .option(
      "--clients <n>",
      "how many numbered clients take turns, once and for all (default: what the first one says)",
      count,
    )
    .option("--insecure", "listen beyond this machine although anybody is let in: without a token and without TLS")
    .option("--quota <megabytes>", "room for the registers of one client", count, 16)
    .option("--events <file>", "append to this file what it does, for quorate validate")
    .option("--new", "begin an empty log: for a server's first start, and never again");
  withSecretOptions(command).action((server: string, options: ServeOptions) =>
    orExit(async () => {
      const { serve } = await import("./serve.js");
      await serve(server, options);
    }),
  );
}
