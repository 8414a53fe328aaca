import { describe, expect, it } from "vitest";
import { ClientCore } from "../client.js";
import { RulesBrokenError } from "../exclusive-reads.js";
import { allAboard, threeMajority } from "./tables.js";

const decided = (value: string) => ({ kind: "decided", value }) as const;

const started = (registerSet: number, table = threeMajority) => {
  const core = new ClientCore({ table, registerSet, input: "mine" });
  core.start();
  return core;
};

describe("a client that is told what is decided", () => {
  it("outputs it, whatever it has heard, and asks nobody any more", () => {
    const core = started(4);
    core.receive(0, { kind: "prepared", registerSet: 4, written: [] });
    expect(core.receive(1, decided("theirs"))).toBeUndefined();
    expect([core.output, core.chosen, core.phase, core.blocked]).toEqual(["theirs", null, "output", false]);
    expect([0, 1, 2].map((server) => core.nextTo(server))).toEqual([null, null, null]);
    expect(core.receive(2, { kind: "prepared", registerSet: 4, written: [] })).toBeUndefined();
    expect(core.output).toBe("theirs");
  });

  it("outputs it instead of what it has proposed", () => {
    const core = started(0, allAboard);
    core.receive(0, { kind: "refused", registerSet: 0, holds: { state: "nil" } });
    expect(core.blocked).toBe(true);
    core.receive(1, decided("theirs"));
    expect([core.output, core.chosen, core.blocked]).toEqual(["theirs", "mine", false]);
  });

  it("stops with the reason when it hears of two decided values", () => {
    const core = started(0);
    for (const server of [0, 1]) core.receive(server, { kind: "written", registerSet: 0, value: "mine" });
    expect(core.output).toBe("mine");
    core.receive(2, decided("mine"));
    expect(() => core.receive(2, decided("theirs"))).toThrow(
      new RulesBrokenError(
        'two values are decided, "mine" and, as S2 was told, "theirs": the table is not safe, or somebody uses another one, another number of clients, or one number twice; stop all clients and find out who',
      ),
    );
  });
});
