import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { tableOf } from "../../../spec/test/tables.js";
import { registersModel } from "../../registers/registers.js";
import { SearchThread } from "../search/search-thread.js";
import { WorkerPool } from "../search/worker-pool.js";
import { allocateMemory, COMMAND, CONTROL } from "../store/search-memory.js";

const table = tableOf(3, [{ sets: [0, Number.POSITIVE_INFINITY], decide: [0b011, 0b101, 0b110] }]);
const model = registersModel({ table, registerSets: [0, 1], values: 2, clients: null });

it("a worker obeys commands, not notifications: one may come late, when its command has been obeyed", async () => {
  const memory = allocateMemory({
    threads: 2,
    actions: 3,
    wordsPerState: 1,
    statesCapacity: 4096,
    slots: 1 << 16,
  });
  const { control } = memory;
  control[CONTROL.blocksMax] = memory.fill.length;
  control[CONTROL.statesLimit] = 4096;
  new SearchThread(model, memory, 0, null).start(model.initial);
  control[CONTROL.levelEnd] = 1;
  const pool = new WorkerPool(model.descriptor!, false, memory, 2);
  try {
    pool.awaitReady();
    for (let times = 0; times < 20; times++) {
      Atomics.notify(control, CONTROL.commands + 1);
      await setTimeout(5);
    }
    expect(control[CONTROL.cursor]).toBe(0);

    pool.command(1, COMMAND.expandAndJudge);
    expect(pool.settle(5000)).toBe(true);
    // The level's only block, and then none.
    expect(control[CONTROL.cursor]).toBe(2);
    expect(control[CONTROL.states]).toBeGreaterThan(1);
  } finally {
    pool.quit();
  }
});
