/** What exploration may say of what the rules have answered, and what would be news. */
import { describe, expect, it } from "vitest";
import type { ScopeExploration } from "../../../model/analysis/explore-scope.js";
import { refuseContradiction } from "../exploration-report.js";
import type { Answer } from "../report.js";

type Found = Pick<ScopeExploration, "complete" | "reduced" | "stoppedBy"> & { readonly length: number | null };

const explored = ({ length, ...rest }: Found) =>
  ({
    ...rest,
    violatingRuns: new Map(length === null ? [] : [["agreement", Array.from({ length }, () => 0)]]),
  }) as unknown as ScopeExploration;

const whole = { complete: true, reduced: false, stoppedBy: null } as const;
const reduced = { ...whole, reduced: true };
const cutShort = { ...whole, complete: false, stoppedBy: "time" } as const;
const nearest = { ...whole, complete: false, stoppedBy: "violation" } as const;

const SAFE = { verdict: "safe", proof: { by: "theorem", rules: ["PQ"] }, counterexample: null } as unknown as Answer;
const unsafe = (shortest: boolean) =>
  ({
    verdict: "unsafe",
    proof: { by: "run", constructed: true, shortest },
    counterexample: { length: 7 },
  }) as unknown as Answer;

describe("exploration and rules agree", () => {
  it.each<[string, Answer | null, Found]>([
    ["no violation of a safe table", SAFE, { ...whole, length: null }],
    ["none before a bound", unsafe(true), { ...cutShort, length: null }],
    ["one as near as the constructed run", unsafe(true), { ...nearest, length: 7 }],
    ["one that the reduction finds farther away", unsafe(true), { ...reduced, length: 8 }],
    ["one farther away than where the bound was hit", unsafe(true), { ...cutShort, length: 8 }],
    ["a shorter one where none was said to be shortest", unsafe(false), { ...whole, length: 6 }],
    ["anything where the rules do not answer", null, { ...whole, length: 3 }],
  ])("%s", (_, answer, found) => {
    expect(() => refuseContradiction(answer, explored(found))).not.toThrow();
  });
});

describe("it is news, and an internal error, that", () => {
  it.each<[string, Answer, Found, string]>([
    ["a safe table has a run", SAFE, { ...cutShort, length: 9 }, "a run of 9 steps breaks agreement"],
    ["an unsafe one has none", unsafe(true), { ...whole, length: null }, "no state explored breaks agreement"],
    ["not even reduced", unsafe(true), { ...reduced, length: null }, "no state explored breaks agreement"],
    ["a shorter one is found", unsafe(true), { ...nearest, length: 6 }, "has 7 steps by the closed formula, and yet"],
    ["by the reduction, too", unsafe(true), { ...reduced, length: 6 }, "and yet exploration finds one of 6"],
    ["all are longer", unsafe(false), { ...nearest, length: 8 }, "the nearest violation explored takes 8"],
  ])("%s", (_, answer, found, news) => {
    expect(() => refuseContradiction(answer, explored(found))).toThrow(news);
  });
});
