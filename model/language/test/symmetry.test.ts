/** Symmetry from the declaration: on and off agree, whatever contents mention, and canonical forms are the same for an orbit. */
import { describe, expect, it } from "vitest";
import { searchConcurrently, searchWithGraph } from "../../kernel/index.js";
import {
  defineInWords,
  flag,
  indexSet,
  memberOf,
  noneOr,
  over,
  record,
  sequenceOf,
  single,
  subsetOf,
} from "../index.js";
import { FormsByRefinement } from "../symmetry/forms-by-refinement.js";
import { FormsByTables } from "../symmetry/forms-by-tables.js";
import { structureOf } from "../symmetry/structure.js";

/** Members point at each other, know sets of each other, and queue: whatever a renaming has to reach. */
function pointing(servers: number, colours: number) {
  const server = indexSet("server", servers, { symmetric: true });
  const colour = indexSet("colour", colours, { symmetric: true });
  const variables = {
    likes: over([server], noneOr(memberOf(server))),
    knows: over([server], subsetOf(server)),
    painted: over([server], noneOr(record({ isDry: flag(), by: memberOf(server), colour: memberOf(colour) }))),
    queue: single(sequenceOf(memberOf(server), 2)),
    pair: over([server, server], flag()),
  };
  const { model, symmetry } = defineInWords({
    name: "pointing",
    variables,
    picture: { rows: server },
    actions: ({ likes, knows, painted, queue, pair }) => [
      {
        name: "like",
        parameters: { server, other: server },
        guard: (s, o) => likes(s).isNone() && s !== o,
        effect: (s, o) => likes(s).set(o),
        says: (s, o) => `${s} likes ${o}`,
      },
      {
        name: "meet",
        parameters: { server },
        guard: (s) => !likes(s).isNone() && knows(s).isEmpty(),
        effect: (s) => {
          const liked = likes(s).get()!;
          knows(s).add(liked);
          pair(s, liked).set(true);
        },
        says: (s) => `${s} meets whom it likes`,
      },
      {
        name: "paint",
        parameters: { server, colour },
        guard: (s, c) => !queue().isFull() && !knows(s).isEmpty() && !painted(s).colour.is(c),
        effect: (s, c) => {
          painted(s).set({ isDry: false, by: knows(s).get()[0]!, colour: c });
          queue().append(s);
        },
        says: (s, c) => `${s} is painted ${c}`,
      },
      {
        name: "dry",
        parameters: { server },
        guard: (s) => painted(s).isDry.is(false),
        effect: (s) => painted(s).isDry.set(true),
        says: (s) => `${s} is dry`,
      },
    ],
    properties: ({ painted, likes }) => [
      {
        name: "nobody is painted by its lover's lover",
        parameters: { server, other: server },
        fails: [(s, o) => likes(s).is(o) && likes(o).is(s) && painted(s).by.is(o)],
      },
    ],
  });
  return { model, symmetry, declared: Object.values(variables) };
}

describe("symmetry", () => {
  it.each([
    [2, 2],
    [3, 1],
    [3, 2],
  ])("of %d servers and %d colours: on and off agree", async (servers, colours) => {
    const { model, symmetry } = pointing(servers, colours);
    const off = (await searchWithGraph(model, { graphTransitionsMax: 1e6 }))!;
    const on = await searchConcurrently(model, {}, symmetry);
    expect([on.representedStates, on.transitions, on.depth, [...on.violations]]).toEqual([
      off.distinctStates,
      off.transitions,
      off.depth,
      [...off.violations],
    ]);
    expect(on.distinctStates).toBeLessThan(off.distinctStates / servers);
  });

  it("puts every state of an orbit in one form, and counts the orbit", async () => {
    const { model, symmetry } = pointing(3, 2);
    const { states, distinctStates } = (await searchWithGraph(model, { graphTransitionsMax: 1e6 }))!;
    const width = model.workspace.words.length;
    const forms = states.packed.slice(0, distinctStates * width);
    symmetry!.canonicalizeAll(forms, 0, distinctStates);
    const members = new Map<string, number>();
    for (let state = 0; state < distinctStates; state++) {
      const form = forms.subarray(state * width, (state + 1) * width).join();
      members.set(form, (members.get(form) ?? 0) + 1);
    }
    for (let state = 0; state < distinctStates; state += 97) {
      const form = forms.subarray(state * width, (state + 1) * width).join();
      expect(symmetry!.orbitSizeAt(forms, state * width)).toBe(members.get(form));
    }
  });

  it("puts states of tables in one form as refinement does, and counts as many ways to it", async () => {
    const { model, declared } = pointing(3, 2);
    const structure = structureOf(declared);
    const ways = [new FormsByTables(structure, model.workspace.layout), new FormsByRefinement(structure, model)];
    const { states, distinctStates } = (await searchWithGraph(model, { graphTransitionsMax: 1e6 }))!;
    const width = model.workspace.words.length;
    const [byTables, byRefinement] = ways.map((forms) => {
      const packed = states.packed.slice(0, distinctStates * width);
      forms.canonicalizeAll(packed, 0, distinctStates);
      return Array.from({ length: distinctStates }, (_, state) => ({
        form: packed.subarray(state * width, (state + 1) * width).join(),
        ways: forms.waysToForm(packed, state * width),
      }));
    });
    const formFor = new Map(byTables!.map(({ form }, state) => [form, byRefinement![state]!.form]));
    expect(byTables!.map(({ form, ways }) => ({ form: formFor.get(form), ways }))).toEqual(byRefinement);
    expect(new Set(formFor.values()).size).toBe(formFor.size);
  });

  it("of ten servers that are alike tries no ten factorial images", () => {
    const { model, symmetry } = pointing(10, 3);
    const states = model.initial.slice();
    symmetry!.canonicalizeAll(states, 0, 1);
    expect([...states]).toEqual([...model.initial]);
    expect(symmetry!.orbitSizeAt(states, 0)).toBe(1);
  });

  it("is none where members are told apart initially", () => {
    const server = indexSet("server", 2, { symmetric: true });
    const uneven = defineInWords({
      name: "uneven",
      variables: { leader: single(noneOr(memberOf(server))) },
      initially: ({ leader }) => leader().set(1),
      picture: {},
      actions: () => [],
    });
    expect(() => uneven.symmetry).toThrow(
      'model "uneven", index set server: it is declared symmetric, and initially S0 and S1 are not alike',
    );
  });

  it("is none without a symmetric index set", () => {
    const server = indexSet("server", 2);
    const { symmetry } = defineInWords({
      name: "plain",
      variables: { leader: single(memberOf(server)) },
      picture: {},
      actions: () => [],
    });
    expect(symmetry).toBeNull();
  });
});
