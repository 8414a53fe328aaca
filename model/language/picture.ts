/** A state as a table: some index set's members are the rows, another's the columns, another's a table each. */
import type { IndexSet } from "./index-set.js";
import type { BoundVariable, Placed } from "./variable.js";

/** Which index sets are the rows, the columns and the pages of the tables that a state is drawn as. */
export interface PictureShape {
  readonly rows?: IndexSet;
  readonly columns?: IndexSet;
  readonly pages?: IndexSet;
}

/** A state, drawn. */
export interface Picture {
  readonly tables: readonly PictureTable[];
  /** What is about none of the rows: what it is, and its content. */
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** Texts by row and column. */
export interface PictureTable {
  /** The member whose page it is, or nothing. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A variable over the rows is a column; one over rows and columns is a column for each member of the columns; one over
 * the pages too is on each page, and one that is not is on the first. Whatever is over other index sets besides is
 * gathered in its place, member by member.
 */
export function drawn(variables: readonly BoundVariable[], shape: PictureShape): Picture {
  const { rows, pages } = shape;
  const tabled = rows === undefined ? [] : variables.filter(({ declared }) => declared.sets.includes(rows));
  const others = variables.filter((variable) => !tabled.includes(variable));
  const pageMembers: readonly (number | null)[] = pages === undefined ? [null] : pages.members;
  const tables = pageMembers.flatMap((page, index): PictureTable[] => {
    const own = tabled.filter(({ declared }) => index === 0 || declared.sets.includes(pages!));
    if (own.length === 0) return [];
    return [tableOf(own, shape, page)];
  });
  return { tables, lines: others.map((variable) => [variable.name, gathered(variable, variable.placed, [])] as const) };
}

function tableOf(variables: readonly BoundVariable[], { rows, columns, pages }: PictureShape, page: number | null) {
  const headed = variables.flatMap((variable) => {
    const isSpread = columns !== undefined && variable.declared.sets.includes(columns);
    const spread: readonly (number | null)[] = isSpread ? columns.members : [null];
    return spread.map((column) => ({ variable, column }));
  });
  const cell = ({ variable, column }: (typeof headed)[number], row: number): string => {
    const fixed: [IndexSet, number | null][] = [[rows!, row]];
    if (columns !== undefined) fixed.push([columns, column]);
    if (pages !== undefined) fixed.push([pages, page]);
    return textFor(variable, fixed);
  };
  return {
    title: page === null ? "" : `${pages!.name} ${pages!.nameOf(page)}`,
    head: [
      "",
      ...headed.map(({ variable, column }) =>
        column === null ? variable.name : `${variable.name} ${columns!.nameOf(column)}`,
      ),
    ],
    rows: rows!.members.map((row) => [rows!.nameOf(row), ...headed.map((one) => cell(one, row))]),
  };
}

/** The variable's content for these members; each index set is fixed once, where it comes first. */
function textFor(variable: BoundVariable, fixed: readonly (readonly [IndexSet, number | null])[]): string {
  const { sets } = variable.declared;
  const places = new Map(
    fixed.flatMap(([set, member]) => (member === null || !sets.includes(set) ? [] : [[sets.indexOf(set), member]])),
  );
  const chosen = variable.placed.filter(({ members }) =>
    [...places].every(([position, member]) => members[position] === member),
  );
  return gathered(variable, chosen, [...places.keys()]);
}

function gathered({ declared: { sets } }: BoundVariable, chosen: readonly Placed[], known: readonly number[]): string {
  const texts = chosen.map(({ members, place }) => {
    const names = members.flatMap((member, position) =>
      known.includes(position) ? [] : [sets[position]!.nameOf(member)],
    );
    return [names.join(","), place.text()] as const;
  });
  if (texts.length === 1 && texts[0]![0] === "") return texts[0]![1];
  const marked = texts.filter(([, text]) => text !== "" && text !== "-");
  return marked.length === 0 ? "-" : marked.map(([name, text]) => (text === "✓" ? name : `${name}:${text}`)).join(" ");
}
