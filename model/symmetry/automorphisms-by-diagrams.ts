/**
 * The automorphisms of families with too many quorums to list: 21 servers in three groups, a majority of 17. Such
 * families have few classes of interchangeable servers, and large ones, so that trying all moves of classes will do.
 */
import type { Family } from "../../spec/families/family.js";
import { TooComplex } from "../../spec/families/too-complex.js";
import { alongClasses, identity, type Permutation, type ServerSymmetry } from "./automorphisms.js";

/** Moves of classes that are tried, each by a diagram of its own: under a second. */
const MOVES_MAX = 750;

/** Nodes that looking for interchangeable servers may add to the table's diagrams: under a second. */
const NODES_ADDED_MAX = 60_000;

/** Sound like `automorphisms`: what the bound cuts off is left out, and what is left is still a group. */
export function automorphismsByDiagrams(families: readonly Family[], serverCount: number): ServerSymmetry {
  const alone = identity(serverCount).map((server) => [server]);
  const stay = (classes: number[][]) => ({ classes, representatives: [identity(serverCount)], isWhole: false });
  const classes = withinBounds(() => interchangeableServers(families, serverCount));
  if (classes === null) return stay(alone);
  const moves = movesOf(classes);
  if (moves === null) return stay(classes);
  const representatives = withinBounds(() => {
    const candidates = moves.map((move) => alongClasses(classes, move, serverCount));
    return candidates.filter((permutation) => families.every((family) => family.permuted(permutation) === family));
  });
  return representatives === null ? stay(classes) : { classes, representatives, isWhole: true };
}

/** Null where a diagram is beyond its bounds. */
function withinBounds<Answer>(ask: () => Answer): Answer | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof TooComplex) return null;
    throw error;
  }
}

/**
 * Swapping s and t alone is an automorphism where it is all one which of the two is there. Throws TooComplex beyond
 * the bounds of the table's diagrams, or of this search.
 */
function interchangeableServers(families: readonly Family[], serverCount: number): number[][] {
  const [family] = families;
  const nodesMax = family!.nodes + NODES_ADDED_MAX;
  const areInterchangeable = (s: number, t: number): boolean =>
    families.every((family) => family.given(s, true).given(t, false) === family.given(s, false).given(t, true));
  const classes: number[][] = [];
  for (let server = 0; server < serverCount; server++) {
    const own = classes.find(([first]) => areInterchangeable(first!, server));
    if (family!.nodes > nodesMax) throw new TooComplex("is too complex for its symmetries to be found");
    if (own === undefined) classes.push([server]);
    else own.push(server);
  }
  return classes;
}

/** All ways to take classes to classes of their size, the one that moves none first; null if they are too many. */
function movesOf(classes: ServerSymmetry["classes"]): Permutation[] | null {
  let moves: number[][] = [[]];
  for (const { length } of classes) {
    const targets = [...classes.keys()].filter((target) => classes[target]!.length === length);
    moves = moves.flatMap((move) =>
      targets.filter((target) => !move.includes(target)).map((target) => [...move, target]),
    );
    if (moves.length > MOVES_MAX) return null;
  }
  return moves;
}
