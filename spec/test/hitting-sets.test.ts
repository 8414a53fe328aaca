import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimalHittingSets } from "../hitting-sets.js";
import { allServers, meets, minimalSets, NO_SERVERS, type ServerSet } from "../server-set.js";
import { quorums } from "./tables.js";

const SERVERS = 6;
const EVERY_SET: readonly ServerSet[] = Array.from({ length: allServers(SERVERS) + 1 }, (_, set) => set);

describe("minimalHittingSets", () => {
  it("hits an empty family with no server", () => {
    expect(minimalHittingSets([])).toEqual([NO_SERVERS]);
  });

  it("finds the columns and diagonals of a grid", () => {
    expect(minimalHittingSets(quorums("01", "23"))).toEqual(quorums("02", "12", "03", "13"));
  });

  it("is the minimal ones of all sets that meet every member", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: allServers(SERVERS) }), { maxLength: 8 }), (family) => {
        const hitting = EVERY_SET.filter((set) => family.every((member) => meets(set, member)));
        expect(minimalHittingSets(family)).toEqual(minimalSets(hitting));
      }),
    );
  });

  it("undoes itself: whoever hits all hitting sets contains a member", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: allServers(SERVERS) }), { minLength: 1, maxLength: 6 }),
        (family) => {
          expect(minimalHittingSets(minimalHittingSets(family))).toEqual(minimalSets(family));
        },
      ),
    );
  });
});
