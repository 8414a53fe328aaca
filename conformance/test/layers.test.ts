import { readFile } from "node:fs/promises";
import { cruise, type ICruiseResult, type IModule } from "dependency-cruiser";
import { beforeAll, describe, expect, it } from "vitest";

const FOLDERS = ["spec", "model", "impl", "conformance"];

let result: ICruiseResult;

/** Every file is parsed for it, which takes seconds: imports that a look at text would miss are found. */
beforeAll(async () => {
  const { options, ...ruleSet } = JSON.parse(await readFile(".dependency-cruiser.json", "utf8"));
  const { output } = await cruise(FOLDERS, { ...options, ruleSet, validate: true });
  result = output as ICruiseResult;
});

/**
 * Four folders, and one direction of imports: spec <- model, spec <- impl, conformance -> all;
 * .dependency-cruiser.json has it.
 */
it("no import goes against the direction of the layers", () => {
  const { modules, summary } = result;
  // A cruiser that cannot read TypeScript finds no modules and so no violations.
  const cruised = (folder: string) => modules.filter(({ source }) => source.startsWith(`${folder}/`)).length;
  for (const folder of FOLDERS) expect(cruised(folder)).toBeGreaterThan(5);
  expect(summary.totalDependenciesCruised).toBeGreaterThan(100);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
});

/** The room of a file: a file of the folder itself, or what the folder in it is called. */
const roomOf = (file: string): string => file.split("/").slice(1, 2).join();

/** In which row of the README's table each room stands: it knows only rooms above it. */
function rowsOf(readme: string): Map<string, number> {
  const rows = [...readme.matchAll(/^\| (`[^|]+) \|/gm)].map(([, names]) => [...names!.matchAll(/`([^`/]+)/g)]);
  return new Map(rows.flatMap((names, row) => names.map(([, name]) => [name!, row] as const)));
}

const importsWithin = (folder: string, { source, dependencies }: IModule): { from: string; to: string }[] =>
  /\/test\//.test(source) || !source.startsWith(`${folder}/`)
    ? []
    : dependencies
        .map(({ resolved }) => ({ from: source, to: resolved }))
        .filter(({ from, to }) => to.startsWith(`${folder}/`) && roomOf(to) !== roomOf(from));

describe.each(FOLDERS)("in %s", (folder) => {
  it("rooms stand in its README below those that they import from", async () => {
    const rows = rowsOf(await readFile(`${folder}/README.md`, "utf8"));
    const imports = result.modules.flatMap((module) => importsWithin(folder, module));
    expect(imports.length).toBeGreaterThan(20);
    const rowOf = (file: string): number | undefined => rows.get(roomOf(file));
    expect(imports.flatMap(({ from, to }) => [from, to]).filter((file) => rowOf(file) === undefined)).toEqual([]);
    expect(imports.filter(({ from, to }) => rowOf(from)! < rowOf(to)!)).toEqual([]);
  });
});
