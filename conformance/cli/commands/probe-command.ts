/** `quorate probe URL…`, declared. */
import { type Command, Option } from "commander";
import { seed, wholeNumber } from "../../options/whole-number.js";
import { orExit } from "../../shell/command-error.js";
import type { Terminal } from "../../shell/terminal.js";
import type { ProbeFlags } from "./probe.js";

const HELP = `
Stores, by their URLs; what speaks to them is installed apart, and named where it is missing:
  redis://HOST:PORT   postgres://USER@HOST:PORT/DATABASE   etcd+http://HOST:PORT   nats://HOST:PORT/BUCKET
  s3+http://HOST:PORT/BUCKET   file:DIRECTORY

Exit codes:
  0  every store puts a key once, for good        64 usage
  1  one does not                                 69 no answer, or a library is not installed
  2  one does not tell, or the probe was interrupted
`;

export function registerProbe(program: Command, terminal: Terminal): void {
  program
    .command("probe")
    .description("is this store a register server: put if absent that is real, durable, and for good?")
    .argument("<urls...>", "stores")
    .option("--clients <n>", "how many clients race for each key", wholeNumber(2, 64), 8)
    .option("--keys <n>", "how many keys they race for", wholeNumber(1, 100_000), 64)
    .option("--seed <n>", "who puts what, and when; what meets what is up to the store", seed, 1)
    .addOption(new Option("--format <format>", "what is printed").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action((urls: readonly string[], flags: ProbeFlags) =>
      orExit(async () => {
        const { probeStores } = await import("./probe.js");
        process.exitCode = await probeStores(urls, flags, terminal);
      }),
    );
}
