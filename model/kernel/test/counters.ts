import { defineModel, type Model, type PropertyDeclaration } from "../declaration/model.js";
import type { Variable } from "../declaration/variable.js";

/** Independent digits that count up, so that all counts have closed formulas. */
export const counters = (digits: number, domain: number, property: (digit: Variable) => PropertyDeclaration): Model =>
  defineModel({
    name: "counters",
    variables: { digit: { shape: [digits], domain } },
    actions: ({ digit }) => [
      {
        name: "increment",
        parameters: { digit: digits },
        guard: (d) => digit.at(d) < domain - 1,
        effect: (d) => digit.set(digit.at(d) + 1, d),
      },
    ],
    properties: ({ digit }) => [property(digit)],
  });
