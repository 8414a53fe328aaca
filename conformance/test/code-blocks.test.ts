/**
 * The code blocks of README.md, the manual and the pages to begin with do what they say; those of adapters, too, where
 * there is time, since programs in other languages are replayed there. By kind:
 *
 * - `console`: every `$ npx quorate …` prints what is below it; a line `…` stands for any lines.
 * - `ts` is run, and prints the `text` block after it.
 * - `yaml config` is a quorate.config.yaml.
 * - `yaml` is a quorum table; one that is called as a bundled table is that table.
 * - `json` after `<!-- of: command -->` is part of what the command prints.
 * - `text` after anything else is shown as an example.
 * - `sh` after `<!-- not run: reason -->` is not run, but the npm scripts that it names exist.
 */
import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { loadTable, parseTable } from "../../spec/table-file.js";
import { formatTable } from "../../spec/table-printer.js";
import { isThorough } from "../../spec/test/effort.js";
import { runNode } from "../cli/test/quorate.js";
import { parseConfig } from "../policy/config.js";

const { bin, scripts } = JSON.parse(readFileSync("package.json", "utf8"));

interface Block {
  /** `README.md:19`, the line where it begins. */
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  /** The comment in the line before, such as `of: npx quorate …`; "" if there is none. */
  readonly mark: string;
  /** What the `text` block right after it shows, or null. */
  readonly output: string | null;
}

const blocks: readonly Block[] = [
  "README.md",
  "docs/manual.md",
  "docs/first-table.md",
  "docs/reading-a-verdict.md",
  "docs/how-the-search-works.md",
  ...(isThorough ? ["docs/adapters.md"] : []),
].flatMap((file) => {
  const document = readFileSync(file, "utf8");
  const found = [
    ...document.matchAll(/(?:^<!-- (.*) -->\n)?^```([\w ]*)\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm),
  ];
  return found.map(([whole, mark = "", kind, text, output = null]) => ({
    at: `${file}:${document.slice(0, document.indexOf(whole)).split("\n").length}`,
    kind: kind!,
    text: text!,
    mark,
    output,
  }));
});

const ofKind = (kind: string): Block[] => blocks.filter((block) => block.kind === kind);

/** What node prints on stdout, whatever it exits with. */
const printedBy = async (...words: string[]): Promise<string> => (await runNode(...words)).stdout;

/** What `npx quorate …` prints. */
function printedByCommand(command: string): Promise<string> {
  const [npx, quorate, ...words] = command.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ""));
  if (npx !== "npx" || quorate !== "quorate") throw new Error(`only npx quorate is run, not: ${command}`);
  return printedBy(bin.quorate, ...words);
}

/** Whether the lines are those shown, where `…` stands for any lines. */
function isShown(lines: readonly string[], shown: readonly string[]): boolean {
  if (shown.length === 0) return lines.length === 0;
  const [first, ...rest] = shown;
  if (first === "…") return lines.some((_, skipped) => isShown(lines.slice(skipped), rest)) || rest.length === 0;
  return lines[0] === first && isShown(lines.slice(1), rest);
}

function expectShown(printed: string, shown: string): void {
  const [lines, expected] = [printed.trimEnd().split("\n"), shown.trimEnd().split("\n")];
  // Where they differ, the whole output is what a writer needs.
  if (!isShown(lines, expected)) expect(lines).toEqual(expected);
}

describe("code blocks", () => {
  it("are of kinds that are checked", () => {
    expect(blocks.length).toBeGreaterThan(10);
    expect(
      blocks.filter(({ kind }) => !["console", "ts", "text", "yaml", "yaml config", "json", "sh"].includes(kind)),
    ).toEqual([]);
  });

  it.concurrent.each(ofKind("console"))("$at prints what it shows", async ({ text }) => {
    const [before, ...commands] = text.split(/^\$ /m);
    expect(before).toBe("");
    for (const command of commands) {
      const [line, ...shown] = command.split("\n");
      expectShown(await printedByCommand(line!), shown.join("\n"));
    }
  });

  it.concurrent.each(ofKind("ts"))("$at runs, and prints what it shows", async ({ text, output }) => {
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    expectShown(await printedBy("--input-type=module", "--eval", outputText), output ?? "");
  });

  it.each(ofKind("yaml"))("$at is a quorum table", ({ text }) => {
    const table = parseTable(text, "block.yaml");
    const bundled = `spec/tables/${table.name}.yaml`;
    if (existsSync(bundled)) expect(formatTable(table)).toBe(formatTable(loadTable(bundled)));
  });

  it.each(ofKind("yaml config"))("$at is a config", ({ text }) => {
    expect(parseConfig(text, "quorate.config.yaml").entries.length).toBeGreaterThan(1);
  });

  it.concurrent.each(ofKind("json"))("$at is part of what its command prints", async ({ text, mark }) => {
    const printed = JSON.parse(await printedByCommand(mark.replace(/^of: /, "")));
    expect(printed).toMatchObject(JSON.parse(text));
  });

  it.each(ofKind("sh"))("$at is not run, and says why; its scripts exist", ({ text, mark }) => {
    expect(mark).toMatch(/^not run: .+/);
    const named = [...text.matchAll(/npm (?:run (?:--silent )?)?([\w:]+)/g)].map(([, script]) => script!);
    expect(named.filter((script) => script !== "ci" && scripts[script] === undefined)).toEqual([]);
  });
});
