/**
 * `npm run mutants -- --mutate 'spec/rules/*'`: puts one fault after another into each file, and tells which of them no quick test sees.
 *
 * The tests are those of the area (spec, model or impl) that the file is in. File by file, since a file that is prepared for faults
 * is about ten times slower, and all tests with it that run through it. Results are in docs/mutants.md.
 */
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

const AREAS = ["spec", "model", "impl"];

/** What mutants say nothing about: tests, prose, benchmarks, and what threads, timers, sockets and disks drive. */
const LEFT_OUT = [
  "**/test/**",
  "spec/**/explain.ts",
  "model/{bench,systems,messages}/**",
  "model/*.ts",
  "model/kernel/**/{all-successors,collect-garbage,concurrent-search,exploration,explore,numbered-search,numbered-set}.ts",
  "model/kernel/**/{participant,search-memory,search-tables,state-log,team,turns,visited-set,visited-set-choice,worker-pool}.ts",
  "impl/**/{attempt,backoff,claims,connection,directories,directory-lock,disk,file-disk,log,memory-disk,memory-network}.ts",
  "impl/**/{ownership,proposer,protocol,reachability,register-by-register,register-storage,row-size}.ts",
  "impl/**/{server-host,tcp-client,tcp-server}.ts",
];

/** Globs with *, ** and {a,b}. */
function matches(file, glob) {
  const source = glob
    .replaceAll(".", "\\.")
    .replaceAll("**/", "\0")
    .replaceAll("**", ".*")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", "(.*/)?")
    .replaceAll(/\{([^}]*)\}/g, (_, words) => `(${words.replaceAll(",", "|")})`);
  return new RegExp(`^${source}$`).test(file);
}

async function mutate(file) {
  const area = AREAS.find((known) => file.startsWith(`${known}/`));
  // The processes that run the tests inherit it (vitest.mutants.config.ts).
  process.env.MUTANTS_AREA = area;
  const results = await new Stryker({
    mutate: [file],
    concurrency: 1,
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "vitest.mutants.config.ts" },
    coverageAnalysis: "perTest",
    ignorePatterns: ["dist"],
    // Loops that a mutant makes endless end by the count of their rounds. These are for a busy machine, where time says nothing.
    timeoutMS: 120_000,
    dryRunTimeoutMinutes: 60,
    reporters: ["clear-text"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  }).runMutationTest();
  const seen = results.filter(({ status }) => status === "Killed" || status === "Timeout").length;
  const unseen = results.filter(({ status }) => status === "Survived" || status === "NoCoverage").length;
  return { seen, all: seen + unseen };
}

const { values } = parseArgs({ options: { mutate: { type: "string", short: "m", default: `{${AREAS}}/**` } } });
const files = AREAS.flatMap((area) => readdirSync(area, { recursive: true }).map((file) => `${area}/${file}`))
  .filter((file) => file.endsWith(".ts") && matches(file, values.mutate))
  .filter((file) => !LEFT_OUT.some((glob) => matches(file, glob)))
  .sort();
if (files.length === 0) {
  console.error(`error: no file that is mutated is called ${values.mutate}; give some, as in --mutate 'spec/**'`);
  process.exit(64);
}

const folders = new Map();
for (const file of files) {
  const { seen, all } = await mutate(file);
  console.log(`${file}: ${seen} of ${all} mutants seen`);
  const folder = folders.get(dirname(file)) ?? { seen: 0, all: 0 };
  folders.set(dirname(file), { seen: folder.seen + seen, all: folder.all + all });
}
for (const [folder, { seen, all }] of folders) console.log(`| ${folder} | ${seen} | ${all} |`);
