/** What `quorate explore` and `quorate playground` do: make the page, and write it or serve it. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { leadingRegisterSets } from "../../../model/registers/scope.js";
import { systemNamed, systems, variantNamed } from "../../../model/systems/registry.js";
import { didYouMean } from "../../../spec/table-file/did-you-mean.js";
import { readText } from "../../../spec/table-file/read-text.js";
import { systemReason } from "../../../spec/table-file/system-reason.js";
import { parseTable } from "../../../spec/table-file.js";
import { pageHtml } from "../../explore/page-html.js";
import { serveUntilEnd } from "../../explore/serve.js";
import type { Subject, TableSubject } from "../../explore/subject.js";
import { type ScopeFlags, scopeRequestOf } from "../../options/scope-options.js";
import { CommandError, usageError } from "../../shell/command-error.js";
import { EXIT } from "../../shell/exit-codes.js";
import { bundledTablesDirectory } from "../../shell/package-directory.js";
import type { Terminal } from "../../shell/terminal.js";
import { DEFAULT_SCOPE } from "../../verify/request.js";

/** As commander hands the options over. */
export interface PageFlags {
  readonly output?: string;
  readonly port?: number;
  readonly open: boolean;
}

export interface ExploreFlags extends PageFlags, ScopeFlags {
  readonly system?: string;
  readonly variant?: string;
}

/** What a playground begins with. */
const FIRST_TABLE = "three-majority.yaml";

/**
 * Throws CommandError for what makes no sense, TableFileError for a file that is no table.
 *
 * @param given options of a table's scope that were written down
 */
export async function explore(
  file: string | null,
  flags: ExploreFlags,
  given: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const scope = scopeRequestOf(flags, (sentence) => {
    throw usageError(sentence);
  });
  const subjectNow = subjectOf(file, flags, given);
  const page = () => pageHtml({ subject: subjectNow(), scope, examples: examples(), isPlayground: false });
  await bring(page, flags, terminal);
}

export async function playground(flags: PageFlags, terminal: Terminal): Promise<void> {
  const tables = examples();
  const subject = tables.find((table) => table.file === FIRST_TABLE)!;
  const others = tables.filter((table) => table !== subject);
  await bring(() => pageHtml({ subject, scope: DEFAULT_SCOPE, examples: others, isPlayground: true }), flags, terminal);
}

/** Of a table that is read anew for whoever loads the page again; standard input is read once. */
function subjectOf(file: string | null, flags: ExploreFlags, given: readonly string[]): () => Subject {
  const { system, variant } = flags;
  if ((file === null) === (system === undefined)) {
    throw usageError("name one quorum table file, or one system as in quorate explore --system leases");
  }
  if (system !== undefined) {
    const [tableOption] = given;
    if (tableOption !== undefined)
      throw usageError(`${tableOption} is for tables; a system's parameters are set in the page`);
    const subject = systemSubject(system, variant);
    return () => subject;
  }
  if (variant !== undefined) throw usageError("--variant is for systems, and a table has none");
  const subject = tableSubject(file!, flags);
  return () => (file === "-" ? subject : { ...subject, text: readText(file!) });
}

/** Complains of what is wrong with it before a browser is opened. */
function tableSubject(file: string, { registerSets }: ExploreFlags): TableSubject {
  const text = readText(file);
  const table = parseTable(text, file);
  try {
    if (registerSets !== undefined) leadingRegisterSets(table, registerSets);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(`--register-sets ${registerSets}: ${error.message}`);
  }
  return { kind: "table", file, text };
}

function systemSubject(name: string, wanted: string | undefined): Subject {
  const system = systemNamed(name);
  if (system === undefined) throw usageError(unknown("system", name, systems));
  const variant = wanted === undefined ? system.variants[0] : variantNamed(system, wanted);
  if (variant === undefined) throw usageError(unknown(`variant of ${system.name}`, wanted!, system.variants));
  return { kind: "system", system: system.name, variant: variant.name, values: {} };
}

function unknown(what: string, name: string, known: readonly { readonly name: string }[]): string {
  const names = known.map((each) => each.name);
  return `there is no ${what} called ${JSON.stringify(name)}: ${didYouMean(name, names, `there are ${names.join(", ")}`)}`;
}

/** The bundled tables. */
function examples(): TableSubject[] {
  const directory = bundledTablesDirectory();
  const files = readdirSync(directory).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => ({ kind: "table", file, text: readFileSync(path.join(directory, file), "utf8") }));
}

async function bring(page: () => string, { output, port, open }: PageFlags, terminal: Terminal): Promise<void> {
  if (output !== undefined) {
    try {
      writeFileSync(output, page());
    } catch (error) {
      throw new CommandError(EXIT.unavailable, `cannot write ${output}: ${systemReason(error)}`, { cause: error });
    }
    terminal.out(`${output} is written: one page that needs neither a server nor a network.\n`);
    return;
  }
  // What is wrong with it is told here, and not to a browser.
  page();
  try {
    await serveUntilEnd(page, port ?? 0, (url) => {
      terminal.out(`${url}\n`);
      terminal.err("Served on this machine only, until Ctrl-C.\n");
      if (open) openBrowser(url);
    });
  } catch (error) {
    throw new CommandError(EXIT.unavailable, `cannot serve on port ${port}: ${systemReason(error)}`, { cause: error });
  }
}

/** The URL is printed: where no browser can be opened nothing is lost. */
function openBrowser(url: string): void {
  const [command, ...words] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  const child = spawn(command!, [...words, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
