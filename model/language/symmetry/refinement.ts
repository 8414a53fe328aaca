/**
 * Vertices told apart by what cells say of them: colours that are the same for any renaming of the state, refined until
 * they tell nothing more (colour refinement; B. McKay and A. Piperno, "Practical graph isomorphism, II", 2014,
 * section 3).
 */
import type { Structure } from "./structure.js";

/** Spreads the bits of a number over all of it. */
export function mixed(number: number): number {
  const once = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  return Math.imul(once ^ (once >>> 15), 0x2c1b3c6d);
}

export class Refinement {
  readonly #bounds: readonly number[];
  /** Of the cells that say something of vertices, the n-th: telling[n], and by n all that follows, in flat arrays. */
  readonly #telling: Int32Array;
  /** Of its kind. */
  readonly #mixedOf: Int32Array;
  readonly #referred: Int32Array;
  readonly #absences: Int32Array;
  /** vertexOf[firstOf[n]] up to vertexOf[firstOf[n + 1]]: its vertices. */
  readonly #firstOf: Int32Array;
  readonly #vertexOf: Int32Array;
  readonly #signatures: Int32Array;
  readonly #order: Int32Array;
  readonly #next: Int32Array;

  constructor({ cells, bounds }: Structure) {
    const telling = [...cells.entries()].filter(
      ([, { vertices, firstReferred }]) => vertices.length > 0 || firstReferred >= 0,
    );
    const firsts = [0];
    for (const [, { vertices }] of telling) firsts.push(firsts.at(-1)! + vertices.length);
    this.#bounds = bounds;
    this.#telling = Int32Array.from(telling, ([cell]) => cell);
    this.#mixedOf = Int32Array.from(telling, ([, { kind }]) => mixed(kind + 1));
    this.#referred = Int32Array.from(telling, ([, { firstReferred }]) => firstReferred);
    this.#absences = Int32Array.from(telling, ([, { absences }]) => absences);
    this.#firstOf = Int32Array.from(firsts);
    this.#vertexOf = Int32Array.from(telling.flatMap(([, { vertices }]) => vertices));
    const vertices = bounds.at(-1)!;
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
    const signatures = this.#signatures;
    const vertexOf = this.#vertexOf;
    signatures.fill(0);
    for (let index = 0; index < this.#telling.length; index++) {
      const content = contents[this.#telling[index]!]!;
      // Nothing is lost: the cells of a kind that hold something else tell which ones hold 0.
      if (content === 0) continue;
      const first = this.#referred[index]!;
      const absences = this.#absences[index]!;
      const referred = first < 0 || content < absences ? -1 : first + content - absences;
      let told = this.#mixedOf[index]! ^ (referred < 0 ? content : ~colours[referred]!);
      const begin = this.#firstOf[index]!;
      const end = this.#firstOf[index + 1]!;
      for (let place = begin; place < end; place++) told = mixed(told + colours[vertexOf[place]!]! + 1);
      told = mixed(told);
      for (let place = begin; place < end; place++) {
        const vertex = vertexOf[place]!;
        signatures[vertex] = (signatures[vertex]! + mixed(told + place - begin + 1)) | 0;
      }
      if (referred >= 0) signatures[referred] = (signatures[referred]! + mixed(~told)) | 0;
    }
  }

  /** Whether some vertices of one colour have become of two. */
  #recolour(colours: Int32Array): boolean {
    const bounds = this.#bounds;
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
