import { readFile } from "node:fs/promises";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { expect, it } from "vitest";

/**
 * Four folders, and one direction of imports: spec <- model, spec <- impl, conformance -> all;
 * .dependency-cruiser.json has it. Every file is parsed for it, which takes seconds: imports that a look at text would miss are
 * found.
 */
it("no import goes against the direction of the layers", async () => {
  const { options, ...ruleSet } = JSON.parse(await readFile(".dependency-cruiser.json", "utf8"));
  const { output } = await cruise(["spec", "model", "impl", "conformance"], { ...options, ruleSet, validate: true });
  const { modules, summary } = output as ICruiseResult;
  // A cruiser that cannot read TypeScript finds no modules and so no violations.
  const cruised = (folder: string) => modules.filter(({ source }) => source.startsWith(`${folder}/`)).length;
  for (const folder of ["spec", "model", "impl", "conformance"]) expect(cruised(folder)).toBeGreaterThan(5);
  expect(summary.totalDependenciesCruised).toBeGreaterThan(100);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
});
