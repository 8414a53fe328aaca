/** `quorate verify FILE…`, declared. */
import type { Command } from "commander";
import { declareVerifyOptions, requestOf, type VerifyFlags } from "../../options/verify-options.js";
import { orExit, usageError } from "../../shell/command-error.js";
import { type Terminal, widePaint } from "../../shell/terminal.js";
import { type OutputFlags, withOutputOptions } from "../output/output-options.js";

export function registerVerify(program: Command, terminal: Terminal): void {
  const command = program
    .command("verify")
    .description(
      "judge the rules of quorum tables, explore every interleaving, and replay the implementation against it",
    )
    .argument("<file...>", "quorum table files (YAML or JSON); - is standard input")
    .option("--watch", "verify again whenever a file has changed, until Ctrl-C");
  withOutputOptions(declareVerifyOptions(command)).action(
    (files: string[], flags: VerifyFlags & OutputFlags & { readonly watch?: true }) =>
      orExit(async () => {
        const request = requestOf(command, flags);
        const { verify } = await import("./verify.js");
        const paint = flags.wide ? widePaint(terminal.paint) : terminal.paint;
        const { format, output: outputs } = flags;
        const verifyAll = () => verify({ files, format, outputs, request }, { ...terminal, paint });
        if (flags.watch === undefined) {
          process.exitCode = await verifyAll();
          return;
        }
        if (files.includes("-")) throw usageError("standard input cannot be watched: name a file");
        const { whenever } = await import("../../shell/watch.js");
        process.exitCode = await whenever(files, verifyAll, terminal);
      }),
  );
}
