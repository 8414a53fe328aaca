/**
 * Our own servers as adapters of themselves: the real host, core and log behind the lines of JSON that others speak.
 */
import { expect, it } from "vitest";
import { REGISTER_SET_LIMIT } from "../../../impl/core/protocol.js";
import { OurServers } from "../our-servers.js";
import type { Lines } from "./local-adapter.js";
import { verifiedWith } from "./verified.js";

it("agree, and nothing but what they reject is left untried", async () => {
  const servers = new OurServers();
  const lines: Lines = async (batch) => {
    const answers = await servers.hear(batch);
    return answers.length === 0 ? [] : [JSON.stringify(answers)];
  };
  const { verdict, divergence, replay } = await verifiedWith(() => null, { lines });
  expect([verdict, divergence?.what]).toEqual(["safe", undefined]);
  expect(replay!.adapter!.notTested).toEqual([
    `Register sets above R${REGISTER_SET_LIMIT - 1}: the adapter says that it knows none.`,
  ]);
});
