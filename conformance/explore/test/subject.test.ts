import { describe, expect, it } from "vitest";
import { hashOf, readHash, type Subject } from "../subject.js";

const first: Subject = { kind: "table", file: "a.yaml", text: "servers: [S0]\n" };

describe("the address of a state", () => {
  it.each<[string, Subject, number[]]>([
    ["what the page begins with", first, []],
    ["some steps on", first, [3, 14, 0]],
    ["another text", { ...first, text: "name: x & y = #1\n# größer, ∩\n" }, [1]],
    ["a system", { kind: "system", system: "leases", variant: "sound", values: { clocks: 3, kind: "a=b" } }, [2, 2]],
  ])("is read back: %s", (_, subject, steps) => {
    const hash = hashOf(subject, steps, { subject: first });
    expect(readHash(`#${hash}`, { subject: first })).toEqual({ subject, steps });
  });

  it("is empty at the beginning, and short along the way", () => {
    expect(hashOf(first, [], { subject: first })).toBe("");
    expect(hashOf(first, [3, 14], { subject: first })).toBe("steps=3.14");
  });

  it("leaves out steps from the first that is no number on", () => {
    expect(readHash("#steps=1.x.2", { subject: first }).steps).toEqual([1]);
    expect(readHash("#steps=1..2", { subject: first }).steps).toEqual([1]);
    expect(readHash("#steps=", { subject: first }).steps).toEqual([]);
  });
});
