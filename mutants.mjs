/**
 * `npm run mutants -- --mutate 'spec/**'`: puts one fault after another into the files, and tells which of them no fast test sees.
 *
 * The tests are those of the area (spec, model or impl) that the files are in. Results are in docs/mutants.md.
 */
import { dirname, relative } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

const AREAS = ["spec", "model", "impl"];

/** What mutants say nothing about: tests, prose, benchmarks, and what threads, timers, sockets and disks drive. */
const LEFT_OUT = [
  "**/test/**",
  "**/*.{json,md,mjs,yaml}",
  "spec/**/explain.ts",
  "model/{bench,flawed,messages}/**",
  "model/*.ts",
  "model/kernel/**/{all-successors,collect-garbage,concurrent-search,exploration,explore,numbered-search,numbered-set}.ts",
  "model/kernel/**/{participant,search-memory,search-tables,state-log,team,turns,visited-set,visited-set-choice,worker-pool}.ts",
  "impl/**/{attempt,backoff,claims,connection,directories,directory-lock,disk,file-disk,log,memory-disk,memory-network}.ts",
  "impl/**/{ownership,proposer,protocol,reachability,register-by-register,register-storage,row-size}.ts",
  "impl/**/{server-host,tcp-client,tcp-server}.ts",
];

const { values } = parseArgs({
  options: { mutate: { type: "string", short: "m" }, concurrency: { type: "string", default: "1" } },
});
const asked = values.mutate?.split(",") ?? AREAS.map((area) => `${area}/**`);
const areas = AREAS.filter((area) => asked.some((pattern) => pattern.startsWith(area)));
if (areas.length === 0) {
  console.error(
    `error: nothing in ${asked.join()} is mutated; give files of ${AREAS.join(", ")}, as in --mutate 'spec/**'`,
  );
  process.exit(64);
}

// The processes that run the tests inherit it (vitest.mutants.config.ts).
process.env.MUTANTS_AREAS = areas.join();

const results = await new Stryker({
  mutate: [...asked, ...LEFT_OUT.map((pattern) => `!${pattern}`)],
  concurrency: Number(values.concurrency),
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "vitest.mutants.config.ts" },
  coverageAnalysis: "perTest",
  ignorePatterns: ["dist"],
  // Loops that a mutant makes endless end by the count of their rounds. These are for a busy machine, where time says nothing.
  timeoutMS: 120_000,
  dryRunTimeoutMinutes: 60,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
}).runMutationTest();

const folders = new Map();
for (const { fileName, status } of results) {
  const folder = dirname(relative(".", fileName));
  const counts = folders.get(folder) ?? { seen: 0, unseen: 0 };
  folders.set(folder, counts);
  if (status === "Killed" || status === "Timeout") counts.seen++;
  if (status === "Survived" || status === "NoCoverage") counts.unseen++;
}
for (const [folder, { seen, unseen }] of [...folders].sort()) {
  console.log(`| ${folder} | ${seen} | ${seen + unseen} |`);
}
