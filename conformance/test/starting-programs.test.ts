/** A test that starts programs runs in a worker of its own: it has to be named in vitest.config.ts. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { STARTING_PROGRAMS } from "../../vitest.config.js";

const tests = ["spec", "model", "impl", "conformance"].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: "utf8" })
    .map((file) => `${room}/${file}`)
    .filter((file) => file.endsWith(".test.ts")),
);

/** The test, and those beside it that it imports. */
function sourcesOf(test: string): string[] {
  const source = readFileSync(test, "utf8");
  const beside = [...source.matchAll(/from "(\.\/[^"]+)\.js"/g)].map(([, name]) =>
    path.join(path.dirname(test), `${name}.ts`),
  );
  return [source, ...beside.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"))];
}

it("every test that starts programs is named, and every name is that of a test", () => {
  const startsPrograms = (source: string) => /^(import|\}).* from "node:child_process";$/m.test(source);
  const starting = tests.filter((test) => sourcesOf(test).some(startsPrograms));
  expect(starting).not.toEqual([]);
  const missing = starting.filter((test) => !STARTING_PROGRAMS.includes(test));
  expect(missing, "name these in STARTING_PROGRAMS of vitest.config.ts").toEqual([]);
  expect(STARTING_PROGRAMS.filter((test) => !tests.includes(test))).toEqual([]);
});
