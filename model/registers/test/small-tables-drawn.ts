/** Random tables whose compressed scope is quick to search. */
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { compressedRegisterSets } from "../scope.js";

/** Up to three servers and three explored sets: four take a second each by decision table, and belong in a sweep. */
export const arbitrarySmallTable = arbitraryTable({
  servers: { min: 1, max: 3 },
  ranges: { min: 1, max: 2 },
  allocation: "any",
}).filter((table) => compressedRegisterSets(table).length <= 3);
