/**
 * Canonical forms by table look-up, for as few members as can have a table for each of their renamings.
 *
 * A state is looked up in pieces, a few neighbouring cells each. A piece says something of each vertex that is the same
 * however members are named, as a number; the sum over all pieces is the vertex's *signature*, and signatures put
 * vertices in order. Mostly that is one order, and so one renaming, whose table has the image of each piece. Where
 * several vertices have one signature, every order of them is tried. The canonical form is the least image, and the
 * number of ways to it is that of the renamings that leave the state as it is.
 */
import { type CellRun, cellRunsOf, type Model } from "../../kernel/index.js";
import { mixed } from "./refinement.js";
import { Renaming } from "./renaming.js";
import { groupSizeOf, type Structure } from "./structure.js";

type Layout = Model["workspace"]["layout"];

/**
 * Renamings that have tables. Beyond, to try them all where members are alike takes longer than to tell these apart.
 */
const RENAMINGS_MAX = 120;

/** Orders of members, with those among them in which some are alike. */
const ORDERS_MAX = 1 << 16;

/**
 * The bits of a state that are looked up at once: the tables of a few renamings stay in the processor's second cache.
 */
const PIECE_BITS_MAX = 7;

/** A cell of more bits has a table of its own, up to this number of bits. */
const CELL_BITS_MAX = 12;

/** Word w of the image of content c of a piece: images[(piece.base + c) * wordCount + w]. */
type Images = Int32Array;

/** How many ways lead from the state at `states[offset]` to its form, which is put in its place if it is wanted. */
type FindForm = (states: Int32Array, offset: number, isWanted: boolean) => number;

interface Piece extends CellRun {
  /** Where its contents begin among those of all pieces. */
  readonly base: number;
}

/** Whether there are few enough renamings, and every cell that they change can be looked up. */
export const canHaveTables = (structure: Structure, { bitsOf }: Layout): boolean =>
  groupSizeOf(structure) <= RENAMINGS_MAX &&
  ordersOf(structure) <= ORDERS_MAX &&
  changedCells(structure).every((cell) => bitsOf[cell]! <= CELL_BITS_MAX);

const changedCells = ({ cells }: Structure): number[] =>
  [...cells.entries()].flatMap(([cell, { vertices, firstReferred }]) =>
    vertices.length > 0 || firstReferred >= 0 ? [cell] : [],
  );

const ordersOf = ({ sets }: Structure): number => sets.reduce((product, { size }) => product * size ** size, 1);

export class FormsByTables {
  readonly #structure: Structure;
  readonly #groupSize: number;
  readonly #layout: Layout;
  readonly #renaming: Renaming;
  readonly #pieces: readonly Piece[];
  /** wordsOf[piece]: the words in which images of its cells stand. */
  readonly #wordsOf: readonly ReadonlySet<number>[];
  /** Contents of all pieces. */
  readonly #rows: number;
  readonly #find: FindForm;
  /** By the renaming; made when they are asked for first. */
  readonly #imagesUnder = new Map<string, Images>();

