/**
 * Canonical forms for any number of members: no renaming is tried that need not be.
 *
 * Members are told apart by colours (refinement.ts). Only where several are left alike is there anything to try: each
 * of them once as the first, and then on. Members that may change places with nothing else changed are tried once for
 * all. The canonical form is the least image that is come to, and the number of ways to it is that of the renamings
 * that leave the state as it is (McKay & Piperno 2014, section 2).
 */
import type { Model } from "../../kernel/index.js";
import { Packing } from "./packing.js";
import { Refinement } from "./refinement.js";
import { Renaming } from "./renaming.js";
import { groupSizeOf, type Structure } from "./structure.js";

export class FormsByRefinement {
  readonly #structure: Structure;
  readonly #groupSize: number;
  readonly #renaming: Renaming;
  readonly #packing: Packing;
  readonly #refinement: Refinement;
  readonly #wordCount: number;
  readonly #contents: Int32Array;
  #image: Int32Array;
  #least: Int32Array;
  /** Colours by the depth of the search. */
  readonly #colours: readonly Int32Array[];
  /** How many renamings lead to the least image so far. */
  #ways = 0;

  constructor(structure: Structure, model: Model) {
    const vertices = structure.bounds.at(-1)!;
    const cells = structure.cells.length;
    this.#structure = structure;
    this.#groupSize = groupSizeOf(structure);
    this.#renaming = new Renaming(structure);
    this.#packing = new Packing(model);
    this.#refinement = new Refinement(structure);
    this.#wordCount = model.workspace.words.length;
    [this.#contents, this.#image, this.#least] = [new Int32Array(cells), new Int32Array(cells), new Int32Array(cells)];
    this.#colours = Array.from({ length: vertices + 1 }, () => new Int32Array(vertices));
  }

  canonicalizeAll(states: Int32Array, first: number, end: number): void {
    for (let state = first; state < end; state++) {
      this.#search(states, state * this.#wordCount);
      this.#packing.pack(this.#least, states, state * this.#wordCount);
    }
  }

  /** By the orbit–stabiliser theorem: as many renamings lead to the canonical form as leave it as it is. */
  orbitSizeAt(states: Int32Array, offset: number): number {
    this.#search(states, offset);
    return this.#groupSize / this.#ways;
  }

  #search(states: Int32Array, offset: number): void {
    this.#packing.unpack(states, offset, this.#contents);
    this.#ways = 0;
    const { bounds } = this.#structure;
    const [colours] = this.#colours;
    for (let set = 0; set + 1 < bounds.length; set++) colours!.fill(bounds[set]!, bounds[set], bounds[set + 1]);
    this.#descend(0, 1);
  }

  /** @param ways how many branches this one stands for */
  #descend(depth: number, ways: number): void {
    const colours = this.#colours[depth]!;
    const shared = this.#refinement.refine(this.#contents, colours);
    if (shared < 0) {
      this.#compare(colours, ways);
      return;
    }
    const alike: number[] = [];
    for (let vertex = 0; vertex < colours.length; vertex++) if (colours[vertex] === shared) alike.push(vertex);
    for (const { first, count } of this.#twinsAmong(alike)) {
      const next = this.#colours[depth + 1]!;
      next.set(colours);
      // The one keeps the colour, the others come after it.
      for (const vertex of alike) if (vertex !== first) next[vertex] = shared + 1;
      this.#descend(depth + 1, ways * count);
    }
  }

  /** Being twins is an equivalence: (a c) is (a b)(b c)(a b). Of each class the first, and how many there are. */
  #twinsAmong(alike: readonly number[]): { readonly first: number; count: number }[] {
    const classes: { readonly first: number; count: number }[] = [];
    for (const vertex of alike) {
      const own = classes.find(({ first }) => this.#renaming.areTwins(this.#contents, first, vertex));
      if (own === undefined) classes.push({ first: vertex, count: 1 });
      else own.count++;
    }
    return classes;
  }

  #compare(renamed: Int32Array, ways: number): void {
    this.#renaming.writeImage(this.#contents, renamed, this.#image);
    const order = this.#ways === 0 ? -1 : compared(this.#image, this.#least);
    if (order < 0) [this.#image, this.#least] = [this.#least, this.#image];
    if (order <= 0) this.#ways = order < 0 ? ways : this.#ways + ways;
  }
}

function compared(a: Int32Array, b: Int32Array): number {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index]! - b[index]!;
  return 0;
}
