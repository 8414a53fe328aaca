/**
 * Relabellings, applied to packed columns and to the packed rest by table look-up, and chosen by the rest alone.
 *
 * The canonical form has the least rest, so only the relabellings that make the rest least need be tried on the
 * columns. Of the values of a register model over exclusive sets that is one as soon as all values but one are
 * proposed: the first proposed value becomes value 0, the next one value 1, ….
 */
import type { Relabelled, Relabelling } from "./columns.js";
import type { PackedCell, PackedColumns } from "./packed-columns.js";

/** The rest is looked up in tables with a place for each of its bit patterns. */
export const REST_BITS_MAX = 20;

/**
 * A look-up relabels as many rows as fit into this many bits, so that the table stays in the processor's first cache.
 */
export const LOOK_UP_BITS_MAX = 12;

/** Neighbouring rows, by number, that are looked up at once. */
interface Part {
  readonly rows: readonly number[];
  readonly shift: number;
  readonly bits: number;
}

/** The image of a part's content c under relabelling n is `relabelled[base + (n << lookUpBits | c)] << up`. */
interface LookedUpPart extends Part {
  readonly base: number;
  readonly up: number;
}

export class RelabellingTables {
  readonly count: number;
  readonly columnBits: number;
  /** Images of parts of columns; relabellings by number. */
  readonly relabelled: Int32Array;
  /** onlyBest[rest]: the relabelling that makes it least, or less than 0 if that is not known or several do. */
  readonly onlyBest: Int32Array;
  /** leastRest[rest]: what it makes of it. */
  readonly leastRest: Int32Array;
  readonly #relabellings: readonly Relabelling[];
  readonly #restCells: readonly PackedCell[];
  readonly #parts: readonly LookedUpPart[];
  readonly #lookUpBits: number;
  readonly #best = new Map<number, readonly number[]>();

  constructor(relabellings: readonly Relabelling[], { rows, restCells }: PackedColumns) {
    this.count = relabellings.length;
    this.columnBits = rows.reduce((sum, { width }) => sum + width, 0);
    this.#relabellings = relabellings;
    this.#restCells = restCells;
    // One relabelling changes nothing, and is not looked up.
    const parts = this.count === 1 ? [] : partsOf(rows);
    this.#lookUpBits = Math.max(0, ...parts.map(({ bits }) => bits));
    const tables: Int32Array[] = [];
    this.#parts = parts.map((part) => this.#lookedUp(part, rows, tables));
    const length = this.count << this.#lookUpBits;
    this.relabelled = new Int32Array(tables.length * length);
    for (const [index, table] of tables.entries()) this.relabelled.set(table, index * length);
    const patterns = 2 ** restCells.reduce((sum, { width }) => sum + width, 0);
    this.onlyBest = new Int32Array(patterns).fill(-1);
    this.leastRest = new Int32Array(patterns);
  }

  /** An expression for the relabelled column; `relabelling` and `relabelled` are names in its scope. */
  relabellingOf(column: string): string {
    const terms = this.#parts.map(({ shift, bits, base, up }) => {
      const content = `((${column} >>> ${shift}) & ${2 ** bits - 1})`;
      return `relabelled[${base} + ((relabelling << ${this.#lookUpBits}) | ${content})] << ${up}`;
    });
    return ["0", ...terms].join(" | ");
  }

  /** The relabellings that make the rest least, by number. */
  bestFor(rest: number): readonly number[] {
    const known = this.#best.get(rest);
    if (known !== undefined) return known;
    const images = this.#relabellings.map((relabelling) => this.#restAfter(rest, relabelling));
    const least = Math.min(...images);
    const best = [...images.keys()].filter((relabelling) => images[relabelling] === least);
    this.#best.set(rest, best);
    this.leastRest[rest] = least;
    this.onlyBest[rest] = best.length === 1 ? best[0]! : -2;
    return best;
  }

  #restAfter(rest: number, { ofRest }: Relabelling): number {
    let image = 0;
    for (const [place, cell] of this.#restCells.entries()) {
      const content = (rest >>> cell.offset) & (2 ** cell.width - 1);
      if (content < cell.domain) image |= movedBits(this.#restCells, ofRest, place, content);
    }
    return image;
  }

  /** @param tables those so far; its own is added unless one of them says the same, as rows that are alike have it */
  #lookedUp(part: Part, rows: readonly PackedCell[], tables: Int32Array[]): LookedUpPart {
    const { shift, bits } = part;
    const images = new Int32Array(this.count << this.#lookUpBits);
    let others = 0;
    for (const [relabelling, { ofColumn }] of this.#relabellings.entries()) {
      const first = relabelling << this.#lookUpBits;
      for (const row of part.rows) {
        const { offset, width, domain } = rows[row]!;
        const [low, mask] = [offset - shift, 2 ** width - 1];
        const moved = Int32Array.from({ length: mask + 1 }, (_, content) =>
          content < domain ? movedBits(rows, ofColumn, row, content) : 0,
        );
        for (let content = 0; content < 1 << bits; content++)
          images[first + content]! |= moved[(content >>> low) & mask]!;
        others |= moved.reduce((all, image) => all | image, 0) & ~((2 ** bits - 1) << shift);
      }
    }
    const up = others === 0 ? shift : 0;
    const table = up === 0 ? images : images.map((image) => image >>> up);
    const same = tables.findIndex((known) => this.#areAlike(known, table, bits));
    if (same < 0) tables.push(table);
    return { ...part, up, base: (same < 0 ? tables.length - 1 : same) * table.length };
  }

  /** Whether the tables say the same of contents of so many bits. */
  #areAlike(a: Int32Array, b: Int32Array, bits: number): boolean {
    for (let relabelling = 0; relabelling < this.count; relabelling++) {
      const first = relabelling << this.#lookUpBits;
      for (let index = first; index < first + (1 << bits); index++) if (a[index] !== b[index]) return false;
    }
    return true;
  }
}

/** What a content becomes, in the number that the cells make. */
const movedBits = (
  cells: readonly PackedCell[],
  { to, contentAfter }: Relabelled,
  place: number,
  content: number,
): number => contentAfter(place, content) << cells[to[place]!]!.offset;

/** As many rows in each as a look-up has bits for. */
function partsOf(rows: readonly PackedCell[]): Part[] {
  const parts: Part[] = [];
  for (const [row, { offset, width }] of rows.entries()) {
    const last = parts.at(-1);
    if (last !== undefined && last.bits + width <= LOOK_UP_BITS_MAX) {
      parts[parts.length - 1] = { ...last, rows: [...last.rows, row], bits: last.bits + width };
    } else {
      parts.push({ rows: [row], shift: offset, bits: width });
    }
  }
  return parts;
}
