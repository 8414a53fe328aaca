import { defineConfig } from "vitest/config";

const testsOf = (...rooms: string[]) => rooms.map((room) => `${room}/**/test/**/*.test.ts`);

/** Those of the libraries that start programs of their own. */
const STARTING_PROGRAMS = [
  "impl/network/test/kill.test.ts",
  "impl/storage/test/sync-calls.test.ts",
  "model/bench/test/promela.test.ts",
];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest leaves one core free, which halves the speed of a machine that has two.
    maxWorkers: "100%",
    projects: [
      // These tests share one set of loaded modules a worker: loading them for each file took longer than half of the files do.
      {
        extends: true,
        test: {
          name: "libraries",
          include: testsOf("spec", "model", "impl"),
          exclude: STARTING_PROGRAMS,
          isolate: false,
        },
      },
      // Tests here start programs. A worker that has run many tests may be too large for the system to fork.
      { extends: true, test: { name: "commands", include: [...testsOf("conformance"), ...STARTING_PROGRAMS] } },
    ],
  },
});
