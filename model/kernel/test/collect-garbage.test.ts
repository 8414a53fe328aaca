import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { collectGarbage } from "../platform.js";

describe("collecting garbage", () => {
  it("frees shared memory that nobody holds any more", async () => {
    const memory = new WeakRef(new Int32Array(new SharedArrayBuffer(1 << 20)));
    // What a WeakRef refers to stays until the job that made it has ended.
    await setImmediate();
    collectGarbage();
    expect(memory.deref()).toBeUndefined();
  });
});
