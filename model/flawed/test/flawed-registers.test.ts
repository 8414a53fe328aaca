import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { membersOf, minimalSets, type ServerSet } from "../../../spec/server-set.js";
import { FOREVER, tableOf } from "../../../spec/test/tables.js";
import { explore } from "../../kernel/index.js";
import { registersModel } from "../../registers/registers.js";
import type { FlawedSystem } from "../flaw.js";
import { RULE_BROKEN_BY } from "../flaw.js";
import { flawedRegistersModel } from "../flawed-registers.js";
import { type ProtocolName, searchDumbly } from "./literal-protocols.js";

const majorities: FlawedSystem = {
  servers: 3,
  quorums: [0b011, 0b101, 0b110],
  registerSets: 2,
  values: 2,
  allocation: "exclusive",
  leases: false,
  flaw: "none",
};

async function figures(model: Parameters<typeof explore>[0]) {
  const exploration = await explore(model);
  const { distinctStates, transitions, depth, violations } = exploration;
  const shortestViolation = violations.get("agreement") ?? null;
  return { distinctStates, transitions, depth, shortestViolation };
}

function dumbFigures(protocol: ProtocolName, { servers, quorums, registerSets, values }: FlawedSystem) {
  const server = (s: number) => `S${s}`;
  const found = searchDumbly(protocol, {
    servers: Array.from({ length: servers }, (_, s) => server(s)),
    quorums: quorums.map((quorum) => membersOf(quorum).map(server)),
    registerSets: Array.from({ length: registerSets }, (_, r) => `R${r}`),
    values: ["A", "B", "C"].slice(0, values),
  });
  const { distinctStates, transitions, depth, shortestViolation } = found;
  return { distinctStates, transitions, depth, shortestViolation };
}

const arbitraryQuorums = (servers: number): fc.Arbitrary<ServerSet[]> =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 2 ** servers - 1 }), { minLength: 1, maxLength: 3 })
    .map((sets) => minimalSets(sets));

describe("with nothing wrong", () => {
  it("is the register model, with its reference counts", async () => {
    expect(await figures(flawedRegistersModel(majorities))).toEqual({
      distinctStates: 558,
      transitions: 1598,
      depth: 8,
      shortestViolation: null,
    });
    expect(await figures(flawedRegistersModel({ ...majorities, registerSets: 3 }))).toEqual({
      distinctStates: 10_123,
      transitions: 38_899,
      depth: 12,
      shortestViolation: null,
    });
  });

  it("is the register model whatever the quorums and the allocation", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(1, 2),
        fc.constantFrom<FlawedSystem["allocation"]>("open", "exclusive"),
        arbitraryQuorums(2),
        async (registerSets, values, allocation, quorums) => {
          const open = allocation === "open";
          const table = tableOf(2, [{ sets: [0, FOREVER], decide: quorums, prepare: quorums, open }]);
          const scope = { table, registerSets: [0, 1, 2].slice(0, registerSets), values, clients: null };
          const system = { ...majorities, servers: 2, quorums, registerSets, values, allocation };
          expect(await figures(flawedRegistersModel(system))).toEqual(await figures(registersModel(scope)));
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});

describe("a flaw", () => {
  const flaws = Object.keys(RULE_BROKEN_BY) as FlawedSystem["flaw"][];

  it.each(flaws)("%s: the model agrees with the protocol written out, whatever the quorums", async (flaw) => {
    const drawn = fc.constantFrom([2, 2, 2], [1, 3, 2], [2, 1, 3], [3, 2, 1]).chain(([servers, registerSets, values]) =>
      fc.record({
        servers: fc.constant(servers!),
        registerSets: fc.constant(registerSets!),
        values: fc.constant(values!),
        quorums: arbitraryQuorums(servers!),
      }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, async (shape) => {
        const system = { ...majorities, ...shape, flaw };
        expect(await figures(flawedRegistersModel(system))).toEqual(dumbFigures(flaw, system));
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  it("is found in as few steps when there is a third register set", async () => {
    const lengths = await Promise.all(
      (["no phase 1", "no freeze", "own value", "no quorum"] as const).map(async (flaw) => {
        const { shortestViolation } = await figures(flawedRegistersModel({ ...majorities, registerSets: 3, flaw }));
        return [flaw, shortestViolation];
      }),
    );
    expect(Object.fromEntries(lengths)).toEqual({ "no phase 1": 6, "no freeze": 8, "own value": 6, "no quorum": 6 });
  });
});
