/** What renamings of members do to a state's contents, from flat arrays: it is asked of every successor. */
import type { Structure, Vertex } from "./structure.js";

/** The cells that change when two members of a set change names, and no others. */
interface Swap {
  readonly cells: Int32Array;
  /** targets[n]: the cell that cells[n] becomes. */
  readonly targets: Int32Array;
  /** refers[n]: whether contents of cells[n] are members of the set. */
  readonly refers: Uint8Array;
}

export class Renaming {
  readonly #structure: Structure;
  readonly #setOf: readonly number[];
  /**
   * The cell that cell c becomes: cellAt[entry], where the entry is entryOf[c] and strideOf[p] for each renamed
   * vertexOf[p] of c.
   */
  readonly #cellAt: Int32Array;
  readonly #entryOf: Int32Array;
  /** firstOf[c] up to firstOf[c + 1]: the places p of cell c. */
  readonly #firstOf: Int32Array;
  readonly #vertexOf: Int32Array;
  readonly #strideOf: Int32Array;
  /** As in the structure, by cell. */
  readonly #referred: Int32Array;
  readonly #absences: Int32Array;
  /** swaps[a * vertices + b]: made when they are asked for first. */
  readonly #swaps: (Swap | undefined)[] = [];

  constructor(structure: Structure) {
    const { cells, bounds, sets } = structure;
    this.#structure = structure;
    this.#setOf = sets.flatMap((set, index) => set.members.map(() => index));
    this.#referred = Int32Array.from(cells, ({ firstReferred }) => firstReferred);
    this.#absences = Int32Array.from(cells, ({ absences }) => absences);
    const firsts = [0];
    for (const { vertices } of cells) firsts.push(firsts.at(-1)! + vertices.length);
    this.#firstOf = Int32Array.from(firsts);
    this.#vertexOf = Int32Array.from(cells.flatMap(({ vertices }) => vertices));
    this.#strideOf = Int32Array.from(cells.flatMap(({ vertices }) => this.#stridesOf(vertices)));
    const { firstEntryOf, entries } = this.#entriesOfKinds();
    this.#entryOf = Int32Array.from(cells, ({ kind, vertices }) => {
      const strides = this.#stridesOf(vertices);
      return vertices.reduce(
        (entry, vertex, place) => entry - bounds[this.#setOf[vertex]!]! * strides[place]!,
        firstEntryOf[kind]!,
      );
    });
    this.#cellAt = new Int32Array(entries).fill(-1);
    const itself = Int32Array.from({ length: bounds.at(-1)! }, (_, vertex) => vertex);
    for (const cell of cells.keys()) this.#cellAt[this.#entry(cell, itself)] = cell;
  }

  /**
   * Writes the image of the contents.
   *
   * @param renamed renamed[vertex]: what it becomes
   */
  writeImage(contents: Int32Array, renamed: Int32Array, image: Int32Array): void {
    for (let cell = 0; cell < contents.length; cell++) {
      image[this.cellAfter(cell, renamed)] = this.contentAfter(cell, contents[cell]!, renamed);
    }
  }

  /** The cell that this one becomes. */
  cellAfter(cell: number, renamed: Int32Array): number {
    return this.#cellAt[this.#entry(cell, renamed)]!;
  }

  /** What this content of the cell becomes. */
  contentAfter(cell: number, content: number, renamed: Int32Array): number {
    const first = this.#referred[cell]!;
    const absences = this.#absences[cell]!;
    return first < 0 || content < absences ? content : renamed[first + content - absences]! - first + absences;
  }

  /** Whether the contents stay as they are when these two members of one set change names. */
  areTwins(contents: Int32Array, a: Vertex, b: Vertex): boolean {
    const place = a * this.#setOf.length + b;
    let swap = this.#swaps[place];
    if (swap === undefined) {
      swap = this.#swapOf(a, b);
      this.#swaps[place] = swap;
    }
    const { cells, targets, refers } = swap;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      let content = contents[cell]!;
      if (refers[index] === 1) {
        const vertex = this.#referred[cell]! + content - this.#absences[cell]!;
        if (content >= this.#absences[cell]!) content += vertex === a ? b - a : vertex === b ? a - b : 0;
      }
      if (contents[targets[index]!] !== content) return false;
    }
    return true;
  }

  #swapOf(a: Vertex, b: Vertex): Swap {
    const { bounds, cells } = this.#structure;
    const set = this.#setOf[a]!;
    const renamed = Int32Array.from({ length: bounds.at(-1)! }, (_, vertex) => vertex);
    renamed[a] = b;
    renamed[b] = a;
    const all = Array.from(cells.keys(), (cell) => ({
      cell,
      target: this.#cellAt[this.#entry(cell, renamed)]!,
      refers: this.#referred[cell] === bounds[set],
    }));
    const changed = all.filter(({ cell, target, refers }) => target !== cell || refers);
    return {
      cells: Int32Array.from(changed, ({ cell }) => cell),
      targets: Int32Array.from(changed, ({ target }) => target),
      refers: Uint8Array.from(changed, ({ refers }) => Number(refers)),
    };
  }

  #entry(cell: number, renamed: Int32Array): number {
    let entry = this.#entryOf[cell]!;
    const end = this.#firstOf[cell + 1]!;
    for (let place = this.#firstOf[cell]!; place < end; place++) {
      entry += renamed[this.#vertexOf[place]!]! * this.#strideOf[place]!;
    }
    return entry;
  }

  /** Of members in the order of the places, the last one's the fastest. */
  #stridesOf(vertices: readonly Vertex[]): number[] {
    const { sets } = this.#structure;
    return vertices.map((_, place) =>
      vertices.slice(place + 1).reduce((product, vertex) => product * sets[this.#setOf[vertex]!]!.size, 1),
    );
  }

  /** Where each kind's entries begin, and how many there are in all. */
  #entriesOfKinds(): { readonly firstEntryOf: readonly number[]; readonly entries: number } {
    const { kinds, cells, sets } = this.#structure;
    const firstEntryOf: number[] = [];
    let entries = 0;
    for (let kind = 0; kind < kinds; kind++) {
      firstEntryOf.push(entries);
      const { vertices } = cells.find((cell) => cell.kind === kind)!;
      entries += vertices.reduce((product, vertex) => product * sets[this.#setOf[vertex]!]!.size, 1);
    }
    return { firstEntryOf, entries };
  }
}
