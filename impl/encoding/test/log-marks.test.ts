import { expect, it } from "vitest";
import { LogError } from "../log-identity.js";
import { durableBatches, type Mark } from "../log-marks.js";

const mark = (batch: number): Mark => ({ batch, seal: "00".repeat(8) });

it("marks are those of one batch, of two neighbours, or one of them is torn", () => {
  expect(durableBatches([mark(7), mark(7)], "a log")).toBe(7);
  expect(durableBatches([mark(7), mark(8)], "a log")).toBe(8);
  expect(durableBatches([mark(7), null], "a log")).toBe(7);
  const refusal = (why: string) =>
    new LogError(
      `a log: ${why}: promises that this server made are lost, or may be, so it must not serve from this log`,
    );
  expect(() => durableBatches([mark(8), mark(6)], "a log")).toThrow(
    refusal("its marks are of batches 8 and 6, so one of them is out of date"),
  );
  expect(() => durableBatches([null, null], "a log")).toThrow(refusal("both of its marks are damaged"));
});
