/**
 * The page *Quorate in CI* and the action do what they say: their commands are run in a project that has the package.
 */
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../policy/config.js";
import { EXIT } from "../shell/exit-codes.js";

const page = readFileSync("docs/ci.md", "utf8");

/** The one block of the kind. */
function block(kind: string): string {
  const found = [...page.matchAll(/^```([\w -]+)\n([\s\S]*?)^```\n/gm)].filter(([, each]) => each === kind);
  expect(found).toHaveLength(1);
  return found[0]![2]!;
}

let project: string;
const at = (name: string) => path.join(project, name);

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), "quorate-ci-"));
  mkdirSync(at("node_modules/.bin"), { recursive: true });
  mkdirSync(at("tables"));
  symlinkSync(path.resolve("."), at("node_modules/quorate"));
  symlinkSync(path.resolve("bundle/quorate.js"), at("node_modules/.bin/quorate"));
  writeFileSync(at("package.json"), "{}");
  // What npx does with a package that is installed, without its second of thinking.
  mkdirSync(at("node_modules/npx"));
  writeFileSync(at("node_modules/npx/npx"), '#!/bin/sh\nexec "./node_modules/.bin/$@"\n', { mode: 0o755 });
});
afterEach(() => rmSync(project, { recursive: true }));

const SAFE = "servers: [S0, S1, S2]\nregisters:\n  - sets: 0..\n    decide: majority\n";
const UNSAFE = "servers: [S0, S1, S2]\nregisters:\n  - sets: 0..\n    decide: any 2\n    prepare: any 1\n";

function put(table: string): void {
  writeFileSync(at("tables/mine.yaml"), table);
  writeFileSync(at("quorate.config.yaml"), "options: { replay: false }\ntables: [{ files: tables/*.yaml }]\n");
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
}

const shell = (script: string, environment: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const PATH = `${at("node_modules/npx")}:${process.env.PATH}`;
    const options = { cwd: project, env: { ...process.env, PATH, ...environment } };
    execFile("bash", ["-e", "-c", script], options, (error, stdout) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout }),
    );
  });

/** Commands of a snippet; the package is there already. */
const withoutInstalling = (commands: readonly string[]): string =>
  commands.filter((command) => !/^npm (ci|install)/.test(command)).join("\n");

it("begins with three commands", async () => {
  rmSync(at("tables"), { recursive: true });
  const commands = withoutInstalling(block("sh start").split("\n"));
  // Replay would take its seconds.
  const { code, stdout } = await shell(
    commands.replace("npx quorate check", "sed -i 's/max-seconds: 20/replay: false/' quorate.config.yaml\n$&"),
  );
  expect(stdout).toMatch(/^PASSED {2}exit code 0: the table is as quorate\.config\.yaml expects$/m);
  expect(code).toBe(EXIT.safe);
});

it("shows a config that is one", () => {
  expect(parseConfig(block("yaml config"), "quorate.config.yaml").entries).toHaveLength(4);
});

describe("a job fails an unsafe table", () => {
  const { quorate } = parse(block("yaml gitlab"));
  const steps = [...block("groovy").matchAll(/sh '([^']+)'/g)].map(([, command]) => command!);
  const [hook] = parse(block("yaml pre-commit")).repos[0].hooks;
  const [, artifact] = /junit '([^']+)'/.exec(block("groovy"))!;

  it.each<[string, readonly string[], string | null]>([
    ["GitLab", quorate.script, quorate.artifacts.reports.junit],
    ["Jenkins", steps, artifact!],
    ["pre-commit", [hook.entry], null],
  ])("on %s", async (_, commands, report) => {
    put(UNSAFE);
    expect((await shell(withoutInstalling(commands))).code).toBe(EXIT.unsafe);
    if (report !== null) expect(readFileSync(at(report), "utf8")).toContain('failures="1"');
  });

  it("and keeps the folder of the cache that is there", () => {
    expect(quorate.cache.paths).toEqual([".quorate/cache"]);
  });
});

