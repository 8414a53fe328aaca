/** Early protocols against the same protocols written out literally, over names and text. */
import { describe, expect, it } from "vitest";
import { isThorough } from "../../../spec/test/effort.js";
import { systemNamed, variantNamed } from "../registry.js";
import { type ProtocolName, searchDumbly } from "./oracles/literal-protocols.js";
import type { System } from "./oracles/literal-steps.js";

/** How many steps the shortest run has, where that can be said without a search; majorities have two servers. */
const IN_WORDS: Record<string, { protocol: ProtocolName; sets: number; values: number; length: number | null }> = {
  // Two proposals, and each value at one server.
  "first-value": { protocol: "open register, no quorum", sets: 1, values: 2, length: 2 + 1 + 1 },
  // Two proposals, and each value at two servers.
  overwrite: { protocol: "open register, overwrite", sets: 1, values: 2, length: 2 + 2 + 2 },
  // Three proposals, and each value at one server.
  "split-vote": { protocol: "open register", sets: 1, values: 3, length: 3 + 3 },
  "no-phase-1": { protocol: "no phase 1", sets: 2, values: 2, length: 2 + 2 + 2 },
  // The two reads of phase 1 besides.
  "no-freeze": { protocol: "no freeze", sets: 2, values: 2, length: 2 + 2 + 2 + 2 },
  // Phase 1 hears from two servers that hold a value and so have nothing to freeze.
  "own-value": { protocol: "own value", sets: 2, values: 2, length: 2 + 2 + 2 },
  sound: { protocol: "none", sets: 2, values: 2, length: null },
  // Two freezes, and one crash: quorum and phase 1 have one server in common.
  "forgotten-promise": { protocol: "nils forgotten", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  "forgotten-vote": { protocol: "values forgotten", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  "forgotten-registers": { protocol: "registers forgotten", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  // Three proposals, the restart, A and B at all servers of R0 between them, and the other value at two in R1.
  "forgotten-proposal": { protocol: "proposal forgotten", sets: 2, values: 2, length: 3 + 1 + 3 + 2 },
  // As without a freeze, and the election.
  "leader-without-fencing": { protocol: "leader without fencing", sets: 2, values: 2, length: 2 + 2 + 2 + 2 + 1 },
  "leader-with-ballots": { protocol: "leader with ballots", sets: 2, values: 2, length: null },
};

const threeServers = (sets: number, values: number): System => ({
  servers: ["S0", "S1", "S2"],
  quorums: [
    ["S0", "S1"],
    ["S0", "S2"],
    ["S1", "S2"],
  ],
  registerSets: ["R0", "R1", "R2"].slice(0, sets),
  values: ["A", "B", "C"].slice(0, values),
});

const pinsOf = (system: string, variant: string) => variantNamed(systemNamed(system)!, variant)!.pins;

/** The text of the largest one takes seconds to search. */
const names = Object.keys(IN_WORDS).filter((name) => isThorough || name !== "forgotten-registers");

describe.each(names)("%s", (name) => {
  it("has as many states, transitions and steps as the protocol written out literally", () => {
    const { protocol, sets, values, length } = IN_WORDS[name]!;
    const found = searchDumbly(protocol, threeServers(sets, values));
    const { distinctStates, transitions, depth, shortestViolation, shortestStuck } = found;
    const [invariant, stuck] = pinsOf("early-protocols", name);
    const counts = { states: distinctStates, transitions, depth };
    expect([invariant, stuck]).toMatchObject([counts, counts]);
    expect([invariant!.length ?? null, stuck!.length ?? null]).toEqual([shortestViolation, shortestStuck]);
    expect(shortestViolation ?? shortestStuck).toBe(length);
  });
});

describe("the catalogue", () => {
  it("has every variant here", () => {
    const { variants } = systemNamed("early-protocols")!;
    expect(variants.map((variant) => variant.name)).toEqual(Object.keys(IN_WORDS));
  });

  it("with nothing wrong is the register model, with its reference counts", () => {
    expect(pinsOf("early-protocols", "sound")[0]).toMatchObject({ states: 558, transitions: 1598, depth: 8 });
  });

  it("has the leaders once more as a system of their own", () => {
    for (const variant of ["without-fencing", "with-ballots"]) {
      expect(pinsOf("leader", variant)).toEqual(pinsOf("early-protocols", `leader-${variant}`));
    }
  });
});
