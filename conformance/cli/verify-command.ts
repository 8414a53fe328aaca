/** `quorate verify FILE…`, declared. */
import type { Command } from "commander";
import { orExit } from "./command-error.js";
import { type OutputFlags, withOutputOptions } from "./output-options.js";
import { type Terminal, widePaint } from "./terminal.js";
import { declareVerifyOptions, requestOf, type VerifyFlags } from "./verify-options.js";

export function registerVerify(program: Command, terminal: Terminal): void {
  const command = program
    .command("verify")
    .description(
      "judge the rules of quorum tables, explore every interleaving, and replay the implementation against it",
    )
    .argument("<file...>", "quorum table files (YAML or JSON); - is standard input");
  withOutputOptions(declareVerifyOptions(command)).action((files: string[], flags: VerifyFlags & OutputFlags) =>
    orExit(async () => {
      const request = requestOf(command, flags);
      const { verify } = await import("./verify.js");
      const paint = flags.wide ? widePaint(terminal.paint) : terminal.paint;
      const { format, output: outputs } = flags;
      process.exitCode = await verify({ files, format, outputs, request }, { ...terminal, paint });
    }),
  );
}
