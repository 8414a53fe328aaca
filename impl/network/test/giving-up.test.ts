import { expect, it, vi } from "vitest";
import { givingUp } from "../giving-up.js";

it("many wait for one signal without a warning of Node's, and whoever has let go is told nothing", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  const closing = new AbortController();
  const told: unknown[] = [];
  const waits = Array.from({ length: 20 }, (_, number) =>
    givingUp((why) => told.push([number, why]), { after_ms: 60_000, late: () => "late", signal: closing.signal }),
  );
  for (const release of waits.slice(1)) release();
  closing.abort("closed");
  await new Promise(setImmediate);
  process.off("warning", warned);
  waits[0]!();
  expect(warned).not.toHaveBeenCalled();
  expect(told).toEqual([[0, "closed"]]);
});
