/** Random runs with one event moved, dropped, altered or invented, against a judge that tries everything. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compressedRegisterSets } from "../../../model/registers/scope.js";
import { loadTable } from "../../../spec/table-file.js";
import type { HiddenKind } from "../hidden-steps.js";
import { validateLog } from "../validate.js";
import {
  type Draw,
  explainedInOrder,
  explainedInSomeOrder,
  type Line,
  proposerIn,
  randomRun,
  type World,
} from "./logs.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-validate-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const isAction = ({ event }: Line): boolean => event !== "output";

async function judged(world: World, lines: readonly Line[], hidden: readonly HiddenKind[] = []) {
  const file = path.join(directory, "log.ndjson");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { verdict, prefixes } = await validateLog(world.table, [file], { hidden: new Set(hidden) });
  const [first] = prefixes;
  return { verdict, explained: first!.explained, refusedAt: first!.refused.map(({ event }) => event.line - 1) };
}

/** One event moved, dropped, altered or invented; or none. */
function mutated(world: World, lines: readonly Line[], draw: Draw): Line[] {
  const changed = lines.map((line) => ({ ...line }));
  const at = draw(changed.length);
  switch (draw(5)) {
    case 0:
      changed.splice(draw(changed.length), 0, ...changed.splice(at, 1));
      return changed;
    case 1:
      changed.splice(at, 1);
      return changed;
    case 2: {
      const line = changed[at]!;
      const { table, registerSets } = world;
      if (line.value !== undefined && draw(2) === 0) {
        line.value = line.value === "A" ? "B" : "A";
        if (line.event === "propose") line.candidate = `for ${line.value}`;
      } else if (line.registerSet !== undefined && draw(2) === 0) {
        line.registerSet = registerSets[draw(registerSets.length)]!;
        if (line.event === "propose") line.node = proposerIn(line.registerSet);
      } else if (table.servers.includes(line.node)) line.node = table.servers[draw(table.servers.length)]!;
      return changed;
    }
    case 3: {
      const invented = randomRun(world, 8, draw);
      changed.splice(at, 0, invented[draw(invented.length)]!);
      return changed;
    }
    default:
      return changed;
  }
}

const TABLES = [
  ["three-majority", "spec/tables/three-majority.yaml"],
  ["an open set, eager", "spec/tables/fast-paxos-4-3-3.yaml"],
  ["selection strict", "spec/tables/quorum-based-selection.yaml"],
  ["selection by decision table", "spec/tables/relaxed-phase-1.yaml"],
  ["votes", "spec/tables/raft.yaml"],
  ["a gate", "spec/tables/joint-consensus.yaml"],
] as const;

const worldOf = (file: string): World => {
  const table = loadTable(file);
  const registerSets = compressedRegisterSets(table);
  return { table, registerSets, values: 2 };
};

/** A small generator of its own (mulberry32), so that a seed says all. */
function drawing(seed: number): Draw {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

describe.each(TABLES)("%s: random logs in one order", (_, file) => {
  it("are refused at the very event at which the model has no such step, and else explained", async () => {
    const world = worldOf(file);
    const seen = { explained: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const draw = drawing(seed);
        const lines = mutated(world, randomRun(world, 6 + draw(14), draw), draw);
        if (!lines.some(isAction)) return;
        const explained = explainedInOrder(world, lines);
        const verdict = explained === lines.length ? "explained" : "refused";
        const refusedAt = verdict === "explained" ? [] : [explained];
        expect(await judged(world, lines)).toEqual({ verdict, explained, refusedAt });
        seen[verdict]++;
      }),
      { numRuns: 25 },
    );
    expect(Math.min(seen.explained, seen.refused)).toBeGreaterThan(0);
  });
});

describe("three-majority: random logs whose order is not all known, some of them with hidden steps", () => {
  const world = worldOf("spec/tables/three-majority.yaml");
  const seen = { explained: 0, refused: 0 };

  it.each<[string, readonly HiddenKind[], number]>([
    ["nothing hidden", [], 25],
    ["hidden freezes", ["freeze"], 12],
    ["hidden writes", ["write"], 12],
    ["hidden freezes and writes", ["freeze", "write"], 8],
  ])("%s: as by trying every order", async (_, hidden, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const draw = drawing(seed);
        const run = mutated(world, randomRun(world, 8 + draw(4), draw), draw);
        const kept = run.filter(({ event }) => !hidden.includes(event as HiddenKind) || draw(2) === 0);
        // Boxes around the true time: in the order of each node, and often overlapping those of others.
        const lastEnds = new Map<string, number>();
        const lines = kept.map((line, index): Line => {
          const from = Math.max(10 * index - draw(40), 0);
          const end = Math.max(10 * index + draw(40), lastEnds.get(line.node) ?? 0);
          lastEnds.set(line.node, from);
          return { ...line, at: [from, end] };
        });
        if (!lines.some(isAction)) return;
        const isAfter = (later: number, earlier: number): boolean => {
          const [a, b] = [lines[earlier]!, lines[later]!];
          return a.node === b.node ? earlier < later : a.at![1] < b.at![0];
        };
        const explained = explainedInSomeOrder(world, lines, { isAfter, hidden });
        const verdict = explained === lines.length ? "explained" : "refused";
        const found = await judged(world, lines, hidden);
        expect({ verdict: found.verdict, explained: found.explained }).toEqual({ verdict, explained });
        seen[verdict]++;
      }),
      { numRuns },
    );
  });

  it("of both kinds", () => expect(Math.min(seen.explained, seen.refused)).toBeGreaterThan(1));
});
