/** The reachable states by distance from the initial one: found by closures, and as the kernel finds them. */
import { generateExpand, stepCount } from "../compile/expand.js";
import type { CommandOrder } from "../compile/independence.js";
import { Successors } from "../compile/successors.js";
import type { Model } from "../declaration/model.js";

/** Distance from the initial state → the states there, by the closures themselves. */
export function levelsOf(model: Model): string[][] {
  const { workspace } = model;
  const expand = generateExpand(model);
  const known = new Set([model.initial.join()]);
  const levels = [[model.initial]];
  for (let level = levels[0]!; level.length > 0; level = levels.at(-1)!) {
    const next: Int32Array[] = [];
    for (const state of level) {
      workspace.load(state, 0);
      expand(() => {
        if (!known.has(workspace.words.join())) next.push(workspace.words.slice());
        known.add(workspace.words.join());
      });
    }
    levels.push(next);
  }
  return levels.map((level) => level.map((state) => state.join()).sort());
}

/** The same by the kernel's successors, some left to other states; and how many were written and how many counted. */
export function levelsInOrder(
  model: Model,
  order: CommandOrder,
): { levels: string[][]; written: number; counted: number } {
  const successors = new Successors(model, order);
  const width = model.workspace.words.length;
  const found = new Int32Array(stepCount(model.actions) * width);
  const sleepSets = new Uint8Array(stepCount(model.actions));
  const known = new Set([model.initial.join()]);
  const levels = [[{ state: model.initial.slice(), sleepSet: 0 }]];
  let written = 0;
  for (let level = levels[0]!; level.length > 0; level = levels.at(-1)!) {
    const next: typeof level = [];
    for (const { state, sleepSet } of level) {
      const end = successors.write(state, 0, sleepSet, { states: found, sleepSets }, 0);
      written += end / width;
      for (let at = 0; at < end; at += width) {
        const successor = found.slice(at, at + width);
        if (!known.has(successor.join())) next.push({ state: successor, sleepSet: sleepSets[at / width]! });
        known.add(successor.join());
      }
    }
    levels.push(next);
  }
  return {
    levels: levels.map((level) => level.map(({ state }) => state.join()).sort()),
    written,
    counted: successors.takeCount(),
  };
}
