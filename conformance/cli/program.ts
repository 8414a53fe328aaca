/** The commands of `quorate`, declared; what they do is in the files that they come from. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { verifyTable } from "../verify/verify.js";
import { registerExplain } from "./explain-command.js";
import { registerFlaws } from "./flaws-command.js";
import { registerPropose } from "./propose.js";
import { registerServe } from "./serve.js";
import { registerSweep } from "./sweep-command.js";
import { registerTables } from "./tables-command.js";
import { processTerminal } from "./terminal.js";
import { registerVerify } from "./verify-command.js";

const EXAMPLES = `
Examples:
  quorate verify my-table.yaml                  is my table safe, and does the implementation agree?
  quorate verify --format json a.yaml b.yaml    one JSON object a line, for programs
  quorate verify --register-sets 3 my.yaml      explore sets 0, 1 and 2 as they stand
  quorate tables                                verify every bundled table
  quorate explain PQ                            what a rule demands, and why

Exit codes:
  0  safe, and the implementation agrees        64  usage
  1  unsafe                                     65  unreadable or invalid file
  2  inconclusive: a bound was hit              69  serve, propose: no answer, or in use
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
  registerVerify(program, terminal, verifyTable);
  registerTables(program, terminal, verifyTable);
  registerSweep(program, terminal);
  registerExplain(program, terminal);
  registerFlaws(program, terminal);
  registerServe(program);
  registerPropose(program);
  for (const command of program.commands) {
    command.showHelpAfterError(`(quorate ${command.name()} --help lists its options)`);
  }
  return program;
}

/** From the package.json above this file, which is one folder higher once the file is built into dist. */
function packageVersion(): string {
  for (const path of ["../../package.json", "../../../package.json"]) {
    const text = readIfThere(new URL(path, import.meta.url));
    if (text !== null) return JSON.parse(text).version;
  }
  throw new Error("package.json is not where the build expects it");
}

function readIfThere(url: URL): string | null {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return null;
  }
}
