/**
 * The tests that mutants are tried on (mutants.mjs): those of one area that are quick, since there are thousands of
 * mutants.
 */
import { defineConfig } from "vitest/config";

const { MUTANTS_AREA = "{spec,model,impl}" } = process.env;

/**
 * Those that fill what is bounded, explore large graphs, wait for a slow oracle, or need threads and what
 * `npm run build` made.
 */
const SLOW = [
  ...["limits", "table-fuzz"],
  ...["fast-paxos-counts", "oracles", "systems", "messages", "messages-refinement", "oracle"],
  ...[
    "persistence",
    "promela",
    "registers",
    "search",
    "selections",
    "symmetry",
    "symmetry-reduced",
    "variants",
    "worker-pool",
  ],
];

export default defineConfig({
  test: {
    include: [`${MUTANTS_AREA}/**/test/**/*.test.ts`],
    exclude: SLOW.map((name) => `**/${name}.test.ts`),
    testTimeout: 60_000,
    // Modules are loaded once for all test files of a run; every mutant has a run of its own.
    isolate: false,
  },
});
