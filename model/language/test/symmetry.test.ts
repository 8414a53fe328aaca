/**
 * Symmetry from the declaration: on and off agree, whatever contents mention, and canonical forms are the same for an
 * orbit.
 */
import { describe, expect, it } from "vitest";
import { FormsByColumns } from "../../columns/index.js";
import { type Model, type Symmetry, searchConcurrently, searchWithGraph } from "../../kernel/index.js";
import {
  counter,
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
import { columnsOf } from "../symmetry/columns.js";
import { FormsByRefinement } from "../symmetry/forms-by-refinement.js";
import { FormsByTables } from "../symmetry/forms-by-tables.js";
import { type Structure, structureOf } from "../symmetry/structure.js";

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

/** Servers vote for colours, know which ones were seen, and are never mentioned themselves. */
function choosing(servers: number, colours: number) {
  const server = indexSet("server", servers, { symmetric: true });
  const colour = indexSet("colour", colours, { symmetric: true });
  const variables = {
    votes: over([server], noneOr(memberOf(colour))),
    knows: over([server], subsetOf(colour)),
    trusts: over([colour, server], flag()),
    // As wide as a look-up of columns may be.
    load: over([server], counter(1000)),
    chosen: single(noneOr(memberOf(colour))),
    seen: over([colour], flag()),
    isOver: single(flag()),
  };
  const { model } = defineInWords({
    name: "choosing",
    variables,
    initially: ({ load }) => {
      for (const s of server.members) load(s).set(700);
    },
    picture: { rows: server },
    actions: ({ votes, knows, trusts, chosen, seen, isOver }) => [
      {
        name: "vote",
        parameters: { server, colour },
        guard: (s) => votes(s).isNone() && chosen().isNone(),
        effect: (s, c) => {
          votes(s).set(c);
          seen(c).set(true);
        },
        says: (s, c) => `${s} votes for ${c}`,
      },
      {
        name: "learn",
        parameters: { server, colour },
        guard: (s, c) => seen(c).is(true) && !knows(s).has(c),
        effect: (s, c) => {
          knows(s).add(c);
          trusts(c, s).set(votes(s).is(c));
        },
        says: (s, c) => `${s} learns of ${c}`,
      },
      {
        name: "choose",
        parameters: { server, colour },
        guard: (s, c) => chosen().isNone() && knows(s).has(c),
        effect: (_, c) => chosen().set(c),
        says: (s, c) => `${s} chooses ${c}`,
      },
      {
        name: "end",
        parameters: {},
        guard: () => !chosen().isNone() && isOver().is(false),
        effect: () => isOver().set(true),
        says: () => "it is over",
      },
    ],
  });
  return { model, declared: Object.values(variables) };
}

/** Of all states of the model: one form for each orbit, and its size. */
async function expectTheSameOrbits(
  model: Model,
  forms: Pick<Symmetry, "canonicalizeAll" | "orbitSizeAt">,
  structure: Structure,
): Promise<void> {
  const { states, distinctStates } = (await searchWithGraph(model, { graphTransitionsMax: 1e6 }))!;
  const width = model.workspace.words.length;
  const wordsOf = (packed: Int32Array, state: number): string =>
    packed.subarray(state * width, (state + 1) * width).join();
  const [own, byRefinement] = [forms, new FormsByRefinement(structure, model)].map((way) => {
    const packed = states.packed.slice(0, distinctStates * width);
    way.canonicalizeAll(packed, 0, distinctStates);
    return Array.from({ length: distinctStates }, (_, state) => ({
      form: wordsOf(packed, state),
      orbit: way.orbitSizeAt(packed, state * width),
    }));
  });
  const formFor = new Map(own!.map(({ form }, state) => [form, byRefinement![state]!.form]));
  expect(own!.map(({ form, orbit }) => ({ form: formFor.get(form), orbit }))).toEqual(byRefinement);
  expect(new Set(formFor.values()).size).toBe(formFor.size);
  const found = new Set(Array.from({ length: distinctStates }, (_, state) => wordsOf(states.packed, state)));
  expect([...formFor.keys()].filter((form) => !found.has(form))).toEqual([]);
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

  it("puts states of tables in one form as refinement does, and counts orbits as it does", async () => {
    const { model, declared } = pointing(3, 2);
    const structure = structureOf(declared);
    expect(columnsOf(structure, model.workspace.layout)).toBeNull();
    await expectTheSameOrbits(model, new FormsByTables(structure, model.workspace.layout), structure);
  });

  it.each([
    [3, 2],
    [2, 3],
    [4, 1],
  ])(
    "of %d servers that nobody mentions and %d colours sorts columns, to the same effect",
    async (servers, colours) => {
      const { model, declared } = choosing(servers, colours);
      const structure = structureOf(declared);
      const [columns, group] = columnsOf(structure, model.workspace.layout)!;
      expect([group.classes, group.relabellings.length]).toEqual([
        [[0, 1, 2, 3].slice(0, servers)],
        [1, 1, 2, 6][colours],
      ]);
      await expectTheSameOrbits(model, new FormsByColumns(model.workspace.layout, columns, group), structure);
    },
  );

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
