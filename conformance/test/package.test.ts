/**
 * The package as it is published, unpacked into a project that has nothing else, and used from there. Packing it and
 * compiling programs against its types take seconds: a file that is left out of the package is missed by no other test.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Analysis, checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runNode } from "../cli/test/quorate.js";
import { EXIT } from "../shell/exit-codes.js";

/** Jugs of three and five litres; only the large one can be filled, only the small one emptied. */
const USER = `
import { actionInstanceOf, defineModel, explore, violatingRun } from "quorate";

const jugs = defineModel({
  name: "jugs",
  variables: { small: { shape: [], domain: 4 }, large: { shape: [], domain: 6 } },
  actions: ({ small, large }) => [
    { name: "fill", parameters: {}, guard: () => large.at() < 5, effect: () => large.set(5) },
    { name: "empty", parameters: {}, guard: () => small.at() > 0, effect: () => small.set(0) },
    {
      name: "pour",
      parameters: {},
      guard: () => large.at() > 0 && small.at() < 3,
      effect: () => {
        const poured = Math.min(large.at(), 3 - small.at());
        small.set(small.at() + poured);
        large.set(large.at() - poured);
      },
    },
  ],
  properties: ({ large }) => [{ name: "never four litres", holds: () => large.at() !== 4 }],
});
const exploration = await explore(jugs);
const steps: number | undefined = exploration.violations.get("never four litres");
const run = violatingRun(exploration, "never four litres").map((step) => actionInstanceOf(jugs.actions, step).action);
console.log(JSON.stringify({ steps, states: exploration.distinctStates, run }));

// @ts-expect-error: types are those of the model, not just any
jugs.variables.medium;
`;

const VERIFIER = `
import { judge, type TableReport, verify } from "quorate/tables";

const text = "servers: [a, b, c]\\nregisters: [{ sets: 0.., decide: any 1, prepare: any 2 }]";
const rules = (await judge(text, "one.yaml")).flatMap(({ rule, holds, witness }) =>
  holds ? [] : [[rule, holds, witness!.quorums.map(({ servers }) => servers.join()).join(" / ")].join(" ")],
);
const message: string = await judge(text.replace("any 1", "d"), "typo.yaml").then(
  () => "",
  (error: Error) => error.message,
);
const { exitCode, reports, render } = await verify(
  ["spec/tables/wrong-singleton.yaml", "no-such.yaml"],
  { replay: false, maxSeconds: 60 },
);
const phrase = ({ table, verdict, counterexample, replay }: TableReport) =>
  [table, verdict, counterexample?.length, JSON.stringify(replay)].join(" ");
const found = reports.map((report) => ("error" in report ? report.error.message : phrase(report)));
const summary = (await render("markdown")).includes("wrong-singleton");
console.log(JSON.stringify({ rules, message, exitCode, found, summary }));
`;

let project: string;
let unpacked: string;
let tarball: string;
beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), "quorate-package-"));
  // Scripts are left out: npm would build anew, under the feet of other tests.
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", project];
  const packed = execFileSync("npm", pack, { encoding: "utf8" }).trim();
  unpacked = path.join(project, "node_modules", "quorate");
  mkdirSync(unpacked, { recursive: true });
  tarball = path.join(project, packed);
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", unpacked]);
  for (const dependency of Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies)) {
    symlinkSync(path.resolve("node_modules", dependency), path.join(project, "node_modules", dependency));
  }
  writeFileSync(path.join(project, "package.json"), '{ "type": "module" }');
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

/** Strictly compiled against the package's types, and then run. */
async function compiledAndRun(name: string, source: string) {
  writeFileSync(path.join(project, `${name}.ts`), source);
  const tsc = path.resolve("node_modules/typescript-native/bin/tsc");
  const compilerOptions = { module: "nodenext", target: "es2022", lib: ["es2022", "dom"], strict: true };
  writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
  const compiled = await runNode(tsc, "--project", project);
  expect(compiled).toEqual({ code: 0, stdout: "", stderr: "" });
  return runNode(path.join(project, `${name}.js`));
}

it("is declared in a way that every tool understands", async () => {
  expect((await publint({ pkgDir: unpacked, pack: false, strict: true })).messages).toEqual([]);
  const { problems } = (await checkPackage(createPackageFromTarballData(readFileSync(tarball)))) as Analysis;
  // Who uses require gets a module all the same, since Node 20.19; the package has no other face. Tools that know no
  // `exports`, as before Node 12, find the main entry alone.
  const since = problems.filter((problem) => !("resolutionKind" in problem && problem.resolutionKind === "node10"));
  expect(since.map((problem) => [problem.kind, "entrypoint" in problem && problem.entrypoint])).toEqual([
    ["CJSResolvesToESM", "."],
    ["CJSResolvesToESM", "./tables"],
  ]);
});

it("gives programs a model checker, with types", async () => {
  const { stdout, stderr } = await compiledAndRun("user", USER);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ steps: 6, states: 16, run: ["fill", "pour", "empty", "pour", "fill", "pour"] });
});

it("gives programs verdicts of tables, with types", async () => {
  const { code, stdout, stderr } = await compiledAndRun("verifier", VERIFIER);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    rules: ["PQ false c / a,b"],
    message: 'typo.yaml:2:34: unknown server "d". Hint: the servers are a, b, c.',
    exitCode: 65,
    found: ["wrong-singleton unsafe 6 null", 'cannot read "no-such.yaml": there is no such file'],
    summary: true,
  });
});

it("runs the system of one's own that docs/systems.md shows, with types", async () => {
  const page = readFileSync("docs/systems.md", "utf8");
  const [, shown] = /```ts\n(.*?)```/s.exec(page)!;
  const [, printed] = /```text\n(.*?)```/s.exec(page)!;
  const { code, stdout, stderr } = await compiledAndRun("system", shown!);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: printed, stderr: "" });
});

it("holds all that the command needs, tables included", async () => {
  const quorate = path.join(unpacked, "bundle/quorate.js");
  const tables = ["singleton", "wrong-singleton"].map((name) => path.join(unpacked, "spec/tables", `${name}.yaml`));
  const page = path.join(project, "report.html");
  const { code, stdout } = await runNode(quorate, "verify", "--no-replay", "--output", `html=${page}`, ...tables);
  expect(stdout).toMatch(/^singleton +safe .*\nwrong-singleton +unsafe /m);
  expect(code).toBe(EXIT.unsafe);
  expect(readFileSync(page, "utf8")).toContain("<style>");
  for (const schema of ["quorum-table", "quorate.config"]) {
    expect(existsSync(path.join(unpacked, `bundle/schemas/${schema}.schema.json`))).toBe(true);
  }
  expect(existsSync(path.join(unpacked, "action.yml"))).toBe(true);
});

it("says what to install where a store's library is not there", async () => {
  const quorate = path.join(unpacked, "bundle/quorate.js");
  const { code, stderr } = await runNode(quorate, "probe", "redis://127.0.0.1:1");
  expect(stderr).toBe("quorate: a redis:// store needs redis, which is not installed: npm install redis\n");
  expect(code).toBe(EXIT.unavailable);
});
