/** `quorate crash-images`, declared. */
import { type Command, Option } from "commander";
import { seed, wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { CrashImagesFlags } from "./crash-images.js";

const EXIT_CODES = `
Exit codes:
  0  every image came back with all that was promised, and with nothing else
  2  interrupted: so far they did
  3  one did not: the smallest is shown, with the I/O that made it and the promise that it broke
  64 usage   65 the table cannot be read
`;

export function registerCrashImages(program: Command, terminal: Terminal): void {
  program
    .command("crash-images")
    .description("crash servers and clients at every moment, in every way a disk allows, and judge what comes back")
    .option("--table <file>", "quorum table (default: three-majority)")
    .option("--seed <n>", "which histories", seed, 1)
    .option("--images <n>", "how many crash images to make", wholeNumber(1, 1e12), 100_000)
    .option("--workers <n>", "how many threads make them (default: as many as cores)", wholeNumber(1, 64))
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXIT_CODES)
    .action((flags: CrashImagesFlags) =>
      orExit(async () => {
        const { runCrashImages } = await import("./crash-images.js");
        process.exitCode = await runCrashImages(flags, terminal);
      }),
    );
}
