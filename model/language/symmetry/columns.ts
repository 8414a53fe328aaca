/**
 * A structure as columns (model/columns): one for each member of a set whose members no content mentions, and of which
 * each cell is about one at most. Renamings of the other sets relabel what columns and the rest hold.
 */
import {
  arrangementsOf,
  COLUMN_BITS_MAX,
  type ColumnGroup,
  type Columns,
  type Layout,
  LOOK_UP_BITS_MAX,
  REST_BITS_MAX,
  type Relabelled,
  type Relabelling,
  widthOf,
} from "../../columns/index.js";
import { Renaming } from "./renaming.js";
import { groupSizeOf, type Structure } from "./structure.js";

/** Renamings of the other sets: each has a table. */
const RELABELLINGS_MAX = 120;

/** By the largest set that has columns; null if there is none, or it is beyond what forms by columns can handle. */
export function columnsOf(structure: Structure, layout: Layout): [columns: Columns, group: ColumnGroup] | null {
  const { sets } = structure;
  const [set] = [...sets.keys()]
    .filter((index) => hasColumns(structure, index))
    .sort((a, b) => sets[b]!.size - sets[a]!.size);
  if (set === undefined) return null;
  const others = sets.filter((_, index) => index !== set);
  if (groupSizeOf({ sets: others }) > RELABELLINGS_MAX) return null;
  const columns = cellsBy(structure, set);
  if (!areWithinReach(columns, layout)) return null;
  const { members } = sets[set]!;
  return [
    columns,
    { classes: [members], representatives: [members], relabellings: relabellings(structure, set, columns) },
  ];
}

function hasColumns({ bounds, cells }: Structure, set: number): boolean {
  return cells.every(
    ({ vertices, firstReferred }) =>
      firstReferred !== bounds[set] && vertices.filter((vertex) => isIn(bounds, set, vertex)).length <= 1,
  );
}

const isIn = (bounds: Structure["bounds"], set: number, vertex: number): boolean =>
  vertex >= bounds[set]! && vertex < bounds[set + 1]!;

const areWithinReach = ({ columns, rest }: Columns, layout: Layout): boolean =>
  widthOf(columns[0]!, layout) <= COLUMN_BITS_MAX &&
  columns[0]!.every((cell) => layout.bitsOf[cell]! <= LOOK_UP_BITS_MAX) &&
  widthOf(rest, layout) <= REST_BITS_MAX;

/** Cells are in one row if they differ by the member alone. */
function cellsBy({ bounds, cells, sets }: Structure, set: number): Columns {
  const columns = sets[set]!.members.map((): number[] => []);
  const rowOf = new Map<string, number>();
  const rest: number[] = [];
  for (const [cell, { kind, vertices, firstReferred }] of cells.entries()) {
    const member = vertices.find((vertex) => isIn(bounds, set, vertex));
    if (member === undefined) {
      if (vertices.length > 0 || firstReferred >= 0) rest.push(cell);
      continue;
    }
    const key = `${kind} ${vertices.map((vertex) => (vertex === member ? "*" : vertex))}`;
    if (!rowOf.has(key)) rowOf.set(key, rowOf.size);
    columns[member - bounds[set]!]![rowOf.get(key)!] = cell;
  }
  return { columns, rest };
}

/** One for each renaming of the other sets. */
function relabellings(structure: Structure, set: number, { columns, rest }: Columns): Relabelling[] {
  const renaming = new Renaming(structure);
  const [column] = columns;
  const after = (cells: readonly number[], renamed: Int32Array): Relabelled => ({
    to: cells.map((cell) => cells.indexOf(renaming.cellAfter(cell, renamed))),
    contentAfter: (place, content) => renaming.contentAfter(cells[place]!, content, renamed),
  });
  return renamingsOf(structure, set).map((renamed) => ({
    ofColumn: after(column!, renamed),
    ofRest: after(rest, renamed),
  }));
}

/** Those that leave the members of this set alone, the identity first. */
function renamingsOf({ sets, bounds }: Structure, fixed: number): Int32Array[] {
  let renamings: number[][] = [[]];
  for (const [set, { members }] of sets.entries()) {
    const orders = set === fixed ? [members] : arrangementsOf(members);
    renamings = renamings.flatMap((renamed) =>
      orders.map((order) => [...renamed, ...order.map((member) => bounds[set]! + member)]),
    );
  }
  return renamings.map((renamed) => Int32Array.from(renamed));
}
