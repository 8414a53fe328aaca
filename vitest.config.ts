import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{spec,model,impl,conformance}/**/test/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
