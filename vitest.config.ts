import { defineConfig } from "vitest/config";

const testsOf = (...rooms: string[]) => rooms.map((room) => `${room}/**/test/**/*.test.ts`);

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest leaves one core free, which halves the speed of a machine that has two.
    maxWorkers: "100%",
    projects: [
      // These tests share one set of loaded modules a worker: loading them for each file took longer than half of the files do.
      { extends: true, test: { name: "libraries", include: testsOf("spec", "model", "impl"), isolate: false } },
      // Tests here start many programs. A process that has run all of them is too large for the system to fork.
      { extends: true, test: { name: "commands", include: testsOf("conformance") } },
    ],
  },
});
