import { describe, expect, it } from "vitest";
import { formatRegister } from "../register.js";
import { applyStep, emptyStateTable, stateAfter } from "../run.js";
import type { StateTable } from "../state-table.js";
import { formatStep, type Trace } from "../trace.js";

const servers = ["S0", "S1"];

/** Rows as text, unwritten as a dot, e.g. `["A-", ".."]`. */
const draw = (state: StateTable) =>
  state.rows.map((row) => row.map((register) => formatRegister(register) || ".").join(""));

describe("steps", () => {
  it("freeze every unwritten register below, write one, propose none", () => {
    const trace: Trace = [
      { action: "propose", registerSet: 0, value: "A" },
      { action: "write", server: "S0", registerSet: 0, value: "A" },
      { action: "freeze", server: "S0", registerSet: 11 },
      { action: "freeze", server: "S1", registerSet: 10 },
      { action: "write", server: "S1", registerSet: 10, value: "B" },
    ];
    expect(draw(stateAfter(servers, [0, 10, 11], trace))).toEqual(["A-", "-B", ".."]);
  });

  it("freeze one register and leave the lower ones, or write one and freeze those below", () => {
    const trace: Trace = [
      { action: "freeze register", server: "S0", registerSet: 10 },
      { action: "write", server: "S0", registerSet: 11, value: "A", freezesBelow: true },
      { action: "freeze register", server: "S1", registerSet: 10 },
    ];
    expect(draw(stateAfter(servers, [0, 10, 11], trace.slice(0, 1)))).toEqual(["..", "-.", ".."]);
    expect(draw(stateAfter(servers, [0, 10, 11], trace))).toEqual(["-.", "--", "A."]);
    expect(trace.map(formatStep)).toEqual([
      "freeze R10 at S0",
      "write A to R11 at S0, freezing R0..R10",
      "freeze R10 at S1",
    ]);
    expect(formatStep({ action: "write", server: "S0", registerSet: 0, value: "A", freezesBelow: true })).toBe(
      "write A to R0 at S0",
    );
  });

  it("leave the state before them as it was", () => {
    const before = emptyStateTable(servers, [0, 1]);
    applyStep(servers, before, { action: "freeze", server: "S1", registerSet: 1 });
    expect(before).toEqual(emptyStateTable(servers, [0, 1]));
  });
});

describe("illegal steps", () => {
  const state = stateAfter(servers, [0, 1], [{ action: "write", server: "S0", registerSet: 0, value: "A" }]);

  it.each([
    [{ action: "write", server: "S0", registerSet: 0, value: "B" }, "R0 at S0 is already written"],
    [{ action: "write", server: "S0", registerSet: 0, value: "A" }, "R0 at S0 is already written"],
    [{ action: "freeze", server: "S0", registerSet: 1 }, "S0 has no unwritten register below R1 to freeze"],
    [{ action: "freeze register", server: "S0", registerSet: 0 }, "R0 at S0 is already written"],
    [{ action: "write", server: "S2", registerSet: 0, value: "A" }, "the table has no server S2"],
    [{ action: "write", server: "S1", registerSet: 7, value: "A" }, "R7 is not in the state table"],
  ] as const)("%o: %s", (step, message) => {
    expect(() => applyStep(servers, state, step)).toThrow(new RangeError(message));
  });
});
