import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { request } from "../../../verify/test/reports.js";
import { reproduceCommand, shellQuote } from "../reproduce.js";

it.each([
  ["plain.yaml", {}, "npx quorate verify plain.yaml"],
  ["my table.yaml", {}, "npx quorate verify 'my table.yaml'"],
  ["-.yaml", { seed: 7 }, "npx quorate verify --seed 7 -- -.yaml"],
  ["it's.yaml", { replay: false, seed: 7 }, String.raw`npx quorate verify --no-replay 'it'\''s.yaml'`],
  ["a.yaml", { secondsMax: 20 }, "npx quorate verify a.yaml"],
  ["a.yaml", { exhaust: true, secondsMax: null }, "npx quorate verify --exhaust a.yaml"],
  ["a.yaml", { exhaust: true, secondsMax: 20 }, "npx quorate verify --exhaust --max-seconds 20 a.yaml"],
  ["a.yaml", { secondsMax: 3 }, "npx quorate verify --max-seconds 3 a.yaml"],
  [
    "a.yaml",
    { variant: { freezes: "register", writesFreezeBelow: false } },
    "npx quorate verify --freeze register a.yaml",
  ],
  ["a.yaml", { variant: { freezes: "row", writesFreezeBelow: true } }, "npx quorate verify --writes-freeze a.yaml"],
  [
    "a.yaml",
    { registerSets: 3, values: 4, clients: 2 },
    "npx quorate verify --register-sets 3 --values 4 --clients 2 a.yaml",
  ],
] as const)("%s with %o: %s", (file, options, command) => {
  expect(reproduceCommand(file, { ...request, ...options })).toBe(command);
});

it("quotes any file name so that a shell gives it back", () => {
  const nul = "\u0000";
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: fc.constantFrom(..."aZ0 '\"\\$`!*?~#&;|<>(){}[]\n\té") }), (name) => {
      fc.pre(!name.includes(nul));
      expect(execFileSync("sh", ["-c", `printf '%s.' ${shellQuote(name)}`], { encoding: "utf8" })).toBe(`${name}.`);
    }),
    { numRuns: 50 },
  );
});
