import { describe, expect, it } from "vitest";
import { formatRegister, holding, mayBecome, NIL, type Register, sameRegister, UNWRITTEN } from "../register.js";

const REGISTERS: readonly (readonly [name: string, register: Register])[] = [
  ["unwritten", UNWRITTEN],
  ["nil", NIL],
  ["A", holding("A")],
  ["B", holding("B")],
  ["the empty value", holding("")],
];

const pairs = REGISTERS.flatMap(([name, register]) =>
  REGISTERS.map(([other, second]) => ({ name, register, other, second })),
);

describe("a register", () => {
  it.each(pairs)("$name and $other: the same iff they are called the same", ({ name, register, other, second }) => {
    expect(sameRegister(register, second)).toBe(name === other);
    // Another object that says the same is the same.
    expect(sameRegister({ ...register }, second)).toBe(name === other);
  });

  it.each(pairs)("$name may become $other only if it is unwritten or stays", ({ name, register, other, second }) => {
    expect(mayBecome(register, second)).toBe(name === "unwritten" || name === other);
  });

  it("is drawn blank, as a dash, or as its value", () => {
    expect(REGISTERS.map(([, register]) => formatRegister(register))).toEqual(["", "-", "A", "B", ""]);
    expect(REGISTERS.map(([, { state }]) => state)).toEqual(["unwritten", "nil", "value", "value", "value"]);
  });
});
