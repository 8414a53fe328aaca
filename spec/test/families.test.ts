import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quorumsApart } from "../families/apart.js";
import { Diagrams } from "../families/diagrams.js";
import type { Family } from "../families/family.js";
import { FamilySpace, spaceFor } from "../families/family-space.js";
import { allOf, anyOf, choose, type Formula, listFormula, serverFormula, weighing } from "../families/formula.js";
import { listOf } from "../families/formula-list.js";
import { cheapestChoice } from "../families/joint-choice.js";
import { ListedFamily } from "../families/listed-family.js";
import { contains, membersOf, type ServerSet, sizeOf } from "../server-set.js";
import { arbitraryFormula } from "./arbitrary-formula.js";
import { tries } from "./effort.js";
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

/**
 * The ways in which families of these formulas may be kept: all by diagrams, all by lists, or the first one by a list.
 */
const WAYS = ["diagrams", "lists", "both"] as const;

/** The formulas' quorums, as they are kept in one of the ways. */
function keptBy(way: (typeof WAYS)[number], formulas: readonly Formula[], order: readonly number[]): FamilySpace {
  const listed = way === "diagrams" ? [] : way === "lists" ? formulas : formulas.slice(0, 1);
  return new FamilySpace(new Diagrams(order), new Map(listed.map((formula) => [formula, listOf(formula)!])));
}

const servers = (from: number, count: number): Formula[] =>
  Array.from({ length: count }, (_, index) => serverFormula(from + index));

const familyIn = (formula: Formula, count: number): Family => spaceFor([formula], count).familyOf(formula);

