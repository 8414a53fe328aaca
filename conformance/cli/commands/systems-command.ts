/** `quorate systems [NAME]`, declared. */
import type { Command } from "commander";
import { wholeNumber } from "../../options/whole-number.js";
import type { Terminal } from "../../shell/terminal.js";
import { withOutputOptions } from "../output/output-options.js";
import type { SystemFlags } from "./systems-request.js";

export function registerSystems(program: Command, terminal: Terminal): void {
  const command = withOutputOptions(program.command("systems"))
    .description("systems around consensus, each with the ways to get it wrong and the shortest run to the harm")
    .argument("[name...]", "the systems to tell about (left out: list them all)")
    .option("--variant <name>", "only this variant of the system")
    .option("--preset <name>", "with one set of parameters that is known from elsewhere")
    .option("--set <parameter=value>", "with another value of a parameter; may be given several times", collect, [])
    .option(
      "--no-symmetry",
      "explore every state by itself (default: one of all that differ by names, if there are many)",
    )
    .option("--workers <n>", "how many threads explore (default: as many as cores)", wholeNumber(1, 64))
    .option("--max-states <n>", "stop exploring when this many states are kept", wholeNumber(1, 1_000_000_000))
    .option("--max-memory <megabytes>", "stop exploring before states take more memory", wholeNumber(1, 1_000_000))
    .option("--max-seconds <n>", "stop exploring a variant after this many seconds", wholeNumber(1, 1_000_000))
    .action(async (names: string[], flags: SystemFlags) => {
      const { requestOf } = await import("./systems-request.js");
      const { tellSystems } = await import("./systems.js");
      const request = requestOf(names, flags, (sentence) => command.error(`error: ${sentence}`));
      process.exitCode = await tellSystems(request, terminal);
    });
}

const collect = (text: string, before: readonly string[]): string[] => [...before, text];
