import { defineConfig } from "vitest/config";

const testsOf = (...rooms: string[]) => rooms.map((room) => `${room}/**/test/**/*.test.ts`);

/** Tests that start programs, with conformance/test/starting-programs.test.ts to see that none is missing. */
export const STARTING_PROGRAMS = [
  "conformance/cli/test/bundle.test.ts",
  "conformance/cli/test/mismatch.test.ts",
  "conformance/cli/test/read-command.test.ts",
  "conformance/cli/test/reproduce.test.ts",
  "conformance/cli/test/secrets.test.ts",
  "conformance/cli/test/serve-and-propose.test.ts",
  "conformance/cli/test/start-up.test.ts",
  "conformance/cli/test/warnings.test.ts",
  "conformance/replay/test/faults.test.ts",
  "conformance/replay/test/messages-faults.test.ts",
  "conformance/replay/test/messages-proxy.test.ts",
  "conformance/replay/test/messages-replay.test.ts",
  "conformance/replay/test/variant-faults.test.ts",
  "conformance/sweep/test/sweep-cli.test.ts",
  "conformance/test/code-blocks.test.ts",
  "conformance/test/package.test.ts",
  "impl/network/test/kill.test.ts",
  "impl/storage/test/disks.test.ts",
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
      // These tests share one set of loaded modules a worker: loading them for each file took longer than most of the files do.
      {
        extends: true,
        test: {
          name: "libraries",
          include: testsOf("spec", "model", "impl", "conformance"),
          exclude: STARTING_PROGRAMS,
          isolate: false,
        },
      },
      // A worker that has run many tests may be too large for the system to fork.
      { extends: true, test: { name: "commands", include: STARTING_PROGRAMS } },
    ],
  },
});