describe.each(WAYS)("families kept by %s, and the oracle, which lists,", (way) => {
  it("say the same of every set, of quorums, hitting sets, members and counts, in any order of servers", () => {
    fc.assert(
      fc.property(arbitraryFamilies(1), ({ servers, formulas: [formula], order }) => {
        const family = keptBy(way, [formula!], order).familyOf(formula!);
        expect(family instanceof ListedFamily).toBe(way !== "diagrams");
        const quorums = minimalQuorums(servers, formula!);
        const hitting = hittingSets(servers, quorums);
        for (const [one, minimal] of [
          [family, quorums],
          [family.dual, hitting],
        ] as const) {
          const wrong = everySet(servers).filter(
            (set) =>
              one.isQuorum(set) !== minimal.some((quorum) => contains(set, quorum)) ||
              one.meetsEvery(set) !== minimal.every((quorum) => (quorum & set) !== 0),
          );
          expect(wrong).toEqual([]);
          expect(one.list()).toEqual(minimal);
          expect(one.count).toBe(BigInt(minimal.length));
          expect(sizeOf(one.smallest)).toBe(sizeOf(minimal[0]!));
          expect(minimal).toContain(one.smallest);
          expect(one.members).toBe(minimal.reduce((members, quorum) => members | quorum, 0));
          expect(one.dual.dual).toBe(one);
        }
        expect(everySet(servers).every((set) => family.isQuorum(set) === satisfies(set, formula!))).toBe(true);
      }),
      { numRuns: tries(200, 500) },
    );
  });

  it("say the same of unions, of the quorums within a set, with a server and without, and of permuted ones", () => {
    fc.assert(
      fc.property(arbitraryFamilies(2), fc.nat(), ({ servers, formulas: [left, right], order }, nat) => {
        const space = keptBy(way, [left!, right!], order);
        const both = space.anyOf([space.familyOf(left!), space.familyOf(right!)]);
        const either = minimalAmong(servers, (set) => satisfies(set, left!) || satisfies(set, right!));
        expect(both.list()).toEqual(either);
        const set = nat % 2 ** servers;
        const server = nat % servers;
        const bit = 1 << server;
        const permuted = (quorum: ServerSet): ServerSet =>
          membersOf(quorum).reduce((image, member) => image | (1 << order[member]!), 0);
        for (const [family, isQuorum] of [
          [both, (set: ServerSet) => either.some((quorum) => contains(set, quorum))],
          [both.dual, (set: ServerSet) => either.every((quorum) => (quorum & set) !== 0)],
        ] as const) {
          const among = (isThat: (set: ServerSet) => boolean) => minimalAmong(servers, isThat);
          expect(family.within(set).list()).toEqual(family.list().filter((quorum) => contains(set, quorum)));
          expect(family.given(server, true).list()).toEqual(among((rest) => isQuorum(rest | bit)));
          expect(family.given(server, false).list()).toEqual(among((rest) => isQuorum(rest & ~bit)));
          expect([...family.permuted(order).list()].sort()).toEqual(family.list().map(permuted).sort());
        }
      }),
      { numRuns: tries(100, 250) },
    );
  });

  it("find the fewest servers in quorums that share none", () => {
    fc.assert(
      fc.property(arbitraryFamilies(3), fc.integer({ min: 2, max: 3 }), ({ servers, formulas, order }, count) => {
        const space = keptBy(way, formulas, order);
        const [prepare, ...decide] = formulas.slice(0, count).map((formula) => space.familyOf(formula));
        for (const families of [
          [prepare!, ...decide],
          [prepare!.dual, ...decide],
        ]) {
          const found = quorumsApart(families);
          const lists = families.map((family) => family.list());
          let fewest = Number.POSITIVE_INFINITY;
          const visit = (index: number, common: ServerSet, size: number): void => {
            if (index === lists.length) {
              if (common === 0) fewest = Math.min(fewest, size);
              return;
            }
            for (const quorum of lists[index]!) visit(index + 1, common & quorum, size + sizeOf(quorum));
          };
          visit(0, 2 ** servers - 1, 0);
          expect(found?.reduce((sum, quorum) => sum + sizeOf(quorum), 0) ?? Number.POSITIVE_INFINITY).toBe(fewest);
          if (found === null) continue;
          expect(found.every((quorum, index) => lists[index]!.includes(quorum))).toBe(true);
          expect(found.reduce((common, quorum) => common & quorum)).toBe(0);
        }
      }),
      { numRuns: tries(100, 250) },
    );
  });

  it("stream quorums smallest first", () => {
    fc.assert(
      fc.property(arbitraryFamilies(1), ({ formulas: [formula], order }) => {
        const family = keptBy(way, [formula!], order).familyOf(formula!);
        for (const one of [family, family.dual]) {
          const streamed = [...one.quorums()];
          expect(streamed.map(sizeOf)).toEqual(streamed.map(sizeOf).sort((a, b) => a - b));
          expect([...streamed].sort((a, b) => a - b)).toEqual([...one.list()].sort((a, b) => a - b));
        }
      }),
    );
  });
});

describe("decision diagrams", () => {
  it("are one and the same for formulas that say the same", () => {
    fc.assert(
      fc.property(arbitraryFamilies(2), ({ formulas: [left, right], order }) => {
        const space = new FamilySpace(new Diagrams(order));
        const both = space.anyOf([space.familyOf(left!), space.familyOf(right!)]);
        expect(space.familyOf(anyOf([left!, right!]))).toBe(both);
      }),
    );
  });

  it("choose jointly what costs least, with any costs of membership", () => {
    const costs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(arbitraryFamilies(3), costs, fc.nat(6), ({ servers, formulas, order }, costs, forbidden) => {
        const diagrams = new Diagrams(order);
        const cost = (server: number, membership: number): number =>
          membership === 1 + forbidden ? Number.POSITIVE_INFINITY : costs[membership]! + (server === 0 ? 1 : 0);
        const memberships = [1, 2, 3, 4, 5, 6, 7];
        const found = cheapestChoice(
          diagrams,
          formulas.map((formula) => diagrams.build(formula)),
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
      { numRuns: tries(200, 500) },
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
