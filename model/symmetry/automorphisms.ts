/**
 * Which servers a quorum table cannot tell apart: the automorphisms of its quorum families, computed and not declared.
 *
 * A permutation of the servers that maps every family onto itself maps runs of the register model to runs, so states
 * that differ by it need to be explored once. The group is held as classes of interchangeable servers, which cost a
 * canonical form no more than a sort, and one permutation for each coset of what the classes generate. Source: C. N.
 * Ip and D. L. Dill, "Better verification through symmetry", 1996; E. A. Emerson and A. P. Sistla, "Symmetry and
 * model checking", 1996.
 */
import { hasServer, membersOf, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import type { Permutation } from "../columns/index.js";

export type { Permutation };

/** Minimal quorums: two families allow the same sets if and only if they have the same minimal ones. */
export type Family = readonly ServerSet[];

export interface ServerSymmetry {
  /** Servers that may be swapped with each other at will; each class ascending, classes by their first server. */
  readonly classes: readonly (readonly number[])[];
  /**
   * One automorphism of each coset of the subgroup that permutes servers within classes; the identity comes first. It
   * moves whole classes, the first server of one to the first of another and so on.
   */
  readonly representatives: readonly Permutation[];
  /** Whether these are all automorphisms. Else they are those that keep some classes where they are. */
  readonly isWhole: boolean;
}

interface AutomorphismBounds {
  /** Cosets that a canonical form has to compare, one by one in the worst case. */
  readonly representativesMax: number;
  /** Quorums that all searches for cosets together may look at: about a second. Each takes half of what is left. */
  readonly workMax: number;
}

const AUTOMORPHISM_BOUNDS: AutomorphismBounds = { representativesMax: 5040, workMax: 4_000_000 };

/** Sound for any bounds: what they cut off is left out, and what is left is still a group. */
export function automorphisms(
  families: readonly Family[],
  serverCount: number,
  bounds: AutomorphismBounds = AUTOMORPHISM_BOUNDS,
): ServerSymmetry {
  const classes = interchangeableServers(families, serverCount);
  // The automorphisms that keep the first `kept` classes in place are a group, and the smaller the more they are.
  let workLeft = bounds.workMax;
  for (let kept = 0; kept < classes.length; kept++) {
    const search = new ClassMoves(families, classes, kept, { ...bounds, workMax: workLeft / 2 });
    const moves = search.search();
    workLeft -= search.work;
    if (moves === null) continue;
    const representatives = moves.map((move) => alongClasses(classes, move, serverCount));
    return { classes, representatives, isWhole: kept === 0 };
  }
  return { classes, representatives: [identity(serverCount)], isWhole: false };
}

export const identity = (count: number): Permutation => Array.from({ length: count }, (_, index) => index);

/** Whether the permutation of the servers maps every family onto itself. */
export function isAutomorphism(families: readonly Family[], permutation: Permutation): boolean {
  return families.every((family) => {
    const quorums = new Set(family);
    return family.every((quorum) => quorums.has(imageOf(quorum, permutation)));
  });
}

/**
 * s and t are interchangeable when swapping them alone is an automorphism. That is an equivalence: (s u) is
 * (t u)(s t)(t u). And the swaps generate a normal subgroup, because an automorphism g turns the swap (s t) into the
 * swap (g(s) g(t)).
 */
function interchangeableServers(families: readonly Family[], serverCount: number): number[][] {
  const members = families.map((family) => new Set(family));
  const areInterchangeable = (s: number, t: number): boolean =>
    members.every((quorums) => {
      for (const quorum of quorums) if (!quorums.has(swapped(quorum, s, t))) return false;
      return true;
    });
  const classes: number[][] = [];
  for (let server = 0; server < serverCount; server++) {
    const own = classes.find(([first]) => areInterchangeable(first!, server));
    if (own === undefined) classes.push([server]);
    else own.push(server);
  }
  return classes;
}

const swapped = (set: ServerSet, s: number, t: number): ServerSet =>
  hasServer(set, s) === hasServer(set, t) ? set : set ^ (singleton(s) | singleton(t));

const imageOf = (set: ServerSet, permutation: Permutation): ServerSet =>
  membersOf(set).reduce((image, server) => image | singleton(permutation[server]!), NO_SERVERS);

/** The permutation of the servers that takes class i to class move[i], in order. */
export function alongClasses(classes: ServerSymmetry["classes"], move: Permutation, serverCount: number): Permutation {
  const permutation = new Array<number>(serverCount);
  classes.forEach((members, index) => {
    const targets = classes[move[index]!]!;
    for (const [place, server] of members.entries()) permutation[server] = targets[place]!;
  });
  return permutation;
}

/**
 * Backtracking search for the cosets. Two automorphisms that move the classes alike differ by one that keeps every
 * class, so a coset is known by where it takes the classes, and the order-preserving one stands for it.
 *
 * A partial move is given up when the quorums seen through it differ: the traces of a family's quorums on the classes
 * placed so far, moved, must be its traces on their targets, each as often. With all classes placed this says that it
 * is an automorphism.
 */
class ClassMoves {
  readonly #families: readonly Family[];
  readonly #classes: ServerSymmetry["classes"];
  readonly #kept: number;
  readonly #bounds: AutomorphismBounds;
  readonly #found: Permutation[] = [];
  /** Quorums looked at. */
  work = 0;

  constructor(
    families: readonly Family[],
    classes: ServerSymmetry["classes"],
    kept: number,
    bounds: AutomorphismBounds,
  ) {
    this.#families = families;
    this.#classes = classes;
    this.#kept = kept;
    this.#bounds = bounds;
  }

  /** move[i] is where class i goes; all of them that keep the first `kept` classes, or null beyond the bounds. */
  search(): Permutation[] | null {
    const traces = this.#families.map((family) => family.map(() => NO_SERVERS));
    return this.#extend([], traces, NO_SERVERS) ? this.#found : null;
  }

  /**
   * @param moved for each family and quorum: its trace on the classes placed so far, moved
   * @param covered the targets' servers
   */
  #extend(move: readonly number[], moved: readonly ServerSet[][], covered: ServerSet): boolean {
    const index = move.length;
    if (index === this.#classes.length) {
      this.#found.push(move);
      return this.#found.length <= this.#bounds.representativesMax;
    }
    const source = this.#classes[index]!;
    const targets = index < this.#kept ? [index] : this.#classes.keys();
    for (const target of targets) {
      const servers = this.#classes[target]!;
      if (servers.length !== source.length || move.includes(target)) continue;
      const nowMoved = this.#families.map((family, f) =>
        family.map((quorum, q) => moved[f]![q]! | movedTrace(quorum, source, servers)),
      );
      const nowCovered = servers.reduce((set, server) => set | singleton(server), covered);
      const looksAlike = this.#looksAlike(nowMoved, nowCovered);
      if (this.work > this.#bounds.workMax) return false;
      if (looksAlike && !this.#extend([...move, target], nowMoved, nowCovered)) return false;
    }
    return true;
  }

  #looksAlike(moved: readonly ServerSet[][], covered: ServerSet): boolean {
    return this.#families.every((family, f) => {
      this.work += family.length;
      const expected = Int32Array.from(family, (quorum) => quorum & covered).sort();
      const seen = Int32Array.from(moved[f]!).sort();
      return expected.every((trace, place) => trace === seen[place]);
    });
  }
}

/** The quorum's members in the source class, moved to the servers of the target class. */
function movedTrace(quorum: ServerSet, source: readonly number[], target: readonly number[]): ServerSet {
  let trace = NO_SERVERS;
  for (const [place, server] of source.entries()) if (hasServer(quorum, server)) trace |= singleton(target[place]!);
  return trace;
}
