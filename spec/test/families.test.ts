import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Diagrams } from "../families/diagrams.js";
import { cheapestFrom, type Family, FamilySpace, spaceFor } from "../families/family.js";
import { allOf, anyOf, choose, type Formula, listFormula, serverFormula, weighing } from "../families/formula.js";
import { contains, membersOf, type ServerSet, sizeOf } from "../server-set.js";
import { arbitraryFormula } from "./arbitrary-formula.js";
import { everySet, hittingSets, minimalAmong, minimalQuorums, satisfies } from "./listing-oracle.js";

/** A few servers, some formulas over them, and an order to ask the servers in. */
const arbitraryFamilies = (count: number) =>
  fc.integer({ min: 1, max: 6 }).chain((servers) =>
    fc.record({
      servers: fc.constant(servers),
      formulas: fc.array(arbitraryFormula(servers), { minLength: count, maxLength: count }),
      order: fc.shuffledSubarray(
        Array.from({ length: servers }, (_, server) => server),
        { minLength: servers },
      ),
    }),
  );

const servers = (from: number, count: number): Formula[] =>
  Array.from({ length: count }, (_, index) => serverFormula(from + index));

const familyIn = (formula: Formula, count: number): Family => spaceFor([formula], count).familyOf(formula);

describe("a family and the oracle, which lists", () => {
  it("say the same of every set, of quorums, hitting sets, members and counts, in any order of servers", () => {
    fc.assert(
      fc.property(arbitraryFamilies(1), ({ servers, formulas: [formula], order }) => {
        const family = new FamilySpace(new Diagrams(order)).familyOf(formula!);
        const quorums = minimalQuorums(servers, formula!);
        for (const set of everySet(servers)) {
          expect(family.isQuorum(set)).toBe(satisfies(set, formula!));
          expect(family.meetsEvery(set)).toBe(quorums.every((quorum) => (quorum & set) !== 0));
        }
        expect(family.list()).toEqual(quorums);
        expect(family.count).toBe(BigInt(quorums.length));
        expect(sizeOf(family.smallest)).toBe(sizeOf(quorums[0]!));
        expect(quorums).toContain(family.smallest);
        expect(family.members).toBe(quorums.reduce((members, quorum) => members | quorum, 0));
        expect(family.dual.list()).toEqual(hittingSets(servers, quorums));
        expect(family.dual.dual).toBe(family);
      }),
      { numRuns: 3000 },
    );
  });

  it("say the same of unions, and of the quorums within a set", () => {
    fc.assert(
      fc.property(arbitraryFamilies(2), fc.nat(), ({ servers, formulas: [left, right], order }, nat) => {
        const space = new FamilySpace(new Diagrams(order));
        const both = space.anyOf([space.familyOf(left!), space.familyOf(right!)]);
        expect(both.list()).toEqual(minimalAmong(servers, (set) => satisfies(set, left!) || satisfies(set, right!)));
        expect(space.familyOf(anyOf([left!, right!]))).toBe(both);
        const within = nat % 2 ** servers;
        expect(both.within(within).list()).toEqual(both.list().filter((quorum) => contains(within, quorum)));
      }),
      { numRuns: 1000 },
    );
  });

  it("stream quorums smallest first", () => {
    fc.assert(
      fc.property(arbitraryFamilies(1), ({ formulas: [formula], order }) => {
        const family = new FamilySpace(new Diagrams(order)).familyOf(formula!);
        const streamed = [...family.quorums()];
        expect(streamed.map(sizeOf)).toEqual(streamed.map(sizeOf).sort((a, b) => a - b));
        expect([...streamed].sort((a, b) => a - b)).toEqual([...family.list()].sort((a, b) => a - b));
      }),
    );
  });

  it("choose jointly what costs least, with any costs of membership", () => {
    const costs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(arbitraryFamilies(3), costs, fc.nat(6), ({ servers, formulas, order }, costs, forbidden) => {
        const space = new FamilySpace(new Diagrams(order));
        const cost = (server: number, membership: number): number =>
          membership === 1 + forbidden ? Number.POSITIVE_INFINITY : costs[membership]! + (server === 0 ? 1 : 0);
        const memberships = [1, 2, 3, 4, 5, 6, 7];
        const found = cheapestFrom(
          formulas.map((formula) => space.familyOf(formula)),
          memberships,
          cost,
        );
        const costOf = (sets: readonly ServerSet[]): number => {
          let sum = 0;
          for (let server = 0; server < servers; server++) {
            const membership = sets.reduce((bits, set, index) => bits | (((set >>> server) & 1) << index), 0);
            if (membership !== 0) sum += cost(server, membership);
          }
          return sum;
        };
        if (found !== null) {
          expect(found.sets.every((set, index) => satisfies(set, formulas[index]!))).toBe(true);
          expect(costOf(found.sets)).toBe(found.cost);
        }
        if (servers > 3) return;
        let least = Number.POSITIVE_INFINITY;
        for (const a of everySet(servers)) {
          for (const b of everySet(servers))
            for (const c of everySet(servers)) {
              const sets = [a, b, c];
              if (sets.every((set, index) => satisfies(set, formulas[index]!))) least = Math.min(least, costOf(sets));
            }
        }
        expect(found?.cost ?? Number.POSITIVE_INFINITY).toBe(least);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("families that nobody lists", () => {
  const binomial = (n: number, k: number): bigint => (k === 0 ? 1n : (binomial(n - 1, k - 1) * BigInt(n)) / BigInt(k));

  it.each([
    [17, 9],
    [21, 11],
    [31, 16],
    [31, 30],
  ])("%i servers, any %i: as many as the binomial says, and the dual is the other threshold", (count, k) => {
    const space = spaceFor([choose(k, servers(0, count))], count);
    const family = space.familyOf(choose(k, servers(0, count)));
    expect(family.count).toBe(binomial(count, k));
    expect(family.dual).toBe(space.familyOf(choose(count - k + 1, servers(0, count))));
    expect(membersOf(family.smallest)).toEqual(Array.from({ length: k }, (_, server) => server));
  });

  it("2 of 3 groups, each with a majority of 9", () => {
    const groups = [0, 9, 18].map((from) => choose(5, servers(from, 9)));
    const family = familyIn(choose(2, groups), 27);
    expect(family.count).toBe(3n * 126n ** 2n);
    expect(family.dual).toBe(family);
  });

  it("3 of 7 in each of three groups, named in turn: the order follows the expression", () => {
    const group = (first: number): Formula =>
      choose(
        3,
        Array.from({ length: 7 }, (_, index) => serverFormula(first + 3 * index)),
      );
    const family = familyIn(allOf([group(0), group(1), group(2)]), 21);
    expect(family.count).toBe(35n ** 3n);
  });

  it("weights 1 to 5 on 20 servers, as a sum over sizes says", () => {
    const weights = Array.from({ length: 20 }, (_, server) => 1 + (server % 5));
    const family = familyIn(
      weighing(
        31,
        weights.map((weight, server) => ({ weight, formula: serverFormula(server) })),
      ),
      20,
    );
    // A set is minimal if and only if it weighs 31 or more, and less than that without its lightest server.
    let count = 0n;
    for (let lightest = 1; lightest <= 5; lightest++) {
      // By weight: sets of servers no lighter than the lightest, at least one of which is as light.
      const sums = (from: number): bigint[] => {
        let ways: bigint[] = Array.from({ length: 61 }, (_, sum) => (sum === 0 ? 1n : 0n));
        for (const weight of weights.filter((candidate) => candidate >= from)) {
          ways = ways.map((way, sum) => way + (sum >= weight ? ways[sum - weight]! : 0n));
        }
        return ways;
      };
      const [withLightest, without] = [sums(lightest), sums(lightest + 1)];
      for (let sum = 31; sum < 31 + lightest; sum++) count += withLightest[sum]! - without[sum]!;
    }
    expect(family.count).toBe(count);
  });

  it("an empty list has no quorum, and then nothing has to be met", () => {
    const family = familyIn(listFormula([]), 3);
    expect([family.isQuorum(0b111), family.meetsEvery(0), family.count, family.members]).toEqual([false, true, 0n, 0]);
    expect(family.dual.list()).toEqual([0]);
  });
});
