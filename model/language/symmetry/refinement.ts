/**
 * Vertices told apart by what cells say of them: colours that are the same for any renaming of the state, refined until
 * they tell nothing more (colour refinement; B. McKay and A. Piperno, "Practical graph isomorphism, II", 2014,
 * section 3).
 */
import type { Structure } from "./structure.js";

/** Spreads the bits of a number over all of it. */
function mixed(number: number): number {
  const once = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  return Math.imul(once ^ (once >>> 15), 0x2c1b3c6d);
}

export class Refinement {
  readonly #structure: Structure;
  /** Cells that say something of vertices. */
  readonly #telling: readonly number[];
  readonly #signatures: Int32Array;
  readonly #order: Int32Array;
  readonly #next: Int32Array;

  constructor(structure: Structure) {
    const vertices = structure.bounds.at(-1)!;
    this.#structure = structure;
    this.#telling = structure.cells.flatMap(({ vertices: own, firstReferred }, cell) =>
      own.length > 0 || firstReferred >= 0 ? [cell] : [],
    );
    this.#signatures = new Int32Array(vertices);
    this.#order = new Int32Array(vertices);
    this.#next = new Int32Array(vertices);
  }

  /**
   * Refines in place. A colour is the number of the first vertex of its kind when all are put in order, so that where
   * all colours differ they are a renaming.
   *
   * @returns the least colour that several vertices share, or -1
   */
  refine(contents: Int32Array, colours: Int32Array): number {
    for (;;) {
      this.#sign(contents, colours);
      const isRefined = this.#recolour(colours);
      const shared = this.#sharedColour(colours);
      if (shared < 0 || !isRefined) return shared;
    }
  }

  #sign(contents: Int32Array, colours: Int32Array): void {
    const { cells } = this.#structure;
    const signatures = this.#signatures;
    signatures.fill(0);
    for (const cell of this.#telling) {
      const content = contents[cell]!;
      // Nothing is lost: the cells of a kind that hold something else tell which ones hold 0.
      if (content === 0) continue;
      const { kind, vertices, firstReferred, absences } = cells[cell]!;
      const referred = firstReferred < 0 || content < absences ? -1 : firstReferred + content - absences;
      let told = mixed(kind + 1) ^ (referred < 0 ? content : ~colours[referred]!);
      for (const vertex of vertices) told = mixed(told + colours[vertex]! + 1);
      told = mixed(told);
      for (let place = 0; place < vertices.length; place++) {
        const vertex = vertices[place]!;
        signatures[vertex] = (signatures[vertex]! + mixed(told + place + 1)) | 0;
      }
      if (referred >= 0) signatures[referred] = (signatures[referred]! + mixed(~told)) | 0;
    }
  }

  /** Whether some vertices of one colour have become of two. */
  #recolour(colours: Int32Array): boolean {
    const { bounds } = this.#structure;
    const [order, signatures, next] = [this.#order, this.#signatures, this.#next];
    let isRefined = false;
    for (let set = 0; set + 1 < bounds.length; set++) {
      const [first, end] = [bounds[set]!, bounds[set + 1]!];
      for (let vertex = first; vertex < end; vertex++) {
        let place = vertex;
        // Insertion: sets are small, and often in order.
        for (; place > first && this.#isLess(vertex, order[place - 1]!, colours); place--)
          order[place] = order[place - 1]!;
        order[place] = vertex;
      }
      for (let place = first; place < end; place++) {
        const vertex = order[place]!;
        const before = order[place - 1]!;
        const isSame =
          place > first && colours[vertex] === colours[before] && signatures[vertex] === signatures[before];
        next[vertex] = isSame ? next[before]! : place;
        if (next[vertex] !== colours[vertex]) isRefined = true;
      }
    }
    colours.set(next);
    return isRefined;
  }

  #isLess(a: number, b: number, colours: Int32Array): boolean {
    if (colours[a] !== colours[b]) return colours[a]! < colours[b]!;
    return this.#signatures[a]! < this.#signatures[b]!;
  }

  #sharedColour(colours: Int32Array): number {
    for (let colour = 0; colour < colours.length; colour++) {
      let count = 0;
      for (let vertex = 0; vertex < colours.length; vertex++) if (colours[vertex] === colour) count++;
      if (count > 1) return colour;
    }
    return -1;
  }
}
