import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BRIEF_RUNS } from "./conformance/cli/test/quorate.js";

const tests = ["spec", "model", "impl", "conformance"].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: "utf8" })
    .map((file) => `${room}/${file}`)
    .filter((file) => /\/test\/.*\.test\.ts$/.test(file)),
);

/** The test, and what it imports that is ours. */
function sourcesOf(test: string): string[] {
  const source = readFileSync(test, "utf8");
  const imported = [...source.matchAll(/from "(\.\.?\/[^"]+)\.js"/g)].map(([, name]) =>
    path.join(path.dirname(test), `${name}.ts`),
  );
  return [source, ...imported.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"))];
}

const startsPrograms = (test: string): boolean =>
  sourcesOf(test).some((source) => /^(import|\}).* from "node:child_process";$/m.test(source)) ||
  // Replay of messages over TCP does; Spin is one, and a browser.
  /\/(messages-(faults|proxy|replay)|promela|html|explore\/test\/page)\.test\.ts$/.test(test);

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest leaves one core free, which halves the speed of a machine that has two. One more than cores, since tests
    // of servers and clients wait for each other, for disks and for time to pass.
    maxWorkers: availableParallelism() + 1,
    // Searches and replays make much that is soon garbage. And most code runs for less time than V8 takes to optimise
    // it, which it would begin after a fifteenth of this.
    execArgv: ["--max-semi-space-size=64", BRIEF_RUNS],
    projects: [
      // Tests share one set of loaded modules a worker: loading them for each file took longer than most of the files
      // do.
      {
        extends: true,
        test: { name: "libraries", include: tests.filter((test) => !startsPrograms(test)), isolate: false },
      },
      // Not in the same workers: one that has searched may be too large for the system to fork, and slow to.
      { extends: true, test: { name: "commands", include: tests.filter(startsPrograms), isolate: false } },
    ],
  },
});