  constructor(structure: Structure, layout: Layout) {
    this.#structure = structure;
    this.#groupSize = groupSizeOf(structure);
    this.#layout = layout;
    this.#renaming = new Renaming(structure);
    let rows = 0;
    this.#pieces = cellRunsOf(changedCells(structure), layout, PIECE_BITS_MAX).map((run) => {
      const base = rows;
      rows += 1 << run.bits;
      return { ...run, base };
    });
    this.#rows = rows;
    // A cell's images are cells of its kind.
    const { wordOf } = layout;
    const kindOf = structure.cells.map(({ kind }) => kind);
    const wordsOfKind = Array.from({ length: structure.kinds }, () => new Set<number>());
    for (const [cell, kind] of kindOf.entries()) wordsOfKind[kind]!.add(wordOf[cell]!);
    this.#wordsOf = this.#pieces.map(({ cells }) => new Set(cells.flatMap((cell) => [...wordsOfKind[kindOf[cell]!]!])));
    const signs = this.#signs();
    const candidates = new Array<Images[] | null>(ordersOf(structure)).fill(null);
    const candidatesIn = (order: number): Images[] => {
      const images = this.#renamingsTo(order).map((renamed) => this.#imagesOf(renamed));
      candidates[order] = images;
      return images;
    };
    this.#find = new Function("signs", "candidates", "candidatesIn", this.#source(signs))(
      signs,
      candidates,
      candidatesIn,
    ) as FindForm;
  }

  canonicalizeAll(states: Int32Array, first: number, end: number): void {
    const width = this.#layout.wordCount;
    for (let state = first; state < end; state++) this.#find(states, state * width, true);
  }

  /** By the orbit–stabiliser theorem: as many renamings lead to the canonical form as leave it as it is. */
  orbitSizeAt(states: Int32Array, offset: number): number {
    return this.#groupSize / this.#find(states, offset, false);
  }

  /** What content c of a piece adds to the signature of vertex v: signs[(piece.base + c) * vertices + v]. */
  #signs(): Int32Array {
    const vertices = this.#vertices;
    const signs = new Int32Array(this.#rows * vertices);
    this.#eachContent((row, cell, content) => {
      const { kind, vertices: own, firstReferred, absences } = this.#structure.cells[cell]!;
      const isReferring = firstReferred >= 0 && content >= absences;
      const told = isReferring ? [...own, firstReferred + content - absences] : own;
      let all = mixed(kind + 1) ^ (isReferring ? -1 : content);
      // Which of its vertices are one and the same does not depend on names either.
      for (const vertex of told) all = mixed(all + told.indexOf(vertex) + 1);
      for (const [place, vertex] of told.entries()) {
        signs[row * vertices + vertex] = (signs[row * vertices + vertex]! + mixed(all + place + 1)) | 0;
      }
    });
    return signs;
  }

  #imagesOf(renamed: Int32Array): Images {
    const key = renamed.join();
    const known = this.#imagesUnder.get(key);
    if (known !== undefined) return known;
    const { wordCount, wordOf, shiftOf } = this.#layout;
    const images = new Int32Array(this.#rows * wordCount);
    this.#eachContent((row, cell, content) => {
      const target = this.#renaming.cellAfter(cell, renamed);
      images[row * wordCount + wordOf[target]!]! |=
        this.#renaming.contentAfter(cell, content, renamed) << shiftOf[target]!;
    });
    this.#imagesUnder.set(key, images);
    return images;
  }

  /** Of each content that a piece may have, each cell. */
  #eachContent(visit: (row: number, cell: number, content: number) => void): void {
    const { shiftOf, bitsOf, domains } = this.#layout;
    for (const { base, bits, shift, cells } of this.#pieces) {
      for (let content = 0; content < 1 << bits; content++) {
        for (const cell of cells) {
          const held = (content >>> (shiftOf[cell]! - shift)) & ((1 << bitsOf[cell]!) - 1);
          if (held < domains[cell]!) visit(base + content, cell, held);
        }
      }
    }
  }

  /**
   * The renamings that put vertices in this order.
   *
   * @param order as in the code: of each vertex, how many of its set come before it
   */
  #renamingsTo(order: number): Int32Array[] {
    const { sets, bounds } = this.#structure;
    let rest = order;
    const first = sets.flatMap(({ size, members }, set) =>
      members.map(() => {
        const before = rest % size;
        rest = (rest - before) / size;
        return bounds[set]! + before;
      }),
    );
    let renamings: number[][] = [[]];
    for (const place of first) {
      // Vertices that are alike share as many places as they are.
      const places = first.filter((other) => other === place).map((_, index) => place + index);
      renamings = renamings.flatMap((renamed) =>
        places.filter((own) => !renamed.includes(own)).map((own) => [...renamed, own]),
      );
    }
    return renamings.map((renamed) => Int32Array.from(renamed));
  }

  get #vertices(): number {
    return this.#structure.bounds.at(-1)!;
  }

  /**
   * The code of FindForm. For two members, and states of one word and one piece:
   *
   *     return function findForm(states, offset, isWanted) {
   *       const word0 = states[offset + 0];
   *       const row0 = 0 + ((word0 >>> 0) & 15);
   *       const sign0 = (0 + signs[row0 * 2 + 0]) | 0;
   *       const sign1 = (0 + signs[row0 * 2 + 1]) | 0;
   *       const order = 0 + (sign1 < sign0 ? 1 : 0) + (sign0 < sign1 ? 2 : 0);
   *       const all = candidates[order] ?? candidatesIn(order);
   *       let images = all[0], ways = 1;
   *       let form0 = (word0 & -16) | images[row0 * 1 + 0];
   *       for (let index = 1; index < all.length; index++) {
   *         images = all[index];
   *         const image0 = (word0 & -16) | images[row0 * 1 + 0];
   *         if (image0 > form0) continue;
   *         if (image0 === form0) { ways++; continue; }
   *         ways = 1;
   *         form0 = image0;
   *       }
   *       if (isWanted) { states[offset + 0] = form0; }
   *       return ways;
   *     };
   */
  #source(signs: Int32Array): string {
    const words = Array.from({ length: this.#layout.wordCount }, (_, word) => word);
    const rows = this.#pieces.map(
      ({ base, word, shift, bits }, piece) =>
        `const row${piece} = ${base} + ((word${word} >>> ${shift}) & ${(1 << bits) - 1});`,
    );
    // The first word in which an image differs tells which is less.
    const compared = words.map((word) => {
      const sames = words.slice(0, word).map((before) => `image${before} === form${before}`);
      return `const image${word} = ${this.#imageCode(word)};
        if (${[...sames, `image${word} > form${word}`].join(" && ")}) continue;`;
    });
    return `return function findForm(states, offset, isWanted) {
      ${words.map((word) => `const word${word} = states[offset + ${word}];`).join("\n")}
      ${rows.join("\n")}
      ${this.#signatureCode(signs)}
      const order = ${this.#orderCode()};
      const all = candidates[order] ?? candidatesIn(order);
      let images = all[0], ways = 1;
      ${words.map((word) => `let form${word} = ${this.#imageCode(word)};`).join("\n")}
      for (let index = 1; index < all.length; index++) {
        images = all[index];
        ${compared.join("\n")}
        if (${words.map((word) => `image${word} === form${word}`).join(" && ")}) { ways++; continue; }
        ways = 1;
        ${words.map((word) => `form${word} = image${word};`).join("\n")}
      }
      if (isWanted) { ${words.map((word) => `states[offset + ${word}] = form${word};`).join("\n")} }
      return ways;
    };`;
  }

  /** Pieces that say nothing of a vertex are not looked up for it. */
  #signatureCode(signs: Int32Array): string {
    const vertices = this.#vertices;
    const saysOf = ({ base, bits }: Piece, vertex: number): boolean => {
      for (let row = base; row < base + (1 << bits); row++) if (signs[row * vertices + vertex] !== 0) return true;
      return false;
    };
    const lines = Array.from({ length: vertices }, (_, vertex) => {
      const parts = this.#pieces.flatMap((piece, index) =>
        saysOf(piece, vertex) ? [`signs[row${index} * ${vertices} + ${vertex}]`] : [],
      );
      return `const sign${vertex} = (${["0", ...parts].join(" + ")}) | 0;`;
    });
    return lines.join("\n");
  }

  #orderCode(): string {
    const { sets, bounds } = this.#structure;
    const terms = ["0"];
    let weight = 1;
    for (const [set, { size, members }] of sets.entries()) {
      for (const member of members) {
        const others = members.filter((other) => other !== member);
        const before = others.map(
          (other) => `(sign${bounds[set]! + other} < sign${bounds[set]! + member} ? ${weight} : 0)`,
        );
        terms.push(...before);
        weight *= size;
      }
    }
    return terms.join(" + ");
  }

  /** A word of the image: what no renaming changes, and the images of the pieces. */
  #imageCode(word: number): string {
    const { wordCount, wordOf, shiftOf, bitsOf } = this.#layout;
    const changed = this.#pieces
      .flatMap(({ cells }) => cells)
      .filter((cell) => wordOf[cell] === word)
      .reduce((mask, cell) => mask | (((2 ** bitsOf[cell]! - 1) << shiftOf[cell]!) | 0), 0);
    const images = this.#pieces.flatMap((_, piece) =>
      this.#wordsOf[piece]!.has(word) ? [`images[row${piece} * ${wordCount} + ${word}]`] : [],
    );
    return [`(word${word} & ${~changed})`, ...images].join(" | ");
  }
}
