/**
 * What a model's closures say and do in a state, and what the kernel makes of them: tables, trees and generated code.
 */
import { expect } from "vitest";
import { generateExpand, stepCount } from "../compile/expand.js";
import { inOrder } from "../compile/independence.js";
import { generateJudge } from "../compile/judge.js";
import { Successors } from "../compile/successors.js";
import type { Model } from "../declaration/model.js";

export interface Compared {
  readonly successors: number;
  readonly failures: number;
}

/**
 * Compares the two in one state after another, each given by the contents of all cells; what was learnt of one is there
 * for the next.
 */
export function comparisonWithClosures(model: Model): (contents: readonly number[]) => Compared {
  const { workspace, properties } = model;
  const expand = generateExpand(model);
  const successors = new Successors(model, inOrder);
  const judge = generateJudge(model);
  const width = workspace.words.length;
  const steps = stepCount(model.actions);
  const found = new Int32Array(steps * width);
  return (contents) => {
    workspace.load(model.initial, 0);
    for (const [cell, content] of contents.entries()) workspace.write(cell, content);
    workspace.commit();
    const state = workspace.words.slice();
    const expected: string[] = [];
    expand(() => expected.push(workspace.words.join()));
    const failing = properties.flatMap(({ holds }, index) => (holds() ? [] : [index]));

    const end = successors.write(state, 0, 0, { states: found, sleepSets: new Uint8Array(steps) }, 0);
    const rows = Array.from({ length: end / width }, (_, row) => found.slice(row * width, (row + 1) * width).join());
    const failures = judge(state, 0);
    const judged = properties.flatMap((_, index) => ((failures >>> index) & 1 ? [index] : []));
    // All at once, and as text: there are many states, and comparing takes longer than what is compared.
    const said = (count: number, successors: string[], failing: number[]) =>
      [count, ...successors.sort(), failing].join("\n");
    expect(said(successors.takeCount(), rows, judged)).toBe(said(expected.length, expected, failing));
    return { successors: expected.length, failures: failing.length };
  };
}
