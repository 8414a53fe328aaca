/** How deep expressions may be nested: what is open at one place counts, however much was opened and closed before. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXPRESSION_DEPTH_MAX, ExpressionError, OPERANDS_MAX, parseExpression } from "../quorum-expression-parser.js";
import { phase2Quorums } from "../table-families.js";
import { parseTable } from "../table-file.js";

const nested = (depth: number): string => `${"(".repeat(depth)}S0${")".repeat(depth)}`;

/** Where the expression is refused and why, or null if it is not. */
function refusalOf(text: string): { offset: number; problem: string } | null {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return { offset: error.offset, problem: error.problem };
    throw error;
  }
  return null;
}

const tooDeepAt = (offset: number) => ({
  offset,
  problem: `the expression is nested deeper than ${EXPRESSION_DEPTH_MAX} levels at "("`,
});

describe("an expression", () => {
  it("may be nested as deep as the bound says, and no deeper", () => {
    expect(refusalOf(nested(EXPRESSION_DEPTH_MAX))).toBeNull();
    expect(refusalOf(nested(EXPRESSION_DEPTH_MAX + 1))).toEqual(tooDeepAt(EXPRESSION_DEPTH_MAX));
  });

  it("may have any number of lists side by side", () => {
    const lists = Array.from({ length: 3 * EXPRESSION_DEPTH_MAX }, () => "1 of (S0, S1)");
    for (const joiner of [" or ", " and "]) expect(refusalOf(lists.join(joiner))).toBeNull();
    expect(refusalOf(`2 of (${lists.join(", ")})`)).toBeNull();
    const decide = JSON.stringify(lists.join(" or "));
    const table = parseTable(`servers: [S0, S1]\nregisters: [{ sets: 0, decide: ${decide} }]`, "flat.yaml");
    expect(phase2Quorums(table, 0)).toEqual([0b01, 0b10]);
  });

  it("is refused where it first becomes too deep, and only if it does", () => {
    const depths = fc.array(
      fc.oneof(fc.nat(5), fc.integer({ min: EXPRESSION_DEPTH_MAX - 2, max: EXPRESSION_DEPTH_MAX + 2 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const seen = { refused: 0, accepted: 0 };
    fc.assert(
      fc.property(depths, fc.constantFrom(" or ", " and "), fc.boolean(), (depths, joiner, isListed) => {
        // In a list, everything is one deeper.
        const limit = EXPRESSION_DEPTH_MAX - (isListed ? 1 : 0);
        const parts = depths.map(nested);
        const [before, separator, after] = isListed ? ["1 of (", ", ", ")"] : ["", joiner, ""];
        const tooDeep = depths.findIndex((depth) => depth > limit);
        const offset =
          before.length + parts.slice(0, tooDeep).reduce((sum, part) => sum + part.length + separator.length, 0);
        expect(refusalOf(before + parts.join(separator) + after)).toEqual(
          tooDeep < 0 ? null : tooDeepAt(offset + limit),
        );
        seen[tooDeep < 0 ? "accepted" : "refused"]++;
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(Math.min(seen.refused, seen.accepted)).toBeGreaterThan(20);
  });

  it.each([
    ["joined by or", (operands: readonly string[]) => operands.join(" or "), ""],
    ["joined by and", (operands: readonly string[]) => operands.join(" and "), ""],
    ["in a list", (operands: readonly string[]) => `any of (${operands.join(", ")})`, "any of ("],
  ])("may have as many operands %s as the bound says, and no more", (_, joined, before) => {
    const operands = Array.from({ length: OPERANDS_MAX }, () => "S0");
    expect(refusalOf(joined(operands))).toBeNull();
    const last = joined([...operands, "S1"]);
    expect(refusalOf(last)).toEqual({
      offset: last.indexOf("S1"),
      problem: `more than ${OPERANDS_MAX} operands in one expression`,
    });
    expect(last.startsWith(before)).toBe(true);
  });
});
