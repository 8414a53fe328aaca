import { expect, it } from "vitest";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { StrayErrors } from "../systems/stray-errors.js";

const thrown = (): boolean => process.emit("uncaughtException", new Error("out of range"));

it("an error that nothing catches is told as a fault, and whoever took such errors before takes them again", () => {
  const before = process.listeners("uncaughtException");
  const stray = StrayErrors.watch();
  stray.refuse("a server failed");
  thrown();
  expect(() => stray.refuse("a server failed")).toThrow(new ImplementationFault("a server failed: out of range"));
  stray.close();
  expect(process.listeners("uncaughtException")).toEqual(before);
});

it("one that comes too late to be told is not lost", () => {
  const before = process.listeners("uncaughtException");
  const stray = StrayErrors.watch();
  thrown();
  expect(() => stray.close()).toThrow(new Error("out of range"));
  expect(process.listeners("uncaughtException")).toEqual(before);
});
