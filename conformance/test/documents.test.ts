/** What the documents say of the repository is so: the files, tests and sections that they name are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const FOLDERS = ["spec", "model", "impl", "conformance", "docs"].filter((folder) => existsSync(folder));

const files = [
  ...readdirSync("."),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file)),
  ),
].filter((file) => /\.(ts|md|ya?ml)$/.test(file));
const documents = files.filter((file) => file.endsWith(".md"));

const read = (file: string): string => readFileSync(file, "utf8");

/** Text as it reads, however it is wrapped. */
const unwrapped = (text: string): string => text.replaceAll(/\s*\n\s*(?:\* |\/\/ |# )?\s*/g, " ");

interface Section {
  readonly name: string;
  readonly text: string;
}

const sections: readonly Section[] = read("proofs-notes.md")
  .split(/^## /m)
  .slice(1)
  .map((section) => ({ name: section.slice(0, section.indexOf("\n")), text: unwrapped(section) }));

/** The tests that a section names: after a test file come the names of tests in it. */
function testsNamedIn({ text }: Section): { file: string; title: string }[] {
  const [, checks = ""] = text.split("*Checked by*");
  const named: { file: string; title: string }[] = [];
  let file = "";
  for (const [, path, title] of checks.matchAll(/`([\w./-]+\.test\.ts)`|"([^"]+)"/g)) {
    if (path !== undefined) file = path;
    else named.push({ file, title: title! });
  }
  return named;
}

describe("proofs-notes.md", () => {
  it("has a section for every claim", () => {
    expect(sections.length).toBeGreaterThan(20);
  });

  it.each(sections)("$name: one claim, one scope, and a test that exists", (section) => {
    expect(section.text.match(/\*\*(Theorem|Evidence)\.\*\*/g)).toHaveLength(1);
    expect(section.text.match(/\*Scope\.\*/g)).toHaveLength(1);
    const tests = testsNamedIn(section);
    expect(tests).not.toEqual([]);
    expect(tests.filter(({ file, title }) => !existsSync(file) || !read(file).includes(title))).toEqual([]);
  });

  it("has every section that is cited elsewhere", () => {
    const names = sections.map(({ name }) => name);
    const cited = files.flatMap((file) =>
      [...unwrapped(read(file)).matchAll(/proofs-notes\.md(?:\]\([^)]*\))?,((?: (?:and )?"[^"]+")+)/g)].flatMap(
        ([, list]) => [...list!.matchAll(/"([^"]+)"/g)].map(([, name]) => ({ file, name: name! })),
      ),
    );
    expect(cited.length).toBeGreaterThan(5);
    expect(cited.filter(({ name }) => !names.includes(name))).toEqual([]);
  });
});

describe("what a document names", () => {
  it.each(documents)("exists: files in %s", (document) => {
    const named = [...read(document).matchAll(/`((?:spec|model|impl|conformance|docs)\/[\w./-]+)`/g)];
    expect(named.map(([, file]) => file!).filter((file) => !/NAME/.test(file) && !existsSync(file))).toEqual([]);
  });

  it.each(documents)("exists: code that %s names from its own folder", (document) => {
    const named = [...read(document).matchAll(/`([\w.-]+\/[\w./-]+\.ts)`/g)].map(([, file]) => file!);
    const isThere = (file: string) => existsSync(file) || existsSync(path.join(path.dirname(document), file));
    expect(named.filter((file) => !/NAME/.test(file) && !isThere(file))).toEqual([]);
  });

  it("opens every folder that code is in", () => {
    expect(FOLDERS.filter((folder) => !documents.includes(path.join(folder, "README.md")))).toEqual(["docs"]);
  });

  it.each(documents)("exists: links of %s", (document) => {
    const links = /\]\(([^)#\s]+)(?:#[^)]*)?\)|<(?:img|source)[^>]* (?:src|srcset)="([^"]+)"/g;
    const targets = [...read(document).matchAll(links)]
      .map(([, link, image]) => (link ?? image)!)
      .filter((target) => !/^[a-z]+:/.test(target));
    expect(targets.filter((target) => !existsSync(path.join(path.dirname(document), target)))).toEqual([]);
  });

  it("is there as CONTRIBUTING.md quotes it: each excerpt follows the name of its file", () => {
    const document = read("CONTRIBUTING.md");
    const excerpts = [...document.matchAll(/`([\w./-]+\.ts)`:\n\n```ts\n([\s\S]*?)```/g)];
    expect(excerpts).toHaveLength(document.match(/^```ts$/gm)!.length);
    expect(excerpts.filter(([, file, excerpt]) => !read(file!).includes(excerpt!)).map(([, file]) => file)).toEqual([]);
  });
});

describe("prose", () => {
  const COLUMNS_MAX = 120;

  const isTooLong = (line: string): boolean => line.length > COLUMNS_MAX;

  /** Outside of code blocks. Tables and HTML have lines of their own. */
  function proseIn(document: string): string[] {
    const text = read(document).replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
    return text.split("\n").filter((line) => !/^\s*[|<#]/.test(line));
  }

  const commentsIn = (file: string): string[] =>
    read(file)
      .split("\n")
      .filter((line) => /^\s*(\*|\/\/|\/\*\*)/.test(line));

  it("is no wider than code is, in documents and in comments", () => {
    const lines = files.flatMap((file) => {
      const prose = file.endsWith(".md") ? proseIn(file) : file.endsWith(".ts") ? commentsIn(file) : [];
      return prose.map((line) => ({ file, line }));
    });
    expect(lines.length).toBeGreaterThan(10_000);
    expect(lines.filter(({ line }) => isTooLong(line))).toEqual([]);
  });
});