it("the hook keeps an unsafe table from being committed, and what is known out of git", async () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=q", "-c", "user.email=q@localhost", ...words], {
      cwd: project,
      env: { ...process.env, PATH: `${at("node_modules/npx")}:${process.env.PATH}` },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  git("init", "--quiet");
  writeFileSync(at(".gitignore"), "node_modules\n");
  writeFileSync(at(".git/hooks/pre-commit"), block("sh hook"));
  chmodSync(at(".git/hooks/pre-commit"), 0o755);
  put(UNSAFE);
  git("add", "--all");
  expect(() => git("commit", "--quiet", "--message", "unsafe")).toThrow();
  put(SAFE);
  git("add", "--all");
  git("commit", "--quiet", "--message", "safe");
  expect(existsSync(at(".quorate/cache"))).toBe(true);
  expect(git("status", "--short")).toBe("");
  expect(git("ls-files").split("\n").filter(Boolean)).toEqual([
    ".gitignore",
    "package.json",
    "quorate.config.yaml",
    "tables/mine.yaml",
  ]);
});

describe("the action", () => {
  const action = parse(readFileSync("action.yml", "utf8"));
  const [, cache, check] = action.runs.steps;

  /** As the runner fills in what the workflow gives. */
  const filled = (text: string, inputs: Record<string, string>): string =>
    text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name) => inputs[name] ?? action.inputs[name].default);

  async function run(inputs: Record<string, string> = {}) {
    const given = Object.entries(check.env as Record<string, string>).map(([name, text]) => [
      name,
      filled(text, inputs),
    ]);
    writeFileSync(at("summary.md"), "");
    writeFileSync(at("output"), "");
    const files = { GITHUB_STEP_SUMMARY: at("summary.md"), GITHUB_OUTPUT: at("output") };
    const { code, stdout } = await shell(check.run, { ...Object.fromEntries(given), ...files });
    const [, sarif] = /^sarif=(.*)$/m.exec(readFileSync(at("output"), "utf8"))!;
    return {
      code,
      stdout,
      summary: readFileSync(at("summary.md"), "utf8"),
      sarif: existsSync(sarif!) ? JSON.parse(readFileSync(sarif!, "utf8")) : null,
    };
  }

  it("shows what is wrong beside its line, in the summary, and for code scanning", async () => {
    put(UNSAFE);
    const { code, stdout, summary, sarif } = await run();
    expect(code).toBe(EXIT.unsafe);
    expect(stdout).toContain("::error file=tables/mine.yaml,line=4,col=13,title=mine%3A PQ::");
    expect(summary).toContain("### ❌ mine: unsafe, two values decided after 7 steps");
    expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(["unexpected-result", "PQ"]);
  });

  it("takes the files and the commit that it is given, as words and not as commands", async () => {
    put(SAFE);
    const { code, sarif } = await run({ files: "tables/mine.yaml tables/$(touch run)", since: "nowhere; touch run" });
    expect(existsSync(at("run"))).toBe(false);
    expect([code, sarif]).toEqual([EXIT.unreadable, null]);
  });

  it("caches what the command remembers, uses no action on a Node that is gone, and ships", () => {
    expect(filled(cache.with.path, {})).toBe("./.quorate/cache");
    const used = [readFileSync("action.yml", "utf8"), page].flatMap((text) =>
      [...text.matchAll(/uses: ([\w/-]+)@v(\d+)/g)].map(([, name, version]) => [name, Number(version)]),
    );
    expect(new Map(used as [string, number][])).toEqual(
      new Map([
        ["actions/setup-node", 6],
        ["actions/cache", 5],
        ["actions/checkout", 6],
        ["github/codeql-action/upload-sarif", 4],
      ]),
    );
    const { files } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(files).toContain("action.yml");
    const { steps } = parse(block("yaml github")).jobs.check;
    expect(steps[2].uses).toBe("./node_modules/quorate");
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(steps[2].with)));
    expect(Object.keys(action.outputs)).toEqual(["sarif"]);
  });
});
