/**
 * The symmetry of an exploration: permutations of servers and of values that map runs of its register model to runs.
 */
import { type Family, TooManyQuorums } from "../../spec/families/family.js";
import { spaceFor } from "../../spec/families/family-space.js";
import { listFormula } from "../../spec/families/formula.js";
import { TooComplex } from "../../spec/families/too-complex.js";
import { hasOwner, isElected, type QuorumTable } from "../../spec/quorum-table.js";
import type { ServerSet } from "../../spec/server-set.js";
import { electionFamily, phase1Family, phase2Family } from "../../spec/table-families.js";
import { arrangementsOf } from "../columns/index.js";
import { isInput, type Scope } from "../registers/scope.js";
import { automorphisms, identity, type Permutation, type ServerSymmetry } from "./automorphisms.js";
import { automorphismsByDiagrams } from "./automorphisms-by-diagrams.js";

export interface ScopeSymmetry {
  readonly servers: ServerSymmetry;
  /** A group, the identity first. Any of them goes with any permutation of servers. */
  readonly values: readonly Permutation[];
  /** Sentences on automorphisms that exist or may exist and are not used. */
  readonly limits: readonly string[];
}

/** Every state is relabelled by at most this many value permutations; 720 = 6!. */
const VALUE_PERMUTATIONS_MAX = 720;

/**
 * Servers: the quorums of the explored sets, and who is an arbiter, are all that steps and properties ask of them,
 * whatever the selection. Values: nothing asks for more of them than whether they are equal and whether they are
 * somebody's input.
 */
export function symmetryOf(scope: Scope): ScopeSymmetry {
  const servers = serverSymmetry(familiesOf(scope), scope.table.servers.length);
  const [values, areAllValues] = valuePermutations(scope);
  const limits: string[] = [];
  if (!servers.isWhole) limits.push("the table has more server automorphisms than are used");
  if (!areAllValues) limits.push(`values have more permutations than the ${values.length} that are used`);
  return { servers, values, limits };
}

/** The phase-1, phase-2 and election families of the explored sets, each once; and the arbiters. */
const familiesOf = ({ table, registerSets }: Scope): Family[] => [
  ...new Set(
    registerSets.flatMap((real) => [
      phase1Family(table, real),
      phase2Family(table, real),
      ...(isElected(table, real) ? [electionFamily(table, real)] : []),
    ]),
  ),
  ...arbitersOf(table),
];

/** Arbiters may be swapped with arbiters alone: as a family with one quorum, all of them. */
function arbitersOf({ arbiters, servers }: QuorumTable): Family[] {
  if (arbiters === undefined) return [];
  const together = listFormula([arbiters]);
  return [spaceFor([together], servers.length).familyOf(together)];
}

/** Lists of quorums tell soonest that a permutation is no automorphism; where they are too long, diagrams have to. */
function serverSymmetry(families: readonly Family[], serverCount: number): ServerSymmetry {
  let lists: (readonly ServerSet[])[];
  try {
    lists = families.map((family) => family.tellingSets);
  } catch (error) {
    if (!(error instanceof TooManyQuorums || error instanceof TooComplex)) throw error;
    return automorphismsByDiagrams(families, serverCount);
  }
  return automorphisms(lists, serverCount);
}

/**
 * A value permutation is a symmetry if it maps the possible inputs of every explored set onto themselves: values are
 * interchangeable when no set tells them apart. All are where inputs are free; with fixed clients, those that no
 * client owns, and those that only open sets can have as input.
 */
function valuePermutations(scope: Scope): [permutations: Permutation[], areAll: boolean] {
  const classes = new Map<string, number[]>();
  for (let value = 0; value < scope.values; value++) {
    const owners = scope.registerSets
      .map((real, r) => isInput(scope.clients, hasOwner(scope.table, real), r, value))
      .join();
    classes.set(owners, [...(classes.get(owners) ?? []), value]);
  }
  let permutations: Permutation[] = [identity(scope.values)];
  let areAll = true;
  for (const members of classes.values()) {
    // Swapping only the first of too many values still gives a group.
    let permuted = members.length;
    while (permutations.length * factorial(permuted) > VALUE_PERMUTATIONS_MAX) permuted--;
    areAll &&= permuted === members.length;
    const arrangements = arrangementsOf(members.slice(0, permuted));
    permutations = permutations.flatMap((permutation) =>
      arrangements.map((arrangement) => {
        const extended = [...permutation];
        for (const [place, value] of arrangement.entries()) extended[members[place]!] = value;
        return extended;
      }),
    );
  }
  return [permutations, areAll];
}

const factorial = (count: number): number => (count <= 1 ? 1 : count * factorial(count - 1));
