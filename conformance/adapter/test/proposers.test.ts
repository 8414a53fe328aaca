import { expect, it } from "vitest";
import { NO_HANDLER, proposers } from "./proposers.js";
import { verifiedWith } from "./verified.js";

it("x", async () => {
  for (const table of ["one", "pair", "both", "three"] as const) {
  const t = performance.now();
  const { verdict, replay, divergence } = await verifiedWith(NO_HANDLER, { table, lines: proposers() });
  console.log(table, verdict, divergence?.what, replay, performance.now() - t);
  }
});
