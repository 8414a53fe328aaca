import { describe, expect, it } from "vitest";
import type { Selection } from "../../../spec/quorum-table.js";
import { NIL } from "../../../spec/register.js";
import { ClientCore } from "../client.js";
import { RulesBrokenError } from "../exclusive-reads.js";
import type { Written } from "../protocol.js";
import { allOpen, threeMajority } from "./tables.js";

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

const TRUST =
  "though one client alone may propose there, and one value: somebody uses another table or another number of clients, or " +
  "proposed twice under one number; stop all clients and find out who, for nothing that is decided here can be relied on";

const prepared = (registerSet: number, ...written: Written[]) => ({ kind: "prepared", registerSet, written }) as const;

function started(registerSet: number, table = threeMajority) {
  const core = new ClientCore({ table, registerSet, input: "mine" });
  core.start();
  return core;
}

describe("a client that reads two values in one exclusive set", () => {
  it.each(SELECTIONS)("stops and chooses nothing, whatever selects (%s)", (selection) => {
    const core = new ClientCore({
      table: { ...threeMajority, selection },
      registerSet: 3,
      input: "mine",
      awaited: 0b111,
    });
    core.start();
    core.receive(0, prepared(3, [1, "apple"]));
    expect(() => core.receive(2, prepared(3, [1, "pear"]))).toThrow(
      new RulesBrokenError(`R1 holds "apple" at S0 and "pear" at S2, ${TRUST}`),
    );
    expect([core.chosen, core.phase]).toEqual([null, "prepare"]);
  });

  it("stops also where the set is not the greatest that holds anything, and where a value is empty", () => {
    const core = started(5);
    core.receive(1, prepared(5, [0, ""], [4, "kiwi"]));
    expect(() => core.receive(2, prepared(5, [0, "x".repeat(50)], [4, "kiwi"]))).toThrow(
      `R0 holds "" at S1 and "${"x".repeat(40)}…" at S2, ${TRUST}`,
    );
  });

  it("stops where its own set holds what it did not propose", () => {
    const core = started(0);
    expect(() =>
      core.receive(1, { kind: "refused", registerSet: 0, holds: { state: "value", value: "pear" } }),
    ).toThrow(new RulesBrokenError(`R0 holds "pear" at S1 while "mine" was proposed by this client, ${TRUST}`));
    expect(core.output).toBeNull();
  });

  it("goes on where values are one, where a server is heard twice, and where the set is open or nil", () => {
    const core = started(3);
    core.receive(0, prepared(3, [1, "apple"], [2, "apple"]));
    core.receive(0, prepared(3, [1, "pear"]));
    core.receive(1, prepared(3, [1, "apple"]));
    expect(core.chosen).toBe("apple");
    core.receive(2, { kind: "refused", registerSet: 3, holds: NIL });
    const open = started(3, allOpen("decision-table"));
    open.receive(0, prepared(3, [1, "apple"]));
    open.receive(1, prepared(3, [1, "pear"]));
    const writing = started(0, allOpen("decision-table"));
    writing.receive(1, { kind: "refused", registerSet: 0, holds: { state: "value", value: "pear" } });
    expect([open.phase, writing.phase]).not.toContain("output");
  });
});
