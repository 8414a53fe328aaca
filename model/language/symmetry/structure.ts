/**
 * A state as a structure over the members of its symmetric index sets: which members each cell is about, by its place
 * and by its content. All that a renaming of members changes follows from that.
 */
import type { Model } from "../../kernel/index.js";
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

/** Those with two members at least, that a variable is over or a content mentions. */
function symmetricSets(variables: readonly Declared[]): IndexSet[] {
  const used = variables.flatMap(({ sets, domain }) => [
    ...sets,
    ...domain.leaves.flatMap(({ refersTo, tellsOf }) => [refersTo, tellsOf?.set ?? null]),
  ]);
  return [...new Set(used)].filter((set): set is IndexSet => set?.symmetric === true && set.size > 1);
}

/** How to find the cell that a renaming takes a cell to. */
export class CellTargets {
  /** Of each kind: where its cells begin in `cellAt`. */
  readonly #first: number[] = [];
  readonly #cellAt: number[] = [];
  readonly #structure: Structure;
  readonly #setOf: readonly number[];

  constructor(structure: Structure) {
    const { cells, kinds, bounds, sets } = structure;
    this.#structure = structure;
    this.#setOf = sets.flatMap((set, index) => set.members.map(() => index));
    for (let kind = 0; kind < kinds; kind++) {
      this.#first.push(this.#cellAt.length);
      const { vertices } = cells.find((cell) => cell.kind === kind)!;
      const size = vertices.reduce((product, vertex) => product * sets[this.#setOf[vertex]!]!.size, 1);
      this.#cellAt.push(...Array.from({ length: size }, () => -1));
    }
    const itself = Int32Array.from({ length: bounds.at(-1)! }, (_, vertex) => vertex);
    cells.forEach((_, cell) => {
      this.#cellAt[this.#entryOf(cell, itself)] = cell;
    });
  }

  /** @param renamed renamed[vertex]: what it becomes */
  targetOf(cell: number, renamed: Int32Array): number {
    return this.#cellAt[this.#entryOf(cell, renamed)]!;
  }

  #entryOf(cell: number, renamed: Int32Array): number {
    const { cells, bounds, sets } = this.#structure;
    const { kind, vertices } = cells[cell]!;
    let entry = 0;
    for (const vertex of vertices) {
      const set = this.#setOf[vertex]!;
      entry = entry * sets[set]!.size + renamed[vertex]! - bounds[set]!;
    }
    return this.#first[kind]! + entry;
  }
}

/** A cell's content after the renaming. */
export function renamedContent(
  { firstReferred, absences }: StructureCell,
  content: number,
  renamed: Int32Array,
): number {
  if (firstReferred < 0 || content < absences) return content;
  return renamed[firstReferred + content - absences]! - firstReferred + absences;
}

/** Contents of a packed state's cells, and back. */
export class Packing {
  readonly #layout: Model["workspace"]["layout"];

  constructor({ workspace }: Model) {
    this.#layout = workspace.layout;
  }

  unpack(words: Int32Array, offset: number, contents: Int32Array): void {
    const { wordOf, shiftOf, bitsOf } = this.#layout;
    for (let cell = 0; cell < contents.length; cell++) {
      const bits = bitsOf[cell]!;
      const word = words[offset + wordOf[cell]!]! >>> shiftOf[cell]!;
      contents[cell] = bits === 32 ? word : word & ((1 << bits) - 1);
    }
  }

  pack(contents: Int32Array, words: Int32Array, offset: number): void {
    const { wordCount, wordOf, shiftOf } = this.#layout;
    words.fill(0, offset, offset + wordCount);
    for (let cell = 0; cell < contents.length; cell++) {
      words[offset + wordOf[cell]!]! |= contents[cell]! << shiftOf[cell]!;
    }
  }
}
