/**
 * A state as a structure over the members of its symmetric index sets: which members each cell is about, by its place
 * and by its content. All that a renaming of members changes follows from that.
 */
import type { IndexSet } from "../index-set.js";
import { combinationsOf, type Declared } from "../variable.js";

/** A member of a symmetric index set; numbered through all of them. */
export type Vertex = number;

export interface StructureCell {
  /** Cells of one class differ by the vertices of their places alone. */
  readonly kind: number;
  /** The vertices of its place: the members that it is for, and whom it tells of in a subset. */
  readonly vertices: readonly Vertex[];
  /** Contents from `absences` on are the vertices from this one on; -1 where contents are no vertices. */
  readonly firstReferred: Vertex;
  readonly absences: number;
}

export interface Structure {
  readonly sets: readonly IndexSet[];
  /** Where each set's vertices begin, and the end of the last one's. */
  readonly bounds: readonly Vertex[];
  /** One for each cell of the state, in the order of the layout. */
  readonly cells: readonly StructureCell[];
  readonly kinds: number;
}

export function structureOf(variables: readonly Declared[]): Structure {
  const sets = symmetricSets(variables);
  const bounds = [0];
  for (const { size } of sets) bounds.push(bounds.at(-1)! + size);
  const firstOf = (set: IndexSet): Vertex => bounds[sets.indexOf(set)]!;
  const kinds = new Map<string, number>();
  const kindOf = (key: string): number => {
    if (!kinds.has(key)) kinds.set(key, kinds.size);
    return kinds.get(key)!;
  };
  const cells = variables.flatMap(({ sets: over, domain }, variable) =>
    domain.leaves.flatMap(({ path, refersTo, absences, tellsOf }) => {
      const told = tellsOf !== null && sets.includes(tellsOf.set) ? tellsOf : null;
      const pathKind = told === null ? path : path.slice(0, -told.set.nameOf(told.member).length);
      return combinationsOf(over).map((members): StructureCell => {
        const fixed = members.map((member, index) => (sets.includes(over[index]!) ? "*" : member));
        const vertices = members.flatMap((member, index) =>
          sets.includes(over[index]!) ? [firstOf(over[index]!) + member] : [],
        );
        return {
          kind: kindOf(`${variable} ${pathKind} ${told !== null} ${fixed}`),
          vertices: told === null ? vertices : [...vertices, firstOf(told.set) + told.member],
          firstReferred: refersTo !== null && sets.includes(refersTo) ? firstOf(refersTo) : -1,
          absences,
        };
      });
    }),
  );
  return { sets, bounds, cells, kinds: kinds.size };
}

/** How many renamings there are. */
export const groupSizeOf = ({ sets }: Pick<Structure, "sets">): number =>
  sets.reduce((product, { size }) => product * factorial(size), 1);

const factorial = (count: number): number => (count <= 1 ? 1 : count * factorial(count - 1));

/** Those with two members at least, that a variable is over or a content mentions. */
function symmetricSets(variables: readonly Declared[]): IndexSet[] {
  const used = variables.flatMap(({ sets, domain }) => [
    ...sets,
    ...domain.leaves.flatMap(({ refersTo, tellsOf }) => [refersTo, tellsOf?.set ?? null]),
  ]);
  return [...new Set(used)].filter((set): set is IndexSet => set?.symmetric === true && set.size > 1);
}
