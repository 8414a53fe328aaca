/**
 * Expressions against a deliberately dumb second evaluator: ask of every subset of the servers whether it is enough.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allServers, hasServer, minimalSets, type ServerSet, sizeOf } from "../server-set.js";
import { phase2Quorums } from "../table-families.js";
import { parseTable } from "../table-file.js";

const SERVERS = ["S0", "S1", "S2", "S3", "S4"];
const GROUP = { name: "west", members: [1, 3, 4] };
const EVERY_SET: readonly ServerSet[] = Array.from({ length: allServers(SERVERS.length) + 1 }, (_, set) => set);

/** An expression as text, with what it means. */
interface Meant {
  readonly text: string;
  readonly isEnough: (set: ServerSet) => boolean;
}

function quorumsOf(decide: string, groups = `groups: { west: [S1, S3, S4] }`): readonly ServerSet[] {
  const table = parseTable(
    `servers: [${SERVERS.join(", ")}]\n${groups}\nregisters:\n  - sets: 0..\n    decide: ${decide}\n`,
    "expression.yaml",
  );
  return [...phase2Quorums(table, 0)];
}

const bruteForce = (isEnough: (set: ServerSet) => boolean): ServerSet[] => minimalSets(EVERY_SET.filter(isEnough));

const countTrue = (truths: readonly boolean[]): number => truths.filter(Boolean).length;

/** `k of (…)` in one of its spellings. */
const choice = (k: number, spelling: string, among: readonly Meant[]): Meant => ({
  text: `${spelling} of (${among.map(({ text }) => text).join(", ")})`,
  isEnough: (set) => countTrue(among.map(({ isEnough }) => isEnough(set))) >= k,
});

const atom: fc.Arbitrary<Meant> = fc.oneof(
  fc
    .nat(SERVERS.length - 1)
    .map((server) => ({ text: SERVERS[server]!, isEnough: (set: ServerSet) => hasServer(set, server) })),
  fc.constant({
    text: GROUP.name,
    isEnough: (set: ServerSet) => GROUP.members.every((server) => hasServer(set, server)),
  }),
  fc.integer({ min: 1, max: 3 }).map((k) => ({
    text: `${k} of west`,
    isEnough: (set: ServerSet) => countTrue(GROUP.members.map((server) => hasServer(set, server))) >= k,
  })),
  fc.integer({ min: 1, max: SERVERS.length }).map((k) => ({
    text: `any ${k}`,
    isEnough: (set: ServerSet) => sizeOf(set) >= k,
  })),
  fc.constant({ text: "majority", isEnough: (set: ServerSet) => sizeOf(set) >= 3 }),
  fc.constant({ text: "all", isEnough: (set: ServerSet) => sizeOf(set) === SERVERS.length }),
);

const { expression } = fc.letrec<{ expression: Meant; operands: Meant[] }>((tie) => ({
  operands: fc.uniqueArray(tie("expression"), { minLength: 2, maxLength: 4, selector: ({ text }) => text }),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    tie("operands").map((operands) => ({
      text: operands.map(({ text }) => `(${text})`).join(" and "),
      isEnough: (set: ServerSet) => operands.every(({ isEnough }) => isEnough(set)),
    })),
    tie("operands").map((operands) => ({
      text: operands.map(({ text }) => `(${text})`).join(" or "),
      isEnough: (set: ServerSet) => operands.some(({ isEnough }) => isEnough(set)),
    })),
    fc.tuple(tie("operands"), fc.nat()).map(([among, n]) => {
      const k = 1 + (n % among.length);
      return choice(k, n % 2 === 0 ? `${k}` : `any ${k}`, among);
    }),
    tie("operands").map((among) => choice(Math.floor(among.length / 2) + 1, "majority", among)),
    tie("operands").map((among) => choice(among.length, "all", among)),
  ),
}));

describe("a quorum expression", () => {
  it("stands for the minimal sets of servers that are enough", () => {
    fc.assert(
      fc.property(expression, ({ text, isEnough }) => {
        expect(quorumsOf(JSON.stringify(text))).toEqual(bruteForce(isEnough));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["and binds tighter than or", "S0 and S1 or S2 and S3", "(S0 and S1) or (S2 and S3)"],
    ["and binds tighter than or, on either side", "S0 or S1 and S2 or S3", "S0 or (S1 and S2) or S3"],
    ["any of is any 1 of", "any of (S0, S1)", "S0 or S1"],
    ["a list of one name is that name", "2 of (west)", "2 of west"],
    ["a group alone is all of it", "west", "S1 and S3 and S4"],
    ["majority of a group", "majority of west", "2 of (S1, S3, S4)"],
    ["nested choices", "2 of (2 of (S0, S1, S2), S3, S4)", "S3 and S4 or (S3 or S4) and 2 of (S0, S1, S2)"],
    ["any spacing", "2of ( S0 ,S1,S2 )".replace("2of", "2  of"), "2 of (S0, S1, S2)"],
  ])("%s", (_, text, same) => {
    expect(quorumsOf(text)).toEqual(quorumsOf(same));
  });

  it("reads weights as a threshold on their sum", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: SERVERS.length, maxLength: SERVERS.length }),
        fc.nat(),
        (weights, seed) => {
          const sum = (set: ServerSet) =>
            weights.reduce((total, w, server) => total + (hasServer(set, server) ? w : 0), 0);
          const total = sum(allServers(SERVERS.length));
          fc.pre(total > 0);
          const threshold = 1 + (seed % total);
          const written = weights.map((weight, server) => `${SERVERS[server]}: ${weight}`).join(", ");
          const quorums = quorumsOf(`{ weights: { ${written} }, threshold: ${threshold} }`);
          expect(quorums).toEqual(bruteForce((set) => sum(set) >= threshold));
        },
      ),
    );
  });

  it("reads groups that use each other, in any order", () => {
    const groups = [
      "groups:",
      "  zones: [east, west]",
      "  either: any 1 of zones",
      "  east: majority of (S0, S1, S2)",
      "  west: [S3, S4]",
      "  heavy: { weights: { S0: 2, S1: 1 }, threshold: 2 }",
      "  pairs: [[S0, S1], [S2]]",
    ].join("\n");
    expect(quorumsOf("either", groups)).toEqual(quorumsOf("2 of (S0, S1, S2) or S3 and S4"));
    expect(quorumsOf("zones", groups)).toEqual(quorumsOf("2 of (S0, S1, S2) and S3 and S4"));
    expect(quorumsOf("2 of (heavy, pairs, west)", groups)).toEqual(quorumsOf("2 of (S0, S0 and S1 or S2, S3 and S4)"));
  });
});
