/**
 * The commands of `quorate`, declared. Every command line loads all declarations (`verify-command.ts` and so on), and
 * so they import little. What a command does (`verify.ts` and so on) is loaded when it is asked for.
 */
import { Command } from "commander";
import { packageVersion } from "../shell/package-directory.js";
import { processTerminal } from "../shell/terminal.js";
import { registerChaos } from "./commands/chaos-command.js";
import { registerCheck } from "./commands/check-command.js";
import { registerCompletions } from "./commands/completions-command.js";
import { registerCrashImages } from "./commands/crash-images-command.js";
import { registerExplain } from "./commands/explain-command.js";
import { registerExplore, registerPlayground } from "./commands/explore-command.js";
import { registerExport } from "./commands/export-command.js";
import { registerInit } from "./commands/init-command.js";
import { registerLinearize } from "./commands/linearize-command.js";
import { registerMaelstrom } from "./commands/maelstrom-command.js";
import { registerProbe } from "./commands/probe-command.js";
import { registerPropose } from "./commands/propose-command.js";
import { registerRead } from "./commands/read-command.js";
import { registerReplay } from "./commands/replay-command.js";
import { registerServe } from "./commands/serve-command.js";
import { registerSweep } from "./commands/sweep-command.js";
import { registerSystems } from "./commands/systems-command.js";
import { registerTables } from "./commands/tables-command.js";
import { registerValidate } from "./commands/validate-command.js";
import { registerVerify } from "./commands/verify-command.js";

const EXAMPLES = `
Examples:
  quorate verify my-table.yaml                  is my table safe, and does the implementation agree?
  quorate verify --format json a.yaml b.yaml    one JSON object a line, for programs
  quorate verify --register-sets 3 my.yaml      explore sets 0, 1 and 2 as they stand
  quorate check                                 verify as quorate.config.yaml asks, as in CI
  quorate tables                                verify every bundled table
  quorate explain PQ                            what a rule demands, and why

Exit codes:
  0  safe, and the implementation agrees        64  usage
  1  unsafe                                     65  unreadable or invalid file
  2  inconclusive: not for the rules to say     69  serve, propose, read, probe: no answer, or in use
  3  the implementation diverges from the model 70  internal error
`;

export function createProgram(): Command {
  const program = new Command("quorate")
    .description("Bring a quorum table; leave with a proof, or with the shortest run that breaks it.")
    .version(packageVersion(), "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showSuggestionAfterError()
    .showHelpAfterError("(quorate --help lists commands and options)")
    .addHelpText("after", EXAMPLES)
    // Errors are thrown, not exited on: commander knows nothing of this program's exit codes. Commands inherit this.
    .exitOverride();
  const terminal = processTerminal();
  registerInit(program, terminal);
  registerVerify(program, terminal);
  registerCheck(program, terminal);
  registerTables(program, terminal);
  registerSweep(program, terminal);
  registerCrashImages(program, terminal);
  registerChaos(program, terminal);
  registerExplain(program, terminal);
  registerExplore(program, terminal);
  registerPlayground(program, terminal);
  registerExport(program, terminal);
  registerReplay(program, terminal);
  registerSystems(program, terminal);
  registerMaelstrom(program, terminal);
  registerProbe(program, terminal);
  registerServe(program);
  registerPropose(program);
  registerRead(program, terminal);
  registerValidate(program, terminal);
  registerCompletions(program, terminal);
  registerLinearize(program, terminal);
  for (const command of program.commands) {
    command.showHelpAfterError(`(quorate ${command.name()} --help lists its options)`);
  }
  return program;
}
