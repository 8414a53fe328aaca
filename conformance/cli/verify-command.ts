/** `quorate verify FILE…`, declared. */
import type { Command } from "commander";
import { type Terminal, widePaint } from "./terminal.js";
import { declareVerifyOptions, requestOf, type VerifyFlags } from "./verify-options.js";

export function registerVerify(program: Command, terminal: Terminal): void {
  const command = program
    .command("verify")
    .description(
      "judge the rules of quorum tables, explore every interleaving, and replay the implementation against it",
    )
    .argument("<file...>", "quorum table files (YAML or JSON); - is standard input");
  declareVerifyOptions(command).action(async (files: string[], flags: VerifyFlags) => {
    const request = requestOf(command, flags);
    const { verify } = await import("./verify.js");
    const paint = flags.wide ? widePaint(terminal.paint) : terminal.paint;
    process.exitCode = await verify({ files, format: flags.format, request }, { ...terminal, paint });
  });
}
