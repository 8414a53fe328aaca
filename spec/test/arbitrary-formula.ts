/** Random formulas: thresholds, weights and lists, nested three deep. */
import fc from "fast-check";
import { type Formula, listFormula, serverFormula, weighing } from "../families/formula.js";

export const arbitraryFormula = (servers: number, depth = 2): fc.Arbitrary<Formula> => {
  const server = fc.integer({ min: 0, max: servers - 1 }).map(serverFormula);
  const list = fc
    .array(fc.integer({ min: 1, max: 2 ** servers - 1 }), { minLength: 1, maxLength: 5 })
    .map((quorums) => listFormula(quorums));
  if (depth === 0) return fc.oneof(server, list);
  const operand = fc.record({
    weight: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 6 })),
    formula: fc.oneof(server, arbitraryFormula(servers, depth - 1)),
  });
  const threshold = fc
    .tuple(fc.array(operand, { minLength: 1, maxLength: servers + 1 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .filter(([operands]) => operands.some(({ weight }) => weight > 0))
    .map(([operands, part]) => {
      const total = operands.reduce((sum, { weight }) => sum + weight, 0);
      return weighing(1 + Math.floor(part * (total - 1)), operands);
    });
  return fc.oneof(
    { weight: 4, arbitrary: threshold },
    { weight: 1, arbitrary: list },
    { weight: 1, arbitrary: server },
  );
};
