import { describe, expect, it } from "vitest";
import { valencesDumbly } from "../../../model/registers/test/oracle.js";
import { type Atlas, exploreAtlas } from "../atlas.js";
import { Journey } from "../journey.js";
import type { Kind } from "../kinds.js";
import { scopeOf, table } from "./explorables.js";

async function atlasOf(name: string): Promise<Atlas> {
  const atlas = await exploreAtlas(table(name));
  return atlas!;
}

const kind = ({ kinds }: Pick<Atlas, "kinds">, name: string): Kind => kinds.find((each) => each.name === name)!;

describe.each(["three-majority", "singleton", "wrong-singleton", "single-server"])("the atlas of %s", (name) => {
  it("says of every state what the oracle says: which values can still be decided", async () => {
    const atlas = await atlasOf(name);
    const scope = scopeOf(name);
    const counts: Record<string, number> = {};
    for (let state = 0; state < atlas.stateCount; state++) {
      const values = atlas.possibleFrom(state).map((value) => `${value.charCodeAt(0) - 65}`);
      counts[values.join()] = (counts[values.join()] ?? 0) + 1;
    }
    expect(counts).toEqual(valencesDumbly(scope.table, scope));
  });

  it("leads by as many steps as a search of its own does, to a state of the kind, from wherever one is", async () => {
    const atlas = await atlasOf(name);
    const journey = new Journey(table(name));
    for (const steps of [0, 2, 4]) {
      for (let taken = 0; taken < steps; taken++) {
        const [choice] = journey.choices;
        if (choice !== undefined) journey.take(choice.step);
      }
      for (const each of atlas.kinds.filter(({ needsFuture }) => !needsFuture)) {
        const way = atlas.wayFrom(atlas.stateAfter(journey.steps), each);
        const searched = journey.wayTo(each);
        expect(searched.way?.length).toBe(way?.length);
        if (way === null) continue;
        expect(atlas.isOf(each, atlas.stateAfter([...journey.steps, ...way]))).toBe(true);
        for (let length = 1; length < way.length; length++) {
          expect(atlas.isOf(each, atlas.stateAfter([...journey.steps, ...way.slice(0, length)]))).toBe(false);
        }
      }
    }
  });
});

it("counts kinds: wrong-singleton breaks agreement six steps away, and where B alone is left nothing is bivalent", async () => {
  const atlas = await atlasOf("wrong-singleton");
  expect(atlas.kinds.map(({ name }) => [name, atlas.countOf(kind(atlas, name))])).toEqual([
    ["breaks agreement", 42],
    ["breaks non-triviality", 0],
    ["decided", 510],
    ["bivalent", 36],
    ["stuck", 0],
    ["end", 24],
  ]);
  expect(atlas.wayFrom(0, kind(atlas, "breaks agreement"))).toHaveLength(6);
  expect(atlas.wayFrom(0, kind(atlas, "stuck"))).toBeNull();
});

it("bivalent is a state before the decision from which both values are within reach, and the last one has none after it", async () => {
  const atlas = await atlasOf("three-majority");
  const bivalent = kind(atlas, "bivalent");
  expect(atlas.isOf(bivalent, 0)).toBe(true);
  expect(atlas.possibleFrom(0)).toEqual(["A", "B"]);
  for (let state = 0; state < atlas.stateCount; state++) {
    if (atlas.isOf(bivalent, state)) expect(atlas.isOf(kind(atlas, "decided"), state)).toBe(false);
    if (atlas.isOf(kind(atlas, "end"), state)) expect(atlas.isOf(bivalent, state)).toBe(false);
  }
});

it("is none where there are too many transitions to keep, or somebody stops it", async () => {
  expect(await exploreAtlas(table("three-majority"), { transitionsMax: 1597 })).toBeNull();
  expect((await exploreAtlas(table("three-majority"), { transitionsMax: 1598 }))!.stateCount).toBe(558);
  const signal = AbortSignal.abort();
  expect(await exploreAtlas(table("five-majority"), { signal })).toBeNull();
});

it("refuses steps that are not possible", async () => {
  const atlas = await atlasOf("singleton");
  expect(() => atlas.stateAfter([999])).toThrow("step 999 is not possible in state 0");
});
