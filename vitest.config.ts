import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{spec,model,impl,conformance}/**/test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest leaves one core free, which halves the speed of a machine that has two.
    maxWorkers: "100%",
  },
});
