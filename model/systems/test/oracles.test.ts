/**
 * What is pinned, by programs that share no code with the systems: states, depth and the lengths of shortest runs.
 *
 * Those with few states run always; all of them with `QUORATE_ORACLES=all npx vitest run model/systems/test/oracles.test.ts`.
 */
import { expect, it } from "vitest";
import { systemNamed, variantNamed } from "../registry.js";
import type { Pin } from "../system.js";
import { acceptorsDumbly } from "./oracles/acceptors.js";
import { stuckDumbly } from "./oracles/dumbly.js";

const STATES_MAX = process.env.QUORATE_ORACLES === "all" ? Number.POSITIVE_INFINITY : 3000;

interface Found {
  readonly states: number;
  readonly depth: number;
  /** Steps of the shortest run that breaks a property; 0 where none is broken. */
  readonly length: number;
}

function pinsOf(system: string, variant: string): readonly Pin[] {
  return variantNamed(systemNamed(system)!, variant)!.pins;
}

const pinned = ({ states, depth, length }: Pin): Found => ({ states: states!, depth: depth!, length: length ?? 0 });

/** By system and variant: what the oracle finds for each question, in their order. */
const oracles: Readonly<Record<string, Readonly<Record<string, () => Found[]>>>> = {
  acceptors: Object.fromEntries(
    ["sound", "first-value-only", "accept-anything", "ask-first", "forgets-promise", "forgets-vote", "forgets-all"].map(
      (variant) => [
        variant,
        () => {
          const [ballots, values] = variant === "first-value-only" ? [3, 3] : [2, 2];
          const found = acceptorsDumbly(variant, 3, ballots, values, 1);
          const { states, depth, broken } = found;
          const invariant = { states, depth, length: broken.agreement ?? 0 };
          if (variant === "sound") return [invariant, invariant];
          if (variant !== "first-value-only") return [invariant];
          return [
            invariant,
            { states, depth, length: stuckDumbly(found, (state) => found.chosen(state).length > 0) ?? 0 },
          ];
        },
      ],
    ),
  ),
};

const cases = Object.entries(oracles).flatMap(([system, variants]) =>
  Object.entries(variants).map(([variant, findings]) => ({ system, variant, findings, pins: pinsOf(system, variant) })),
);

it.each(cases.filter(({ pins }) => pins[0]!.states! <= STATES_MAX))("$system, $variant", ({ findings, pins }) => {
  expect(pins.map(pinned)).toEqual(findings());
});
